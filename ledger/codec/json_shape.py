"""The shape of parsed JSON: each function returns the value as the type it must have, or refuses it with its pointer.

Every object defined in the specification is closed: a member more or a member less is refused. A refusal names the
kind of what stood there, never its value, which may be a price. Ranges and meaning are left to the caller.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from ledger.codec.base64_strict import decode_base64
from ledger.codec.merkle import HASH_BYTES
from ledger.errors import MalformedError
from ledger.types import Hash32, JsonObject, JsonValue

_NONE: frozenset[str] = frozenset()


def member_pointer(pointer: str, name: str) -> str:
    """Return the RFC 6901 pointer of the member ``name`` of what ``pointer`` points at."""
    return f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"


def json_kind(value: JsonValue) -> str:
    """Return what kind of JSON value ``value`` is."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "an array"
        case _:
            return "an object"


def open_object(value: JsonValue, pointer: str) -> JsonObject:
    """Return ``value``, an object of any members."""
    if not isinstance(value, dict):
        raise MalformedError(pointer, "an object", json_kind(value))
    return value


def closed_object(
    value: JsonValue, pointer: str, required: AbstractSet[str], optional: AbstractSet[str] = _NONE
) -> JsonObject:
    """Return ``value``, an object with all ``required`` members and none beside them but ``optional`` ones."""
    members = open_object(value, pointer)
    for name in sorted(required - members.keys()):
        raise MalformedError(member_pointer(pointer, name), "this member", "no such member")
    for name in members:
        if name not in required and name not in optional:
            raise MalformedError(member_pointer(pointer, name), "no member of this name", "one")
    return members


def array(value: JsonValue, pointer: str) -> list[JsonValue]:
    """Return ``value``, an array."""
    if not isinstance(value, list):
        raise MalformedError(pointer, "an array", json_kind(value))
    return value


def string(value: JsonValue, pointer: str) -> str:
    """Return ``value``, a string."""
    if not isinstance(value, str):
        raise MalformedError(pointer, "a string", json_kind(value))
    return value


def whole_number(value: JsonValue, pointer: str, maximum: int) -> int:
    """Return ``value``, an integer from 0 to ``maximum``."""
    if type(value) is not int:  # True is an int to isinstance
        raise MalformedError(pointer, "a whole number", json_kind(value))
    if not 0 <= value <= maximum:
        raise MalformedError(pointer, f"a whole number from 0 to {maximum}", "another number")
    return value


def merkle_hash(value: JsonValue, pointer: str) -> Hash32:
    """Return the 32 bytes that ``value``, base64 with padding, spells."""
    data = decode_base64(string(value, pointer), "the base64 of 32 bytes", pointer)
    if len(data) != HASH_BYTES:
        raise MalformedError(pointer, "the base64 of 32 bytes", f"that of {len(data)} bytes")
    return Hash32(data)
