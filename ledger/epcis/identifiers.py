"""GS1 identification keys, whatever their form: EPC URN, or Digital Link of any domain.

`canonical_digital_link` is the one way in. What it returns is compared, hashed and shown; the form that a party signed
is never replaced by it. Check digits are computed where a URN has none and can be verified where a link has one.

Left to others: the grammars (`epc_urn`, `digital_link`), who may speak for a company prefix (the party registry).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ledger.epcis.check_digit import has_valid_check_digit
from ledger.epcis.digital_link import constrained_digital_link
from ledger.epcis.epc_urn import CANONICAL_RESOLVER, digital_link_of_urn

_SHORTEST_COMPANY_PREFIX: Final = 6
LOOKUP_DIGITS: Final = 13
_LEADING_DIGITS: Final = re.compile("[0-9]*")
_LOOKUP_START: Final = {"00": 1, "01": 1, "8003": 1, "8006": 1}
"""Where the company prefix begins: behind the indicator or extension digit, or the filler of a GRAI; else at 0."""
_CHECKED_DIGITS: Final = {
    "00": 18, "01": 14, "253": 13, "255": 13, "402": 17, "414": 13, "417": 13,
    "8003": 14, "8006": 14, "8017": 18, "8018": 18,
}  # fmt: skip
"""How many leading digits of a key end in a check digit; keys without one are not in the table."""


@dataclass(frozen=True, slots=True)
class Gs1Key:
    """A key at its finest level: ``ai`` and ``value``, and the one qualifier that belongs to it ("" and "" if none)."""

    ai: str
    value: str
    qualifier_ai: str
    qualifier: str


def canonical_digital_link(identifier: str) -> str | None:
    """Return the constrained canonical Digital Link of a GS1 key, or None if ``identifier`` is none."""
    if identifier[:4].lower() == "urn:":
        return digital_link_of_urn(identifier)
    return constrained_digital_link(identifier)


def parse_gs1_key(identifier: str) -> Gs1Key | None:
    """Return the key that a URN or Digital Link names, or None if it names none."""
    link = canonical_digital_link(identifier)
    if link is None:
        return None
    parts = link[len(CANONICAL_RESOLVER) :].split("/")
    return Gs1Key(*parts) if len(parts) == 4 else Gs1Key(parts[0], parts[1], "", "")


def format_gs1_key(key: Gs1Key) -> str:
    """Return the canonical Digital Link of ``key``: what `parse_gs1_key` undoes."""
    qualifier = f"/{key.qualifier_ai}/{key.qualifier}" if key.qualifier_ai else ""
    return f"{CANONICAL_RESOLVER}{key.ai}/{key.value}{qualifier}"


def check_digit_holds(key: Gs1Key) -> bool:
    """Return whether the key's check digit is right; keys that have none (GIAI, GINC, CPI) always hold."""
    digits = _CHECKED_DIGITS.get(key.ai)
    return digits is None or has_valid_check_digit(key.value[:digits])


def gs1_key_digits(identifier: str) -> str | None:
    """Return the 13 digits in which the key's GS1 company prefix can be looked up as a number; None if it is no key.

    A company prefix of n digits owns the interval of 13-digit numbers that begin with it, ``prefix * 10**(13 - n)`` up
    to the next. The digits returned lie in the interval of the prefix under which the key was issued, whatever its
    length, so one comparison of numbers finds the owner:

    - GTIN, ITIP, GRAI, SSCC: the 13 digits behind indicator, filler or extension digit (``[1:14]``);
    - GLN, GDTI, SGCN, GSRN, GSIN: the first 13;
    - GIAI, GINC and CPI have no fixed length and may hold letters behind the prefix: their leading digits, cut at 13
      and filled up with zeros on the right. Fewer than 6, the shortest company prefix, are None.
    """
    link = canonical_digital_link(identifier)
    if link is None:
        return None
    ai, _, rest = link[len(CANONICAL_RESOLVER) :].partition("/")
    start = _LOOKUP_START.get(ai, 0)
    found = _LEADING_DIGITS.match(rest, start, start + LOOKUP_DIGITS)
    digits = found.group() if found else ""
    return digits.ljust(LOOKUP_DIGITS, "0") if len(digits) >= _SHORTEST_COMPANY_PREFIX else None
