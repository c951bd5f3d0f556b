"""GS1 Digital Link URIs, brought into the constrained canonical form of the CBV event hash.

A link of any domain (``https://brand.example/some/path/01/04012345111118/10/L1/21/9876?3103=000123``) becomes
``https://id.gs1.org/01/04012345111118/21/9876``: the domain is GS1's, the short names of keys are their application
identifiers, a GTIN has 14 digits, query and fragment are dropped, and only the finest level of identification stays
(CBV 2.0 Event Hash ID, rule 18). Values are carried over character by character.

Left to others: EPC URNs (`epc_urn`), check digits (`check_digit`): a wrong one does not keep a link from being one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ledger.epcis.epc_urn import CANONICAL_RESOLVER

_PATH: Final = re.compile(r"(?i:https?)://[^/?#\s]+/([^?#\s]*)(?:[?#].*)?", re.DOTALL)
_CHARACTER: Final = r"(?:[!-$&-~]|%[0-9A-Fa-f]{2})"


def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


@dataclass(frozen=True, slots=True)
class _PrimaryKey:
    """A key that can stand first in a link.

    ``qualifiers`` are their AIs in the order of the path; ``finest``, the best first, those of the identifier.
    """

    ai: str
    value: re.Pattern[str]
    qualifiers: tuple[str, ...] = ()
    finest: tuple[str, ...] = ()


_QUALIFIER_VALUES: Final[dict[str, re.Pattern[str]]] = {
    "10": _pattern(_CHARACTER + "{1,20}"),
    "21": _pattern(_CHARACTER + "{1,20}"),
    "22": _pattern(_CHARACTER + "{1,20}"),
    "235": _pattern(_CHARACTER + "{1,28}"),
    "254": _pattern(_CHARACTER + "{1,20}"),
    "7040": _pattern(_CHARACTER + "{1,4}"),
    "8011": _pattern("[0-9]{1,12}"),
    "8019": _pattern("[0-9]{1,10}"),
}
_GLN: Final = _pattern("[0-9]{13}")
_GSRN: Final = _pattern("[0-9]{18}")
_FREE: Final = _pattern("[0-9]{4}" + _CHARACTER + "{1,26}")

_KEYS: Final = (
    _PrimaryKey("00", _pattern("[0-9]{18}")),
    _PrimaryKey("01", _pattern("[0-9]{8}|[0-9]{12,14}"), ("22", "10", "21", "235"), ("21", "235", "10")),
    _PrimaryKey("253", _pattern("[0-9]{13}" + _CHARACTER + "{0,17}")),
    _PrimaryKey("255", _pattern("[0-9]{13,25}")),
    _PrimaryKey("401", _FREE),
    _PrimaryKey("402", _pattern("[0-9]{17}")),
    _PrimaryKey("414", _GLN, ("254", "7040"), ("254",)),
    _PrimaryKey("417", _GLN, ("7040",)),
    _PrimaryKey("8003", _pattern("[0-9]{14}" + _CHARACTER + "{0,16}")),
    _PrimaryKey("8004", _FREE),
    _PrimaryKey("8006", _pattern("[0-9]{18}"), ("22", "10", "21"), ("21", "10")),
    _PrimaryKey("8010", _pattern(r"[0-9]{4}(?:[0-9A-Z\-]|%23|%2[Ff]){1,26}"), ("8011",), ("8011",)),
    _PrimaryKey("8017", _GSRN, ("8019",)),
    _PrimaryKey("8018", _GSRN, ("8019",)),
)
_SHORT_NAMES: Final = {
    "sscc": "00", "gtin": "01", "gdti": "253", "gcn": "255", "ginc": "401", "gsin": "402", "gln": "414",
    "party": "417", "grai": "8003", "giai": "8004", "itip": "8006", "cpid": "8010", "gsrnp": "8017", "gsrn": "8018",
}  # fmt: skip
_QUALIFIER_SHORT_NAMES: Final = {"lot": "10", "ser": "21", "cpv": "22", "glnx": "254", "cpsn": "8011", "srin": "8019"}

_CANONICAL_SGTIN: Final = re.compile(r"https://id\.gs1\.org/01/[0-9]{14}/21/[0-9A-Za-z._\-]{1,20}")
"""The most frequent identifier of all, as it is already."""

_LONGEST_REST: Final = 2 * max(len(key.qualifiers) for key in _KEYS) + 1
"""So many segments tell whether the rest of a path is too long; more are never copied."""

_KEY_BY_AI: Final = {key.ai: key for key in _KEYS}
_KEY_BY_SEGMENT: Final = _KEY_BY_AI | {name: _KEY_BY_AI[ai] for name, ai in _SHORT_NAMES.items()}
_QUALIFIER_BY_SEGMENT: Final = {ai: ai for ai in _QUALIFIER_VALUES} | _QUALIFIER_SHORT_NAMES


def _qualifiers(key: _PrimaryKey, segments: list[str]) -> dict[str, str] | None:
    """Return the qualifiers by AI, or None unless ``segments`` are pairs that the key may have, in the path's order."""
    if len(segments) % 2 or len(segments) > 2 * len(key.qualifiers):
        return None
    found: dict[str, str] = {}
    place = 0
    for name, value in zip(segments[::2], segments[1::2], strict=True):
        ai = _QUALIFIER_BY_SEGMENT.get(name)
        if ai is None or ai not in key.qualifiers[place:] or not _QUALIFIER_VALUES[ai].fullmatch(value):
            return None
        place = key.qualifiers.index(ai) + 1
        found[ai] = value
    return found


def _link(key: _PrimaryKey, value: str, qualifiers: dict[str, str]) -> str:
    text = f"{CANONICAL_RESOLVER}{key.ai}/{value.zfill(14) if key.ai == '01' else value}"
    for ai in key.finest:
        if ai in qualifiers:
            return f"{text}/{ai}/{qualifiers[ai]}"
    return text


def constrained_digital_link(uri: str) -> str | None:
    """Return the canonical link at the finest level of identification, or None if ``uri`` is no GS1 Digital Link.

    The key is the first pair of segments after which the whole rest of the path consists of its qualifiers, so that a
    resolver may have a path of its own before it.
    """
    if _CANONICAL_SGTIN.fullmatch(uri):
        return uri
    segments = _segments(uri)
    for place, key in _keys(segments):
        qualifiers = _qualifiers(key, segments[place + 2 : place + 2 + _LONGEST_REST])
        if qualifiers is not None:
            return _link(key, segments[place + 1], qualifiers)
    return None


def first_key(uri: str) -> str | None:
    """Return the canonical link of the first key in the path, whatever stands behind it; None if there is none."""
    segments = _segments(uri)
    return next((_link(key, segments[place + 1], {}) for place, key in _keys(segments)), None)


def _segments(uri: str) -> list[str]:
    match = _PATH.fullmatch(uri)
    segments = [] if match is None else match.group(1).split("/")
    return segments[:-1] if segments and segments[-1] == "" else segments


def _keys(segments: list[str]) -> Iterator[tuple[int, _PrimaryKey]]:
    """Yield each place at which the name of a key is followed by a value of that key."""
    for place in range(len(segments) - 1):
        key = _KEY_BY_SEGMENT.get(segments[place])
        if key is not None and key.value.fullmatch(segments[place + 1]):
            yield place, key
