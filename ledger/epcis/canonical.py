"""The canonical text of one value, time or member name in the CBV event hash (Event Hash ID rules 5-9, 14-20).

Not the whole rules: the order of members and what is left out is `event_hash`. Not JCS either: this text is neither
injective nor reversible.

Where the text of the standard and its published values differ, the values win: a compact IRI among values is expanded
for the vocabularies of GS1 only (rule 15 says any; the published values keep ``example:x`` as it is).
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from ledger.epcis.context import STANDARD_PREFIXES, declared_prefixes
from ledger.epcis.found import found_kind
from ledger.epcis.identifiers import canonical_digital_link
from ledger.epcis.vocabulary import CBV_URN_PREFIXES
from ledger.errors import MalformedError
from ledger.types import JsonValue

_NUMBER: Final = re.compile(r"([+-]?)([0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_NUMBER_STARTS: Final = frozenset("0123456789+-.")
_TIME: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]+))?(Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
)
_GS1_NAMESPACES: Final = ("https://ref.gs1.org/", "https://gs1.org/")
_IMPLICIT: Final = STANDARD_PREFIXES | {"cbvmda": "urn:epcglobal:cbv:mda"}
_FIXED: Final = {"gs1": STANDARD_PREFIXES["gs1"]}
_MAX_REPEATED: Final = 16 << 20
"""Characters of names and namespaces that one event may repeat, many times what an event of 1 MiB has need of."""
_MAX_NUMBER_BITS: Final = 1024
"""The range of a double; no JSON number that a peer can read lies beyond."""


class Namespaces:
    """The prefixes of one event, in the forms in which names and values need them.

    ``gs1`` cannot be redefined. Master data that a context does not declare has its XML namespace, without the colon.
    A name is written once for each of its values, a namespace for each name in it: `repeat` keeps the whole in bounds.
    """

    __slots__ = ("_keys", "_left", "_values")

    def __init__(self, context: JsonValue) -> None:
        self._left = _MAX_REPEATED
        prefixes = _IMPLICIT | declared_prefixes(context) | _FIXED
        self._keys = {prefix: f"{{{iri}}}" for prefix, iri in prefixes.items()}
        self._values = {prefix: iri for prefix, iri in prefixes.items() if iri.startswith(_GS1_NAMESPACES)}

    def key(self, name: str) -> str:
        """Return an extension's name as ``{namespace IRI}local``, or as it is if its prefix is not known (rule 20)."""
        prefix, colon, local = name.partition(":")
        namespace = self._keys.get(prefix) if colon else None
        return name if namespace is None else namespace + local

    def value(self, text: str) -> str:
        """Return a compact IRI of a GS1 vocabulary in full, any other text as it is (rule 15)."""
        prefix, colon, local = text.partition(":")
        namespace = self._values.get(prefix) if colon else None
        return text if namespace is None else self.repeat(namespace) + local

    def repeat(self, name: str) -> str:
        """Return ``name``, to be written once more; refuse to repeat names without end."""
        self._left -= len(name)
        if self._left < 0:
            raise MalformedError("", f"at most {_MAX_REPEATED} characters of names, as often as repeated", "more")
        return name


def canonical_text(text: str, names: Namespaces) -> str:
    """Return a string's canonical text: trimmed; numbers, GS1 keys, CBV URNs and compact IRIs in their one form."""
    text = text.strip()  # rule 5
    first = text[:1]
    if first == "u":
        if text.startswith("urn:epc:"):  # rule 17
            return canonical_digital_link(text) or text
        if text.startswith("urn:epcglobal:cbv:"):  # rule 14
            return _cbv_iri(text)
    elif first == "h":
        if text.startswith(("https://", "http://")):  # rule 18
            return canonical_digital_link(text) or text
    elif first in _NUMBER_STARTS:
        return _canonical_decimal(text)
    return names.value(text) if ":" in text else text


def _cbv_iri(urn: str) -> str:
    for urn_prefix, iri_prefix in CBV_URN_PREFIXES:
        if urn.startswith(urn_prefix):
            return iri_prefix + urn[len(urn_prefix) :]
    return urn


def _canonical_decimal(text: str) -> str:
    """Return a decimal without leading and trailing zeros and without ``+`` (rule 6); other text as it is.

    Exponents are left alone: ``12E34`` is a lot number more often than a quantity.
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        return text
    sign, digits = match.groups()
    whole, _, fraction = digits.partition(".")
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    return ("-" if sign == "-" else "") + (f"{whole}.{fraction}" if fraction else whole)


def canonical_value(value: JsonValue, names: Namespaces) -> str:
    """Return the canonical text of a string, number or boolean; refuse anything else and numbers beyond a double."""
    if isinstance(value, str):
        return canonical_text(value, names)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        if value.bit_length() > _MAX_NUMBER_BITS:
            raise MalformedError("", "a number within the range of a double", "a larger one")
        return str(value)
    if isinstance(value, float):
        return _canonical_float(value)
    raise MalformedError("", "a string, number or boolean", found_kind(value))


def _canonical_float(value: float) -> str:
    if not math.isfinite(value):
        raise MalformedError("", "a finite number", "one that is not")
    return _canonical_decimal(format(Decimal(repr(value)), "f"))


def canonical_time(value: JsonValue) -> str:
    """Return an ``xsd:dateTimeStamp`` in UTC with milliseconds, half-up on the fourth decimal (rules 8 and 9)."""
    match = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise MalformedError("", "an xsd:dateTimeStamp with its time zone", found_kind(value))
    seconds, fraction, zone = match.groups()
    fraction = (fraction or "").ljust(4, "0")
    milliseconds = int(fraction[:3]) + (fraction[3] >= "5")
    try:
        moment = datetime.fromisoformat(seconds + ("+00:00" if zone == "Z" else zone))
        moment = moment.astimezone(UTC) + timedelta(milliseconds=milliseconds)
    except (ValueError, OverflowError):
        raise MalformedError("", "a day and time of the calendar", found_kind(value)) from None
    return moment.isoformat(timespec="milliseconds")[:-6] + "Z"
