"""EPCIS events by chance, mostly sound ones of every type, with one or a few things about them that may or may not be.

`pools.json` holds what may stand in each place: contexts, times, URIs, words and so on, sound ones and others.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from tests.web.mutate import nudge_text, spoil_value

Json = Any
POOLS: dict[str, list[Json]] = json.loads(Path(__file__).with_name("pools.json").read_text("utf-8"))
OFFICIAL = POOLS["contexts"][0]
TIMES: list[str] = POOLS["times"]
URIS: list[str] = POOLS["uris"]
NAMES: list[str] = POOLS["names"]
WORDS: list[str] = POOLS["words"]
TYPES = ["ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent"]


def quantity(rng: Random) -> Json:
    return _some(
        rng,
        {"epcClass": rng.choice(URIS), "quantity": rng.choice(POOLS["numbers"]), "uom": rng.choice(POOLS["units"])},
        0.9,
    )


def _some(rng: Random, members: dict[str, Json], share: float) -> dict[str, Json]:
    return {name: value for name, value in members.items() if rng.random() < share}


def _uri(rng: Random) -> str:
    return rng.choice(URIS[:4]) if rng.random() < 0.9 else rng.choice(URIS)


def _word(rng: Random, *usual: str) -> str:
    return rng.choice(usual) if rng.random() < 0.8 else rng.choice(WORDS)


def _time(rng: Random) -> str:
    return TIMES[0] if rng.random() < 0.8 else rng.choice(TIMES)


def _list(rng: Random, make: Any) -> list[Json]:
    return [make(rng) for _ in range(rng.choice([0, 1, 1, 2, 3]))]


def place(rng: Random) -> Json:
    return _some(rng, {"id": _uri(rng), rng.choice(NAMES): 1}, 0.85)


def sensor_element(rng: Random) -> Json:
    device = {
        "deviceID": _uri(rng),
        "deviceMetadata": _uri(rng),
        "rawData": _uri(rng),
        "dataProcessingMethod": _uri(rng),
        "time": _time(rng),
    }
    metadata = _some(
        rng,
        {**device, "startTime": _time(rng), "endTime": _time(rng), "bizRules": _uri(rng), rng.choice(NAMES): 1},
        0.3,
    )
    return _some(
        rng, {"sensorMetadata": metadata, "sensorReport": _list(rng, sensor_report), rng.choice(NAMES): 1}, 0.8
    )


def sensor_report(rng: Random) -> Json:
    report: dict[str, Json] = {
        "type": _word(rng, "Temperature"),
        "exception": _word(rng, "ALARM_CONDITION"),
        "deviceID": _uri(rng),
    }
    report |= {
        "deviceMetadata": _uri(rng),
        "rawData": _uri(rng),
        "dataProcessingMethod": _uri(rng),
        "time": _time(rng),
        "component": _word(rng, "x"),
    }
    report |= {
        name: rng.choice(POOLS["numbers"])
        for name in ("value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue")
    }
    report |= {
        "stringValue": rng.choice(["a", 1, ""]),
        "booleanValue": rng.choice(POOLS["booleans"]),
        "hexBinaryValue": rng.choice(["f0f", "F0", "", "x", 1]),
    }
    report |= {
        "uriValue": _uri(rng),
        "microorganism": _uri(rng),
        "chemicalSubstance": _uri(rng),
        "uom": rng.choice(POOLS["units"]),
        "coordinateReferenceSystem": _uri(rng),
    }
    report |= {"startTime": _time(rng), "bizRules": _uri(rng), rng.choice(NAMES): 1}
    return _some(rng, report, rng.choice([0.1, 0.3]))


def declaration(rng: Random) -> Json:
    members = {
        "declarationTime": _time(rng),
        "reason": _word(rng, "did_not_occur"),
        "correctiveEventIDs": _list(rng, _uri),
        rng.choice(NAMES): 1,
    }
    return _some(rng, members, 0.8)


def dispositions(rng: Random) -> Json:
    def words(rng: Random) -> str:
        return _word(rng, "active", "damaged")

    return _some(rng, {"set": _list(rng, words), "unset": _list(rng, words), rng.choice(NAMES): 1}, 0.6)


def transaction(rng: Random) -> Json:
    return _some(rng, {"type": _word(rng, "po", "inv"), "bizTransaction": _uri(rng), rng.choice(NAMES): 1}, 0.85)


def endpoint(name: str) -> Any:
    def make(rng: Random) -> Json:
        return _some(rng, {"type": _word(rng, "owning_party"), name: _uri(rng), rng.choice(NAMES): 1}, 0.9)

    return make


def extension(rng: Random) -> Json:
    return rng.choice(
        [
            1,
            "a",
            None,
            {"@id": "x"},
            {"epcis:action": 1},
            [{"ex:b": {"c": 1}}],
            {"@type": "x", "@value": 1},
            {},
            {"https://ref.gs1.org/epcis/a": 1},
        ]
    )


def ilmd(rng: Random) -> Json:
    return {rng.choice(NAMES): extension(rng) for _ in range(rng.randrange(3))}


LISTS: dict[str, Callable[[Random], Json]] = {
    **dict.fromkeys(["epcList", "childEPCs", "inputEPCList", "outputEPCList"], _uri),
    **dict.fromkeys(["quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"], quantity),
    "bizTransactionList": transaction,
    "sourceList": endpoint("source"),
    "destinationList": endpoint("destination"),
    "sensorElementList": sensor_element,
}
SINGLES: dict[str, Callable[[Random], Json]] = {
    "readPoint": place,
    "bizLocation": place,
    "persistentDisposition": dispositions,
    "ilmd": ilmd,
    "errorDeclaration": declaration,
    "parentID": _uri,
    "transformationID": _uri,
    "bizStep": lambda rng: _word(rng, "commissioning", "shipping"),
    "disposition": lambda rng: _word(rng, "active", "in_transit"),
    "certificationInfo": lambda rng: rng.choice([_uri(rng), _list(rng, _uri), {}, 5]),
}
OWN = {
    "ObjectEvent": ["epcList", "quantityList", "ilmd"],
    "AggregationEvent": ["parentID", "childEPCs", "childQuantityList"],
    "AssociationEvent": ["parentID", "childEPCs", "childQuantityList"],
    "TransactionEvent": ["parentID", "epcList", "quantityList", "bizTransactionList"],
    "TransformationEvent": [
        "inputEPCList",
        "inputQuantityList",
        "outputEPCList",
        "outputQuantityList",
        "transformationID",
        "ilmd",
    ],
}
SOUND: dict[str, dict[str, Json]] = {
    "ObjectEvent": {"epcList": [URIS[0]], "action": "ADD"},
    "AggregationEvent": {"parentID": URIS[0], "childEPCs": [URIS[1]], "action": "ADD"},
    "AssociationEvent": {"parentID": URIS[0], "childEPCs": [URIS[1]], "action": "ADD"},
    "TransactionEvent": {
        "epcList": [URIS[0]],
        "bizTransactionList": [{"type": "po", "bizTransaction": "urn:x:1"}],
        "action": "ADD",
    },
    "TransformationEvent": {"inputEPCList": [URIS[0]], "outputEPCList": [URIS[1]]},
}


def context(rng: Random) -> Json:
    if rng.random() < 0.6:
        return [OFFICIAL, {"ex": "https://example.org/"}]
    some = [rng.choice(POOLS["contexts"]) for _ in range(rng.choice([1, 1, 2]))]
    match rng.randrange(3):
        case 0:
            return some[0]
        case 1:
            return [OFFICIAL, *some]
        case _:
            return some


def event(rng: Random) -> Json:
    """Return an event, sound more often than not."""
    kind = rng.choice(TYPES)
    made: dict[str, Json] = {"@context": context(rng), "type": kind, "eventID": "urn:uuid:" + str(rng.randrange(10**6))}
    made |= {"eventTime": TIMES[0], "eventTimeZoneOffset": "+02:00", **SOUND[kind]}
    names = [*OWN[kind], *rng.sample([*LISTS, *SINGLES], 2)]
    for name in rng.sample(names, rng.choice([0, 1, 1, 2])):
        made[name] = _list(rng, LISTS[name]) if name in LISTS else SINGLES[name](rng)
    for _ in range(rng.choice([0, 1, 1, 1, 2])):
        rng.choice(ODDITIES)(made, rng)
    return made


def _named(make: Callable[[Random], tuple[str, Json]]) -> Callable[[dict[str, Json], Random], None]:
    def odd(made: dict[str, Json], rng: Random) -> None:
        name, value = make(rng)
        made[name] = value

    return odd


def _nudged(made: dict[str, Json], rng: Random) -> None:
    name = rng.choice([key for key, value in made.items() if isinstance(value, str)])
    made[name] = nudge_text(made[name], rng)


def _without_items(made: dict[str, Json], rng: Random) -> None:
    made["sensorElementList"] = _list(rng, sensor_element)
    made.pop("epcList", None)


def _without_one(made: dict[str, Json], rng: Random) -> None:
    made.pop(rng.choice(list(made)))


def _listed(rng: Random) -> tuple[str, Json]:
    name = rng.choice(list(LISTS))
    return name, _list(rng, LISTS[name])


ODDITIES: list[Callable[[dict[str, Json], Random], None]] = [
    *[_named(lambda rng: ("type", rng.choice(POOLS["types"]))), _named(lambda rng: ("eventTime", rng.choice(TIMES)))],
    *[_named(lambda rng: ("eventTimeZoneOffset", rng.choice(POOLS["offsets"])))],
    *[_named(lambda rng: ("eventID", rng.choice(URIS))), _named(lambda rng: (rng.choice(NAMES), extension(rng)))],
    *[_named(lambda rng: ("action", rng.choice(["ADD", "OBSERVE", "DELETE", "add", "", None])))],
    *[_named(lambda rng: (rng.choice(["bizStep", "disposition"]), rng.choice(WORDS))), _named(_listed)],
    *[_named(lambda rng: ("sensorElementList", _list(rng, sensor_element))), _without_items, _nudged],
    lambda made, rng: made.update(spoil_value(made, rng)),
    _without_one,
]
