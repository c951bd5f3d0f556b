"""Events of the `PartyRegistry` as registry facts, in the JSON of `docs/spec.md` §8."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.errors import ChainUnavailableError
from ledger.types import JsonObject, JsonValue, UnixTime

_JURISDICTION_BYTES = 2


def fact_of(event: str, arguments: Mapping[str, object], block: int, time: UnixTime) -> JsonObject:
    """Return the fact that an event states."""
    return {"fact": event, "block": block, "time": time, **{name: _json(value) for name, value in arguments.items()}}


def _json(value: object) -> JsonValue:
    match value:
        case bytes() if len(value) == _JURISDICTION_BYTES:
            return value.decode("ascii", "replace")
        case bytes():
            return "0x" + value.hex()
        case int() | str():
            return value
        case _:
            raise ChainUnavailableError("the node answers with an event that the contract does not have")
