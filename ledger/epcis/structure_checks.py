"""Checks of the structures that events share (EPCIS 2.0 §7.3): quantity elements, transactions, places, sensors.

A structure is a table: its members with their checks, which of them are required, and whether it may be extended.
Left to others: single values (`value_checks`), the events themselves (`event_checks`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ledger.codec.event_leaves import MAX_ELEMENTS
from ledger.epcis.context import EPCIS_NAMESPACES
from ledger.epcis.deviation import Deviation, Rule
from ledger.epcis.found import found_kind, pointer_token
from ledger.epcis.value_checks import (
    Check,
    check_boolean,
    check_hex_binary,
    check_number,
    check_string,
    check_time,
    check_unit,
    check_uri,
    is_uri,
    word_of,
)
from ledger.epcis.vocabulary import (
    BIZ_TRANSACTION_TYPES,
    COMPONENTS,
    DISPOSITIONS,
    ERROR_REASONS,
    MEASUREMENT_TYPES,
    SENSOR_ALERTS,
    SOURCE_DESTINATION_TYPES,
)
from ledger.types import JsonObject, JsonValue

_SECOND_NAMES: Final = ("@", "epcis:", *EPCIS_NAMESPACES)
"""How JSON-LD's keywords and the long forms of the standard's own terms begin. ``@context`` has a check of its own."""


def is_extension(name: str) -> bool:
    """Return whether a member's name has a namespace: a compact or an absolute IRI."""
    return ":" in name and name[0] not in ":@"


def is_second_name(name: str) -> bool:
    """Return whether a member's name is, or may be, another name of one that JSON-LD or the standard has."""
    return name.startswith(_SECOND_NAMES) and name != "@context"


def second_name(name: str, pointer: str) -> Deviation:
    """Return what is wrong with such a name, of a member of the object at ``pointer``."""
    expected = "the name that the standard has for a member"
    return Deviation(pointer + pointer_token(name), Rule.SECOND_NAME, expected, "another name")


def check_required(value: JsonObject, required: tuple[str, ...], pointer: str, problems: list[Deviation]) -> None:
    """Expect each of the required members to be there."""
    problems += [
        Deviation(f"{pointer}/{name}", Rule.REQUIRED, f"the member {name}", "nothing")
        for name in required
        if name not in value
    ]


def check_members(
    value: JsonObject,
    members: Mapping[str, Check],
    pointer: str,
    problems: list[Deviation],
    *,
    extensible: bool = True,
) -> None:
    """Check each member by its own check; one that has none must be an extension, where these are allowed."""
    for name, member in value.items():
        check = members.get(name)
        if check is not None:
            check(member, f"{pointer}/{name}", problems)
        elif is_second_name(name):
            problems.append(second_name(name, pointer))
        elif not (extensible and is_extension(name)):
            expected = "a member of the standard, or a name with a namespace" if extensible else "no other member"
            problems.append(
                Deviation(pointer + pointer_token(name), Rule.UNKNOWN_MEMBER, expected, "an unknown member")
            )


def object_of(members: Mapping[str, Check], required: tuple[str, ...], *, extensible: bool) -> Check:
    """Return the check of an object with these members."""

    def check(value: JsonValue, pointer: str, problems: list[Deviation]) -> None:
        if not isinstance(value, dict):
            problems.append(Deviation(pointer, Rule.KIND, "an object", found_kind(value)))
            return
        check_required(value, required, pointer, problems)
        check_members(value, members, pointer, problems, extensible=extensible)

    return check


def array_of(element: Check, *, at_least: int = 0, unique: bool = False) -> Check:
    """Return the check of an array with these elements."""

    def check(value: JsonValue, pointer: str, problems: list[Deviation]) -> None:
        if not isinstance(value, list):
            problems.append(Deviation(pointer, Rule.KIND, "an array", found_kind(value)))
            return
        if not at_least <= len(value) <= MAX_ELEMENTS:
            rule, bound = (Rule.LIMIT, f"at most {MAX_ELEMENTS}") if value else (Rule.REQUIRED, "at least 1")
            problems.append(Deviation(pointer, rule, f"{bound} elements", found_kind(value)))
            return
        for place, member in enumerate(value):
            element(member, f"{pointer}/{place}", problems)
        if unique and _repeats(value):
            problems.append(Deviation(pointer, Rule.UNIQUE, "elements that differ", found_kind(value)))

    return check


