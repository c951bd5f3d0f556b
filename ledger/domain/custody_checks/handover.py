"""Refused or unanswered handover: what the named taker did with each offer, by custody statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ledger.codec.terms import Offer
from ledger.domain.custody_checks.answer import Gap, Question, Result, Severity, missing
from ledger.domain.custody_checks.custody_acts import terms_of
from ledger.domain.custody_checks.reading import hours, named, when
from ledger.domain.custody_checks.scene import Scene
from ledger.domain.messages import Message
from ledger.domain.trace import Step
from ledger.types import Hash32

_ANSWERS = ("accept handover", "refuse handover", "withdraw offer")


def check_handover(scene: Scene) -> Result:
    """Ask after each offer that was refused, or not answered in time."""
    offers = [step for step in scene.steps if step.event.act == "offer handover"]
    following: dict[Hash32, list[Step]] = defaultdict(list)
    for step in sorted(scene.steps, key=lambda step: step.event.place):
        if step.event.act in _ANSWERS:
            following[step.event.statement.previous].append(step)
    questions = [each for offer in offers for each in _judge(offer, following[offer.event.statement_hash], scene)]
    gaps = () if offers else (Gap(missing("offers")),)
    return Result(tuple(questions), gaps, len(offers))


def _judge(offer: Step, following: list[Step], scene: Scene) -> Iterator[Question]:
    terms = terms_of(offer)
    taker = terms.to if isinstance(terms, Offer) else None
    answered = [each for each in following if _may(each, offer, taker)]
    items = tuple(sorted(offer.key_set))
    values = {
        "item": named(items),
        "holder": scene.context.name(offer.event.party),
        "taker": "?" if taker is None else scene.context.name(taker),
        "date": when(offer),
    }
    if answered:
        if answered[0].event.act == "refuse handover":
            said = Message("handover.refused", {**values, "taker": scene.context.name(answered[0].event.party)})
            yield Question(Severity.LOW, said, (offer, answered[0]), items, "accepted", "refused")
        return
    waited = scene.context.as_of - offer.event.recorded_at
    if waited > scene.policy.answer_within:
        said = Message("handover.unanswered", {**values, "hours": hours(waited)})
        limit = f"an answer within {hours(scene.policy.answer_within)} h"
        yield Question(Severity.MEDIUM, said, (offer,), items, limit, "none")


def _may(answer: Step, offer: Step, taker: object) -> bool:
    """Say whether this party may end the offer this way: a stranger's word is no answer."""
    if answer.event.statement.subject != offer.event.statement.subject:
        return False
    if answer.event.act == "withdraw offer":
        return answer.event.party == offer.event.party
    return answer.event.party == taker if taker is not None else answer.event.party != offer.event.party
