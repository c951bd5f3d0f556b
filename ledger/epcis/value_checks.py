"""Checks of single values: URIs, times, numbers, words. Each adds a deviation to a list, or says nothing.

Written for the case that all is well: one pattern per value, nothing built, no exception. Left to others: members and
lists (`structure_checks`), which member of which event is what (`event_checks`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final, TypeAlias

from ledger.epcis.deviation import Deviation, Rule
from ledger.epcis.found import found_kind
from ledger.epcis.vocabulary import Vocabulary
from ledger.types import JsonValue

Check: TypeAlias = Callable[[JsonValue, str, list[Deviation]], None]
"""``check(value, pointer, problems)``: add what is wrong with the value at ``pointer``."""

# RFC 3986 §3: a scheme, then the characters of a URI; escapes are looked at only where there is a percent sign.
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]+").fullmatch
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})").search
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s\x00-\x1f\x7f]+").fullmatch
# XML Schema 1.1 Part 2 §3.4.28: dateTimeStamp, a dateTime that has its time zone.
_TIME: Final = re.compile(
    r"(?!0000)([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?"
    r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
).fullmatch
_OFFSET: Final = re.compile(r"[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)").fullmatch
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?").fullmatch
_HEX: Final = re.compile(r"[0-9A-Fa-f]+").fullmatch
_UNIT: Final = re.compile(r"[0-9A-Z]{2,3}").fullmatch
_LAST_DAY_OF_EVERY_MONTH: Final = "28"


def is_uri(text: str) -> bool:
    """Return whether ``text`` is an absolute URI (or a compact one, which has the same form)."""
    return _URI(text) is not None and ("%" not in text or _BAD_ESCAPE(text) is None)


def is_time(text: str) -> bool:
    """Return whether ``text`` is an ``xsd:dateTimeStamp`` of a day that exists."""
    match = _TIME(text)
    return match is not None and (match.group(3) <= _LAST_DAY_OF_EVERY_MONTH or _day_exists(*match.groups()))


def _day_exists(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def check_uri(value: JsonValue, pointer: str, problems: list[Deviation]) -> None:
    """Expect a URI; one that holds characters a URI would escape is an IRI."""
    if isinstance(value, str):
        if is_uri(value):
            return
        if _IRI(value):
            problems.append(Deviation(pointer, Rule.IRI, "a URI", "characters that a URI escapes"))
            return
    problems.append(Deviation(pointer, Rule.URI, "a URI", found_kind(value)))


def check_time(value: JsonValue, pointer: str, problems: list[Deviation]) -> None:
    """Expect an ``xsd:dateTimeStamp``."""
    if not (isinstance(value, str) and is_time(value)):
        problems.append(Deviation(pointer, Rule.TIME, "an xsd:dateTimeStamp with its time zone", found_kind(value)))


def check_time_zone_offset(value: JsonValue, pointer: str, problems: list[Deviation]) -> None:
    """Expect an offset from -14:00 to +14:00."""
    if not (isinstance(value, str) and _OFFSET(value)):
        expected = "an offset such as +02:00, from -14:00 to +14:00"
        problems.append(Deviation(pointer, Rule.TIME_ZONE_OFFSET, expected, found_kind(value)))


def check_action(value: JsonValue, pointer: str, problems: list[Deviation]) -> None:
    """Expect ADD, OBSERVE or DELETE."""
    if value not in ("ADD", "OBSERVE", "DELETE"):
        problems.append(Deviation(pointer, Rule.ACTION, "ADD, OBSERVE or DELETE", found_kind(value)))


def check_string(value: JsonValue, pointer: str, problems: list[Deviation]) -> None:
    """Expect a string."""
    if not isinstance(value, str):
        problems.append(Deviation(pointer, Rule.KIND, "a string", found_kind(value)))


def check_number(value: JsonValue, pointer: str, problems: list[Deviation]) -> None:
    """Expect a number; a string that reads as one is told apart."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return
    if isinstance(value, str) and _NUMBER(value):
        problems.append(Deviation(pointer, Rule.NUMBER_AS_STRING, "a number", "a string that reads as a number"))
    else:
        problems.append(Deviation(pointer, Rule.NUMBER, "a number", found_kind(value)))


def check_boolean(value: JsonValue, pointer: str, problems: list[Deviation]) -> None:
    """Expect a boolean; "true" and "false" are told apart."""
    if isinstance(value, bool):
        return
    rule = Rule.BOOLEAN_AS_STRING if value in ("true", "false") else Rule.KIND
    problems.append(Deviation(pointer, rule, "a boolean", found_kind(value)))


def check_hex_binary(value: JsonValue, pointer: str, problems: list[Deviation]) -> None:
    """Expect hexadecimal digits."""
    if not (isinstance(value, str) and _HEX(value)):
        problems.append(Deviation(pointer, Rule.HEX_BINARY, "hexadecimal digits", found_kind(value)))


def check_unit(value: JsonValue, pointer: str, problems: list[Deviation]) -> None:
    """Expect the form of a UN/ECE Recommendation 20 code."""
    if isinstance(value, str) and _UNIT(value):
        return
    rule = Rule.UNIT if isinstance(value, str) else Rule.KIND
    problems.append(Deviation(pointer, rule, "a unit code of UN/ECE Recommendation 20", found_kind(value)))


def word_of(vocabulary: Vocabulary) -> Check:
    """Return the check that expects a bare word of ``vocabulary``, or the URI of somebody else's term."""
    words = vocabulary.words
    expected = f"a {vocabulary.name} of the CBV as a bare word, or a URI of another vocabulary"

    def check(value: JsonValue, pointer: str, problems: list[Deviation]) -> None:
        if isinstance(value, str):
            if value in words:
                return
            if vocabulary.is_long_form(value):
                found = f"the long form of {vocabulary.word(value) or 'an unknown word'}"
                problems.append(Deviation(pointer, Rule.VOCABULARY_FORM, expected, found))
                return
            if ":" not in value:
                problems.append(Deviation(pointer, Rule.VOCABULARY_WORD, expected, "an unknown bare word"))
                return
        check_uri(value, pointer, problems)

    return check
