"""Events: what holds for every JSON value, and for every event under changes that mean nothing."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.epcis.context import context_entries, merge_context, prefix_map
from ledger.epcis.deviation import TOLERATED, Mode
from ledger.epcis.documents import complete_events, document_problems
from ledger.epcis.event_hash import event_hash
from ledger.epcis.event_parser import parse_event
from ledger.epcis.events import Event
from ledger.epcis.validation import event_problems, signable_problems, validate_event
from ledger.errors import MalformedError

SECRET = "Li Si 13900000000"
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(SECRET),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
CONTEXTS = st.none() | st.recursive(
    st.sampled_from(["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", "https://a.example/c"])
    | st.dictionaries(st.sampled_from(["a", "b", "gs1"]), st.sampled_from(["x:", "a:", None, "https://a.example/"])),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=5,
)

WHOLE: dict[str, Any] = {
    "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"ex": "https://ns.example.com/"}],
    "type": "ObjectEvent",
    "eventID": "urn:uuid:11111111-1111-4111-8111-111111111111",
    "eventTime": "2024-01-01T12:00:00.000Z",
    "eventTimeZoneOffset": "+00:00",
    "action": "ADD",
    "epcList": ["urn:epc:id:sgtin:0614141.112345.400", "urn:epc:id:sscc:9521141.1234567890"],
    "quantityList": [{"epcClass": "x:a", "quantity": 1, "uom": "KGM"}, {"epcClass": "x:b"}],
    "bizStep": "commissioning",
    "disposition": "active",
    "persistentDisposition": {"set": ["conformant"]},
    "readPoint": {"id": "x:r", "ex:dock": "4"},
    "bizLocation": {"id": "x:l"},
    "bizTransactionList": [{"type": "po", "bizTransaction": "x:1"}, {"bizTransaction": "x:2"}],
    "sourceList": [{"type": "owning_party", "source": "x:s"}],
    "destinationList": [{"type": "owning_party", "destination": "x:d"}],
    "sensorElementList": [
        {
            "sensorMetadata": {"time": "2024-01-01T00:00:00Z", "ex:m": 1},
            "sensorReport": [{"type": "Temperature", "value": 4.5}],
        }
    ],
    "errorDeclaration": {"declarationTime": "2024-01-02T00:00:00Z", "reason": "did_not_occur"},
    "certificationInfo": ["x:c"],
    "ilmd": {"cbvmda:lotNumber": "L", "ex:list": ["1", {"ex:deep": [2]}]},
    "ex:regime": {"ex:code": "40 00"},
}


@st.composite
def broken_events(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a valid event in which some members, anywhere, are anything."""

    def spoil(value: Any) -> Any:
        if draw(st.integers(0, 14)) == 0:
            return draw(JSON)
        if isinstance(value, dict):
            return {name: spoil(member) for name, member in value.items()}
        return [spoil(element) for element in value] if isinstance(value, list) else value

    return {name: spoil(member) for name, member in WHOLE.items()} | draw(
        st.dictionaries(st.text(max_size=8), JSON, max_size=1)
    )


def shuffled(value: Any, chance: random.Random) -> Any:
    """Return the same value with members and elements in another order."""
    if isinstance(value, dict):
        items = [(name, shuffled(member, chance)) for name, member in value.items()]
        return dict(chance.sample(items, len(items)))
    if isinstance(value, list):
        return chance.sample([shuffled(element, chance) for element in value], len(value))
    return value


def test_the_whole_event_is_valid() -> None:
    assert event_problems(WHOLE) == signable_problems(WHOLE) == ()


@given(broken_events() | st.dictionaries(st.text(), JSON), JSON, st.sampled_from(["2.0", "2.1"]))
def test_every_object_has_a_hash_or_is_refused(event: dict[str, Any], context: Any, cbv: Any) -> None:
    try:
        said = event_hash(event, context, cbv)
    except MalformedError as refused:
        said = f"{refused.expected} {refused.found}"
    assert said
    assert SECRET not in said


@settings(max_examples=40)
@given(st.randoms(use_true_random=False), st.sampled_from(["2.0", "2.1"]))
def test_the_order_of_members_and_elements_does_not_change_the_hash(chance: random.Random, cbv: Any) -> None:
    assert event_hash(shuffled({**WHOLE, "@context": None}, chance), WHOLE["@context"], cbv) == event_hash(
        WHOLE, None, cbv
    )


@given(st.integers(-14 * 60, 14 * 60), st.sampled_from(["", ".0", ".00000", ".0004"]))
def test_the_zone_in_which_a_time_is_written_does_not_change_the_hash(minutes: int, fraction: str) -> None:
    hours, rest = divmod(12 * 60 + minutes, 60)
    days, hours = divmod(hours, 24)
    sign = "-" if minutes < 0 else "+"
    zone = f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    day = {-1: "2023-12-31", 0: "2024-01-01", 1: "2024-01-02"}[days]
    written = WHOLE | {"eventTime": f"{day}T{hours:02}:{rest:02}:00{fraction}{zone}"}
    assert event_hash(written) == event_hash(WHOLE)


@given(broken_events() | JSON)
def test_every_value_is_judged_and_nothing_of_it_is_told(event: Any) -> None:
    problems = event_problems(event, "/event")
    for problem in problems:
        assert problem.pointer.startswith("/event")
        assert SECRET not in problem.expected + problem.found
    if all(problem.rule in TOLERATED for problem in problems):
        assert validate_event(event, Mode.LENIENT, "/event") == problems


@given(broken_events())
def test_what_lenient_mode_takes_has_a_typed_form(event: dict[str, Any]) -> None:
    try:
        validate_event(event, Mode.LENIENT)
    except MalformedError:
        return
    assert isinstance(parse_event(event), Event)


@given(CONTEXTS, CONTEXTS)
def test_merging_contexts_is_reading_one_after_the_other(document: Any, event: Any) -> None:
    in_order = [*context_entries(document), *context_entries(event)]
    assert prefix_map(merge_context(document, event)) == prefix_map(in_order)


@given(JSON, JSON)
def test_every_document_has_events_or_is_refused(body: Any, context: Any) -> None:
    for document in (body, {"type": "EPCISDocument", "@context": context, "epcisBody": body}, [body]):
        document_problems(document)
        try:
            placed = list(complete_events(document))
        except MalformedError:
            continue
        assert all(isinstance(each.pointer, str) for each in placed)
