"""EPC URNs of GS1 keys (EPC Tag Data Standard §6) and the GS1 Digital Link each of them stands for.

::

    urn:epc:id:sgtin:4012345.011111.9876   ->   https://id.gs1.org/01/04012345111118/21/9876

Instance (``id``), class (``class``) and pattern (``idpat``) URNs are known. The characters of a serial, lot or
reference are carried over unchanged: ``%2F`` is not decoded and ``!`` is not encoded. There is no way back from a link
to a URN: that needs the length of the company prefix, which only GS1's own table knows.

Left to others: Digital Links themselves (`digital_link`), keys whatever their form (`identifiers`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from ledger.epcis.check_digit import check_digit

CANONICAL_RESOLVER: Final = "https://id.gs1.org/"
"""Where a canonical GS1 Digital Link begins (GS1 Digital Link: URI Syntax §4.11)."""

_URN_PREFIX: Final = "urn:epc:"
_CHARACTER: Final = r"(?:[!'()*+,\-./0-9:;=A-Z_a-z]|%[0-9A-Fa-f]{2})"


@dataclass(frozen=True, slots=True)
class EpcUrn:
    """An EPC URN taken apart: ``scheme`` as in ``id:sgtin``, ``tail`` what follows the reference, "" if nothing."""

    scheme: str
    company_prefix: str
    reference: str
    tail: str


class _Key(Enum):
    """How company prefix and reference make the key."""

    INDICATOR_FIRST = auto()
    """GTIN, SSCC: the first digit of the reference leads; a check digit ends it."""
    PREFIX_FIRST = auto()
    """GLN and the like: the reference follows; a check digit ends it."""
    FREE = auto()
    """Alphanumeric: the reference follows, of any length; no check digit."""


@dataclass(frozen=True, slots=True)
class _Scheme:
    """One row of the table of schemes. ``digits``: those of company prefix and reference together."""

    ai: str
    key: _Key
    digits: int
    grammar: re.Pattern[str]
    suffix: Callable[[str], str]
    filler: str = ""

    def parts(self, body: str) -> tuple[str, str, str] | None:
        """Return company prefix, reference and tail, or None if ``body`` is not of this scheme."""
        match = self.grammar.fullmatch(body)
        if match is None:
            return None
        company_prefix, reference, tail = match.groups()
        if self.key is not _Key.FREE and len(company_prefix) + len(reference) != self.digits:
            return None
        return company_prefix, reference, tail

    def link(self, company_prefix: str, reference: str, tail: str) -> str:
        """Return the canonical Digital Link."""
        if self.key is _Key.INDICATOR_FIRST:
            key = reference[0] + company_prefix + reference[1:]
        else:
            key = company_prefix + reference
        if self.key is not _Key.FREE:
            key += check_digit(key)
        return f"{CANONICAL_RESOLVER}{self.ai}/{self.filler}{key}{self.suffix(tail)}"


def _nothing(_tail: str) -> str:
    return ""


def _at_once(tail: str) -> str:
    return tail


def _qualifier(ai: str) -> Callable[[str], str]:
    return f"/{ai}/{{}}".format


def _gln_extension(tail: str) -> str:
    """Return the extension of a place; "0" says that there is none."""
    return "" if tail == "0" else f"/254/{tail}"


def _pieces(tail: str) -> str:
    """Return piece number and total, and the serial unless it is a pattern."""
    piece, total, serial = tail.split(".", 2)
    return piece + total if serial == "*" else f"{piece}{total}/21/{serial}"


def _grammar(reference: str, tail: str = "") -> re.Pattern[str]:
    return re.compile(rf"([0-9]{{6,12}})\.({reference})" + (rf"\.({tail})" if tail else "()"))


_ITEM: Final = "[0-9]{1,7}"
_PART: Final = r"(?:[0-9A-Z\-]|%23|%2[Ff]){1,24}"
_PIECES: Final = r"[0-9]{2}\.[0-9]{2}\."
_SERIAL: Final = _CHARACTER + "{1,20}"
_ANY: Final = r"\*"

_SCHEMES: Final[dict[str, _Scheme]] = {
    "id:sgtin": _Scheme("01", _Key.INDICATOR_FIRST, 13, _grammar(_ITEM, _SERIAL), _qualifier("21")),
    "id:upui": _Scheme("01", _Key.INDICATOR_FIRST, 13, _grammar(_ITEM, _CHARACTER + "{1,28}"), _qualifier("235")),
    "id:itip": _Scheme("8006", _Key.INDICATOR_FIRST, 13, _grammar(_ITEM, _PIECES + _SERIAL), _pieces),
    "id:sscc": _Scheme("00", _Key.INDICATOR_FIRST, 17, _grammar("[0-9]{5,11}"), _nothing),
    "id:sgln": _Scheme("414", _Key.PREFIX_FIRST, 12, _grammar("[0-9]*", _SERIAL), _gln_extension),
    "id:pgln": _Scheme("417", _Key.PREFIX_FIRST, 12, _grammar("[0-9]*"), _nothing),
    "id:grai": _Scheme("8003", _Key.PREFIX_FIRST, 12, _grammar("[0-9]*", _CHARACTER + "{1,16}"), _at_once, filler="0"),
    "id:gdti": _Scheme("253", _Key.PREFIX_FIRST, 12, _grammar("[0-9]*", _CHARACTER + "{1,17}"), _at_once),
    "id:sgcn": _Scheme("255", _Key.PREFIX_FIRST, 12, _grammar("[0-9]*", "[0-9]{1,12}"), _at_once),
    "id:gsrn": _Scheme("8018", _Key.PREFIX_FIRST, 17, _grammar("[0-9]+"), _nothing),
    "id:gsrnp": _Scheme("8017", _Key.PREFIX_FIRST, 17, _grammar("[0-9]+"), _nothing),
    "id:gsin": _Scheme("402", _Key.PREFIX_FIRST, 16, _grammar("[0-9]+"), _nothing),
    "id:giai": _Scheme("8004", _Key.FREE, 0, _grammar(_CHARACTER + "{1,24}"), _nothing),
    "id:ginc": _Scheme("401", _Key.FREE, 0, _grammar(_CHARACTER + "{1,24}"), _nothing),
    "id:cpi": _Scheme("8010", _Key.FREE, 0, _grammar(_PART, "[0-9]{1,12}"), _qualifier("8011")),
    "class:lgtin": _Scheme("01", _Key.INDICATOR_FIRST, 13, _grammar(_ITEM, _SERIAL), _qualifier("10")),
    "idpat:sgtin": _Scheme("01", _Key.INDICATOR_FIRST, 13, _grammar(_ITEM, _ANY), _nothing),
    "idpat:upui": _Scheme("01", _Key.INDICATOR_FIRST, 13, _grammar(_ITEM, _ANY), _nothing),
    "idpat:itip": _Scheme("8006", _Key.INDICATOR_FIRST, 13, _grammar(_ITEM, _PIECES + _ANY), _pieces),
    "idpat:grai": _Scheme("8003", _Key.PREFIX_FIRST, 12, _grammar("[0-9]*", _ANY), _nothing, filler="0"),
    "idpat:gdti": _Scheme("253", _Key.PREFIX_FIRST, 12, _grammar("[0-9]*", _ANY), _nothing),
    "idpat:sgcn": _Scheme("255", _Key.PREFIX_FIRST, 12, _grammar("[0-9]*", _ANY), _nothing),
    "idpat:cpi": _Scheme("8010", _Key.FREE, 0, _grammar(_PART, _ANY), _nothing),
}


def _split(urn: str) -> tuple[str, _Scheme, str] | None:
    """Return the scheme's name, the scheme and the body of a URN of a known scheme."""
    if (
        urn[: len(_URN_PREFIX)].lower() != _URN_PREFIX
    ):  # RFC 8141 §3.1: the case of "urn" and of the namespace is nothing
        return None
    kind, _, rest = urn[len(_URN_PREFIX) :].partition(":")
    name, _, body = rest.partition(":")
    scheme = _SCHEMES.get(f"{kind}:{name}")
    return None if scheme is None else (f"{kind}:{name}", scheme, body)


def parse_epc_urn(urn: str) -> EpcUrn | None:
    """Return the parts of an EPC URN of a GS1 key, or None if ``urn`` is none (or not well formed)."""
    known = _split(urn)
    if known is None:
        return None
    name, scheme, body = known
    parts = scheme.parts(body)
    return None if parts is None else EpcUrn(name, *parts)


def format_epc_urn(epc: EpcUrn) -> str:
    """Return the URN whose parts ``epc`` holds: what `parse_epc_urn` undoes."""
    tail = f".{epc.tail}" if epc.tail else ""
    return f"{_URN_PREFIX}{epc.scheme}:{epc.company_prefix}.{epc.reference}{tail}"


def digital_link_of_urn(urn: str) -> str | None:
    """Return the canonical Digital Link that an EPC URN stands for, or None if it is no URN of a GS1 key."""
    known = _split(urn)
    if known is None:
        return None
    _name, scheme, body = known
    parts = scheme.parts(body)
    return None if parts is None else scheme.link(*parts)
