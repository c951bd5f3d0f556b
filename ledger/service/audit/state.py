"""How far an audit got, as a file from which it goes on: the right edge of the tree, what was found, and of what.

It belongs to whoever audits, and binds to one store, one log and one trust root: of any other it is refused.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections import Counter
from dataclasses import dataclass
from typing import Final

from ledger.codec.base64_strict import decode_base64
from ledger.codec.json_shape import array, closed_object, open_object, string
from ledger.codec.strict_json import MAX_DOCUMENT_BYTES, parse
from ledger.codec.tree import Edge
from ledger.domain.audit import Erased, Fault, Tally
from ledger.domain.fields import constant, integer, unix_time
from ledger.domain.report import printable
from ledger.domain.verdict import Outcome
from ledger.errors import ConflictError, MalformedError
from ledger.types import Hash32, JsonObject, JsonValue

FORMAT: Final = "tradeledger-audit-state/1"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is audited, and against what."""

    store: str
    log_id: str
    trust_root: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything below ``edge.tree_size`` was audited."""

    edge: Edge
    good_size: int
    tally: Tally


def dump_state(subject: Subject, progress: Progress) -> bytes:
    """Return the file that `parse_state` reads."""
    tally, edge = progress.tally, progress.edge
    value: JsonObject = {
        "format": FORMAT,
        "store": subject.store,
        "logId": subject.log_id,
        "trustRoot": subject.trust_root,
        "nextIndex": edge.tree_size,
        "goodSize": progress.good_size,
        "peaks": [b64encode(peak).decode() for peak in edge.peaks],
        "partialTiles": [b64encode(tile).decode() for tile in edge.partial_tiles],
        "events": tally.events,
        "kinds": [[kind, outcome.value, count] for (kind, outcome), count in sorted(tally.kinds.items(), key=str)],
        "firstBadIndex": tally.first_bad_index,
        "faults": [fault.as_json() for fault in tally.faults],
        "erased": tally.erased,
        "erasures": [[each.leaf_index, each.erased_at, printable(each.basis)] for each in tally.erasures],
    }
    return json.dumps(value, indent=1).encode() + b"\n"


_MEMBERS: Final = frozenset(
    {"format", "store", "logId", "trustRoot", "nextIndex", "goodSize", "peaks", "partialTiles", "events", "kinds",
     "firstBadIndex", "faults", "erased", "erasures"}
)  # fmt: skip


def parse_state(data: bytes, subject: Subject) -> Progress:
    """Return the progress in a file; refuse one that is damaged, or of another subject (`ConflictError`)."""
    state = closed_object(parse(data, MAX_DOCUMENT_BYTES), "", _MEMBERS)
    constant(state["format"], "/format", FORMAT)
    for name, own in (("logId", subject.log_id), ("trustRoot", subject.trust_root), ("store", subject.store)):
        if string(state[name], f"/{name}") != own:
            raise ConflictError(f"/{name}", "the state of an audit of this store, log and trust root", "another's")
    edge = Edge(integer(state["nextIndex"], "/nextIndex"), _hashes(state["peaks"]), _tiles(state["partialTiles"]))
    if edge.tree_size.bit_count() != len(edge.peaks):
        raise MalformedError("/peaks", f"{edge.tree_size.bit_count()} hashes", f"{len(edge.peaks)}")
    return Progress(edge, integer(state["goodSize"], "/goodSize"), _read_tally(state, edge.tree_size))


def _read_tally(state: JsonObject, records: int) -> Tally:
    first = state["firstBadIndex"]
    tally = Tally(
        records=records,
        events=integer(state["events"], "/events"),
        erased=integer(state["erased"], "/erased"),
        first_bad_index=None if first is None else integer(first, "/firstBadIndex"),
        faults=[_read_fault(fault, f"/faults/{i}") for i, fault in enumerate(array(state["faults"], "/faults"))],
        erasures=[_read_erased(each, f"/erasures/{i}") for i, each in enumerate(array(state["erasures"], "/erasures"))],
    )
    tally.kinds = Counter(
        dict(_read_count(each, f"/kinds/{i}") for i, each in enumerate(array(state["kinds"], "/kinds")))
    )
    return tally


def _read_fault(value: JsonValue, pointer: str) -> Fault:
    fault = open_object(value, pointer)
    places = {
        name: integer(fault[member], f"{pointer}/{member}")
        for name, member in (("leaf_index", "leafIndex"), ("tree_size", "treeSize"))
        if member in fault
    }
    kind, detail = (string(fault.get(name), f"{pointer}/{name}") for name in ("kind", "detail"))
    return Fault(kind, detail, **places, outcome=_outcome(fault.get("outcome"), f"{pointer}/outcome"))


def _read_erased(value: JsonValue, pointer: str) -> Erased:
    index, erased_at, basis = _row(value, pointer)
    return Erased(integer(index, pointer), unix_time(erased_at, pointer), string(basis, pointer))


def _read_count(value: JsonValue, pointer: str) -> tuple[tuple[str, Outcome], int]:
    kind, outcome, count = _row(value, pointer)
    return (string(kind, pointer), _outcome(outcome, pointer)), integer(count, pointer)


def _row(value: JsonValue, pointer: str) -> list[JsonValue]:
    row = array(value, pointer)
    if len(row) != 3:
        raise MalformedError(pointer, "three elements", f"{len(row)}")
    return row


def _outcome(value: JsonValue, pointer: str) -> Outcome:
    try:
        return Outcome(value)
    except ValueError:
        raise MalformedError(pointer, "an outcome", "another value") from None


def _hashes(value: JsonValue) -> tuple[Hash32, ...]:
    peaks = tuple(Hash32(each) for each in _tiles(value))
    if any(len(peak) != 32 for peak in peaks):
        raise MalformedError("/peaks", "hashes of 32 bytes", "another length")
    return peaks


def _tiles(value: JsonValue) -> tuple[bytes, ...]:
    texts = (string(each, "") for each in array(value, ""))
    return tuple(decode_base64(text, "base64 with padding") if text else b"" for text in texts)
