"""The typed model: each kind of event, and what becomes of forms that lenient mode takes."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from decimal import Decimal
from typing import Any

import pytest

from ledger.epcis.event_parser import parse_event
from ledger.epcis.events import (
    Action,
    AggregationEvent,
    AssociationEvent,
    BizTransaction,
    ErrorDeclaration,
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
from ledger.errors import MalformedError

TIME = {"eventTime": "2024-01-01T00:00:00.000Z", "eventTimeZoneOffset": "+00:00"}
OBJECT: dict[str, Any] = {"type": "ObjectEvent", "action": "ADD", "epcList": ["x:1", "x:2"], **TIME}
CHILDREN: dict[str, Any] = {
    "action": "DELETE",
    "parentID": "x:p",
    "childEPCs": ["x:1"],
    "childQuantityList": [{"epcClass": "x:c"}],
    **TIME,
}


def test_what_an_event_does_not_say_is_nothing() -> None:
    event = parse_event(OBJECT)
    assert event == ObjectEvent(
        type="ObjectEvent",
        event_time=TIME["eventTime"],
        event_time_zone_offset="+00:00",
        event_id=None,
        record_time=None,
        error_declaration=None,
        certification_info=(),
        biz_step=None,
        disposition=None,
        persistent_disposition=None,
        read_point=None,
        biz_location=None,
        biz_transaction_list=(),
        source_list=(),
        destination_list=(),
        sensor_element_list=(),
        extensions={},
        context=None,
        action=Action.ADD,
        epc_list=("x:1", "x:2"),
        quantity_list=(),
        ilmd={},
    )


def test_what_an_event_says_is_typed() -> None:
    event = parse_event(
        OBJECT
        | {
            "@context": {"ex": "x:"},
            "eventID": "x:id",
            "recordTime": TIME["eventTime"],
            "certificationInfo": "x:cert",
            "bizStep": "shipping",
            "disposition": "in_transit",
            "persistentDisposition": {"set": ["expired"]},
            "readPoint": {"id": "x:r", "ex:dock": 4},
            "bizLocation": {"id": "x:l"},
            "bizTransactionList": [{"bizTransaction": "x:t"}, {"type": "po", "bizTransaction": "x:u"}],
            "sourceList": [{"type": "owning_party", "source": "x:s"}],
            "destinationList": [{"type": "ex:other", "destination": "x:d"}],
            "sensorElementList": [{"sensorReport": [{"value": 1}], "sensorMetadata": {"bizRules": "x:b"}, "ex:e": 1}],
            "quantityList": [{"epcClass": "x:c", "quantity": 0.1, "uom": "KGM"}, {"epcClass": "x:c", "quantity": 3}],
            "ilmd": {"ex:lot": "L"},
            "ex:regime": {"a": 1},
        }
    )
    assert isinstance(event, ObjectEvent)
    assert (event.event_id, event.record_time, event.certification_info) == ("x:id", TIME["eventTime"], ("x:cert",))
    assert (event.biz_step, event.disposition) == ("shipping", "in_transit")
    assert event.persistent_disposition == PersistentDisposition(("expired",), ())
    assert event.read_point == Place("x:r", {"ex:dock": 4})
    assert event.biz_location == Place("x:l", {})
    assert event.biz_transaction_list == (BizTransaction(None, "x:t"), BizTransaction("po", "x:u"))
    assert event.source_list == (SourceOrDestination("owning_party", "x:s"),)
    assert event.destination_list == (SourceOrDestination("ex:other", "x:d"),)
    assert event.sensor_element_list == (SensorElement({"bizRules": "x:b"}, ({"value": 1},), {"ex:e": 1}),)
    assert event.quantity_list == (
        QuantityElement("x:c", Decimal("0.1"), "KGM"),
        QuantityElement("x:c", Decimal(3), None),
    )
    assert (event.ilmd, event.extensions, event.context) == ({"ex:lot": "L"}, {"ex:regime": {"a": 1}}, {"ex": "x:"})


def test_the_other_kinds_have_their_own_members() -> None:
    aggregation = parse_event({"type": "AggregationEvent", **CHILDREN})
    assert isinstance(aggregation, AggregationEvent)
    assert (aggregation.parent_id, aggregation.child_epcs) == ("x:p", ("x:1",))
    assert aggregation.child_quantity_list == (QuantityElement("x:c", None, None),)

    association = parse_event({"type": "AssociationEvent", **CHILDREN})
    assert isinstance(association, AssociationEvent)
    assert (association.action, association.parent_id) == (Action.DELETE, "x:p")

    transaction = parse_event(
        OBJECT | {"type": "TransactionEvent", "bizTransactionList": [{"bizTransaction": "x:t"}], "parentID": "x:p"}
    )
    assert isinstance(transaction, TransactionEvent)
    assert (transaction.parent_id, transaction.epc_list) == ("x:p", ("x:1", "x:2"))

    transformation = parse_event(
        {
            "type": "TransformationEvent",
            "inputEPCList": ["x:1"],
            "outputQuantityList": [{"epcClass": "x:c", "quantity": 2}],
            "transformationID": "x:t",
            "ilmd": {"ex:a": 1},
            **TIME,
        }
    )
    assert isinstance(transformation, TransformationEvent)
    assert (transformation.input_epc_list, transformation.output_epc_list) == (("x:1",), ())
    assert transformation.output_quantity_list == (QuantityElement("x:c", Decimal(2), None),)
    assert (transformation.transformation_id, transformation.ilmd) == ("x:t", {"ex:a": 1})


def test_an_extension_event_keeps_its_other_members_as_sent() -> None:
    event = parse_event({"type": "ex:SwapEvent", "epcList": ["x:1"], "bizStep": "other", "ex:a": 1, **TIME})
    assert isinstance(event, ExtensionEvent)
    assert (event.type, event.biz_step) == ("ex:SwapEvent", "other")
    assert (event.members, event.extensions) == ({"epcList": ["x:1"]}, {"ex:a": 1})


@pytest.mark.parametrize(
    "word",
    [
        "shipping",
        "urn:epcglobal:cbv:bizstep:shipping",
        "https://ref.gs1.org/cbv/BizStep-shipping",
        "cbv:BizStep-shipping",
    ],
)
def test_a_standard_word_is_its_bare_word(word: str) -> None:
    assert parse_event(OBJECT | {"bizStep": word}).biz_step == "shipping"


def test_lenient_forms_have_a_type_too() -> None:
    event = parse_event(
        OBJECT
        | {
            "type": "https://ref.gs1.org/epcis/ObjectEvent",
            "quantityList": [{"epcClass": "x:c", "quantity": "12.50"}],
            "disposition": "frozen_solid",
            "_comment": "x",
        }
    )
    assert isinstance(event, ObjectEvent)
    assert event.type == "ObjectEvent"
    assert event.quantity_list[0].quantity == Decimal("12.50")
    assert event.disposition == "frozen_solid"
    assert event.extensions == {"_comment": "x"}


def test_a_persistent_disposition_is_kept_on_every_kind() -> None:
    event = parse_event({"type": "AggregationEvent", "persistentDisposition": {"unset": ["expired"]}, **CHILDREN})
    assert event.persistent_disposition == PersistentDisposition((), ("expired",))


def test_an_error_declaration_is_typed() -> None:
    declaration = {
        "declarationTime": TIME["eventTime"],
        "reason": "incorrect_data",
        "correctiveEventIDs": ["x:2"],
        "ex:a": 1,
    }
    event = parse_event(OBJECT | {"errorDeclaration": declaration})
    assert event.error_declaration == ErrorDeclaration(TIME["eventTime"], "incorrect_data", ("x:2",), {"ex:a": 1})


def test_what_lenient_mode_refuses_has_no_typed_form() -> None:
    with pytest.raises(MalformedError):
        parse_event(OBJECT | {"epcList": "x:1"})


def test_events_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        parse_event(OBJECT).event_time = "now"  # type: ignore[misc]
