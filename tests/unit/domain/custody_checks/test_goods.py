"""Checks on the goods and on who may speak of them: one story asked about, one that is not, one that lacks."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.domain.custody_checks import CheckId, Limit
from ledger.domain.custody_checks.readings import LIMITS
from tests.examined import CASE, ITEM, LOT, OTHER, PALLET, answers, asked, lacks, to
from tests.traced import Story, clock

QUANTITY, CONTENTS = CheckId.QUANTITY, CheckId.CONTENTS
EXCURSION, READINGS = CheckId.SENSOR_EXCURSION, CheckId.SENSOR_READINGS
ROLE, PREFIX = CheckId.SIGNER_ROLE, CheckId.COMPANY_PREFIX


def of_lot(amount: float, unit: str | None = "KGM", lot: str = LOT) -> list[dict[str, Any]]:
    return [{"epcClass": lot, "quantity": amount, **({} if unit is None else {"uom": unit})}]


class TestQuantity:
    def test_of_a_container(self) -> None:
        story = Story()
        story.pack(0, CASE, ITEM, OTHER)
        story.unpack(5, CASE, ITEM, "urn:x:stranger")
        story.see(6, "storing", CASE)
        assert asked(story, QUANTITY) == ["quantity.never-packed"]

    def test_left_over_is_asked_about_only_when_nothing_more_is_heard(self) -> None:
        story = Story()
        story.pack(0, CASE, ITEM, OTHER)
        story.unpack(5, CASE, ITEM)
        assert asked(story, QUANTITY) == ["quantity.left-over"]
        story.see(6, "shipping", CASE)
        assert asked(story, QUANTITY) == lacks(story, QUANTITY) == []

    def test_of_a_class_in_a_container(self) -> None:
        for out, expected in ((60.0, []), (61.0, ["quantity.more-out"])):
            story = Story()
            story.pack(0, CASE, childEPCs=None, childQuantityList=of_lot(60))
            story.unpack(5, CASE, childEPCs=None, childQuantityList=of_lot(out))
            assert asked(story, QUANTITY, item=LOT) == expected

    @pytest.mark.parametrize(("made", "unit", "expected"), [
        (100.0, "KGM", []), (90.0, "KGM", []), (101.0, "KGM", ["quantity.transformed"]),
        (99_000.0, "GRM", []), (102_000.0, "GRM", ["quantity.transformed"]),
    ])  # fmt: skip
    def test_of_a_transformation(self, made: float, unit: str, expected: list[str]) -> None:
        story = Story()
        story.make(0, [], [], inputQuantityList=of_lot(60), transformationID="urn:t:1")
        story.make(1, [], [], inputQuantityList=of_lot(40, lot="urn:x:more"), transformationID="urn:t:1")
        story.make(2, [], [], outputQuantityList=of_lot(made, unit, "urn:x:flour"), transformationID="urn:t:1")
        assert asked(story, QUANTITY, item=LOT) == asked(story, QUANTITY, item="urn:x:flour") == expected

    def test_of_a_lot_used_twice(self) -> None:
        story = Story()
        story.tell(0, type="ObjectEvent", action="ADD", bizStep="commissioning", quantityList=of_lot(100))
        story.make(1, [], [], inputQuantityList=of_lot(60), outputQuantityList=of_lot(60, lot="urn:x:a"))
        assert asked(story, QUANTITY, item=LOT) == []
        story.make(2, [], [], inputQuantityList=of_lot(60), outputQuantityList=of_lot(60, lot="urn:x:b"))
        assert asked(story, QUANTITY, item=LOT) == ["quantity.used-up"]

    @pytest.mark.parametrize(("got", "asks"), [(100, False), (90, True), (110, True)])
    def test_of_a_handover(self, got: int, asks: bool) -> None:
        story = Story()
        said: dict[str, Any] = {"type": "ObjectEvent", "action": "OBSERVE"}
        story.tell(0, **said, bizStep="shipping", quantityList=of_lot(100, None), destinationList=to("buyer"))
        story.tell(9, by="buyer", role="buyer", **said, bizStep="receiving", quantityList=of_lot(got, None))
        assert asked(story, QUANTITY, item=LOT) == ["quantity.received"] * asks

    def test_not_evaluable_without_quantities(self) -> None:
        story = Story()
        story.make(0, [ITEM], [OTHER])
        assert lacks(story, QUANTITY) == ["missing.quantities"]
        counted = Story()
        counted.make(0, [], [], inputQuantityList=of_lot(1, None), outputQuantityList=of_lot(2, None, "urn:x:b"))
        assert lacks(counted, QUANTITY, item=LOT) == ["missing.yield"]


class TestContents:
    def test_asked_when_sold_from_inside(self) -> None:
        story = Story()
        story.pack(0, CASE, ITEM)
        story.see(5, "retail_selling", ITEM)
        assert asked(story, CONTENTS) == ["contents.still-inside"]

    def test_asked_when_packed_elsewhere_used_or_shipped_alone(self) -> None:
        for use in ("pack", "make", "ship", "open"):
            story = Story()
            story.pack(0, CASE, ITEM)
            match use:
                case "pack":
                    story.pack(5, PALLET, ITEM)
                case "make":
                    story.make(5, [ITEM], [OTHER])
                case "ship":
                    story.see(5, "shipping", ITEM)
                case "open":
                    story.pack(1, PALLET, CASE)
                    story.unpack(5, CASE, ITEM)
            assert asked(story, CONTENTS) == ["contents.still-inside"], use

    def test_clear_when_unpacked_or_shipped_with_its_container(self) -> None:
        story = Story()
        story.pack(0, CASE, ITEM)
        story.pack(1, PALLET, CASE)
        story.see(2, "shipping", PALLET, CASE, ITEM)
        story.see(3, "receiving", ITEM, by="buyer", role="buyer")
        story.unpack(4, PALLET)
        story.unpack(5, CASE)
        story.see(6, "retail_selling", ITEM)
        assert asked(story, CONTENTS) == lacks(story, CONTENTS) == []

    def test_not_evaluable_without_packing(self) -> None:
        story = Story()
        story.see(0, "storing", ITEM)
        assert lacks(story, CONTENTS) == ["missing.packing"]


CHILLED = Limit("Temperature", "CEL", 2.0, 8.0, 1_800, "data sheet")
GTIN = "https://id.gs1.org/01/04012345111224"


def measured(degrees: list[float | None], unit: str = "CEL", every: float = 0.5, **report: Any) -> Story:
    """An item in a case with a logger: one reading each half hour; ``None`` is one that is missing."""
    story = Story()
    story.pack(0, CASE, ITEM)
    for count, value in enumerate(degrees):
        if value is not None:
            said = {"type": "Temperature", "value": value, "uom": unit, "time": clock(1 + count * every), **report}
            element = {"sensorMetadata": {"deviceID": "urn:x:logger"}, "sensorReport": [said]}
            story.see(1 + count * every, "sensor_reporting", CASE, sensorElementList=[element])
    return story


class TestSensorExcursion:
    def test_asked_when_too_warm_for_too_long(self) -> None:
        story = measured([5, 5, 9, 10, 9, 5])
        found = answers(story, EXCURSION, limits={GTIN: CHILLED})
        assert [answer.message.key for answer in found] == ["sensor-excursion.outside"]
        assert found[0].message.values["minutes"] == "90"
        assert found[0].found == "9…10 CEL"

    def test_in_another_unit_of_temperature(self) -> None:
        assert asked(measured([41, 41, 52, 53, 52, 41], "FAH"), EXCURSION, limits={GTIN: CHILLED})
        assert not asked(measured([41, 41, 41], "FAH"), EXCURSION, limits={GTIN: CHILLED})

    def test_clear_within_limits_or_for_as_long_as_allowed(self) -> None:
        assert asked(measured([5, 5, 9, 5]), EXCURSION, limits={GTIN: CHILLED}) == []
        assert lacks(measured([5, 5, 9, 5]), EXCURSION, limits={GTIN: CHILLED}) == []

    def test_limits_that_the_maker_stated(self) -> None:
        story = measured([5, 5, 9, 10, 9, 5])
        stated = [{"type": "Temperature", "unit": "CEL", "highest": 8}]
        story.see(0, "commissioning", ITEM, action="ADD", ilmd={LIMITS: stated})
        assert asked(story, EXCURSION) == ["sensor-excursion.outside"]

    def test_asked_when_the_sensor_alarms(self) -> None:
        assert asked(measured([5], exception="ALARM_CONDITION"), EXCURSION) == ["sensor-excursion.alarm"]

    def test_not_evaluable_without_limits_or_readings(self) -> None:
        assert lacks(measured([5, 9]), EXCURSION) == ["missing.limits"]
        assert lacks(measured([5, 9], "P1"), EXCURSION, limits={GTIN: CHILLED}) == ["missing.limits"]
        assert lacks(measured([]), EXCURSION) == ["missing.readings"]


class TestSensorReadings:
    def test_asked_when_silent(self) -> None:
        story = measured([5, 5, 5, *[None] * 6, 5, 5])
        assert asked(story, READINGS) == ["sensor-readings.silence"]

    def test_clear_when_regular_or_at_rest(self) -> None:
        assert asked(measured([5, 5, None, 5, 5]), READINGS) == lacks(measured([5, 5]), READINGS) == []
        story = measured([5, 5, 5, *[None] * 6, 5, 5])
        story.see(3, "receiving", CASE)
        assert asked(story, READINGS) == []

    def test_asked_when_there_is_none_though_there_are_limits(self) -> None:
        story = Story()
        story.see(0, "shipping", ITEM)
        story.see(9, "receiving", ITEM, by="buyer")
        assert asked(story, READINGS, limits={GTIN: CHILLED}) == ["sensor-readings.none"]
        assert lacks(story, READINGS) == ["missing.readings"]


class TestSignerRole:
    def test_asked_when_a_carrier_makes_or_sells(self) -> None:
        for step, more in (("commissioning", {"action": "ADD"}), ("retail_selling", {})):
            story = Story()
            story.see(0, step, ITEM, by="courier", role="carrier", **more)
            assert asked(story, ROLE) == ["signer-role.outside"]

    def test_clear_for_its_own_steps_and_its_own_containers(self) -> None:
        story = Story()
        story.see(0, "commissioning", CASE, by="courier", role="carrier", action="ADD")
        story.pack(1, CASE, ITEM, by="courier", role="carrier")
        story.see(2, "transporting", CASE, by="courier", role="carrier")
        assert asked(story, ROLE) == lacks(story, ROLE) == []

    def test_not_evaluable_without_steps_that_are_for_somebody(self) -> None:
        story = Story()
        story.see(0, "inspecting", ITEM)
        assert lacks(story, ROLE) == ["missing.biz-steps"]


class TestCompanyPrefix:
    def test_asked_when_another_holds_it(self) -> None:
        story = Story()
        story.see(0, "commissioning", ITEM, by="rival", action="ADD")
        assert asked(story, PREFIX) == ["company-prefix.foreign"]

    def test_clear_when_it_is_its_own_nobody_s_or_was_begun_before(self) -> None:
        story = Story()
        story.see(0, "commissioning", ITEM, action="ADD")
        story.pack(1, CASE, ITEM)
        story.unpack(2, CASE, by="rival")
        story.pack(3, CASE, ITEM, by="rival")
        assert asked(story, PREFIX) == lacks(story, PREFIX) == []

    def test_not_evaluable_without_the_table(self) -> None:
        story = Story()
        story.see(0, "commissioning", ITEM, action="ADD")
        assert lacks(story, PREFIX, holder=None) == ["missing.prefixes"]
