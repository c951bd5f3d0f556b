"""Strict JSON: bytes that every language reads as the same value, or a refusal that says where.

Taken is one RFC 8259 value in UTF-8 without byte order mark and nothing after it. Refused, with an RFC 6901 pointer:
a member name twice in one object or ``__proto__`` (it means something else in JavaScript), a lone surrogate, NaN,
Infinity, a number outside `strict_json_number`, nesting deeper than `MAX_DEPTH`, more bytes than the caller's limit.
Integral numbers such as ``1.0`` or ``1e3`` become integers.

The C scanner of the standard library reads; only when it or a check refuses does `strict_json_fault` read again,
slowly, to name the place. What the members mean is left to the caller.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from ledger.codec.strict_json_fault import MAX_DEPTH, refuse
from ledger.codec.strict_json_number import parse_integer, parse_real
from ledger.errors import MalformedError, TooLargeError
from ledger.types import JsonObject, JsonValue

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MAX_DOCUMENT_BYTES", "is_deeper", "members_with_source", "parse"]

MAX_BYTES = 4 << 20
"""One envelope, or what else holds an event of `ledger.codec.event_leaves.MAX_EVENT_BYTES`."""

MAX_DOCUMENT_BYTES = 64 << 20
"""One EPCIS document, a container of events."""

_SPACE = " \t\n\r"  # RFC 8259 §2
_LENIENT = json.JSONDecoder()


def parse(data: bytes, max_bytes: int = MAX_BYTES) -> JsonValue:
    """Return the value that ``data`` holds; refuse all that another reader might read differently."""
    text = _decode(data, max_bytes)
    try:
        value: JsonValue = _DECODER.decode(text)
        _refuse_deep(text, value)
        _refuse_lone_surrogates(text, value)
    except (ValueError, RecursionError):
        refuse(text)
    return value


def members_with_source(data: bytes, max_bytes: int = MAX_BYTES) -> dict[str, tuple[JsonValue, bytes]]:
    """Return each member of the object in ``data`` with its exact source bytes, to be given back as it came."""
    value = parse(data, max_bytes)
    if not isinstance(value, dict):
        raise MalformedError("", "a JSON object", "another JSON value")
    text, at = data.decode("utf-8"), 0
    members: dict[str, tuple[JsonValue, bytes]] = {}
    while len(members) < len(value):  # what follows rests on parse() having taken the whole text
        name, at = _LENIENT.raw_decode(text, text.index('"', at))
        start = text.index(":", at) + 1
        while text[start] in _SPACE:
            start += 1
        _, at = _LENIENT.raw_decode(text, start)
        members[name] = value[name], text[start:at].encode("utf-8")
    return members


def is_deeper(value: JsonValue, depth: int) -> bool:
    """Say whether arrays and objects nest more than ``depth`` levels in ``value``."""
    level: list[Any] = [value]
    for _ in range(depth + 1):
        containers = [each for each in level if isinstance(each, (dict, list))]
        if not containers:
            return False
        level = [child for each in containers for child in (each.values() if isinstance(each, dict) else each)]
    return True


def _decode(data: bytes, max_bytes: int) -> str:
    if len(data) > max_bytes:
        raise TooLargeError("", f"at most {max_bytes} bytes", f"{len(data)} bytes")
    try:
        text = data.decode("utf-8")  # refuses encoded surrogates and overlong forms too
    except UnicodeDecodeError as error:
        raise MalformedError("", "UTF-8", f"something else at byte {error.start}") from None
    if text.startswith("\ufeff"):  # RFC 8259 §8.1
        raise MalformedError("", "no byte order mark", "a byte order mark")
    return text


def _object(members: list[tuple[str, Any]]) -> JsonObject:
    value = dict(members)
    if len(value) != len(members) or "__proto__" in value:
        raise ValueError("a member name twice, or __proto__")
    return value


def _constant(name: str) -> NoReturn:
    raise ValueError(name)  # NaN, Infinity, -Infinity: the standard library takes them, RFC 8259 §6 does not


def _refuse_deep(text: str, value: JsonValue) -> None:
    """Refuse nesting beyond `MAX_DEPTH`, at no cost for a text with fewer brackets than that."""
    if text.count("[") + text.count("{") > MAX_DEPTH and is_deeper(value, MAX_DEPTH):
        raise ValueError("too deep")


def _refuse_lone_surrogates(text: str, value: JsonValue) -> None:
    if "\\u" in text:  # UTF-8 has no surrogates, so that only an escape can bring one in
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # UnicodeEncodeError is a ValueError


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=parse_integer, parse_float=parse_real, parse_constant=_constant
)
