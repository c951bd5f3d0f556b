"""The lane's events: three kettles from Jingdezhen to a door in Hamburg, as EPCIS 2.0, each by whoever did it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ledger.types import JsonObject, JsonValue
from scripts.demo import cast
from scripts.demo.cast import Actor

CONTEXT: JsonValue = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"lane": "https://tradeledger.example/demo/lane/"},
]
KETTLES = [f"https://id.gs1.org/01/09521141123454/21/K{number:03d}" for number in (1, 2, 3)]
CARTON = "https://id.gs1.org/00/095211410000000175"
ORDER: JsonObject = {"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9521141000014:PO-2211"}
WAYBILL: JsonObject = {"type": "bol", "bizTransaction": "urn:epcglobal:cbv:bt:9521360000017:BL-7781"}
CERTIFICATE: JsonObject = {"type": "cert", "bizTransaction": "urn:epcglobal:cbv:bt:9521250000011:LAB-0093"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: who acts, one sentence for the story, and the event."""

    actor: Actor
    sentence: str
    event: JsonObject


def steps(start: datetime, event_id: Callable[[], str]) -> list[Step]:
    """Return the lane's steps in order, eight hours apart from ``start``."""
    lane = [
        _made(),
        _inspected(),
        _packed(),
        _handed_over(),
        _cleared_for_export(),
        _sailed(),
        _held_and_released(),
        _stored(),
        _unpacked(),
        _out_for_delivery(),
        _delivered(),
    ]
    for number, step in enumerate(lane):
        moment = start + timedelta(hours=8 * number)
        step.event.update(
            {
                "@context": CONTEXT,
                "eventID": event_id(),
                "eventTimeZoneOffset": "+08:00",
                "eventTime": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
        )
    return lane


def _place(gln: str) -> JsonObject:
    return {"id": f"https://id.gs1.org/414/{gln}"}


def _object(
    actor: Actor, sentence: str, action: str, step: str, disposition: str, goods: list[str], **more: JsonValue
) -> Step:
    event: JsonObject = {
        "type": "ObjectEvent",
        "action": action,
        "bizStep": step,
        "disposition": disposition,
        "epcList": list(goods),
        "readPoint": _place(actor.gln),
        **more,
    }
    return Step(actor, sentence, event)


def _between(giver: Actor, taker: Actor) -> dict[str, JsonValue]:
    return {
        "sourceList": [{"type": "possessing_party", "source": f"https://id.gs1.org/417/{giver.gln}"}],
        "destinationList": [{"type": "possessing_party", "destination": f"https://id.gs1.org/417/{taker.gln}"}],
    }


def _made() -> Step:
    return _object(
        cast.MAKER,
        "fires three porcelain kettles and gives each a serial number",
        "ADD",
        "commissioning",
        "active",
        KETTLES,
        ilmd={"cbvmda:countryOfOrigin": "CN", "cbvmda:lotNumber": "KILN-42"},
        **{"lane:unitPrice": "38.50", "lane:currency": "EUR"},
    )


def _inspected() -> Step:
    return _object(
        cast.INSPECTOR,
        "tests the glaze for lead and cadmium and certifies the lot",
        "OBSERVE",
        "inspecting",
        "conformant",
        KETTLES,
        bizTransactionList=[CERTIFICATE],
    )


def _packed() -> Step:
    event: JsonObject = {
        "type": "AggregationEvent",
        "action": "ADD",
        "bizStep": "packing",
        "disposition": "container_closed",
        "parentID": CARTON,
        "childEPCs": list(KETTLES),
        "readPoint": _place(cast.MAKER.gln),
    }
    return Step(cast.MAKER, "packs the kettles into one carton", event)


def _handed_over() -> Step:
    return _object(
        cast.CARRIER,
        "takes the carton over from the maker",
        "OBSERVE",
        "receiving",
        "in_progress",
        [CARTON],
        bizTransactionList=[ORDER, WAYBILL],
        **_between(cast.MAKER, cast.CARRIER),
    )


def _cleared_for_export() -> Step:
    return _object(
        cast.EXPORT_CUSTOMS,
        "releases the carton for export",
        "OBSERVE",
        "inspecting",
        "conformant",
        [CARTON],
        bizTransactionList=[{"bizTransaction": "urn:epcglobal:cbv:bt:9521470000013:EXP-550122"}],
    )


def _sailed() -> Step:
    return _object(
        cast.CARRIER,
        "loads the carton and sails for Hamburg",
        "OBSERVE",
        "departing",
        "in_transit",
        [CARTON],
        bizTransactionList=[WAYBILL],
    )


def _held_and_released() -> Step:
    return _object(
        cast.IMPORT_CUSTOMS,
        "inspects the carton and releases it into the bonded warehouse",
        "OBSERVE",
        "inspecting",
        "conformant",
        [CARTON],
        bizTransactionList=[{"bizTransaction": "urn:epcglobal:cbv:bt:9521580000019:IMP-88310"}],
    )


def _stored() -> Step:
    return _object(
        cast.WAREHOUSE,
        "stores the carton under bond",
        "OBSERVE",
        "storing",
        "in_progress",
        [CARTON],
        bizLocation=_place(cast.WAREHOUSE.gln),
        **_between(cast.CARRIER, cast.WAREHOUSE),
    )


def _unpacked() -> Step:
    event: JsonObject = {
        "type": "AggregationEvent",
        "action": "DELETE",
        "bizStep": "unpacking",
        "disposition": "in_progress",
        "parentID": CARTON,
        "childEPCs": list(KETTLES),
        "readPoint": _place(cast.WAREHOUSE.gln),
    }
    return Step(cast.WAREHOUSE, "opens the carton and picks one kettle", event)


def _out_for_delivery() -> Step:
    return _object(
        cast.COURIER,
        "collects kettle K002",
        "OBSERVE",
        "transporting",
        "in_transit",
        KETTLES[1:2],
        **_between(cast.WAREHOUSE, cast.COURIER),
    )


def _delivered() -> Step:
    return _object(
        cast.COURIER, "hands kettle K002 to the consumer", "OBSERVE", "retail_selling", "retail_sold", KETTLES[1:2]
    )
