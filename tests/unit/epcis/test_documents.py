"""Documents: where the events stand, how each becomes complete, and what is wrong around them."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.epcis.deviation import TOLERATED, Mode, Rule
from ledger.epcis.documents import complete_events, document_problems, validate_document
from ledger.errors import MalformedError

OFFICIAL = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
CONTEXT: Any = [OFFICIAL, {"ex": "https://a.example/"}]
FIRST: dict[str, Any] = {"type": "ObjectEvent", "ex:a": 1}
SECOND: dict[str, Any] = {"type": "ObjectEvent", "@context": {"two": "https://b.example/"}, "two:a": 1}
DOCUMENT: dict[str, Any] = {
    "@context": CONTEXT,
    "type": "EPCISDocument",
    "schemaVersion": "2.0",
    "creationDate": "2024-01-01T00:00:00Z",
    "epcisBody": {"eventList": [FIRST, SECOND]},
}
QUERY_DOCUMENT: dict[str, Any] = DOCUMENT | {
    "type": "EPCISQueryDocument",
    "epcisBody": {
        "queryResults": {"queryName": "SimpleEventQuery", "ex:a": 1, "resultsBody": {"eventList": [FIRST, SECOND]}}
    },
}

COMPLETE = [{"@context": CONTEXT, **FIRST}, {**SECOND, "@context": [*CONTEXT, SECOND["@context"]]}]


def without(document: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: member for name, member in document.items() if name not in names}


@pytest.mark.parametrize(
    ("document", "pointers", "events"),
    [
        (DOCUMENT, ["/epcisBody/eventList/0", "/epcisBody/eventList/1"], COMPLETE),
        (
            QUERY_DOCUMENT,
            [f"/epcisBody/queryResults/resultsBody/eventList/{place}" for place in (0, 1)],
            COMPLETE,
        ),
        (SECOND, [""], [SECOND]),
        ([FIRST, SECOND], ["/0", "/1"], [FIRST, SECOND]),
        ([], [], []),
        (without(DOCUMENT, "@context"), ["/epcisBody/eventList/0", "/epcisBody/eventList/1"], [FIRST, SECOND]),
        (DOCUMENT | {"epcisBody": {"eventList": [7]}}, ["/epcisBody/eventList/0"], [7]),
    ],
    ids=["document", "query document", "event", "list", "empty list", "no context", "no event"],
)
def test_events_are_complete_in_order_and_placed(document: Any, pointers: list[str], events: list[Any]) -> None:
    placed = list(complete_events(document))
    assert [each.pointer for each in placed] == pointers
    assert [each.event for each in placed] == events


def test_completing_changes_neither_document_nor_event() -> None:
    before = repr(DOCUMENT)
    list(complete_events(DOCUMENT))
    assert repr(DOCUMENT) == before


WITHOUT_EVENTS: dict[str, tuple[Any, str]] = {
    "a string": ("x", ""),
    "null": (None, ""),
    "no body": (without(DOCUMENT, "epcisBody"), "/epcisBody"),
    "body of another kind": (DOCUMENT | {"epcisBody": []}, "/epcisBody"),
    "no list": (DOCUMENT | {"epcisBody": {}}, "/epcisBody/eventList"),
    "list of another kind": (DOCUMENT | {"epcisBody": {"eventList": {}}}, "/epcisBody/eventList"),
    "no results": (QUERY_DOCUMENT | {"epcisBody": {}}, "/epcisBody/queryResults"),
}


@pytest.mark.parametrize("name", WITHOUT_EVENTS)
def test_what_holds_no_events_is_refused(name: str) -> None:
    document, pointer = WITHOUT_EVENTS[name]
    with pytest.raises(MalformedError) as refused:
        complete_events(document)
    assert refused.value.pointer == pointer


BROKEN: dict[str, tuple[dict[str, Any], str, Rule]] = {
    "no context": (without(DOCUMENT, "@context"), "/@context", Rule.DOCUMENT_MEMBER),
    "foreign context": (DOCUMENT | {"@context": "https://a.example/c"}, "/@context", Rule.KNOWN_CONTEXT),
    "no schemaVersion": (without(DOCUMENT, "schemaVersion"), "/schemaVersion", Rule.DOCUMENT_MEMBER),
    "revision of the schema": (DOCUMENT | {"schemaVersion": "2.0.1"}, "/schemaVersion", Rule.DOCUMENT_MEMBER),
    "version as a number": (DOCUMENT | {"schemaVersion": 2.0}, "/schemaVersion", Rule.DOCUMENT_MEMBER),
    "older schema": (DOCUMENT | {"schemaVersion": "1.2"}, "/schemaVersion", Rule.SCHEMA_VERSION),
    "no creationDate": (without(DOCUMENT, "creationDate"), "/creationDate", Rule.DOCUMENT_MEMBER),
    "creationDate without zone": (
        DOCUMENT | {"creationDate": "2024-01-01T00:00:00"},
        "/creationDate",
        Rule.DOCUMENT_MEMBER,
    ),
    "id no URI": (DOCUMENT | {"id": "17"}, "/id", Rule.URI),
    "instanceIdentifier as a number": (DOCUMENT | {"instanceIdentifier": 17}, "/instanceIdentifier", Rule.KIND),
    "header of another kind": (DOCUMENT | {"epcisHeader": []}, "/epcisHeader", Rule.DOCUMENT_MEMBER),
    "unknown member": (DOCUMENT | {"_comment": "x"}, "/_comment", Rule.UNKNOWN_MEMBER),
    "no events": (DOCUMENT | {"epcisBody": {"eventList": None}}, "/epcisBody/eventList", Rule.KIND),
    "no query name": (
        QUERY_DOCUMENT | {"epcisBody": {"queryResults": {"resultsBody": {"eventList": []}}}},
        "/epcisBody/queryResults/queryName",
        Rule.DOCUMENT_MEMBER,
    ),
}


@pytest.mark.parametrize("document", [DOCUMENT, QUERY_DOCUMENT, SECOND, [FIRST]])
def test_a_good_frame_has_no_deviation(document: Any) -> None:
    assert validate_document(document) == ()


def test_a_header_and_extensions_are_good() -> None:
    assert validate_document(DOCUMENT | {"epcisHeader": {}, "sender": "x", "id": "x:1", "ex:a": []}) == ()


@pytest.mark.parametrize("name", BROKEN)
def test_each_broken_frame_is_named_and_placed(name: str) -> None:
    document, pointer, rule = BROKEN[name]
    assert [(found.pointer, found.rule) for found in document_problems(document)] == [(pointer, rule)]
    with pytest.raises(MalformedError):
        validate_document(document)
    if rule in TOLERATED:
        assert len(validate_document(document, Mode.LENIENT)) == 1
    else:
        with pytest.raises(MalformedError):
            validate_document(document, Mode.LENIENT)
