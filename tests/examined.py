"""Examining a hand-made story: the answers of one check, and the tables that checks are told."""

from __future__ import annotations

from typing import Any

from ledger.domain.custody_checks import Answer, CheckId, Context, Outcome, examine
from ledger.domain.trace import Direction, EventIndex, trace
from ledger.types import PartyId, UnixTime
from tests.builders import party
from tests.traced import NOON, Story

ITEM = "https://id.gs1.org/01/04012345111224/21/7"
OTHER = "https://id.gs1.org/01/04012345111224/21/8"
LOT = "https://id.gs1.org/01/04012345111224/10/L1"
CASE = "https://id.gs1.org/00/340123450000000017"
PALLET = "https://id.gs1.org/00/340123450000000024"
GLN_OF = {"maker": "4012345", "courier": "5012345", "buyer": "6012345", "rival": "7012345"}
NAMES = {party(name): name for name in GLN_OF}


def to(name: str, kind: str = "possessing_party") -> list[dict[str, str]]:
    """Return a destinationList that names a party by its GLN."""
    return [{"type": kind, "destination": f"https://id.gs1.org/417/{GLN_OF[name]}000009"}]


def at_place(name: str, place: str = "1") -> dict[str, Any]:
    """Return the members that say that a step took place at a site of a party."""
    return {"readPoint": {"id": f"https://id.gs1.org/414/{GLN_OF[name]}{place:0>6}"}}


def holder(digits: str) -> PartyId | None:
    """Return who holds a company prefix."""
    return next((party(name) for name, prefix in GLN_OF.items() if digits.startswith(prefix)), None)


def answers(story: Story, check: CheckId, item: str = ITEM, hours: float = 48, **context: Any) -> list[Answer]:
    """Return what one check answers on a trace of an item, ``hours`` after noon of the first day."""
    graph = trace(item, EventIndex(story.events), direction=Direction.BOTH)
    told = Context(as_of=UnixTime(NOON + int(hours * 3_600)), **{"holder": holder, "names": NAMES, **context})
    return [answer for answer in examine(graph, told) if answer.check is check]


def asked(story: Story, check: CheckId, item: str = ITEM, hours: float = 48, **context: Any) -> list[str]:
    """Return the keys of the questions that one check asks."""
    found = answers(story, check, item, hours, **context)
    return [answer.message.key for answer in found if answer.outcome is Outcome.QUESTION]


def lacks(story: Story, check: CheckId, item: str = ITEM, hours: float = 48, **context: Any) -> list[str]:
    """Return what one check misses."""
    return [answer.missing.key for answer in answers(story, check, item, hours, **context) if answer.missing]
