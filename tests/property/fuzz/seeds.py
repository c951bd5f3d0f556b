"""Valid bytes to begin with, most of them from ``tests/vectors``: what is mutated must first be taken."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from ledger.domain.trust_root import TrustRoot, parse_trust_root
from ledger.types import UnixTime
from tests.builders import DAY, START, World, object_event

VECTORS = Path(__file__).resolve().parents[2] / "vectors"

NOW = UnixTime(START + DAY)

WORDS: tuple[str, ...] = (
    "", "0x", "0x" + "ab" * 32, "AAAA", "urn:epc:id:sgtin:4012345.011122.25", "urn:epc:id:sgln:4012345.00001.0",
    "https://id.gs1.org/01/04012345111225/21/25", "https://example.com/some/path/00/340123453111111115?x=1",
    "2026-09-21T14:10:00.000+02:00", "urn:epcglobal:cbv:bizstep:shipping", "cbv:BizStep-shipping", "12E34", "-0.50",
)  # fmt: skip


@cache
def vectors(name: str) -> Any:
    """A file of vectors."""
    return json.loads((VECTORS / f"{name}.json").read_bytes())


def as_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def receipts(*names: str) -> tuple[bytes, ...]:
    """The published receipts of these names."""
    by_name = {each["name"]: each.get("receipt", "").encode() for each in vectors("receipts")["receipts"]}
    return tuple(by_name[name] for name in names)


def trust_roots() -> tuple[bytes, ...]:
    """Two published trust roots, the usual one first."""
    found = vectors("receipts")["trustRoots"]
    return tuple(found[name].encode() for name in ("small", "published"))


@cache
def trust_root() -> TrustRoot:
    return parse_trust_root(trust_roots()[-1])


def breaches() -> tuple[bytes, ...]:
    return tuple(each["breach"].encode() for each in vectors("receipts")["breaches"][:6] if "breach" in each)


@cache
def notes() -> tuple[bytes, ...]:
    """A promise and a checkpoint, signed."""
    checkpoint = json.loads(RECEIPTS[0])["checkpoint"].encode()
    return (vectors("promise")["note"].encode(), checkpoint)


@cache
def world() -> World:
    return World.with_maker()


EVENTS: tuple[dict[str, Any], ...] = (
    *(each["event"] for each in vectors("disclosure")["events"]),
    dict(object_event()),
    {
        **object_event(), "type": "TransformationEvent", "action": None, "epcList": None,
        "inputQuantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.011122.L", "quantity": 10.5, "uom": "KGM"}],
        "outputEPCList": ["urn:epc:id:sgtin:4012345.011122.1"],
        "ilmd": {"cbvmda:lotNumber": "L", "ex:a": [1, {"b": 2}]},
        "sensorElementList": [{"sensorReport": [{"type": "Temperature", "value": 2.5, "booleanValue": True}]}],
        "errorDeclaration": {"declarationTime": "2026-09-22T14:10:00Z", "reason": "did_not_occur"},
        "certificationInfo": "https://example.org/cert", "persistentDisposition": {"set": ["in_transit"]},
    },
)  # fmt: skip

RECEIPTS = receipts("whole", "view", "bare")
