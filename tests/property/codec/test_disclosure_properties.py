"""Any event, any part of it shown: the view is under the event's digest, and no other view that differs is."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.codec.disclosure import CLOSED_TABLES, MUST_SHOW, digest_of_view, event_digest, role_view, shown_event
from ledger.errors import DisclosureError, MalformedError
from ledger.types import Seed
from tests import disclosure_oracle

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
names = st.sampled_from(["ilmd", "readPoint", "ex:price", "\ue000", "\U0001f600", "a/b~c", ""]) | texts
numbers = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-1e15, 1e15).filter(lambda number: str(number) != "-0.0")
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
plain_members = st.dictionaries(names.filter(lambda name: name not in CLOSED_TABLES), values, max_size=5)
tables = st.dictionaries(st.sampled_from(sorted(CLOSED_TABLES)), st.lists(values, max_size=9), max_size=3)
must_show = st.dictionaries(st.sampled_from(sorted(MUST_SHOW)), texts.map(lambda text: f"x{text}"), max_size=4)
events = st.builds(
    lambda *parts: {name: value for part in parts for name, value in part.items()}, plain_members, tables, must_show
)
seeds = st.binary(min_size=32, max_size=32).map(Seed)


@st.composite
def shown_parts(draw: st.DrawFn) -> tuple[dict[str, Any], Seed, frozenset[str], dict[str, frozenset[int]]]:
    """Return an event, its seed, names to show, and indexes of some of its tables."""
    event = draw(events)
    shown = frozenset(draw(st.sets(st.sampled_from(sorted(event))))) if event else frozenset()
    elements = {
        name: frozenset(draw(st.sets(st.integers(0, len(event[name]) - 1))) if event[name] else ())
        for name in sorted(event)
        if name in CLOSED_TABLES and draw(st.booleans())
    }
    return event, draw(seeds), shown, elements


@given(events, seeds)
def test_digest_is_that_of_the_specification(event: dict[str, Any], seed: Seed) -> None:
    assert event_digest(event, seed) == disclosure_oracle.event_digest(event, seed)


@given(shown_parts())
def test_a_view_is_under_the_digest_of_its_event(parts: Any) -> None:
    event, seed, shown, elements = parts
    view = role_view(event, seed, shown, elements)
    assert digest_of_view(json.loads(json.dumps(view))) == event_digest(event, seed)
    assert disclosure_oracle.digest_of_view(view) == event_digest(event, seed)


@given(shown_parts())
def test_a_view_shows_what_was_asked_for_and_no_more(parts: Any) -> None:
    event, seed, shown, elements = parts
    view: Any = role_view(event, seed, shown, elements)
    assert view["members"].keys() == event.keys() & (shown | MUST_SHOW)
    for name, chosen in elements.items():
        if name in shown:
            assert {int(index) for index in view["members"][name]["elements"]} == chosen
    for name, value in shown_event(view).items():
        assert json.dumps(value) == json.dumps(event[name])


@given(events, events, seeds)
def test_different_events_have_different_digests(one: dict[str, Any], other: dict[str, Any], seed: Seed) -> None:
    same = disclosure_oracle.leaves(one, seed) == disclosure_oracle.leaves(other, seed)
    assert (event_digest(one, seed) == event_digest(other, seed)) == same


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of everything inside ``value``."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for step, child in children for place in places(child, (*path, step)))]


def changed(draw: st.DrawFn, parent: Any, step: Any) -> None:
    """Change, remove, double or exchange one thing inside ``parent``."""
    match draw(st.sampled_from(["replace", "remove", "double", "exchange", "rename"])):
        case "replace":
            parent[step] = draw(values)
        case "remove":
            del parent[step]
        case "double" if isinstance(parent, list):
            parent.insert(step, parent[step])
        case "double" | "rename" if isinstance(parent, dict):
            parent[draw(names | st.integers(0, 12).map(str))] = parent[step]
        case _:
            other = draw(st.sampled_from([*parent] if isinstance(parent, dict) else range(len(parent))))
            parent[step], parent[other] = parent[other], parent[step]


@settings(max_examples=250)
@given(shown_parts(), st.data())
def test_a_changed_view_is_refused_or_under_another_digest(parts: Any, data: st.DataObject) -> None:
    event, seed, shown, elements = parts
    view: Any = role_view(event, seed, shown, elements)
    spoilt = deepcopy(view)
    *path, step = data.draw(st.sampled_from(places(view)[1:]))
    parent = spoilt
    for each in path:
        parent = parent[each]
    changed(data.draw, parent, step)
    try:
        digest = digest_of_view(spoilt)
    except (DisclosureError, MalformedError):
        return
    assert (digest == event_digest(event, seed)) == same_json(spoilt, view)


def same_json(one: Any, other: Any) -> bool:
    """Say whether two values are one to JSON, where 1 and 1.0 are the same number and 1 and true are not."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_json(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_json, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


@given(values)
def test_any_json_is_a_view_or_refused(value: Any) -> None:
    for read in (digest_of_view, shown_event):
        try:
            read(value)
        except (DisclosureError, MalformedError):
            continue