def _repeats(value: list[JsonValue]) -> bool:
    words = [member for member in value if isinstance(member, str)]
    return len(set(words)) < len(words)


def check_epcs(value: JsonValue, pointer: str, problems: list[Deviation]) -> None:
    """Expect an array of URIs. Pointers are built for those only that are none: lists of serials are long."""
    if not isinstance(value, list):
        problems.append(Deviation(pointer, Rule.KIND, "an array", found_kind(value)))
        return
    if len(value) > MAX_ELEMENTS:
        problems.append(Deviation(pointer, Rule.LIMIT, f"at most {MAX_ELEMENTS} elements", found_kind(value)))
        return
    for place, member in enumerate(value):
        if not (isinstance(member, str) and is_uri(member)):
            check_uri(member, f"{pointer}/{place}", problems)


def check_certification(value: JsonValue, pointer: str, problems: list[Deviation]) -> None:
    """Expect a URI, or an array of them."""
    (check_epcs if isinstance(value, list) else check_uri)(value, pointer, problems)


def check_ilmd(value: JsonValue, pointer: str, problems: list[Deviation]) -> None:
    """Expect an object all of whose members have a namespace."""
    _ILMD(value, pointer, problems)


def check_persistent_disposition(value: JsonValue, pointer: str, problems: list[Deviation]) -> None:
    """Expect ``set`` or ``unset``, or both."""
    _PERSISTENT_DISPOSITION(value, pointer, problems)
    if isinstance(value, dict) and "set" not in value and "unset" not in value:
        problems.append(Deviation(pointer, Rule.REQUIRED, "the member set or unset", "neither"))


_ILMD: Final = object_of({}, (), extensible=True)
_DISPOSITION_SET: Final = array_of(word_of(DISPOSITIONS), unique=True)
_PERSISTENT_DISPOSITION: Final = object_of({"set": _DISPOSITION_SET, "unset": _DISPOSITION_SET}, (), extensible=False)
_QUANTITY_ELEMENT: Final = object_of(
    {"epcClass": check_uri, "quantity": check_number, "uom": check_unit}, ("epcClass",), extensible=False
)


def _typed(name: str, type_check: Check, required: tuple[str, ...]) -> Check:
    return object_of({"type": type_check, name: check_uri}, required, extensible=False)


_PARTY_TYPE: Final = word_of(SOURCE_DESTINATION_TYPES)
_BIZ_TRANSACTION: Final = _typed("bizTransaction", word_of(BIZ_TRANSACTION_TYPES), ("bizTransaction",))
_DEVICE: Final[dict[str, Check]] = dict.fromkeys(
    ("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod"), check_uri
)
_SENSOR_METADATA: Final = object_of(
    {"time": check_time, "startTime": check_time, "endTime": check_time, **_DEVICE, "bizRules": check_uri},
    (),
    extensible=True,
)
_SENSOR_REPORT: Final = object_of(
    {
        "type": word_of(MEASUREMENT_TYPES),
        "exception": word_of(SENSOR_ALERTS),
        "time": check_time,
        **_DEVICE,
        **dict.fromkeys(("microorganism", "chemicalSubstance", "uriValue", "coordinateReferenceSystem"), check_uri),
        **dict.fromkeys(("value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"), check_number),
        "component": word_of(COMPONENTS),
        "stringValue": check_string,
        "booleanValue": check_boolean,
        "hexBinaryValue": check_hex_binary,
        "uom": check_unit,
    },
    (),
    extensible=True,
)
_SENSOR_ELEMENT: Final = object_of(
    {"sensorMetadata": _SENSOR_METADATA, "sensorReport": array_of(_SENSOR_REPORT, at_least=1)},
    ("sensorReport",),
    extensible=True,
)

check_quantities: Final = array_of(_QUANTITY_ELEMENT)
check_biz_transactions: Final = array_of(_BIZ_TRANSACTION)
check_sources: Final = array_of(_typed("source", _PARTY_TYPE, ("type", "source")))
check_destinations: Final = array_of(_typed("destination", _PARTY_TYPE, ("type", "destination")))
check_sensor_elements: Final = array_of(_SENSOR_ELEMENT)
check_place: Final = object_of({"id": check_uri}, ("id",), extensible=True)
check_error_declaration: Final = object_of(
    {
        "declarationTime": check_time,
        "reason": word_of(ERROR_REASONS),
        "correctiveEventIDs": check_epcs,
    },
    ("declarationTime",),
    extensible=True,
)
