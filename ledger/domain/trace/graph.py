"""What a trace answers: the items reached, why each concerns the item asked about, and their steps in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from ledger.domain.trace.event import TracedEvent
from ledger.domain.trace.known import Correction
from ledger.domain.trace.step import FIRST, LAST, Moment, Step
from ledger.types import UnixTime


class Direction(Enum):
    """Which way a trace goes."""

    FROM = "from"
    """To what an item was made of, and what it was inside."""
    TO = "to"
    """To what was made of an item, and what was inside it."""
    BOTH = "both"


class Joint(Enum):
    """How a thing is with its container."""

    PACKED = "packed"
    ASSOCIATED = "associated"


@dataclass(frozen=True, slots=True)
class Window:
    """The moments from ``begin`` to ``end``, both within."""

    begin: Moment = FIRST
    end: Moment = LAST

    def common(self, other: Window) -> Window | None:
        """Return the moments in both."""
        both = Window(max(self.begin, other.begin), min(self.end, other.end))
        return both if both.begin <= both.end else None

    def holds(self, moment: Moment) -> bool:
        """Say whether a moment is within."""
        return self.begin <= moment <= self.end

    def covers(self, other: Window) -> bool:
        """Say whether all of another is within."""
        return self.begin <= other.begin and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Stay:
    """An item in a container, from the step that put it in, or first saw it there, to the one that took it out."""

    item: str
    container: str
    joint: Joint
    since: Step
    until: Step | None

    @property
    def window(self) -> Window:
        """From the step in to the step out."""
        return Window(self.since.moment, LAST if self.until is None else self.until.moment)


@dataclass(frozen=True, slots=True)
class Change:
    """An ingredient that went into a transformation, and a product that came out of it."""

    ingredient: str
    product: str
    taken: Step
    made: Step


Link: TypeAlias = Stay | Change


@dataclass(frozen=True, slots=True)
class Node:
    """An item that the trace reached, over how many links, and when it concerns the item asked about.

    Its steps within ``window`` are those of the answer; ``via`` is the last link, none for the item itself.
    """

    item: str
    direction: Direction
    depth: int
    window: Window
    via: Link | None


class Bound(Enum):
    """Why a trace did not go on."""

    DEPTH = "depth"
    ITEMS = "items"
    EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Cut:
    """The trace ends at this item though more may lie behind it, because of a bound of this software."""

    item: str
    bound: Bound
    limit: int


@dataclass(frozen=True, slots=True)
class CustodyGraph:
    """The answer to one trace. Where there are ``cuts`` it is not whole, and whoever shows it must say so.

    ``steps`` are those that concern the item asked about; ``histories`` all that are known of each item reached, a
    container's from before and after the item was inside too, and ``transformations`` all of each transformationID.
    """

    item: str
    direction: Direction
    recorded_by: UnixTime | None
    known_by: UnixTime | None
    nodes: tuple[Node, ...]
    stays: tuple[Stay, ...]
    changes: tuple[Change, ...]
    steps: tuple[Step, ...]
    histories: Mapping[str, tuple[Step, ...]]
    transformations: Mapping[str, tuple[Step, ...]]
    struck: tuple[Correction, ...]
    claims: tuple[Correction, ...]
    set_aside: tuple[TracedEvent, ...]
    cuts: tuple[Cut, ...]

    @property
    def items(self) -> tuple[str, ...]:
        """The items reached, each once, ascending."""
        return tuple(sorted({node.item for node in self.nodes}))
