"""Signer outside its company prefix: it brought into being what stands under a prefix that another party holds.

As check 11 of a receipt (spec §10), over a whole history: a container is brought into being by the first that names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ledger.domain.custody_checks.answer import Gap, Question, Result, Severity, missing
from ledger.domain.custody_checks.reading import named, when
from ledger.domain.custody_checks.scene import Scene
from ledger.domain.messages import Message
from ledger.domain.trace import Step
from ledger.epcis.named_prefix import digits_named
from ledger.types import PartyId


def check_company_prefix(scene: Scene) -> Result:
    """Ask about each step whose signer does not hold the prefix of what it began, where somebody else does."""
    if scene.context.holder is None:
        return Result(gaps=(Gap(missing("prefixes"), scene.steps),))
    begun = [(step, item) for step in scene.steps for item in _begun(step, scene)]
    asked: dict[Step, list[str]] = {}
    for step, item in begun:
        holder = _holder(item, scene.context.holder)
        if holder is not None and holder != step.event.party:
            asked.setdefault(step, []).append(item)
    questions = tuple(_question(step, items, scene.context.holder, scene) for step, items in asked.items())
    return Result(questions, looked_at=len(begun))


def _begun(step: Step, scene: Scene) -> Iterator[str]:
    yield from step.outputs
    if step.type == "ObjectEvent" and step.action == "ADD":
        yield from step.items
    if step.type == "AggregationEvent" and step.action == "ADD" and step.parent is not None:
        history = scene.graph.histories.get(step.parent, ())
        if not any(each.moment < step.moment for each in history):
            yield step.parent


def _holder(item: str, holder: Callable[[str], PartyId | None]) -> PartyId | None:
    digits = digits_named(item)
    return None if digits is None else holder(digits)


def _question(step: Step, items: list[str], holder: Callable[[str], PartyId | None], scene: Scene) -> Question:
    party = _holder(items[0], holder)
    values = {
        "party": scene.context.name(step.event.party),
        "item": named(items),
        "holder": "" if party is None else scene.context.name(party),
        "date": when(step),
    }
    said = Message("company-prefix.foreign", values)
    return Question(Severity.HIGH, said, (step,), tuple(sorted(items)), values["holder"], values["party"])
