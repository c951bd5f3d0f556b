"""A trace through packing and making at random: equal to an oracle, the same both ways round, in any order given."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.trace import Direction, EventIndex, trace
from tests.trace_oracle import Row, reached_from, reached_to
from tests.traced import Story

NAMES = [f"urn:x:{name}" for name in "abcdef"]

names = st.sampled_from(NAMES)
some = st.lists(names, unique=True, max_size=3).map(tuple)
packing = st.builds(Row, st.sampled_from(["add", "delete", "see"]), parent=names, items=some)
making = st.builds(
    Row, st.just("change"), items=some, outputs=some, transformation=st.sampled_from(["", "", "urn:t:1", "urn:t:2"])
)
histories = st.lists(st.one_of(packing, packing, making), min_size=1, max_size=9)


def told(rows: list[Row]) -> EventIndex:
    story = Story()
    for at, row in enumerate(rows):
        match row.kind:
            case "add":
                story.pack(at, row.parent, *row.items)
            case "see":
                story.pack(at, row.parent, *row.items, action="OBSERVE")
            case "delete":
                story.unpack(at, row.parent, *row.items)
            case _:
                joined = row.transformation or None
                story.make(at, list(row.items), list(row.outputs), transformationID=joined)
    return EventIndex(story.events)


def reach(item: str, events: EventIndex, direction: Direction) -> set[str]:
    graph = trace(item, events, direction=direction)
    assert not graph.cuts
    return set(graph.items)


@settings(max_examples=150)
@given(histories, names)
def test_a_trace_reaches_what_the_oracle_does(rows: list[Row], item: str) -> None:
    events = told(rows)
    assert reach(item, events, Direction.FROM) == reached_from(item, rows)
    assert reach(item, events, Direction.TO) == reached_to(item, rows)


@settings(max_examples=100)
@given(histories, names, names)
def test_where_from_and_where_to_are_inverse(rows: list[Row], one: str, other: str) -> None:
    events = told(rows)
    there = other in reach(one, events, Direction.FROM)
    assert there == (one in reach(other, events, Direction.TO))


@settings(max_examples=50)
@given(histories, names, st.randoms(use_true_random=False))
def test_the_order_in_which_events_are_given_says_nothing(rows: list[Row], item: str, random: object) -> None:
    story = told(rows)
    given_events = list({e.event_digest: e for name in NAMES for e in story.events_of(name)}.values())
    shuffled = list(given_events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # a Random
    one, other = trace(item, EventIndex(given_events)), trace(item, EventIndex(shuffled))
    assert [step.event for step in one.steps] == [step.event for step in other.steps]
    assert one.items == other.items
