"""Checks on when and where: for each a story that is asked about, one that is not, one that lacks."""

from __future__ import annotations

from typing import Any

from ledger.domain.custody_checks import CheckId, Coordinates
from ledger.domain.custody_checks.travel import MODE
from tests.builders import hash_of
from tests.examined import CASE, ITEM, OTHER, asked, at_place, lacks, to
from tests.traced import Story

ORDER, TRAVEL, PLACES, END = CheckId.TIME_ORDER, CheckId.TRAVEL, CheckId.SERIAL_PLACES, CheckId.SERIAL_END
LATE = CheckId.LATE_RECORDING
SHANGHAI: dict[str, Any] = {"readPoint": {"id": "geo:31.23,121.47"}}
HAMBURG: dict[str, Any] = {"readPoint": {"id": "geo:53.55,9.99"}}


class TestTimeOrder:
    def test_asked_when_recorded_before_it_happened(self) -> None:
        story = Story()
        story.see(5, "storing", ITEM, recorded=3)
        assert asked(story, ORDER) == ["time-order.recorded-early"]

    def test_asked_when_received_before_shipped(self) -> None:
        story = Story()
        story.see(5, "shipping", ITEM, destinationList=to("buyer"))
        story.see(3, "receiving", ITEM, by="buyer", role="buyer")
        assert asked(story, ORDER) == ["time-order.before"]
        assert asked(story, CheckId.CUSTODY_GAP) == []

    def test_asked_when_unpacked_before_packed_or_used_before_made(self) -> None:
        story = Story()
        story.pack(5, CASE, ITEM)
        story.unpack(3, CASE, ITEM)
        assert asked(story, ORDER) == ["time-order.before"]
        early = Story()
        early.see(3, "storing", ITEM)
        early.see(5, "commissioning", ITEM, action="ADD")
        assert asked(early, ORDER) == ["time-order.before"]

    def test_asked_when_a_statement_is_dated_before_the_one_it_follows(self) -> None:
        story = Story()
        first = story.see(5, "storing", ITEM, act="offer handover", subject=hash_of("subject"))
        story.see(3, "storing", ITEM, act="accept handover", previous=first.statement_hash, subject=hash_of("subject"))
        assert asked(story, ORDER) == ["time-order.before"]

    def test_clear_in_order_and_within_what_clocks_differ(self) -> None:
        story = Story()
        story.see(0, "commissioning", ITEM, action="ADD")
        story.pack(1, CASE, ITEM)
        story.see(2, "shipping", CASE, destinationList=to("buyer"))
        story.see(1.95, "receiving", CASE, by="buyer", role="buyer", recorded=3)
        story.unpack(4, CASE, ITEM, by="buyer", role="buyer")
        assert asked(story, ORDER) == lacks(story, ORDER) == []


class TestTravel:
    def lane(self, hours: float, **more: Any) -> Story:
        story = Story()
        story.see(0, "shipping", ITEM, **SHANGHAI, **more)
        story.see(hours, "receiving", ITEM, by="buyer", role="buyer", **HAMBURG)
        return story

    def test_asked_when_faster_than_a_plane(self) -> None:
        assert asked(self.lane(5), TRAVEL) == ["travel.too-fast"]
        assert asked(self.lane(0), TRAVEL) == ["travel.too-fast"]

    def test_clear_by_plane(self) -> None:
        assert asked(self.lane(14), TRAVEL) == lacks(self.lane(14), TRAVEL) == []

    def test_asked_when_a_ship_is_as_fast_as_a_plane(self) -> None:
        assert asked(self.lane(14, **{MODE: "sea"}), TRAVEL) == ["travel.too-fast"]
        assert asked(self.lane(24 * 30, **{MODE: "sea"}), TRAVEL, hours=9_999) == []

    def test_a_container_s_steps_are_its_contents_steps(self) -> None:
        story = Story()
        story.see(0, "storing", ITEM, **SHANGHAI)
        story.pack(1, CASE, ITEM)
        story.see(2, "arriving", CASE, **HAMBURG)
        assert asked(story, TRAVEL) == ["travel.too-fast"]

    def test_places_are_looked_up(self) -> None:
        story = Story()
        story.see(0, "shipping", ITEM, **at_place("maker"))
        story.see(1, "receiving", ITEM, by="buyer", role="buyer", **at_place("buyer"))
        table = {
            str(at_place("maker")["readPoint"]["id"]): Coordinates(31.23, 121.47),
            str(at_place("buyer")["readPoint"]["id"]): Coordinates(53.55, 9.99),
        }
        assert asked(story, TRAVEL, places=table) == ["travel.too-fast"]
        assert lacks(story, TRAVEL) == ["missing.coordinates"]


