"""The figures of a run: rates and percentiles by phase, in text and as the page `docs/load.md`."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.bench.report import machine

PAGE = Path(__file__).resolve().parents[2] / "docs" / "load.md"
GOAL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase. Seconds from due to promise a request, and from due to a receipt that can be had an event."""

    name: str
    events: int
    per_second: float
    to_promise: tuple[float, ...]
    to_receipt: tuple[float, ...]
    never_seen: int
    errors: tuple[str, ...]


def phase_of(name: str, result: dict[str, Any]) -> Phase:
    """Return the figures of what the second process saw."""
    sizes: list[int] = []
    times: list[float] = []
    for when, size in result["seen"]:
        if not sizes or size > sizes[-1]:
            sizes.append(size)
            times.append(when)
    promised, logged, never, events = [], [], 0, 0
    for due, answered, indexes in result["sent"]:
        promised.append(answered - due)
        for index in indexes:
            events += 1
            place = bisect_right(sizes, index)  # the first size above the index covers it
            if place == len(sizes):
                never += 1
            else:
                logged.append(max(times[place], answered) - due)
    span = result["ended"] - result["start"]
    return Phase(name, events, events / span, tuple(promised), tuple(logged), never, tuple(result["errors"]))


def percentile(values: Sequence[float], part: float) -> float:
    """Return the smallest value that ``part`` of all do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(part * len(ordered) * 1000) // 1000) - 1)] if ordered else 0.0


def rows(phases: Sequence[Phase]) -> list[str]:
    """Return a table row a phase."""
    return [
        f"| {phase.name} | {phase.events:,} | {phase.per_second:,.0f} | {_three(phase.to_promise)} | "
        f"{_three(phase.to_receipt)} | {len(phase.errors)} | {phase.never_seen} |"
        for phase in phases
    ]


def page(plan: str, phases: Sequence[Phase], after: str) -> str:
    """Return the page."""
    return _PAGE.format(machine=machine(), plan=plan, rows="\n".join(rows(phases)), after=after, goal=GOAL_SECONDS)


def _three(seconds: Sequence[float]) -> str:
    return " / ".join(f"{percentile(seconds, part) * 1000:,.0f}" for part in (0.5, 0.95, 0.99))


_PAGE = """\
# Under load

`python -m scripts.load --write` takes these figures: the real service, `tradeledger up` with a development chain,
driven by a second process over HTTP with captures that were signed before the clock started. The chain's process is
stopped for the second phase and goes on for the third. Milliseconds, p50 / p95 / p99, count from when a request was
due, not from when a client was free to send it; a receipt can be had once a published checkpoint covers the event
(goal: p95 below {goal:.0f} second). Both processes share the machine.

{machine}

{plan}

| chain | events | events/s | ms to promise | ms to logged receipt | errors | never logged |
|---|---|---|---|---|---|---|
{rows}

{after}
"""
