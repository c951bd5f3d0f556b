"""Sensor excursion (T14): measured outside the limits for longer than allowed, or alarmed by the sensor itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from ledger.domain.custody_checks.answer import Gap, Question, Result, Severity, missing
from ledger.domain.custody_checks.context import Limit
from ledger.domain.custody_checks.reading import date_text, named
from ledger.domain.custody_checks.readings import Reading, limit_of, series_of
from ledger.domain.custody_checks.scene import Scene
from ledger.domain.messages import Message

_KELVIN: Final[Mapping[str, Callable[[float], float]]] = MappingProxyType(
    {"KEL": lambda k: k, "CEL": lambda c: c + 273.15, "FAH": lambda f: (f - 32) / 1.8 + 273.15}
)
"""Units of temperature, each in kelvin."""


def check_sensor_excursion(scene: Scene) -> Result:
    """Ask about each time that readings lie outside their limits."""
    questions: list[Question] = []
    gaps: list[Gap] = []
    count = 0
    for series in series_of(scene):
        count += len(series)
        limits = [limit_of(reading, scene) for reading in series]
        judged = [_outside(reading, limit) for reading, limit in zip(series, limits, strict=True)]
        gaps += [
            Gap(missing("limits"), (reading.step,))
            for reading, out in zip(series, judged, strict=True)
            if out is None and not reading.alarm
        ]
        questions += _runs(series, limits, [bool(out) for out in judged], scene)
        questions += [_alarm(reading) for reading, out in zip(series, judged, strict=True) if reading.alarm and not out]
    if not count:
        gaps.append(Gap(missing("readings")))
    return Result(tuple(questions), tuple(gaps), count)


def _outside(reading: Reading, limit: Limit | None) -> bool | None:
    """Say whether a reading lies outside a limit; ``None`` where that cannot be told."""
    if limit is None or reading.low is None or reading.high is None:
        return None
    convert = _convert(reading.unit, limit.unit)
    if convert is None:
        return None
    below = limit.lowest is not None and convert(reading.low, reading.unit) < convert(limit.lowest, limit.unit)
    above = limit.highest is not None and convert(reading.high, reading.unit) > convert(limit.highest, limit.unit)
    return below or above


def _convert(unit: str, other: str) -> Callable[[float, str], float] | None:
    if unit == other:
        return lambda value, _: value
    if unit in _KELVIN and other in _KELVIN:
        return lambda value, of: _KELVIN[of](value)
    return None


def _runs(series: list[Reading], limits: list[Limit | None], out: list[bool], scene: Scene) -> Iterator[Question]:
    """Yield a question for each run of readings outside that lasts too long."""
    start = 0
    while start < len(series):
        if not out[start]:
            start += 1
            continue
        end = start
        while end + 1 < len(series) and out[end + 1]:
            end += 1
        following = series[end + 1] if end + 1 < len(series) else None
        limit = limits[start]
        if limit is not None:
            yield from _judge(series[start : end + 1], following, limit, scene)
        start = end + 1


def _judge(run: list[Reading], following: Reading | None, limit: Limit, scene: Scene) -> Iterator[Question]:
    """Yield a question if a run lasts longer than allowed; it lasts until a reading shows that it is over."""
    last = max(reading.end for reading in run)
    if following is not None and following.begin - last <= scene.policy.reading_gap * 1_000:
        last = max(last, following.begin)
    seconds = (last - run[0].begin) / 1_000
    allowed = scene.policy.excursion if limit.allowed is None else limit.allowed
    if allowed and seconds <= allowed:
        return
    items = tuple(sorted({item for reading in run for item in reading.step.key_set}))
    lowest = min(reading.low for reading in run if reading.low is not None)
    highest = max(reading.high for reading in run if reading.high is not None)
    values = {
        "item": named(items),
        "type": run[0].type,
        "minutes": f"{seconds / 60:.0f}",
        "date": date_text(run[0].begin),
        "found": f"{lowest:g}…{highest:g} {run[0].unit}",
    }
    steps = tuple(dict.fromkeys(reading.step for reading in run))
    said = Message("sensor-excursion.outside", values)
    yield Question(Severity.HIGH, said, steps, items, _range(limit, allowed), values["found"])


def _range(limit: Limit, allowed: int) -> str:
    ends = ("" if end is None else f"{end:g}" for end in (limit.lowest, limit.highest))
    return f"{'…'.join(ends)} {limit.unit}, else at most {allowed // 60} min"


def _alarm(reading: Reading) -> Question:
    items = tuple(sorted(reading.step.key_set))
    values = {"item": named(items), "type": reading.type, "date": date_text(reading.begin)}
    said = Message("sensor-excursion.alarm", values)
    return Question(Severity.MEDIUM, said, (reading.step,), items, "no alarm", "ALARM_CONDITION")
