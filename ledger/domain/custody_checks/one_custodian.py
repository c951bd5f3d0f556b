"""Both sides of a handover signed by one custodian: two parties spoke, and one hand held both keys."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.domain.custody_checks.answer import Gap, Question, Result, Severity, missing
from ledger.domain.custody_checks.pairs import handover_pairs
from ledger.domain.custody_checks.reading import named, when
from ledger.domain.custody_checks.scene import Scene
from ledger.domain.messages import Message
from ledger.domain.trace import Step


def check_one_custodian(scene: Scene) -> Result:
    """Ask about each handover between two parties whose keys one party holds."""
    pairs = [pair for pair in handover_pairs(scene) if pair[0].event.party != pair[1].event.party]
    found = [each for given, taken in pairs for each in _judge(given, taken, scene)]
    gaps = [each for each in found if isinstance(each, Gap)]
    if not pairs:
        gaps.append(Gap(missing("handovers")))
    return Result(tuple(each for each in found if isinstance(each, Question)), tuple(gaps), len(pairs))


def _judge(given: Step, taken: Step, scene: Scene) -> Iterator[Question | Gap]:
    holders = [scene.context.key_holders.get(step.event.event_digest) for step in (given, taken)]
    if holders[0] is None or holders[1] is None:
        yield Gap(missing("key-holders"), (given, taken))
    elif holders[0] == holders[1]:
        name, items = scene.context.name, tuple(sorted(given.key_set))
        values = {
            "item": named(items),
            "giver": name(given.event.party),
            "taker": name(taken.event.party),
            "custodian": name(holders[0]),
            "date": when(taken),
        }
        said = Message("one-custodian.both", values)
        yield Question(Severity.LOW, said, (given, taken), items, "two holders of keys", "one")
