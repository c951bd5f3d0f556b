"""What the checks read off a step, and how they write it in a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ledger.domain.fields import write_date_time
from ledger.domain.messages import quoted
from ledger.domain.trace import Step

SHIPPING: Final = frozenset({"shipping", "consigning"})
RECEIVING: Final = frozenset({"receiving", "accepting"})
SELLING: Final = frozenset({"retail_selling", "dispensing"})


_LAST_SECOND: Final = 253_402_300_799
"""The end of the year 9999."""


def instances_of(step: Step) -> frozenset[str]:
    """Return the things that a step names one by one, its container included."""
    return step.instances if step.parent is None else step.instances | {step.parent}


def seconds_between(one: Step, other: Step) -> float:
    """Return the seconds from one step to another."""
    return (other.milliseconds - one.milliseconds) / 1_000


def when(step: Step) -> str:
    """Return the time of a step as people read it."""
    return date_text(step.milliseconds)


def date_text(milliseconds: int) -> str:
    """Return a time as RFC 3339 in UTC; one before 1970 or after the year 9999 as seconds."""
    seconds = milliseconds // 1_000
    return write_date_time(seconds) if 0 <= seconds <= _LAST_SECOND else f"{seconds} s"


def hours(seconds: float) -> str:
    """Return seconds as hours with one decimal at most."""
    return f"{seconds / 3_600:.1f}".removesuffix(".0")


def named(items: Iterable[str]) -> str:
    """Return items for a sentence: the first, and how many more."""
    first, *more = sorted(set(items)) or [""]
    return f"{quoted(first)} (+{len(more)})" if more else quoted(first)
