"""The numbers of strict JSON: those that every language reads and writes back with the same value.

A number is taken when its magnitude is at most 2^53-1, it is not a negative zero, and its value is the same after it
is written by RFC 8785 (ECMAScript's shortest form of the nearest double). The grammar of a number (RFC 8259 §6) is
left to the caller.
"""

from __future__ import annotations

MAX_SAFE_INTEGER = 2**53 - 1
"""The largest integer that a double holds together with all below it (RFC 8259 §6, RFC 7493 §2.2)."""

_LONGEST_INTEGER = len(str(-MAX_SAFE_INTEGER))


class NumberRefusedError(ValueError):
    """A number that strict JSON refuses. ``found`` says why, never which: a number may be a price."""

    expected = "a number of magnitude up to 2^53-1 that RFC 8785 writes with the same value"

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found


def parse_integer(text: str) -> int:
    """Return the integer that ``text``, a JSON number without fraction and exponent, stands for."""
    if len(text) > _LONGEST_INTEGER:  # before int(), whose cost grows with the square of the length
        raise NumberRefusedError("an integer beyond 2^53-1")
    value = int(text)
    if not -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:
        raise NumberRefusedError("an integer beyond 2^53-1")
    if value == 0 and text[0] == "-":
        raise NumberRefusedError("a negative zero")
    return value


def parse_real(text: str) -> int | float:
    """Return the number that ``text``, a JSON number with fraction or exponent, stands for; an integral one as int."""
    value = float(text)
    if not -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:
        raise NumberRefusedError("a number beyond 2^53-1")
    if value == 0:
        return _parse_zero(text)
    if repr(value) != text and _decimal(repr(value)) != _decimal(text):  # RFC 8785 §3.2.2.3
        raise NumberRefusedError("a number with more digits than a double keeps")
    return int(value) if value.is_integer() else value


def _parse_zero(text: str) -> int:
    if text.lower().partition("e")[0].strip("0."):  # a sign, or a digit that the double has lost
        raise NumberRefusedError("a negative zero, or a number too small for a double")
    return 0


def _decimal(text: str) -> tuple[str, int]:
    """Return the significant digits and the power of ten of a number other than zero, without its sign."""
    mantissa, _, exponent = text.lower().lstrip("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    significant = digits.rstrip("0")
    power = int(exponent.lstrip("+-0") or "0") * (-1 if exponent.startswith("-") else 1)
    return significant, power - len(fraction) + len(digits) - len(significant)