class TestSerialPlaces:
    def test_asked_when_begun_or_sold_twice(self) -> None:
        story = Story()
        story.see(0, "commissioning", ITEM, action="ADD")
        story.see(5, "commissioning", ITEM, action="ADD", by="rival")
        assert asked(story, PLACES) == ["serial-places.begun-twice"]
        sold = Story()
        sold.see(0, "retail_selling", ITEM, by="buyer")
        sold.see(5, "retail_selling", ITEM, by="rival")
        assert asked(sold, PLACES) == ["serial-places.sold-twice"]

    def test_a_return_lies_between_two_sales(self) -> None:
        story = Story()
        story.see(0, "retail_selling", ITEM, by="buyer")
        story.see(3, "receiving", ITEM, by="buyer", disposition="returned")
        story.see(5, "retail_selling", ITEM, by="buyer")
        assert asked(story, PLACES) == []

    def test_asked_when_nothing_took_it_there(self) -> None:
        story = Story()
        story.see(0, "storing", ITEM, **at_place("maker"))
        story.see(5, "storing", ITEM, by="rival", **at_place("rival"))
        assert asked(story, PLACES) == ["serial-places.no-way"]

    def test_clear_when_shipped_in_a_case_or_moved_within_a_site(self) -> None:
        story = Story()
        story.see(0, "storing", ITEM, **at_place("maker"))
        story.pack(1, CASE, ITEM, **at_place("maker"))
        story.see(2, "shipping", CASE, **at_place("maker"))
        story.see(9, "inspecting", CASE, by="rival", role="customs", **at_place("rival"))
        story.see(20, "receiving", CASE, by="buyer", role="buyer", **at_place("buyer"))
        story.unpack(21, CASE, by="buyer", role="buyer", **at_place("buyer", "2"))
        story.see(22, "storing", ITEM, by="buyer", role="buyer", **at_place("buyer", "3"))
        assert asked(story, PLACES) == lacks(story, PLACES) == []

    def test_not_evaluable_without_places(self) -> None:
        story = Story()
        story.see(0, "storing", ITEM)
        assert lacks(story, PLACES) == ["missing.places"]


class TestSerialEnd:
    def test_asked_when_seen_after_its_end(self) -> None:
        for end in (
            {"action": "DELETE"},
            {"bizStep": "destroying"},
            {"bizStep": "decommissioning"},
        ):
            story = Story()
            story.see(0, "storing", ITEM, **end)
            story.see(5, "storing", ITEM)
            assert asked(story, END) == ["serial-end.seen-again"]

    def test_asked_when_used_twice(self) -> None:
        story = Story()
        story.make(0, [ITEM], ["urn:x:product"])
        story.make(5, [ITEM], ["urn:x:other"])
        assert asked(story, END) == ["serial-end.seen-again"]

    def test_clear_when_the_end_is_the_last(self) -> None:
        story = Story()
        story.see(0, "storing", ITEM)
        story.make(1, [ITEM], [OTHER])
        story.see(2, "destroying", OTHER, action="DELETE")
        assert asked(story, END) == lacks(story, END) == []

    def test_not_evaluable_without_serials(self) -> None:
        story = Story()
        story.tell(0, type="ObjectEvent", action="OBSERVE", quantityList=[{"epcClass": "urn:x:lot", "quantity": 1}])
        assert lacks(story, END, item="urn:x:lot") == ["missing.serials"]


class TestLateRecording:
    def test_asked_after_days_and_not_after_hours(self) -> None:
        story = Story()
        story.see(0, "storing", ITEM, recorded=24 * 5)
        assert asked(story, LATE) == ["late-recording.late"]
        on_time = Story()
        on_time.see(0, "storing", ITEM, recorded=24)
        assert asked(on_time, LATE) == lacks(on_time, LATE) == []
