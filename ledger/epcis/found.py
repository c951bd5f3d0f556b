"""Words for errors about JSON values: what was found, and where. Never the value itself, which may be private."""

from __future__ import annotations

from ledger.errors import MalformedError
from ledger.types import JsonValue


def found_kind(value: JsonValue) -> str:
    """Return what kind of thing ``value`` is and how long it is, such as "a string of 12 characters"."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return f"a string of {len(value)} characters"
    return f"an array of {len(value)}" if isinstance(value, list) else f"an object of {len(value)} members"


def pointer_token(name: str | int) -> str:
    """Return ``name`` as one token of an RFC 6901 pointer, slash included."""
    return f"/{name}" if isinstance(name, int) else "/" + name.replace("~", "~0").replace("/", "~1")


def under(name: str | int, error: MalformedError) -> MalformedError:
    """Return ``error`` as seen from one level higher: its pointer goes through ``name``."""
    return MalformedError(pointer_token(name) + error.pointer, error.expected, error.found)
