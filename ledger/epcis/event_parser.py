"""From a JSON event to the typed model, by way of lenient validation: what it refuses has no typed form.

Left to others: the model (`events`), strict validation and the record of deviations (`validation`).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from ledger.epcis.context import STANDARD_PREFIXES, expand_curie
from ledger.epcis.deviation import Mode
from ledger.epcis.event_checks import COMMON_MEMBERS, EVENT_MEMBERS, standard_event_type
from ledger.epcis.events import (
    Action,
    AggregationEvent,
    AssociationEvent,
    BizTransaction,
    ErrorDeclaration,
    Event,
    ExtensionEvent,
    ObjectEvent,
    PersistentDisposition,
    Place,
    QuantityElement,
    SensorElement,
    SourceOrDestination,
    TransactionEvent,
    TransformationEvent,
)
from ledger.epcis.validation import validate_event
from ledger.epcis.vocabulary import (
    BIZ_STEPS,
    BIZ_TRANSACTION_TYPES,
    DISPOSITIONS,
    ERROR_REASONS,
    SOURCE_DESTINATION_TYPES,
    Vocabulary,
)
from ledger.errors import InternalError
from ledger.types import JsonObject, JsonValue


def parse_event(event: JsonObject) -> Event:
    """Return the typed form of ``event``; `MalformedError` if even lenient validation refuses it.

    A member that this kind of event does not have is not part of its form.
    """
    validate_event(event, Mode.LENIENT)
    type_ = standard_event_type(_string(event["type"])) or _string(event["type"])
    make = _MAKERS.get(type_, _extension_event)
    return make(event, _common(event) | {"type": type_})


def _string(value: JsonValue) -> str:
    if not isinstance(value, str):
        raise InternalError("validation passed a value that is no string")
    return value


def _optional(value: JsonValue) -> str | None:
    return None if value is None else _string(value)


def _strings(value: JsonValue) -> tuple[str, ...]:
    return tuple(_string(element) for element in value) if isinstance(value, list) else ()


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _objects(value: JsonValue) -> tuple[JsonObject, ...]:
    return tuple(_object(element) for element in value) if isinstance(value, list) else ()


def _beyond(value: JsonObject, *members: str) -> JsonObject:
    """Return the members of ``value`` that are not among ``members``."""
    return {name: member for name, member in value.items() if name not in members}


def _word(vocabulary: Vocabulary, value: JsonValue) -> str | None:
    """Return the bare word of the standard that ``value`` stands for, or the value itself."""
    if value is None:
        return None
    text = _string(value)
    return vocabulary.word(expand_curie(text, STANDARD_PREFIXES)) or text


def _common(event: JsonObject) -> dict[str, Any]:
    certification = event.get("certificationInfo")
    return {
        "event_time": _string(event["eventTime"]),
        "event_time_zone_offset": _string(event["eventTimeZoneOffset"]),
        "event_id": _optional(event.get("eventID")),
        "record_time": _optional(event.get("recordTime")),
        "error_declaration": _error_declaration(event.get("errorDeclaration")),
        "certification_info": (certification,) if isinstance(certification, str) else _strings(certification),
        "biz_step": _word(BIZ_STEPS, event.get("bizStep")),
        "disposition": _word(DISPOSITIONS, event.get("disposition")),
        "persistent_disposition": _persistent_disposition(event.get("persistentDisposition")),
        "read_point": _place(event.get("readPoint")),
        "biz_location": _place(event.get("bizLocation")),
        "biz_transaction_list": tuple(map(_biz_transaction, _objects(event.get("bizTransactionList")))),
        "source_list": tuple(_party(each, "source") for each in _objects(event.get("sourceList"))),
        "destination_list": tuple(_party(each, "destination") for each in _objects(event.get("destinationList"))),
        "sensor_element_list": tuple(map(_sensor_element, _objects(event.get("sensorElementList")))),
        "extensions": _beyond(event, *EVENT_MEMBERS),
        "context": event.get("@context"),
    }


def _error_declaration(value: JsonValue) -> ErrorDeclaration | None:
    if not isinstance(value, dict):
        return None
    return ErrorDeclaration(
        _string(value["declarationTime"]),
        _word(ERROR_REASONS, value.get("reason")),
        _strings(value.get("correctiveEventIDs")),
        _beyond(value, "declarationTime", "reason", "correctiveEventIDs"),
    )


def _persistent_disposition(value: JsonValue) -> PersistentDisposition | None:
    if not isinstance(value, dict):
        return None
    begins, ends = (
        tuple(_word(DISPOSITIONS, each) or "" for each in _strings(value.get(name))) for name in ("set", "unset")
    )
    return PersistentDisposition(begins, ends)


def _place(value: JsonValue) -> Place | None:
    return Place(_string(value["id"]), _beyond(value, "id")) if isinstance(value, dict) else None


def _biz_transaction(value: JsonObject) -> BizTransaction:
    return BizTransaction(_word(BIZ_TRANSACTION_TYPES, value.get("type")), _string(value["bizTransaction"]))


def _party(value: JsonObject, member: str) -> SourceOrDestination:
    return SourceOrDestination(_word(SOURCE_DESTINATION_TYPES, value["type"]) or "", _string(value[member]))


def _sensor_element(value: JsonObject) -> SensorElement:
    return SensorElement(
        _object(value.get("sensorMetadata")),
        _objects(value["sensorReport"]),
        _beyond(value, "sensorMetadata", "sensorReport"),
    )


def _quantities(value: JsonValue) -> tuple[QuantityElement, ...]:
    return tuple(
        QuantityElement(_string(each["epcClass"]), _decimal(each.get("quantity")), _optional(each.get("uom")))
        for each in _objects(value)
    )


def _decimal(value: JsonValue) -> Decimal | None:
    """Return the number as it was written: the shortest decimal of a double, or the digits of a string."""
    return None if value is None else Decimal(value if isinstance(value, str) else repr(value))


def _object_event(event: JsonObject, common: dict[str, Any]) -> Event:
    return ObjectEvent(
        **common,
        action=Action(event["action"]),
        epc_list=_strings(event.get("epcList")),
        quantity_list=_quantities(event.get("quantityList")),
        ilmd=_object(event.get("ilmd")),
    )


def _aggregation_event(event: JsonObject, common: dict[str, Any]) -> Event:
    return AggregationEvent(
        **common,
        action=Action(event["action"]),
        parent_id=_optional(event.get("parentID")),
        child_epcs=_strings(event.get("childEPCs")),
        child_quantity_list=_quantities(event.get("childQuantityList")),
    )


def _transaction_event(event: JsonObject, common: dict[str, Any]) -> Event:
    return TransactionEvent(
        **common,
        action=Action(event["action"]),
        parent_id=_optional(event.get("parentID")),
        epc_list=_strings(event.get("epcList")),
        quantity_list=_quantities(event.get("quantityList")),
    )


def _transformation_event(event: JsonObject, common: dict[str, Any]) -> Event:
    return TransformationEvent(
        **common,
        input_epc_list=_strings(event.get("inputEPCList")),
        input_quantity_list=_quantities(event.get("inputQuantityList")),
        output_epc_list=_strings(event.get("outputEPCList")),
        output_quantity_list=_quantities(event.get("outputQuantityList")),
        transformation_id=_optional(event.get("transformationID")),
        ilmd=_object(event.get("ilmd")),
    )


def _association_event(event: JsonObject, common: dict[str, Any]) -> Event:
    return AssociationEvent(
        **common,
        action=Action(event["action"]),
        parent_id=_string(event["parentID"]),
        child_epcs=_strings(event.get("childEPCs")),
        child_quantity_list=_quantities(event.get("childQuantityList")),
    )


def _extension_event(event: JsonObject, common: dict[str, Any]) -> Event:
    members = {name: event[name] for name in EVENT_MEMBERS if name in event and name not in COMMON_MEMBERS}
    return ExtensionEvent(**common, members=members)


_MAKERS: Final[dict[str, Callable[[JsonObject, dict[str, Any]], Event]]] = {
    "ObjectEvent": _object_event,
    "AggregationEvent": _aggregation_event,
    "TransactionEvent": _transaction_event,
    "TransformationEvent": _transformation_event,
    "AssociationEvent": _association_event,
}
