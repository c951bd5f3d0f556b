"""A trace: dates, corrections, bounds, joints, and what is set aside."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise

import pytest

from ledger.domain.trace import Bound, CustodyGraph, Direction, EventIndex, Evidence, Limits, TracedEvent, trace
from ledger.types import LogId, UnixTime
from tests.builders import hash_of
from tests.examined import CASE, ITEM, LOT, OTHER, PALLET
from tests.traced import HOUR, NOON, Story

WRONG = {"declarationTime": "2026-09-21T14:10:00Z", "reason": "incorrect_data"}


def hour(at: float) -> UnixTime:
    return UnixTime(NOON + int(at * HOUR) + 60)


def steps(graph: CustodyGraph) -> list[str | None]:
    return [step.biz_step for step in graph.steps]


class TestDates:
    def story(self, by: str = "maker") -> Story:
        """Stored at 1; declared wrong at 10 by somebody, who says at 11 that it was inspected."""
        story = Story()
        story.see(0, "commissioning", ITEM, action="ADD")
        wrong = story.see(1, "storing", ITEM)
        same = {"eventID": wrong.members["eventID"]}
        declared = {**WRONG, "correctiveEventIDs": ["urn:uuid:right"]}
        story.see(1, "storing", ITEM, by=by, act="declare error", recorded=10, errorDeclaration=declared, **same)
        story.see(1, "inspecting", ITEM, by=by, recorded=11, eventID="urn:uuid:right")
        return story

    def test_as_recorded_ignores_later_corrections(self) -> None:
        graph = trace(ITEM, EventIndex(self.story().events), recorded_by=hour(5))
        assert steps(graph) == ["commissioning", "storing"]
        assert not graph.struck

    def test_as_known_applies_them(self) -> None:
        events = EventIndex(self.story().events)
        graph = trace(ITEM, events, recorded_by=hour(5), known_by=hour(12))
        assert steps(graph) == ["commissioning", "inspecting"]
        assert [each.event.leaf_index for each in graph.struck] == [1]
        assert steps(trace(ITEM, events)) == ["commissioning", "inspecting"]
        assert steps(trace(ITEM, events, known_by=hour(10))) == ["commissioning"]
        assert steps(trace(ITEM, events, recorded_by=hour(12), known_by=hour(5))) == [
            "commissioning", "storing", "inspecting",
        ]  # fmt: skip

    def test_a_correction_by_another_is_a_claim(self) -> None:
        graph = trace(ITEM, EventIndex(self.story(by="rival").events))
        assert steps(graph) == ["commissioning", "storing", "inspecting"]
        assert [each.event.leaf_index for each in graph.claims] == [1]
        assert not graph.struck

    def test_a_corrected_packing_leads_nowhere(self) -> None:
        story = Story()
        packed = story.pack(1, CASE, ITEM)
        story.pack(1, CASE, ITEM, recorded=10, errorDeclaration=WRONG, eventID=packed.members["eventID"])
        assert trace(ITEM, EventIndex(story.events)).items == (ITEM,)
        assert trace(ITEM, EventIndex(story.events), recorded_by=hour(5)).items == (CASE, ITEM)


class TestWays:
    def test_delete_without_children_empties_the_container(self) -> None:
        story = Story()
        story.pack(1, CASE, ITEM, OTHER)
        story.pack(2, PALLET, CASE)
        story.unpack(3, PALLET)
        story.see(4, "storing", PALLET)
        story.unpack(5, CASE)
        story.see(6, "storing", CASE)
        graph = trace(ITEM, EventIndex(story.events), direction=Direction.FROM)
        assert steps(graph) == ["packing", "packing", "unpacking", "unpacking"]
        assert [(stay.item, stay.container) for stay in graph.stays] == [(ITEM, CASE), (CASE, PALLET)]
        contents = trace(PALLET, EventIndex(story.events), direction=Direction.TO)
        assert contents.items == tuple(sorted((PALLET, CASE, ITEM, OTHER)))

    def test_a_lot_leaves_its_container_when_all_of_it_is_out(self) -> None:
        def some(amount: int) -> list[dict[str, object]]:
            return [{"epcClass": LOT, "quantity": amount, "uom": "KGM"}]

        story = Story()
        story.pack(1, CASE, childEPCs=None, childQuantityList=some(50))
        story.unpack(2, CASE, childEPCs=None, childQuantityList=some(20))
        story.see(3, "storing", CASE)
        story.unpack(4, CASE, childEPCs=None, childQuantityList=some(30))
        story.see(5, "shipping", CASE)
        graph = trace(LOT, EventIndex(story.events), direction=Direction.FROM)
        assert steps(graph) == ["packing", "unpacking", "storing", "unpacking"]

    def test_a_transformation_told_in_several_events(self) -> None:
        story = Story()
        story.make(1, [ITEM], [], transformationID="urn:t:1")
        story.make(2, [], [OTHER], transformationID="urn:t:1")
        story.make(3, [PALLET], [], by="rival", transformationID="urn:t:1")
        assert trace(OTHER, EventIndex(story.events), direction=Direction.FROM).items == (ITEM, OTHER)

    def test_association(self) -> None:
        story = Story()
        story.pack(1, PALLET, ITEM, type="AssociationEvent")
        story.see(2, "sensor_reporting", PALLET)
        assert steps(trace(ITEM, EventIndex(story.events), direction=Direction.FROM)) == ["packing", "sensor_reporting"]

    def test_any_form_of_the_identifier(self) -> None:
        story = Story()
        story.see(1, "storing", "urn:epc:id:sgtin:4012345.011122.7")
        assert len(trace("https://brand.example/01/4012345111224/21/7", EventIndex(story.events)).steps) == 1


class TestBounds:
    def chain(self, length: int) -> EventIndex:
        story = Story()
        for level in range(length):
            story.pack(level, f"urn:x:{level + 1}", f"urn:x:{level}")
        return EventIndex(story.events)

    @pytest.mark.parametrize(("limits", "bound"), [
        (Limits(depth=3), Bound.DEPTH), (Limits(items=3), Bound.ITEMS), (Limits(events=3), Bound.EVENTS),
    ])  # fmt: skip
    def test_a_bound_that_cuts_is_said(self, limits: Limits, bound: Bound) -> None:
        graph = trace("urn:x:0", self.chain(6), direction=Direction.FROM, limits=limits)
        assert [cut.bound for cut in graph.cuts] == [bound]
        assert len(graph.items) < 7

    def test_a_bound_that_does_not_cut_is_not(self) -> None:
        graph = trace("urn:x:0", self.chain(6), direction=Direction.FROM, limits=Limits(depth=6, items=7, events=7))
        assert (len(graph.items), graph.cuts) == (7, ())

    def test_cycles_end(self) -> None:
        story = Story()
        for at in range(0, 6, 2):
            story.pack(at, CASE, PALLET)
            story.pack(at + 1, PALLET, CASE)
        story.make(7, [ITEM], [OTHER])
        story.make(8, [OTHER], [ITEM])
        for item in (CASE, ITEM):
            assert not trace(item, EventIndex(story.events)).cuts

    def test_fifty_events_over_five_levels_are_quick(self) -> None:
        story = Story()
        levels = [ITEM, CASE, PALLET, "urn:x:container", "urn:x:ship", "urn:x:fleet"]
        for at, (inner, outer) in enumerate(pairwise(levels)):
            story.pack(at, outer, inner, *(f"{outer}:{other}" for other in range(20)))
        for at in range(45):
            story.see(10 + at, "storing", levels[at % len(levels)])
        events = EventIndex(story.events)
        began = time.process_time()
        for _ in range(5):
            assert len(trace(ITEM, events).steps) == 50
        assert (time.process_time() - began) / 5 < 0.05


class TestEvidence:
    def test_what_does_not_match_is_set_aside(self) -> None:
        story = Story()
        story.see(1, "storing", ITEM)
        story.see(2, "shipping", ITEM, evidence=Evidence.INVALID)
        story.see(3, "shipping", ITEM, eventTime="yesterday")
        graph = trace(ITEM, EventIndex(story.events))
        assert steps(graph) == ["storing"]
        assert {event.leaf_index for event in graph.set_aside} == {1, 2}

    def test_an_event_in_two_logs_is_one_step(self) -> None:
        story = Story()
        first = story.see(1, "storing", ITEM)
        again = replace(first, log_id=LogId(hash_of("successor")), leaf_index=7)
        assert len(trace(ITEM, EventIndex([first, again])).steps) == 1

    def test_steps_stand_in_order_of_time_then_of_the_log(self) -> None:
        story = Story()
        events: list[TracedEvent] = [story.see(at, "storing", ITEM) for at in (2, 1, 1, 0)]
        graph = trace(ITEM, EventIndex(events))
        assert [step.event.leaf_index for step in graph.steps] == [3, 1, 2, 0]
