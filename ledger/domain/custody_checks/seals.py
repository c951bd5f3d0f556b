"""Seal mismatch between the two sides of a handover: the seals that were on, and those that were found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ledger.codec.terms import NAMESPACE
from ledger.domain.custody_checks.answer import Gap, Question, Result, Severity, missing
from ledger.domain.custody_checks.pairs import handover_pairs
from ledger.domain.custody_checks.reading import named, when
from ledger.domain.custody_checks.scene import Scene
from ledger.domain.messages import Message
from ledger.domain.trace import Step

SEALS: Final = NAMESPACE + "seals"
"""The member that lists the numbers of the seals."""


def check_seals(scene: Scene) -> Result:
    """Ask about each handover at which the two sides name different seals."""
    pairs = [pair for pair in handover_pairs(scene) if any(_mentions(step) for step in pair)]
    found = [each for given, taken in pairs for each in _judge(given, taken, scene)]
    gaps = [each for each in found if isinstance(each, Gap)]
    if not pairs:
        gaps.append(Gap(missing("seals")))
    return Result(tuple(each for each in found if isinstance(each, Question)), tuple(gaps), len(pairs))


def _judge(given: Step, taken: Step, scene: Scene) -> Iterator[Question | Gap]:
    put_on, seen = _seals(given), _seals(taken)
    if put_on is None or seen is None:
        yield Gap(missing("seals"), (given, taken))
    elif put_on != seen:
        items = tuple(sorted(given.key_set))
        values = {
            "item": named(items),
            "giver": scene.context.name(given.event.party),
            "taker": scene.context.name(taken.event.party),
            "date": when(taken),
        }
        said = Message("seals.differ", values)
        yield Question(Severity.HIGH, said, (given, taken), items, f"{len(put_on)} seals as given", "other seals")


def _mentions(step: Step) -> bool:
    return SEALS in step.event.members or SEALS in step.event.hidden


def _seals(step: Step) -> frozenset[str] | None:
    value = step.event.members.get(SEALS)
    return frozenset(each for each in value if isinstance(each, str)) if isinstance(value, list) else None
