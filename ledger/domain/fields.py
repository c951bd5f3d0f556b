"""The spellings that files of the domain use beside `ledger.codec.json_shape`'s: ids, dates, integers, constants.

Exactly one spelling of a value is taken, so that no byte of a file can change without its meaning changing
(docs/spec.md, Encodings). Each function returns one typed value or refuses with its pointer.
"""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import UTC, datetime
from functools import lru_cache

from ledger.codec.base64_strict import decode_base64
from ledger.codec.hex_strict import decode_hex
from ledger.codec.json_shape import array, json_kind, string, whole_number
from ledger.codec.strict_json_number import MAX_SAFE_INTEGER
from ledger.errors import MalformedError
from ledger.types import Address, Hash32, JsonValue, PartyId, UnixTime

MAX_TIME = 253_402_300_799
"""9999-12-31T23:59:59Z, the last second that RFC 3339 can write."""

_RFC_3339_UTC = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)


def constant(value: JsonValue, pointer: str, expected: str) -> None:
    """Refuse anything but the string ``expected``."""
    if value != expected:
        raise MalformedError(pointer, f'"{expected}"', "another string" if isinstance(value, str) else json_kind(value))


def boolean(value: JsonValue, pointer: str) -> bool:
    """Return ``value`` as true or false."""
    if not isinstance(value, bool):
        raise MalformedError(pointer, "true or false", json_kind(value))
    return value


def integer(value: JsonValue, pointer: str) -> int:
    """Return ``value`` as an integer from 0 to 2^53-1."""
    return whole_number(value, pointer, MAX_SAFE_INTEGER)


def positive(value: JsonValue, pointer: str) -> int:
    """Return ``value`` as an integer from 1 to 2^53-1."""
    number = integer(value, pointer)
    if number == 0:
        raise MalformedError(pointer, "a whole number above 0", "0")
    return number


def unix_time(value: JsonValue, pointer: str) -> UnixTime:
    """Return ``value`` as whole seconds since 1970, within the years that a date can write."""
    return UnixTime(whole_number(value, pointer, MAX_TIME))


def hash_hex(value: JsonValue, pointer: str) -> Hash32:
    """Return the 32 bytes of a hex string."""
    return Hash32(decode_hex(value, 32, pointer))


def party_id(value: JsonValue, pointer: str) -> PartyId:
    """Return the party id of a hex string."""
    return PartyId(decode_hex(value, 32, pointer))


def address(value: JsonValue, pointer: str) -> Address:
    """Return the address of a hex string."""
    return Address(decode_hex(value, 20, pointer))


def hex_of_any_size(value: JsonValue, pointer: str) -> bytes:
    """Return the bytes of a hex string whose length is judged elsewhere."""
    return decode_hex(value, max(0, len(string(value, pointer)) // 2 - 1), pointer)


def proof(value: JsonValue, pointer: str) -> tuple[bytes, ...]:
    """Return the byte strings of an array of base64; how many and how long is judged by the proof's verification."""
    return tuple(
        decode_base64(string(item, f"{pointer}/{place}"), "base64 with padding", f"{pointer}/{place}")
        for place, item in enumerate(array(value, pointer))
    )


def date_time(value: JsonValue, pointer: str) -> UnixTime:
    """Return the time of an RFC 3339 date-time in UTC with whole seconds, ``2026-11-22T08:00:00Z``."""
    written = string(value, pointer)
    if _RFC_3339_UTC.fullmatch(written) and written >= "1970":
        try:
            return UnixTime(int(datetime.fromisoformat(written).timestamp()))
        except ValueError:
            pass  # the 30th of February
    raise MalformedError(pointer, "an RFC 3339 date-time in UTC such as 2026-11-22T08:00:00Z", "another string")


@lru_cache(maxsize=1024)  # many records share one head
def write_date_time(time: int) -> str:
    """Return the RFC 3339 spelling that `date_time` reads; a time beyond the year 9999 as its last second."""
    return datetime.fromtimestamp(min(time, MAX_TIME), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_base64(data: bytes) -> str:
    """Return standard base64 with padding."""
    return b64encode(data).decode("ascii")


def note_text(note: bytes) -> str:
    """Return the text that a signed note states, whoever signed it: what stands before its last empty line."""
    return note.decode().rpartition("\n\n")[0] + "\n"
