"""Sensor readings of a graph's steps (EPCIS 2.0 §7.3.6), in series of one device, and the limits that are theirs.

Limits are handed in, by biz rule, item or class, or stated by the maker in `LIMITS`, a member of an event's ``ilmd``:
an array of objects with ``type``, ``unit``, ``lowest`` or ``highest`` or both, and ``allowed`` seconds outside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ledger.codec.terms import NAMESPACE
from ledger.domain.custody_checks.context import Limit
from ledger.domain.custody_checks.scene import Scene
from ledger.domain.trace import Step
from ledger.domain.trace.step import milliseconds_of
from ledger.epcis.vocabulary import MEASUREMENT_TYPES, SENSOR_ALERTS
from ledger.errors import MalformedError
from ledger.types import JsonObject, JsonValue

LIMITS: Final = NAMESPACE + "limits"

_CLASS: Final = "/21/"
"""What separates a class from the serial in the key of a trade item."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What one report says; times in milliseconds. ``alarm`` is the sensor's own word that something is wrong."""

    step: Step
    type: str
    begin: int
    end: int
    low: float | None
    high: float | None
    unit: str
    device: str
    rules: str
    alarm: bool


def series_of(scene: Scene) -> list[list[Reading]]:
    """Return the readings of each device and type in order of time; of no device, those of the same items."""
    series: dict[tuple[object, ...], list[Reading]] = defaultdict(list)
    for step in scene.steps:
        for reading in _readings(step):
            series[reading.type, reading.device or step.key_set].append(reading)
    return [sorted(each, key=lambda reading: (reading.begin, reading.step.moment)) for each in series.values()]


def limit_of(reading: Reading, scene: Scene) -> Limit | None:
    """Return the limit of a reading: of its biz rule, else of something it was measured on, contents included."""
    handed_in = scene.context.limits.get(reading.rules)
    if handed_in is not None and handed_in.type == reading.type:
        return handed_in
    return limit_for(scene.with_contents(reading.step) | reading.step.key_set, reading.type, scene)


def limit_for(items: frozenset[str], kind: str | None, scene: Scene) -> Limit | None:
    """Return the first limit that is handed in for one of these items or its class, or that its maker stated."""
    for item in sorted(items):
        for key in (item, item.partition(_CLASS)[0]):
            limit = scene.context.limits.get(key)
            if limit is not None and kind in (None, limit.type):
                return limit
        for step in scene.of_item.get(item, ()):
            stated = [limit for limit in _stated(step) if kind in (None, limit.type)]
            if stated:
                return stated[0]
    return None


def _readings(step: Step) -> Iterator[Reading]:
    for element in _objects(step.event.members.get("sensorElementList")):
        told = element.get("sensorMetadata")
        metadata = told if isinstance(told, dict) else {}
        for report in _objects(element.get("sensorReport")):
            reading = _reading(step, metadata, report)
            if reading is not None:
                yield reading


def _reading(step: Step, metadata: JsonObject, report: JsonObject) -> Reading | None:
    kind, alert = _text(report.get("type")), SENSOR_ALERTS.word(_text(report.get("exception")))
    if not kind or alert == "ERROR_CONDITION":  # a sensor that failed measured nothing
        return None
    begin = _time(report.get("time"), metadata.get("time"), metadata.get("startTime"))
    end = _time(report.get("time"), metadata.get("time"), metadata.get("endTime"))
    values = [value for name in ("value", "minValue", "maxValue", "meanValue")
              if (value := _number(report.get(name))) is not None]  # fmt: skip
    at = step.milliseconds if begin is None else begin
    return Reading(
        step=step,
        type=MEASUREMENT_TYPES.word(kind.removeprefix("gs1:")) or kind,
        begin=at,
        end=max(at, at if end is None else end),
        low=min(values, default=None),
        high=max(values, default=None),
        unit=_text(report.get("uom")),
        device=_text(report.get("deviceID")) or _text(metadata.get("deviceID")),
        rules=_text(metadata.get("bizRules")),
        alarm=alert == "ALARM_CONDITION",
    )


def _stated(step: Step) -> Iterator[Limit]:
    ilmd = step.event.members.get("ilmd")
    for said in _objects(ilmd.get(LIMITS) if isinstance(ilmd, dict) else None):
        allowed = _number(said.get("allowed"))
        yield Limit(
            _text(said.get("type")), _text(said.get("unit")), _number(said.get("lowest")), _number(said.get("highest")),
            None if allowed is None else int(allowed), "ilmd",
        )  # fmt: skip


def _objects(value: JsonValue) -> Iterator[JsonObject]:
    for each in value if isinstance(value, list) else ():
        if isinstance(each, dict):
            yield each


def _time(*values: JsonValue) -> int | None:
    for value in values:
        if value is not None:
            try:
                return milliseconds_of(value)
            except MalformedError:
                continue
    return None


def _number(value: JsonValue) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else ""
