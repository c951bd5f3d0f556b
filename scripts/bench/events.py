"""Events to measure with: one as a platform ships them every second, one of many serials, and a mixed set of all kinds.

Numbers stand in for what differs between two events; everything else is fixed, so that two runs measure the same.
"""

from __future__ import annotations

from uuid import UUID

from ledger.types import JsonObject, JsonValue

CONTEXT: JsonValue = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"ex": "https://ns.example.com/epcis/"},
]
PLACE: JsonObject = {"id": "https://id.gs1.org/414/9521141000014/254/12"}
ORDER: JsonObject = {"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9521141000014:PO-2211"}
WAYBILL: JsonObject = {"type": "bol", "bizTransaction": "https://id.gs1.org/253/9521141000014BL7781"}


def shipped(number: int) -> JsonObject:
    """Return an event of thirteen members, as a platform ships one item."""
    return _event(
        "ObjectEvent", number, action="OBSERVE", bizStep="shipping", disposition="in_transit",
        readPoint=PLACE, bizLocation=PLACE, epcList=links(1, number), bizTransactionList=[ORDER],
        **{"ex:grossWeight": 12.5},
    )  # fmt: skip


def commissioned(serials: int) -> JsonObject:
    """Return the event that brings many serials of one product into being."""
    return _event(
        "ObjectEvent", serials, action="ADD", bizStep="commissioning", disposition="active",
        readPoint=PLACE, bizLocation=PLACE, epcList=links(serials, 0), bizTransactionList=[ORDER],
        ilmd={"cbvmda:countryOfOrigin": "CN", "cbvmda:lotNumber": "KILN-42"}, **{"ex:unitPrice": "38.50"},
    )  # fmt: skip


def mixed() -> list[JsonObject]:
    """Return forty events that all differ: each of the five kinds in eight forms, from bare to long and nested."""
    kinds = (_object, _aggregation, _transaction, _transformation, _association)
    return [kind(number) for number in range(8) for kind in kinds]


def links(count: int, start: int) -> list[JsonValue]:
    """Return serial numbers as GS1 Digital Links."""
    return [f"https://id.gs1.org/01/09521141123454/21/K{start + place:05d}" for place in range(count)]


def _urns(count: int, start: int) -> list[JsonValue]:
    return [f"urn:epc:id:sgtin:9521141.012345.{start + place}" for place in range(count)]


def _items(number: int) -> list[JsonValue]:
    """Return a few items, in one form of eight a hundred; in either spelling."""
    count = (1, 2, 3, 5, 8, 13, 21, 100)[number % 8]
    return links(count, number) if number % 2 else _urns(count, number)


def _quantities(number: int) -> list[JsonValue]:
    return [
        {"epcClass": f"urn:epc:class:lgtin:9521141.012345.LOT{number}", "quantity": 200.5 + number, "uom": "KGM"},
        {"epcClass": "https://id.gs1.org/01/09521141123454/10/LOT-9", "quantity": number + 1},
    ]


def _parties(number: int) -> dict[str, JsonValue]:
    return {
        "sourceList": [
            {"type": "possessing_party", "source": "urn:epc:id:pgln:9521141.00001"},
            {"type": "location", "source": "https://id.gs1.org/414/9521141000014"},
        ],
        "destinationList": [{"type": "owning_party", "destination": f"https://id.gs1.org/417/9521360{number:05d}7"}],
    }


def _extensions(number: int) -> dict[str, JsonValue]:
    steps: list[JsonValue] = [{"ex:station": place, "ex:operator": f"O-{number}"} for place in range(number)]
    return {"ex:batch": {"ex:kiln": 7, "ex:curve": {"ex:peak": 1280.5, "ex:unit": "CEL"}, "ex:steps": steps}}


def _sensors(number: int) -> list[JsonValue]:
    """Return as many sensor elements as ``number`` says, each of three reports."""
    return [
        {
            "sensorMetadata": {
                "time": "2026-09-21T14:00:00.000Z",
                "deviceID": "urn:epc:id:giai:9521141.4711",
                "deviceMetadata": "https://id.gs1.org/8004/9521141-4711",
                "ex:calibrated": "2026-01-01",
            },
            "sensorReport": [
                {"type": "Temperature", "value": 21.5 + place, "uom": "CEL"},
                {"type": "AbsoluteHumidity", "minValue": 12, "maxValue": 12.7, "meanValue": 12.25, "uom": "A93"},
                {"type": "Illuminance", "stringValue": "bright", "booleanValue": True, "ex:grade": "A"},
            ],
        }
        for place in range(number)
    ]


def _object(number: int) -> JsonObject:
    more: dict[str, JsonValue] = {"sensorElementList": _sensors(number % 4)} if number % 4 else {}
    if number % 2:
        more |= {"ilmd": {"cbvmda:lotNumber": f"L{number}", **_extensions(number)}}
    return _event(
        "ObjectEvent", number, action="ADD" if number % 2 else "OBSERVE", bizStep="commissioning", disposition="active",
        epcList=_items(number), quantityList=_quantities(number), readPoint={**PLACE, "ex:dock": number}, **more,
    )  # fmt: skip


def _aggregation(number: int) -> JsonObject:
    return _event(
        "AggregationEvent", number, action="ADD", bizStep="packing", disposition="container_closed",
        parentID=f"urn:epc:id:sscc:9521141.1{number:09d}", childEPCs=_items(number + 1), bizLocation=PLACE,
        childQuantityList=_quantities(number),
    )  # fmt: skip


def _transaction(number: int) -> JsonObject:
    more = _parties(number) if number % 2 else _extensions(number)
    return _event(
        "TransactionEvent", number, action="ADD", bizStep="receiving", disposition="in_progress",
        bizTransactionList=[ORDER, WAYBILL], epcList=_items(number), readPoint=PLACE, **more,
    )  # fmt: skip


def _transformation(number: int) -> JsonObject:
    return _event(
        "TransformationEvent", number, bizStep="commissioning", disposition="in_progress", inputEPCList=_items(number),
        inputQuantityList=_quantities(number), outputQuantityList=_quantities(number + 1), readPoint=PLACE,
        transformationID=f"urn:epc:id:gdti:9521141.00001.{number}", ilmd={"cbvmda:lotNumber": f"L{number}"},
        persistentDisposition={"set": ["completeness_verified"], "unset": ["completeness_inferred"]},
    )  # fmt: skip


def _association(number: int) -> JsonObject:
    certificate: JsonValue = "https://certificates.example.org/0093"
    return _event(
        "AssociationEvent", number, action="ADD", bizStep="assembling", childEPCs=_items(number), readPoint=PLACE,
        parentID=f"urn:epc:id:grai:9521141.12345.{number}", certificationInfo=certificate, **_extensions(number),
    )  # fmt: skip


def _event(kind: str, number: int, **members: JsonValue) -> JsonObject:
    return {
        "@context": CONTEXT,
        "type": kind,
        "eventID": UUID(int=number, version=4).urn,
        "eventTime": "2026-09-21T14:10:00.000+02:00",
        "eventTimeZoneOffset": "+02:00",
        **members,
    }
