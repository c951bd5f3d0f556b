"""The members of an event in the order of the CBV event hash (Event Hash ID, "canonical property order").

Left to others: how a member is written (`hash_writers`), the event as a whole (`event_hash`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ledger.epcis.hash_writers import (
    Writer,
    array_writer,
    object_writer,
    time_writer,
    value_writer,
    word_writer,
    write_ilmd,
)
from ledger.epcis.vocabulary import (
    BIZ_STEPS,
    BIZ_TRANSACTION_TYPES,
    COMPONENTS,
    DISPOSITIONS,
    MEASUREMENT_TYPES,
    SENSOR_ALERTS,
    SOURCE_DESTINATION_TYPES,
    Vocabulary,
)

_QUANTITY: Final = {
    "epcClass": value_writer("epcClass"),
    "quantity": value_writer("quantity"),
    "uom": value_writer("uom"),
}
_DEVICE: Final = {
    name: value_writer(name) for name in ("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod")
}
_SENSOR_METADATA: Final = {
    "time": time_writer("time"),
    "startTime": time_writer("startTime"),
    "endTime": time_writer("endTime"),
    **_DEVICE,
    "bizRules": value_writer("bizRules"),
}
_SENSOR_REPORT: Final = {
    "type": word_writer("type", MEASUREMENT_TYPES),
    "exception": word_writer("exception", SENSOR_ALERTS),
    **_DEVICE,
    "time": time_writer("time"),
    "microorganism": value_writer("microorganism"),
    "chemicalSubstance": value_writer("chemicalSubstance"),
    "value": value_writer("value"),
    "component": word_writer("component", COMPONENTS),
    **{
        name: value_writer(name)
        for name in (
            "stringValue", "booleanValue", "hexBinaryValue", "uriValue", "minValue", "maxValue", "meanValue", "sDev",
            "percRank", "percValue", "uom", "coordinateReferenceSystem",
        )
    },
}  # fmt: skip
_SENSOR_ELEMENT: Final = {
    "sensorMetadata": object_writer("sensorMetadata", _SENSOR_METADATA),
    "sensorReport": array_writer("", object_writer("sensorReport", _SENSOR_REPORT)),
}


def _epcs(name: str) -> Writer:
    return array_writer(name, value_writer("epc"))


def _quantities(name: str) -> Writer:
    return array_writer(name, object_writer("quantityElement", _QUANTITY))


def _typed(name: str, member: str, vocabulary: Vocabulary) -> Writer:
    """Transactions, sources, destinations: the type comes first (rule 13), and the element has no name of its own."""
    return array_writer(
        name, object_writer("", {"type": word_writer("type", vocabulary), member: value_writer(member)})
    )


EVENT_FIELDS: Final[Mapping[str, Writer]] = {
    "eventTime": time_writer("eventTime"),
    "eventTimeZoneOffset": value_writer("eventTimeZoneOffset"),
    "epcList": _epcs("epcList"),
    "parentID": value_writer("parentID"),
    "inputEPCList": _epcs("inputEPCList"),
    "childEPCs": _epcs("childEPCs"),
    "quantityList": _quantities("quantityList"),
    "childQuantityList": _quantities("childQuantityList"),
    "inputQuantityList": _quantities("inputQuantityList"),
    "outputEPCList": _epcs("outputEPCList"),
    "outputQuantityList": _quantities("outputQuantityList"),
    "action": value_writer("action"),
    "transformationID": value_writer("transformationID"),
    "bizStep": word_writer("bizStep", BIZ_STEPS),
    "disposition": word_writer("disposition", DISPOSITIONS),
    "persistentDisposition": object_writer(
        "persistentDisposition",
        {
            "set": array_writer("", word_writer("set", DISPOSITIONS)),
            "unset": array_writer("", word_writer("unset", DISPOSITIONS)),
        },
    ),
    "readPoint": object_writer("readPoint", {"id": value_writer("id")}),
    "bizLocation": object_writer("bizLocation", {"id": value_writer("id")}),
    "bizTransactionList": _typed("bizTransactionList", "bizTransaction", BIZ_TRANSACTION_TYPES),
    "sourceList": _typed("sourceList", "source", SOURCE_DESTINATION_TYPES),
    "destinationList": _typed("destinationList", "destination", SOURCE_DESTINATION_TYPES),
    "sensorElementList": array_writer(
        "sensorElementList", object_writer("sensorElement", _SENSOR_ELEMENT), is_wrapped_in_20=False
    ),
    "ilmd": write_ilmd,
}
"""The canonical property order (Event Hash ID, sequence 2 to 24)."""
