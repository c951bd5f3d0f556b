"""JSON Schemas (2020-12) of what is exchanged as whole files: events, envelopes, receipts.

They say enough to write a client. What is strict about them beyond JSON Schema stands in docs/spec.md, and is refused
by the parsers, not here.
"""

from __future__ import annotations

from typing import Any, Final

from ledger.codec.statement import ACTS, ROLES
from ledger.domain.receipt import FORMAT

SCHEMA_PREFIX: Final = "#/components/schemas/"


def _hex(size: int, description: str) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^0x[0-9a-f]{{{2 * size}}}$", "description": description}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"{SCHEMA_PREFIX}{name}"}


def _closed(description: str, required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "properties": required | (optional or {}),
        "required": list(required),
        "additionalProperties": False,
    }


def _integer(description: str) -> dict[str, Any]:
    return {"type": "integer", "minimum": 0, "maximum": 2**53 - 1, "description": description}


_HASH: Final = {"type": "string", "contentEncoding": "base64", "description": "32 bytes in base64 with padding"}
_HASHES: Final = {"type": "array", "items": _HASH}

_EVENT: Final = {
    "type": "object",
    "description": "An EPCIS 2.0 event. A signed one carries its whole @context and an eventID, and no recordTime.",
    "properties": {
        "@context": {"description": "the event's own prefixes; in a document they may stand there instead"},
        "type": {
            "enum": ["ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent"]
        },
        "eventID": {"type": "string", "format": "uri"},
        "eventTime": {"type": "string", "format": "date-time"},
        "eventTimeZoneOffset": {"type": "string", "pattern": "^[+-](0[0-9]|1[0-4]):[0-5][0-9]$"},
    },
    "required": ["type", "eventTime", "eventTimeZoneOffset"],
}

_DOCUMENT: Final = {
    "type": "object",
    "description": "An EPCIS 2.0 document in JSON: its events are captured in their order.",
    "properties": {
        "@context": {},
        "type": {"enum": ["EPCISDocument", "EPCISQueryDocument"]},
        "schemaVersion": {"type": "string"},
        "creationDate": {"type": "string", "format": "date-time"},
        "epcisBody": {"type": "object"},
    },
    "required": ["type", "epcisBody"],
}

_STATEMENT: Final = _closed(
    "What a party signs (EIP-712, docs/spec.md §4). subject, previous and terms are left out when zero, as for events.",
    {
        "act": {"enum": sorted(ACTS)},
        "party": _hex(32, "id of the signing party in PartyRegistry"),
        "role": {"enum": sorted(ROLES)},
        "jurisdiction": {"type": "string", "pattern": "^[A-Z]{2}$"},
        "eventDigest": _hex(32, "docs/spec.md §3"),
        "logId": _hex(32, "as GET /log names it"),
        "signedAt": _integer("seconds since 1970 by the signer's clock"),
    },
    {name: _hex(32, "left out when zero") for name in ("subject", "previous", "terms")},
)

_ENVELOPE: Final = _closed(
    "A signed submission (docs/spec.md §4.1). Keep it: after a lost answer it is sent again, never signed anew.",
    {
        "event": _ref("EpcisEvent"),
        "seed": _hex(32, "32 random bytes drawn by whoever signs; secret to whoever may not see the whole event"),
        "statement": _ref("Statement"),
        "signature": _hex(65, "r, s, v; v 27 or 28, low s"),
    },
)

_ANCHOR: Final = _closed(
    "The head on chain that the receipt leads to.",
    {
        "treeSize": _integer("leaves under the head"),
        "rootHash": _HASH,
        "block": _integer("block number"),
        "time": _integer("block time"),
        "transaction": _hex(32, "of the anchoring transaction"),
        "consistencyProof": _HASHES,
    },
)

_ROLE_VIEW: Final = _closed(
    "Some members of an event, with proof that they and the hidden ones are all there is (docs/spec.md §3.1).",
    {
        "manifest": {
            "type": "object",
            "properties": {"salt": {"type": "string"}, "names": {"type": "array", "items": {"type": "string"}}},
            "required": ["salt", "names"],
        },
        "members": {"type": "object", "additionalProperties": {"type": "object"}},
        "hidden": _HASHES,
    },
)

_RECEIPT: Final = {
    **_closed(
        "All the evidence for one event (docs/spec.md §9.2): with event and seed, or with a view, or with neither.",
        {
            "format": {"const": FORMAT},
            "domain": _closed(
                "EIP-712 domain.", {"chainId": _integer("chain id"), "verifyingContract": _hex(20, "PartyRegistry")}
            ),
            "statement": _ref("Statement"),
            "signature": _hex(65, "r, s, v"),
            "leafIndex": _integer("place in the log"),
            "inclusionProof": _HASHES,
            "checkpoint": {"type": "string", "description": "C2SP signed note"},
            "anchor": {"anyOf": [_ANCHOR, {"type": "null"}]},
        },
        {"event": _ref("EpcisEvent"), "seed": _hex(32, "of the salts"), "view": _ref("RoleView")},
    ),
    "dependentRequired": {"event": ["seed"], "seed": ["event"]},
}

SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "EpcisEvent": _EVENT,
    "EpcisEventList": {"type": "array", "items": _ref("EpcisEvent")},
    "EpcisDocument": _DOCUMENT,
    "Statement": _STATEMENT,
    "Envelope": _ENVELOPE,
    "EnvelopeList": {"type": "array", "items": _ref("Envelope"), "minItems": 1},
    "RoleView": _ROLE_VIEW,
    "Receipt": _RECEIPT,
}
"""By name in the OpenAPI document's components."""
