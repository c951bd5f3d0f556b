"""Which members each kind of event has and needs (EPCIS 2.0 §7.4): a table per kind, and what holds between members.

| | Object | Aggregation | Transaction | Transformation | Association |
|---|---|---|---|---|---|
| action | required | required | required | none | required |
| what | ``epcList``, ``quantityList``, or sensors at a read point | children unless DELETE | ``epcList`` or \
``quantityList`` unless DELETE | inputs and outputs; either alone with ``transformationID`` | children unless DELETE |
| parentID | none | optional | optional | none | required |
| ilmd | with ADD | none | none | optional | none |
| persistentDisposition | optional | none | none | optional | none |

An event whose type is an IRI of somebody else is an extension event: only the common rules hold for it.
Left to others: the members' own form (`structure_checks`, `value_checks`), modes and errors (`validation`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ledger.epcis.context import EPCIS_NAMESPACES
from ledger.epcis.context_checks import check_context
from ledger.epcis.deviation import Deviation, Rule
from ledger.epcis.structure_checks import (
    check_biz_transactions,
    check_certification,
    check_destinations,
    check_epcs,
    check_error_declaration,
    check_ilmd,
    check_persistent_disposition,
    check_place,
    check_quantities,
    check_sensor_elements,
    check_sources,
)
from ledger.epcis.value_checks import Check, check_action, check_time, check_time_zone_offset, check_uri, word_of
from ledger.epcis.vocabulary import BIZ_STEPS, DISPOSITIONS
from ledger.types import JsonObject, JsonValue

TABLE_MEMBERS: Final[Mapping[str, Check]] = {
    "epcList": check_epcs,
    "childEPCs": check_epcs,
    "inputEPCList": check_epcs,
    "outputEPCList": check_epcs,
    "quantityList": check_quantities,
    "childQuantityList": check_quantities,
    "inputQuantityList": check_quantities,
    "outputQuantityList": check_quantities,
    "bizTransactionList": check_biz_transactions,
    "sourceList": check_sources,
    "destinationList": check_destinations,
}
"""The closed table: members whose elements are committed to one by one. They are arrays in both modes."""


def _check_type(_value: JsonValue, _pointer: str, _problems: list[Deviation]) -> None:
    """The type is judged before the members: it says which table holds."""


COMMON_MEMBERS: Final[Mapping[str, Check]] = {
    "@context": check_context,
    "type": _check_type,
    "eventID": check_uri,
    "eventTime": check_time,
    "eventTimeZoneOffset": check_time_zone_offset,
    "recordTime": check_time,
    "errorDeclaration": check_error_declaration,
    "certificationInfo": check_certification,
    "bizStep": word_of(BIZ_STEPS),
    "disposition": word_of(DISPOSITIONS),
    "readPoint": check_place,
    "bizLocation": check_place,
    "bizTransactionList": check_biz_transactions,
    "sourceList": check_sources,
    "destinationList": check_destinations,
    "sensorElementList": check_sensor_elements,
}
EVENT_MEMBERS: Final[Mapping[str, Check]] = {
    **COMMON_MEMBERS,
    **TABLE_MEMBERS,
    "action": check_action,
    "parentID": check_uri,
    "transformationID": check_uri,
    "ilmd": check_ilmd,
    "persistentDisposition": check_persistent_disposition,
}


def _misplaced(check: Check) -> Check:
    """Return the check of a member that this kind of event does not have: its form is judged all the same."""

    def misplaced(value: JsonValue, pointer: str, problems: list[Deviation]) -> None:
        found = "a member of other kinds of event"
        problems.append(Deviation(pointer, Rule.MISPLACED_MEMBER, "no such member on this kind of event", found))
        check(value, pointer, problems)

    return misplaced


_MISPLACED: Final = {name: _misplaced(check) for name, check in EVENT_MEMBERS.items()}


@dataclass(frozen=True, slots=True)
class EventKind:
    """What one kind of event is checked against."""

    members: Mapping[str, Check]
    required: tuple[str, ...]
    check_whole: Callable[[JsonObject, str, list[Deviation]], None]


def _kind(own: str, required: str, check_whole: Callable[[JsonObject, str, list[Deviation]], None]) -> EventKind:
    has = {name: EVENT_MEMBERS[name] for name in (*COMMON_MEMBERS, *own.split())}
    return EventKind({**_MISPLACED, **has}, ("eventTime", "eventTimeZoneOffset", *required.split()), check_whole)


def _missing(pointer: str, what: str) -> Deviation:
    return Deviation(pointer, Rule.REQUIRED, what, "none of them")


def _check_object(event: JsonObject, pointer: str, problems: list[Deviation]) -> None:
    has_what = "epcList" in event or event.get("quantityList")
    if not has_what and not (event.get("sensorElementList") and "readPoint" in event):
        problems.append(_missing(pointer, "epcList, quantityList, or sensorElementList with readPoint"))
    if "ilmd" in event and event.get("action") != "ADD":
        found = "ilmd with another action"
        problems.append(Deviation(f"{pointer}/ilmd", Rule.MISPLACED_MEMBER, "ilmd with action ADD only", found))


def _check_children(event: JsonObject, pointer: str, problems: list[Deviation]) -> None:
    has_children = event.get("childEPCs") or event.get("childQuantityList")
    if not has_children and event.get("action") != "DELETE":
        problems.append(_missing(pointer, "childEPCs or childQuantityList, unless the action is DELETE"))


def _check_transaction(event: JsonObject, pointer: str, problems: list[Deviation]) -> None:
    if event.get("bizTransactionList") == []:
        problems.append(Deviation(f"{pointer}/bizTransactionList", Rule.REQUIRED, "at least 1 element", "none"))
    has_what = event.get("epcList") or event.get("quantityList")
    if not has_what and event.get("action") != "DELETE":
        problems.append(_missing(pointer, "epcList or quantityList, unless the action is DELETE"))


def _check_transformation(event: JsonObject, pointer: str, problems: list[Deviation]) -> None:
    inputs = event.get("inputEPCList") or event.get("inputQuantityList")
    outputs = event.get("outputEPCList") or event.get("outputQuantityList")
    if not (inputs and outputs) and not ((inputs or outputs) and "transformationID" in event):
        problems.append(_missing(pointer, "inputs and outputs, or one of them with a transformationID"))


def _check_nothing(_event: JsonObject, _pointer: str, _problems: list[Deviation]) -> None:
    """Nothing is known of what holds between the members of an extension event."""


EVENT_KINDS: Final[Mapping[str, EventKind]] = {
    "ObjectEvent": _kind("action epcList quantityList persistentDisposition ilmd", "action", _check_object),
    "AggregationEvent": _kind("action parentID childEPCs childQuantityList", "action", _check_children),
    "TransactionEvent": _kind("action parentID epcList quantityList", "action bizTransactionList", _check_transaction),
    "TransformationEvent": _kind(
        "inputEPCList inputQuantityList outputEPCList outputQuantityList transformationID persistentDisposition ilmd",
        "",
        _check_transformation,
    ),
    "AssociationEvent": _kind("action parentID childEPCs childQuantityList", "action parentID", _check_children),
}
_LONG_FORMS: Final = ("epcis:", *EPCIS_NAMESPACES)


def standard_event_type(value: str) -> str | None:
    """Return the bare word of the standard that an event's type stands for, in whichever form, None for another's."""
    if value in EVENT_KINDS:
        return value
    words = (value.removeprefix(prefix) for prefix in _LONG_FORMS if value.startswith(prefix))
    return next((word for word in words if word in EVENT_KINDS), None)


EXTENSION_EVENT: Final = EventKind(EVENT_MEMBERS, ("eventTime", "eventTimeZoneOffset"), _check_nothing)
