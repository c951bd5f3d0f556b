"""Validation: every rule once broken, named and placed; what lenient mode takes; what may be signed."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.codec.event_leaves import CLOSED_TABLES
from ledger.epcis.deviation import TOLERATED, Deviation, Mode, Rule
from ledger.epcis.event_checks import TABLE_MEMBERS
from ledger.epcis.validation import event_problems, require_signable, signable_problems, validate_event
from ledger.errors import MalformedError

OFFICIAL = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
TIME = {"eventTime": "2024-01-01T00:00:00.000Z", "eventTimeZoneOffset": "+00:00"}
EPC = "urn:epc:id:sgtin:0614141.112345.400"
OBJECT: dict[str, Any] = {"type": "ObjectEvent", "action": "OBSERVE", "epcList": [EPC], **TIME}
ADD: dict[str, Any] = OBJECT | {"action": "ADD"}
AGGREGATION: dict[str, Any] = {
    "type": "AggregationEvent",
    "action": "ADD",
    "parentID": "x:p",
    "childEPCs": [EPC],
    **TIME,
}
ASSOCIATION: dict[str, Any] = AGGREGATION | {"type": "AssociationEvent"}
TRANSACTION: dict[str, Any] = {
    "type": "TransactionEvent",
    "action": "ADD",
    "epcList": [EPC],
    "bizTransactionList": [{"type": "po", "bizTransaction": "x:1"}],
    **TIME,
}
TRANSFORMATION: dict[str, Any] = {
    "type": "TransformationEvent",
    "inputEPCList": [EPC],
    "outputQuantityList": [{"epcClass": "x:c", "quantity": 2.5, "uom": "KGM"}],
    **TIME,
}
SENSOR: dict[str, Any] = {"type": "Temperature", "value": 4.5, "uom": "CEL"}


def without(event: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: member for name, member in event.items() if name not in names}


def with_report(**members: Any) -> dict[str, Any]:
    return OBJECT | {"sensorElementList": [{"sensorReport": [SENSOR | members]}]}


def with_metadata(**members: Any) -> dict[str, Any]:
    return OBJECT | {"sensorElementList": [{"sensorMetadata": members, "sensorReport": [SENSOR]}]}


VALID: dict[str, dict[str, Any]] = {
    "object": OBJECT,
    "object with quantities": without(OBJECT, "epcList") | {"quantityList": [{"epcClass": "x:c"}]},
    "object seen by sensors alone": without(with_report(), "epcList") | {"readPoint": {"id": "geo:1,2"}},
    "object without EPCs in its list": OBJECT | {"epcList": []},
    "object with ilmd": ADD | {"ilmd": {"cbvmda:lotNumber": "L", "https://a.example/x": 1}},
    "aggregation": AGGREGATION,
    "aggregation without parent": without(AGGREGATION, "parentID"),
    "aggregation that ends for all children": without(AGGREGATION, "childEPCs") | {"action": "DELETE"},
    "association": ASSOCIATION,
    "transaction": TRANSACTION,
    "transaction that ends": without(TRANSACTION, "epcList") | {"action": "DELETE", "parentID": "x:p"},
    "transformation": TRANSFORMATION,
    "half a transformation": without(TRANSFORMATION, "inputEPCList") | {"transformationID": "x:t"},
    "extension event": {"type": "https://a.example/SwapEvent", "ex:a": 1, **TIME},
    "extension event by compact IRI": {"type": "ex:SwapEvent", **TIME},
    "own vocabulary": OBJECT | {"bizStep": "https://a.example/step/x", "disposition": "ex:d"},
    "own transaction type": TRANSACTION | {"bizTransactionList": [{"type": "ex:mrn", "bizTransaction": "x:1"}]},
    "transaction without type": TRANSACTION | {"bizTransactionList": [{"bizTransaction": "x:1"}]},
    "declared to be wrong": OBJECT
    | {"errorDeclaration": {"declarationTime": TIME["eventTime"], "reason": "did_not_occur", "ex:by": "x"}},
    "certified twice": OBJECT | {"certificationInfo": ["https://a.example/1", "https://a.example/2"]},
    "everywhere extended": with_metadata(time=TIME["eventTime"], **{"ex:a": {}})
    | {"ex:a": None, "readPoint": {"id": "x:1", "ex:b": 1}},
    "with its own context": OBJECT
    | {"@context": [OFFICIAL, {"ex": "https://a.example/", "gs1": "https://gs1.org/voc/"}]},
    "farthest zone": OBJECT | {"eventTimeZoneOffset": "-14:00", "eventTime": "2024-02-29T00:00:00+14:00"},
    "leap day": OBJECT | {"eventTime": "2024-02-29T23:59:59.123456789Z"},
    "all sensor values": with_report(
        component="x",
        exception="ALARM_CONDITION",
        stringValue="s",
        booleanValue=False,
        hexBinaryValue="0aF",
        uriValue="x:u",
        coordinateReferenceSystem="x:c",
        minValue=1,
        time=TIME["eventTime"],
    ),
}

# Each row: the event, the pointer of what is wrong, the rule that says so.
BROKEN: dict[str, tuple[Any, str, Rule]] = {
    "no object": ([], "", Rule.KIND),
    "no type": (without(OBJECT, "type"), "/type", Rule.EVENT_TYPE),
    "unknown plain type": (OBJECT | {"type": "SwapEvent"}, "/type", Rule.EVENT_TYPE),
    "type of another kind": (OBJECT | {"type": 1}, "/type", Rule.EVENT_TYPE),
    "no time": (without(OBJECT, "eventTime"), "/eventTime", Rule.REQUIRED),
    "no offset": (without(OBJECT, "eventTimeZoneOffset"), "/eventTimeZoneOffset", Rule.REQUIRED),
    "time without zone": (OBJECT | {"eventTime": "2024-01-01T00:00:00"}, "/eventTime", Rule.TIME),
    "no such day": (OBJECT | {"eventTime": "2023-02-29T00:00:00Z"}, "/eventTime", Rule.TIME),
    "year zero": (OBJECT | {"eventTime": "0000-01-01T00:00:00Z"}, "/eventTime", Rule.TIME),
    "time as a number": (OBJECT | {"eventTime": 1}, "/eventTime", Rule.TIME),
    "recordTime without zone": (OBJECT | {"recordTime": "2024-01-01T00:00:00"}, "/recordTime", Rule.TIME),
    "offset beyond 14": (OBJECT | {"eventTimeZoneOffset": "+14:30"}, "/eventTimeZoneOffset", Rule.TIME_ZONE_OFFSET),
    "offset Z": (OBJECT | {"eventTimeZoneOffset": "Z"}, "/eventTimeZoneOffset", Rule.TIME_ZONE_OFFSET),
    "no action": (without(OBJECT, "action"), "/action", Rule.REQUIRED),
    "unknown action": (OBJECT | {"action": "observe"}, "/action", Rule.ACTION),
    "eventID no URI": (OBJECT | {"eventID": "4711"}, "/eventID", Rule.URI),
    "nothing observed": (without(OBJECT, "epcList"), "", Rule.REQUIRED),
    "no quantities": (without(OBJECT, "epcList") | {"quantityList": []}, "", Rule.REQUIRED),
    "sensors nowhere": (without(with_report(), "epcList"), "", Rule.REQUIRED),
    "no children": (without(AGGREGATION, "childEPCs"), "", Rule.REQUIRED),
    "empty children": (AGGREGATION | {"childEPCs": []}, "", Rule.REQUIRED),
    "association without parent": (without(ASSOCIATION, "parentID"), "/parentID", Rule.REQUIRED),
    "association without children": (without(ASSOCIATION, "childEPCs"), "", Rule.REQUIRED),
    "transaction without transactions": (
        without(TRANSACTION, "bizTransactionList"),
        "/bizTransactionList",
        Rule.REQUIRED,
    ),
    "transaction with an empty list": (TRANSACTION | {"bizTransactionList": []}, "/bizTransactionList", Rule.REQUIRED),
    "transaction of nothing": (without(TRANSACTION, "epcList"), "", Rule.REQUIRED),
    "transformation without outputs": (without(TRANSFORMATION, "outputQuantityList"), "", Rule.REQUIRED),
    "transformation of nothing": (
        without(TRANSFORMATION, "outputQuantityList", "inputEPCList") | {"transformationID": "x:t"},
        "",
        Rule.REQUIRED,
    ),
    "EPC no URI": (OBJECT | {"epcList": [EPC, "0614141112345"]}, "/epcList/1", Rule.URI),
    "EPC with a bad escape": (OBJECT | {"epcList": ["x:%G1"]}, "/epcList/0", Rule.IRI),
    "EPC of another kind": (OBJECT | {"epcList": [None]}, "/epcList/0", Rule.URI),
    "EPC beyond ASCII": (OBJECT | {"epcList": ["https://a.example/é"]}, "/epcList/0", Rule.IRI),
    "quantity no object": (OBJECT | {"quantityList": ["x:c"]}, "/quantityList/0", Rule.KIND),
    "quantity of no class": (OBJECT | {"quantityList": [{"quantity": 1}]}, "/quantityList/0/epcClass", Rule.REQUIRED),
    "quantity as a string": (
        OBJECT | {"quantityList": [{"epcClass": "x:c", "quantity": "12.5"}]},
        "/quantityList/0/quantity",
        Rule.NUMBER_AS_STRING,
    ),
    "quantity as a word": (
        OBJECT | {"quantityList": [{"epcClass": "x:c", "quantity": "a dozen"}]},
        "/quantityList/0/quantity",
        Rule.NUMBER,
    ),
    "quantity as a boolean": (
        OBJECT | {"quantityList": [{"epcClass": "x:c", "quantity": True}]},
        "/quantityList/0/quantity",
        Rule.NUMBER,
    ),
    "unit in words": (
        OBJECT | {"quantityList": [{"epcClass": "x:c", "quantity": 1, "uom": "kilo"}]},
        "/quantityList/0/uom",
        Rule.UNIT,
    ),
    "quantity extended": (
        OBJECT | {"quantityList": [{"epcClass": "x:c", "ex:a": 1}]},
        "/quantityList/0/ex:a",
        Rule.UNKNOWN_MEMBER,
    ),
    "word as URN": (OBJECT | {"bizStep": "urn:epcglobal:cbv:bizstep:shipping"}, "/bizStep", Rule.VOCABULARY_FORM),
    "word as IRI": (
        OBJECT | {"disposition": "https://ref.gs1.org/cbv/Disp-active"},
        "/disposition",
        Rule.VOCABULARY_FORM,
    ),
    "unknown word": (OBJECT | {"bizStep": "teleporting"}, "/bizStep", Rule.VOCABULARY_WORD),
    "word of another kind": (OBJECT | {"bizStep": 1}, "/bizStep", Rule.URI),
    "type as IRI": (OBJECT | {"type": "epcis:ObjectEvent"}, "/type", Rule.VOCABULARY_FORM),
    "party type as URN": (
        OBJECT | {"sourceList": [{"type": "urn:epcglobal:cbv:sdt:location", "source": "x:s"}]},
        "/sourceList/0/type",
        Rule.VOCABULARY_FORM,
    ),
    "source without type": (OBJECT | {"sourceList": [{"source": "x:s"}]}, "/sourceList/0/type", Rule.REQUIRED),
    "destination without destination": (
        OBJECT | {"destinationList": [{"type": "location"}]},
        "/destinationList/0/destination",
        Rule.REQUIRED,
    ),
    "transaction without itself": (
        OBJECT | {"bizTransactionList": [{"type": "po"}]},
        "/bizTransactionList/0/bizTransaction",
        Rule.REQUIRED,
    ),
    "place as a string": (OBJECT | {"readPoint": "x:1"}, "/readPoint", Rule.KIND),
    "place without id": (OBJECT | {"bizLocation": {}}, "/bizLocation/id", Rule.REQUIRED),
    "comment": (OBJECT | {"_comment": "hello"}, "/_comment", Rule.UNKNOWN_MEMBER),
    "JSON-LD keyword": (OBJECT | {"@id": "x:1"}, "/@id", Rule.SECOND_NAME),
    "name with slash and tilde": (OBJECT | {"a/b~c": 1}, "/a~1b~0c", Rule.UNKNOWN_MEMBER),
    "plain name in ilmd": (ADD | {"ilmd": {"lot": "L"}}, "/ilmd/lot", Rule.UNKNOWN_MEMBER),
    "plain name in a sensor report": (
        with_report(note="x"),
        "/sensorElementList/0/sensorReport/0/note",
        Rule.UNKNOWN_MEMBER,
    ),
    "ilmd without ADD": (OBJECT | {"ilmd": {}}, "/ilmd", Rule.MISPLACED_MEMBER),
    "ilmd on an aggregation": (AGGREGATION | {"ilmd": {}}, "/ilmd", Rule.MISPLACED_MEMBER),
    "persistent disposition on an aggregation": (
        AGGREGATION | {"persistentDisposition": {"set": ["expired"]}},
        "/persistentDisposition",
        Rule.MISPLACED_MEMBER,
    ),
    "action on a transformation": (TRANSFORMATION | {"action": "ADD"}, "/action", Rule.MISPLACED_MEMBER),
    "neither set nor unset": (OBJECT | {"persistentDisposition": {}}, "/persistentDisposition", Rule.REQUIRED),
    "set twice": (
        OBJECT | {"persistentDisposition": {"set": ["expired", "expired"]}},
        "/persistentDisposition/set",
        Rule.UNIQUE,
    ),
    "no declaration time": (
        OBJECT | {"errorDeclaration": {"reason": "did_not_occur"}},
        "/errorDeclaration/declarationTime",
        Rule.REQUIRED,
    ),
    "certificate no URI": (OBJECT | {"certificationInfo": ["yes"]}, "/certificationInfo/0", Rule.URI),
    "sensor element without reports": (
        OBJECT | {"sensorElementList": [{"sensorMetadata": {}}]},
        "/sensorElementList/0/sensorReport",
        Rule.REQUIRED,
    ),
    "sensor element with no report": (
        OBJECT | {"sensorElementList": [{"sensorReport": []}]},
        "/sensorElementList/0/sensorReport",
        Rule.REQUIRED,
    ),
    "sensor time": (with_metadata(startTime="noon"), "/sensorElementList/0/sensorMetadata/startTime", Rule.TIME),
    "sensor value as a string": (
        with_report(value="4"),
        "/sensorElementList/0/sensorReport/0/value",
        Rule.NUMBER_AS_STRING,
    ),
    "sensor boolean as a string": (
        with_report(booleanValue="true"),
        "/sensorElementList/0/sensorReport/0/booleanValue",
        Rule.BOOLEAN_AS_STRING,
    ),
    "sensor boolean as a number": (
        with_report(booleanValue=1),
        "/sensorElementList/0/sensorReport/0/booleanValue",
        Rule.KIND,
    ),
    "sensor string as a number": (
        with_report(stringValue=1),
        "/sensorElementList/0/sensorReport/0/stringValue",
        Rule.KIND,
    ),
    "sensor bytes": (
        with_report(hexBinaryValue="xyz"),
        "/sensorElementList/0/sensorReport/0/hexBinaryValue",
        Rule.HEX_BINARY,
    ),
    "foreign context": (OBJECT | {"@context": [OFFICIAL, "https://a.example/c"]}, "/@context/1", Rule.KNOWN_CONTEXT),
    "context of another kind": (OBJECT | {"@context": 1}, "/@context", Rule.KIND),
    "no context at all": (OBJECT | {"@context": None}, "/@context", Rule.KIND),
    "term of another kind": (OBJECT | {"@context": {"ex": 1}}, "/@context/ex", Rule.KIND),
    "prefix turned around": (
        OBJECT | {"@context": [OFFICIAL, {"cbv": "https://evil.example/"}]},
        "/@context/1/cbv",
        Rule.PROTECTED_PREFIX,
    ),
    "too many members": (OBJECT | {f"ex:{n}": 1 for n in range(1_020)}, "", Rule.LIMIT),
    "too many EPCs": (OBJECT | {"epcList": ["x:1"] * 100_001}, "/epcList", Rule.LIMIT),
    "too many quantities": (OBJECT | {"quantityList": [{}] * 100_001}, "/quantityList", Rule.LIMIT),
}


@pytest.mark.parametrize("name", VALID)
@pytest.mark.parametrize("mode", Mode)
def test_valid_events_have_no_deviation(name: str, mode: Mode) -> None:
    assert validate_event(VALID[name], mode) == ()


@pytest.mark.parametrize("name", BROKEN)
def test_each_broken_rule_is_named_and_placed(name: str) -> None:
    event, pointer, rule = BROKEN[name]
    assert [(found.pointer, found.rule) for found in event_problems(event)] == [(pointer, rule)]


@pytest.mark.parametrize("name", BROKEN)
def test_strict_refuses_with_the_pointer(name: str) -> None:
    event, pointer, _ = BROKEN[name]
    with pytest.raises(MalformedError) as refused:
        validate_event(event, Mode.STRICT, "/epcisBody/eventList/3")
    assert refused.value.pointer == "/epcisBody/eventList/3" + pointer


@pytest.mark.parametrize("name", BROKEN)
def test_lenient_records_what_it_tolerates_and_refuses_the_rest(name: str) -> None:
    event, pointer, rule = BROKEN[name]
    if rule in TOLERATED:
        assert [(found.pointer, found.rule) for found in validate_event(event, Mode.LENIENT)] == [(pointer, rule)]
    else:
        with pytest.raises(MalformedError):
            validate_event(event, Mode.LENIENT)


def test_every_rule_of_events_has_been_broken_once() -> None:
    of_documents_and_signing = {
        Rule.SCHEMA_VERSION,
        Rule.DOCUMENT_MEMBER,
        Rule.OWN_CONTEXT,
        Rule.EVENT_ID,
        Rule.RECORD_TIME,
    }
    assert {rule for _, _, rule in BROKEN.values()} == set(Rule) - of_documents_and_signing


def test_the_closed_table_is_that_of_the_event_digest() -> None:
    assert set(TABLE_MEMBERS) == CLOSED_TABLES


@pytest.mark.parametrize("member", TABLE_MEMBERS)
@pytest.mark.parametrize("value", [None, {}, "x:1", 1])
@pytest.mark.parametrize("event", [OBJECT, AGGREGATION, VALID["extension event"]], ids=lambda event: event["type"])
def test_members_of_the_closed_table_are_arrays_in_both_modes(member: str, value: Any, event: Any) -> None:
    for mode in Mode:
        with pytest.raises(MalformedError):
            validate_event(event | {member: value}, mode)


def test_all_problems_are_collected_in_order() -> None:
    event = {"type": "ObjectEvent", "_a": 1, "action": "MOVE", "epcList": ["1", "x:2", "3"], "eventTime": "now"}
    assert [found.pointer for found in event_problems(event)] == [
        "/eventTimeZoneOffset",
        "/_a",
        "/action",
        "/epcList/0",
        "/epcList/2",
        "/eventTime",
    ]


def test_nothing_of_the_event_is_told() -> None:
    secret = "Zhang San 13800000000"
    event = OBJECT | {
        "bizStep": secret,
        "epcList": [secret],
        "quantityList": [{"epcClass": secret, "quantity": secret}],
    }
    told = " ".join(f"{found.expected} {found.found}" for found in event_problems(event))
    assert secret not in told
    assert "a string of 21 characters" in told


def test_a_standard_word_may_be_told() -> None:
    (found,) = event_problems(OBJECT | {"bizStep": "urn:epcglobal:cbv:bizstep:shipping"})
    assert found.found == "the long form of shipping"


def test_a_deviation_moves_with_its_event() -> None:
    deviation = Deviation("/bizStep", Rule.VOCABULARY_WORD, "a", "b")
    assert deviation.at("/eventList/0") == Deviation("/eventList/0/bizStep", Rule.VOCABULARY_WORD, "a", "b")


SIGNABLE: dict[str, Any] = OBJECT | {"@context": [OFFICIAL], "eventID": "urn:uuid:11111111-1111-4111-8111-111111111111"}
UNSIGNABLE: dict[str, tuple[Any, str, Rule]] = {
    "recordTime": (SIGNABLE | {"recordTime": TIME["eventTime"]}, "/recordTime", Rule.RECORD_TIME),
    "no context": (without(SIGNABLE, "@context"), "/@context", Rule.OWN_CONTEXT),
    "context without that of EPCIS": (SIGNABLE | {"@context": {"ex": "x:"}}, "/@context", Rule.OWN_CONTEXT),
    "no eventID": (without(SIGNABLE, "eventID"), "/eventID", Rule.EVENT_ID),
    "eventID of another kind": (SIGNABLE | {"eventID": 1}, "/eventID", Rule.EVENT_ID),
}


def test_a_complete_event_may_be_signed() -> None:
    assert signable_problems(SIGNABLE) == ()
    require_signable(SIGNABLE)


@pytest.mark.parametrize("name", UNSIGNABLE)
def test_what_may_not_be_signed_is_refused(name: str) -> None:
    event, pointer, rule = UNSIGNABLE[name]
    assert [(found.pointer, found.rule) for found in signable_problems(event)] == [(pointer, rule)]
    with pytest.raises(MalformedError) as refused:
        require_signable(event, "/event")
    assert refused.value.pointer == "/event" + pointer
