"""The CBV event hash: each rule of order and form on a small event, the differences of CBV 2.1, and what is refused."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from ledger.epcis.event_hash import RULE_SET, RULE_SETS, CbvVersion, event_hash, pre_hash
from ledger.errors import MalformedError

EX = "https://ns.example.com/epcis/"
CONTEXT: Any = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"ex": EX, "two": "https://two.example/#"},
]
START = "eventType=ObjectEventeventTime=2024-01-01T00:00:00.000ZeventTimeZoneOffset=+00:00"


def an_event(**members: Any) -> dict[str, Any]:
    return {"type": "ObjectEvent", "eventTime": "2024-01-01T00:00:00Z", "eventTimeZoneOffset": "+00:00"} | members


def text_of(cbv: CbvVersion = "2.0", **members: Any) -> str:
    """Return the pre-hash of an event with these members, without its start that is always the same."""
    text = pre_hash(an_event(**members), CONTEXT, cbv)
    assert text.startswith(START)
    return text.removeprefix(START)


MEMBERS: dict[str, tuple[dict[str, Any], str]] = {
    "lists name themselves once and sort their elements after they are canonical": (
        {"epcList": ["https://b.example/x", "urn:epc:id:sgtin:0614141.112345.400", "https://a.example/x"]},
        "epcListepc=https://a.example/xepc=https://b.example/xepc=https://id.gs1.org/01/10614141123459/21/400",
    ),
    "equal elements both count": ({"childEPCs": ["a:1", "a:1"]}, "childEPCsepc=a:1epc=a:1"),
    "capital letters sort before small ones": (
        {"inputEPCList": ["x:a", "x:B"], "outputEPCList": ["x:é", "x:z"]},
        "inputEPCListepc=x:Bepc=x:aoutputEPCListepc=x:zepc=x:é",
    ),
    "an empty list is nothing": ({"epcList": [], "quantityList": [], "sensorElementList": []}, ""),
    "null and blank are nothing": ({"bizStep": None, "disposition": " ", "ilmd": None, "ex:a": None}, ""),
    "quantities": (
        {
            "quantityList": [
                {"uom": "KGM", "quantity": 25.0, "epcClass": "x:b"},
                {"epcClass": "x:a", "quantity": "7.50"},
                {"epcClass": "x:c"},
            ]
        },
        (
            "quantityListquantityElementepcClass=x:aquantity=7.5"
            "quantityElementepcClass=x:bquantity=25uom=KGMquantityElementepcClass=x:c"
        ),
    ),
    "members stand in the order of the standard": (
        {
            "destinationList": [{"type": "location", "destination": "x:d"}],
            "sourceList": [{"source": "x:s", "type": "owning_party"}],
            "bizTransactionList": [{"bizTransaction": "x:2", "type": "po"}, {"bizTransaction": "x:1"}],
            "bizLocation": {"id": "x:l"},
            "readPoint": {"id": "x:r"},
            "disposition": "active",
            "bizStep": "packing",
            "action": "ADD",
            "transformationID": "x:t",
            "parentID": "x:p",
            "epcList": ["x:e"],
        },
        (
            "epcListepc=x:eparentID=x:paction=ADDtransformationID=x:tbizStep=https://ref.gs1.org/cbv/BizStep-packing"
            "disposition=https://ref.gs1.org/cbv/Disp-activereadPointid=x:rbizLocationid=x:l"
            "bizTransactionListbizTransaction=x:1type=https://ref.gs1.org/cbv/BTT-pobizTransaction=x:2"
            "sourceListtype=https://ref.gs1.org/cbv/SDT-owning_partysource=x:s"
            "destinationListtype=https://ref.gs1.org/cbv/SDT-locationdestination=x:d"
        ),
    ),
    "persistent dispositions repeat their key": (
        {"persistentDisposition": {"unset": ["damaged"], "set": ["urn:epcglobal:cbv:disp:expired", "conformant"]}},
        (
            "persistentDispositionset=https://ref.gs1.org/cbv/Disp-conformantset=https://ref.gs1.org/cbv/Disp-expired"
            "unset=https://ref.gs1.org/cbv/Disp-damaged"
        ),
    ),
    "a word means something in its own field only": (
        {"bizStep": "in_transit", "disposition": "in_transit", "ex:word": "in_transit"},
        f"bizStep=in_transitdisposition=https://ref.gs1.org/cbv/Disp-in_transit{{{EX}}}word=in_transit",
    ),
    "ilmd and extensions": (
        {
            "ex:z": "1.0",
            "ex:a": {"two:y": True, "ex:x": ["b", "a", {"ex:n": 1}]},
            "plain": "kept",
            "ilmd": {"ex:b": "x", "cbvmda:lotNumber": "L1"},
        },
        (
            f"ilmd{{{EX}}}b=x{{urn:epcglobal:cbv:mda}}lotNumber=L1plain=kept"
            f"{{{EX}}}a{{{EX}}}x=a{{{EX}}}x=b{{{EX}}}x{{{EX}}}n=1{{https://two.example/#}}y=true{{{EX}}}z=1"
        ),
    ),
    "an extension without a value is its name": ({"ex:a": "", "ex:b": {}, "ex:c": []}, f"{{{EX}}}a{{{EX}}}b"),
    "arrays within arrays are one array": ({"ex:a": [["2", ["1"]], "3"]}, f"{{{EX}}}a=1{{{EX}}}a=2{{{EX}}}a=3"),
    "not hashed": (
        {
            "eventID": "urn:uuid:11111111-1111-4111-8111-111111111111",
            "recordTime": "2024-01-02T00:00:00Z",
            "errorDeclaration": {"declarationTime": "2024-01-02T00:00:00Z"},
            "certificationInfo": "x:c",
            "comment": "c",
            "rdfs:comment": "c",
            "ex:a": {"comment": "c", "rdfs:comment": "c", "ex:b": "1"},
        },
        f"{{{EX}}}a{{{EX}}}b=1",
    ),
}

SENSORS: Any = [
    {
        "sensorReport": [{"type": "gs1:Temperature", "value": 26.0, "uom": "CEL"}, {"type": "Angle", "component": "x"}],
        "sensorMetadata": {"startTime": "2024-01-01T01:00:00+01:00", "deviceID": "urn:epc:id:giai:4000001.111"},
    },
    {"sensorReport": [{"booleanValue": True, "exception": "ALARM_CONDITION", "time": "2024-01-01T00:00:00.5Z"}]},
]
SENSOR_TEXT = (
    "sensorElementsensorMetadatastartTime=2024-01-01T00:00:00.000ZdeviceID=https://id.gs1.org/8004/4000001111"
    "sensorReporttype=https://ref.gs1.org/voc/Anglecomponent=https://ref.gs1.org/cbv/Comp-x"
    "sensorReporttype=https://ref.gs1.org/voc/Temperaturevalue=26uom=CEL"
    "sensorElementsensorReportexception=https://ref.gs1.org/voc/ALARM_CONDITIONtime=2024-01-01T00:00:00.500Z"
    "booleanValue=true"
)

EXTENDED: Any = {
    "bizLocation": {"id": "x:l", "ex:b": "1"},
    "readPoint": {"id": "x:r", "ex:r": "2", "two:r": "3"},
    "sensorElementList": [
        {
            "sensorMetadata": {"ex:m": "4"},
            "sensorReport": [{"type": "Speed", "ex:s": "5"}],
            "ex:e": "6",
        }
    ],
    "ilmd": {"ex:i": "7"},
    "ex:top": "8",
}


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize("cbv", ["2.0", "2.1"])
def test_members_are_written_by_the_rules(name: str, cbv: CbvVersion) -> None:
    members, text = MEMBERS[name]
    assert text_of(cbv, **members) == text


def test_sensor_elements_have_a_list_name_in_21_only() -> None:
    assert text_of("2.0", sensorElementList=SENSORS) == SENSOR_TEXT
    assert text_of("2.1", sensorElementList=SENSORS) == "sensorElementList" + SENSOR_TEXT


def test_cbv_20_gathers_inner_extensions_behind_ilmd_in_the_order_of_the_standard() -> None:
    assert text_of("2.0", **EXTENDED) == (
        "readPointid=x:rbizLocationid=x:lsensorElementsensorReporttype=https://ref.gs1.org/voc/Speed"
        f"ilmd{{{EX}}}i=7"
        f"readPoint{{{EX}}}r=2{{https://two.example/#}}r=3bizLocation{{{EX}}}b=1"
        f"sensorElementsensorMetadata{{{EX}}}m=4sensorReport{{{EX}}}s=5{{{EX}}}e=6"
        f"{{{EX}}}top=8"
    )


def test_cbv_21_leaves_inner_extensions_where_they_stand() -> None:
    assert text_of("2.1", **EXTENDED) == (
        f"readPointid=x:r{{{EX}}}r=2{{https://two.example/#}}r=3bizLocationid=x:l{{{EX}}}b=1"
        f"sensorElementListsensorElementsensorMetadata{{{EX}}}m=4"
        f"sensorReporttype=https://ref.gs1.org/voc/Speed{{{EX}}}s=5{{{EX}}}e=6"
        f"ilmd{{{EX}}}i=7{{{EX}}}top=8"
    )


def test_a_place_that_has_extensions_only_is_still_named() -> None:
    assert text_of("2.0", readPoint={"ex:a": "1"}) == f"readPoint{{{EX}}}a=1"
    assert text_of("2.1", readPoint={"ex:a": "1"}) == f"readPoint{{{EX}}}a=1"


def test_master_data_spells_id_and_type_one_way_in_21() -> None:
    block = {"gs1:masterDataAvailableFor": [{"@id": "https://a.example/414/9521141111116", "@type": "gs1:Place"}]}
    name = "{https://ref.gs1.org/voc/}masterDataAvailableFor"
    values = "id=https://id.gs1.org/414/9521141111116", "type=https://ref.gs1.org/voc/Place"
    assert text_of("2.1", **block) == name + "".join(values)
    assert text_of("2.0", **block) == f"{name}@{values[0]}@{values[1]}"


def test_the_value_is_the_sha_256_of_the_pre_hash_in_an_ni_uri() -> None:
    event = an_event(bizStep="packing")
    digest = hashlib.sha256((START + "bizStep=https://ref.gs1.org/cbv/BizStep-packing").encode()).hexdigest()
    assert event_hash(event) == f"ni:///sha-256;{digest}?ver=CBV2.0"
    assert event_hash(event, cbv="2.1") == f"ni:///sha-256;{digest}?ver=CBV2.1"


def test_every_version_has_its_own_rule_set() -> None:
    assert RULE_SETS["2.0"] == RULE_SET
    assert len(set(RULE_SETS.values())) == len(RULE_SETS)


def test_the_events_own_context_counts_with_and_without_the_documents() -> None:
    event = an_event(**{"ex:a": "1"})
    own = event | {"@context": CONTEXT}
    assert event_hash(own) == event_hash(event, CONTEXT) == event_hash(own, CONTEXT)
    assert event_hash(event) != event_hash(event, CONTEXT)
    redefined = event | {"@context": {"ex": "https://other.example/"}}
    assert pre_hash(redefined, CONTEXT).endswith("{https://other.example/}a=1")


def test_member_order_and_prefix_names_do_not_matter() -> None:
    event = an_event(**{"ex:a": {"ex:b": "1", "ex:c": "2"}, "bizStep": "packing"})
    renamed = an_event(**{"bizStep": "packing", "e:a": {"e:c": "2", "e:b": "1"}})
    assert event_hash(dict(reversed(event.items())), CONTEXT) == event_hash(event, CONTEXT)
    assert event_hash(renamed, {"e": EX}) == event_hash(event, {"ex": EX})


def test_an_extension_event_keeps_its_type() -> None:
    assert pre_hash({"type": " ex:SwapEvent "}, CONTEXT) == "eventType=ex:SwapEvent"


def test_hashing_changes_nothing() -> None:
    event = an_event(**EXTENDED)
    before = repr(event)
    event_hash(event, CONTEXT)
    assert repr(event) == before


def nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = {"ex:a": value}
    return value


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no type": ({"type": None}, "/type"),
    "type of another kind": ({"type": ["ObjectEvent"]}, "/type"),
    "event time without zone": ({"eventTime": "2024-01-01T00:00:00"}, "/eventTime"),
    "list that is none": ({"epcList": "urn:epc:id:sscc:9521141.1234567890"}, "/epcList"),
    "object among EPCs": ({"epcList": ["x:1", {}]}, "/epcList/1"),
    "string among quantities": ({"quantityList": [{"epcClass": "x:1"}, "x:2"]}, "/quantityList/1"),
    "object as a class": ({"quantityList": [{"epcClass": {}}]}, "/quantityList/0/epcClass"),
    "place that is a string": ({"readPoint": "x:1"}, "/readPoint"),
    "array as a step": ({"bizStep": ["shipping"]}, "/bizStep"),
    "sensor time": (
        {"sensorElementList": [{"sensorMetadata": {"time": 1}}]},
        "/sensorElementList/0/sensorMetadata/time",
    ),
    "infinity in an extension": ({"ex:a/b": [1, {"ex:~": float("inf")}]}, "/ex:a~1b/1/ex:~0"),
    "infinity in ilmd": ({"ilmd": {"ex:a": float("nan")}}, "/ilmd/ex:a"),
    "extension of a place": ({"readPoint": {"id": "x:1", "ex:a": 10**400}}, "/readPoint/ex:a"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_rule_covers_is_refused_where_it_stands(name: str) -> None:
    members, pointer = REFUSED[name]
    with pytest.raises(MalformedError) as refused:
        event_hash(an_event(**members), CONTEXT)
    assert refused.value.pointer == pointer


def test_extensions_nest_as_deep_as_strict_json_and_no_deeper() -> None:
    assert event_hash(an_event(**{"ex:a": nested(60)}), CONTEXT)
    with pytest.raises(MalformedError, match="nesting"):
        event_hash(an_event(**{"ex:a": nested(70)}), CONTEXT)
