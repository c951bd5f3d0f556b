"""How a figure is taken: CPU seconds on one core, work and bound in turn, the median of several rounds.

Another process on the same core stretches both alike, so that the ratio says more than the rate.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value beside its goal, which the median must reach; ``best`` is that of the fastest round.

    ``ratio`` is the time taken over that of the bound for as much work.
    """

    name: str
    value: float
    unit: str
    goal: float | None = None
    at_least: bool = True
    best: float | None = None
    bound: str = ""
    ratio: float | None = None
    stages: tuple[tuple[str, float], ...] = ()
    """(stage, microseconds an item)."""

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached, where there is one."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.at_least else self.value <= self.goal


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds that a piece of work took, in the median and at best, and how many times as long as its bound."""

    seconds: float
    best: float
    ratio: float


def one_core() -> None:
    """Keep this process on one core for as long as it runs."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds of one run: of the CPU, for all threads and of the kernel on their behalf, and by the clock."""

    cpu: float
    clock: float


def taken(work: Callable[[], object]) -> Taken:
    """Return the seconds of one run."""
    clock, cpu = time.perf_counter(), time.process_time()
    work()
    return Taken(time.process_time() - cpu, time.perf_counter() - clock)


@contextmanager
def standing_ready() -> Iterator[None]:
    """Keep what is there out of the garbage collector's sight: it is not the work's to look through again and again."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def side_by_side(work: Callable[[], object], bound: Callable[[], object], rounds: int) -> Pace:
    """Return the median pace of ``work``, each run of which stands between two of ``bound``."""
    seconds: list[float] = []
    ratios: list[float] = []
    with standing_ready():
        before = taken(bound).cpu
        for _ in range(rounds):
            seconds.append(taken(work).cpu)
            after = taken(bound).cpu
            ratios.append(seconds[-1] * 2 / (before + after))
            before = after
    return Pace(median(seconds), min(seconds), median(ratios))


def rate_figure(name: str, count: int, unit: str, pace: Pace, goal: float | None, bound: str) -> Figure:
    """Return the figure of ``count`` items a pace."""
    return Figure(name, count / pace.seconds, unit, goal, best=count / pace.best, bound=bound, ratio=pace.ratio)


def in_microseconds(stages: Sequence[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    """Return the stages of a figure from seconds an item."""
    return tuple((stage, seconds * 1e6) for stage, seconds in stages)
