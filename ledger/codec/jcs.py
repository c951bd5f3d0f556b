"""RFC 8785, the JSON Canonicalization Scheme: one value, one sequence of bytes, the same in every language.

`canonicalize` writes what the `rfc8785` package writes, byte for byte. The C encoder of the standard library does it
for plain values in half the time; every value on which the two might differ goes to the package. Nesting beyond that of
strict JSON is refused.
"""

from __future__ import annotations

from json.encoder import c_make_encoder, encode_basestring  # type: ignore[attr-defined]  # not in typeshed
from typing import NoReturn

import rfc8785

from ledger.codec.strict_json import MAX_DEPTH, is_deeper
from ledger.codec.strict_json_number import MAX_SAFE_INTEGER
from ledger.errors import MalformedError
from ledger.types import JsonValue

_MIN_PLAIN_FLOAT = 1e-4
"""Below it Python writes an exponent where ECMAScript does not, or writes it differently."""


def canonicalize(value: JsonValue) -> bytes:
    """Return ``value`` as RFC 8785 writes it, in UTF-8; refuse what it cannot write."""
    try:
        if type(value) is str:
            return encode_basestring(value).encode("utf-8")
        if not _is_plain(value, MAX_DEPTH):
            return _dumps(value)
        text = "".join(_encode(value, 0))
        if not text.isascii() and max(text) > "\uffff":  # RFC 8785 §3.2.3: UTF-16 sorts these otherwise
            return rfc8785.dumps(value)
        return text.encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise MalformedError("", "a value that RFC 8785 can write", _describe(error)) from None


def _is_plain(value: object, depth: int) -> bool:
    """Say whether the C encoder writes ``value`` as RFC 8785 does, the order of names apart.

    Raise `RecursionError` beyond ``depth`` arrays and objects: at a depth of our own, not one that hangs on who calls.
    """
    match value:
        case str() | None | bool():
            return True
        case list() | tuple() if depth:
            return all(type(each) is str or _is_plain(each, depth - 1) for each in value)
        case dict() if depth:
            return all(isinstance(name, str) and _is_plain(each, depth - 1) for name, each in value.items())
        case list() | tuple() | dict():
            raise RecursionError
        case int():
            return abs(value) <= MAX_SAFE_INTEGER
        case float():  # RFC 8785 §3.2.2.3: integral numbers and exponents are written differently
            return _MIN_PLAIN_FLOAT <= abs(value) <= MAX_SAFE_INTEGER and not value.is_integer()
        case _:
            return False


def _dumps(value: JsonValue) -> bytes:
    """Return what the package writes, which has no bound of its own either."""
    if is_deeper(value, MAX_DEPTH):
        raise RecursionError
    return rfc8785.dumps(value)


def _unsupported(value: object) -> NoReturn:
    raise ValueError(f"{type(value).__name__} is not JSON")


def _describe(error: Exception) -> str:
    """Name the fault without the value: it may be a price."""
    match error:
        case RecursionError():
            return "nesting too deep to write"
        case UnicodeEncodeError():
            return "a lone surrogate"
        case rfc8785.IntegerDomainError():
            return "an integer beyond 2^53-1"
        case rfc8785.FloatDomainError():
            return "NaN or an infinity"
        case _:
            return "a value that is not JSON"


# The arguments: no check for circles (the stack is one), default, string writer, no indent, separators, sorted names,
# no skipped names, no NaN. Made once: `json.JSONEncoder` makes one at each call, which costs more than the encoding.
_encode = c_make_encoder(None, _unsupported, encode_basestring, None, ":", ",", True, False, False)
