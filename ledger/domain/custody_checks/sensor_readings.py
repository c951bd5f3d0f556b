"""Missing readings (T14): a device that reported all along was silent for a while, or never reported on a shipment."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from statistics import median
from typing import Final

from ledger.domain.custody_checks.answer import Gap, Question, Result, Severity, missing
from ledger.domain.custody_checks.handovers import Shipment
from ledger.domain.custody_checks.reading import RECEIVING, date_text, named, when
from ledger.domain.custody_checks.readings import Reading, limit_for, series_of
from ledger.domain.custody_checks.scene import Scene
from ledger.domain.messages import Message

_AT_REST = RECEIVING | {"storing", "stocking"}
"""Once goods are in a store, its own devices watch them."""
_LOST_IN_A_ROW: Final = 3
"""So many usual intervals make a silence: one or two reports are lost by radio alone."""


def check_sensor_readings(scene: Scene) -> Result:
    """Ask about each silence of a device, and each shipment with limits and no reading."""
    series = series_of(scene)
    questions = [question for each in series for question in _silences(each, scene)]
    questions += [question for shipment in scene.shipments for question in _none_at_all(shipment, series, scene)]
    gaps = () if series or questions else (Gap(missing("readings")),)
    return Result(tuple(questions), gaps, sum(map(len, series)))


def _silences(series: list[Reading], scene: Scene) -> Iterator[Question]:
    between = [(after.begin - before.end) / 1_000 for before, after in pairwise(series)]
    if not between:
        return
    limit = max(scene.policy.reading_gap, _LOST_IN_A_ROW * median(between))
    for (before, after), seconds in zip(pairwise(series), between, strict=True):
        if seconds > limit and not _rested(before, after, scene):
            items = tuple(sorted(before.step.key_set | after.step.key_set))
            values = {
                "item": named(items),
                "type": before.type,
                "minutes": f"{seconds / 60:.0f}",
                "first": date_text(before.end),
                "second": date_text(after.begin),
            }
            said, steps = Message("sensor-readings.silence", values), tuple(dict.fromkeys((before.step, after.step)))
            expected = f"a reading every {limit / 60:.0f} min"
            yield Question(Severity.MEDIUM, said, steps, items, expected, f"none for {values['minutes']} min")


def _rested(before: Reading, after: Reading, scene: Scene) -> bool:
    """Say whether goods of the series came to rest between two readings."""
    things = scene.with_contents(before.step) | before.step.key_set
    return any(
        before.end < step.milliseconds < after.begin and step.biz_step in _AT_REST and step.key_set & things
        for step in scene.steps
    )


def _none_at_all(shipment: Shipment, series: list[list[Reading]], scene: Scene) -> Iterator[Question]:
    limit = limit_for(shipment.things, None, scene)
    if limit is None or not shipment.receipts:
        return
    begin, end = shipment.shipped.milliseconds, shipment.receipts[0].milliseconds
    readings = (reading for each in series for reading in each if reading.type == limit.type)
    if not any(begin <= reading.end and reading.begin <= end for reading in readings):
        values = {"item": named(shipment.items), "type": limit.type, "date": when(shipment.shipped)}
        said, steps = Message("sensor-readings.none", values), (shipment.shipped, shipment.receipts[0])
        yield Question(Severity.MEDIUM, said, steps, shipment.items, f"readings of {limit.type}", "none")
