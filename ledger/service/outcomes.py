"""The result of one event of a capture, as the JSON object that a capture job keeps and the API answers.

``{"pointer", "eventID", "status"}`` and, where they apply, ``leafIndex``, ``eventDigest``, ``promise`` (the signed
note) and ``error`` (``kind``, ``detail``, ``pointer``, ``expected``, ``found``). An error repeats no value of events.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from ledger.codec.hex_strict import encode_hex
from ledger.errors import (
    BadEvidenceError,
    ConflictError,
    MalformedError,
    NotAllowedError,
    RequestRefusedError,
    TooLargeError,
)
from ledger.ports import NewEvent
from ledger.service.acceptance import Refusal
from ledger.types import JsonObject


class Status(Enum):
    """What became of an event."""

    SEQUENCED = "sequenced"
    DUPLICATE = "duplicate"
    """Its eventID is logged already, at ``leafIndex``: with an ``error`` where that is another statement, else the same
    one.
    """
    REFUSED = "refused"
    NOT_CAPTURED = "not captured"
    """Nothing was wrong with it; another event of the same submission kept it out."""


_KINDS: Final[dict[type[Exception], str]] = {
    MalformedError: "malformed",
    NotAllowedError: "not-allowed",
    ConflictError: "conflict",
    TooLargeError: "too-large",
    BadEvidenceError: "bad-evidence",
}


def sequenced(pointer: str, event: NewEvent, leaf_index: int, promise: str) -> JsonObject:
    """Return the result of an event that stands in the log now."""
    return {**_result(Status.SEQUENCED, pointer, event.event_id), **_place(event, leaf_index, promise)}


def duplicate(pointer: str, first: NewEvent, leaf_index: int, promise: str) -> JsonObject:
    """Return the result of a statement that was logged before, as ``first``."""
    return {**_result(Status.DUPLICATE, pointer, first.event_id), **_place(first, leaf_index, promise)}


def conflicting(pointer: str, event: NewEvent, leaf_index: int) -> JsonObject:
    """Return the result of an event whose eventID the party has logged before, under another statement."""
    error = ConflictError("/eventID", "an eventID that this party has not logged", f"that of leaf {leaf_index}")
    result = _result(Status.DUPLICATE, pointer, event.event_id)
    return {**result, "leafIndex": leaf_index, "error": _error(error, pointer)}


def refused(pointer: str, event_id: str | None, error: Refusal) -> JsonObject:
    """Return the result of a refused event; the error's pointer counts from where the event was handed in."""
    return {**_result(Status.REFUSED, pointer, event_id), "error": _error(error, pointer)}


def not_captured(pointer: str, event_id: str | None) -> JsonObject:
    """Return the result of an event that others kept out."""
    return _result(Status.NOT_CAPTURED, pointer, event_id)


def stands(result: JsonObject) -> bool:
    """Say whether the event of ``result`` is in the log as it was handed in."""
    return "promise" in result


def _result(status: Status, pointer: str, event_id: str | None) -> JsonObject:
    return {"pointer": pointer, "eventID": event_id, "status": status.value}


def _place(event: NewEvent, leaf_index: int, promise: str) -> JsonObject:
    return {"eventDigest": encode_hex(event.event_digest), "leafIndex": leaf_index, "promise": promise}


def _error(error: Refusal, prefix: str) -> JsonObject:
    kind = next(_KINDS[base] for base in type(error).__mro__ if base in _KINDS)
    detail, pointer = f"expected {error.expected}, found {error.found}", prefix
    match error:
        case RequestRefusedError():
            pointer += error.pointer
        case BadEvidenceError():
            detail = error.reason
    return {"kind": kind, "detail": detail, "pointer": pointer, "expected": error.expected, "found": error.found}
