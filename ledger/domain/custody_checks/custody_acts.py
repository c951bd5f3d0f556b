"""The custody statements among the steps of a graph, with their terms, in order of the log."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.codec.statement import MOVING_ACTS, OPENING_ACTS
from ledger.codec.terms import TERMS, TERMS_OF_ACT, Terms, terms_from_json, terms_hash
from ledger.domain.custody.acts import Act
from ledger.domain.trace import Step
from ledger.errors import MalformedError


def is_custody(step: Step) -> bool:
    """Say whether a step was stated as an act of custody."""
    return step.event.act in OPENING_ACTS | MOVING_ACTS


def acts_of(steps: Iterable[Step]) -> tuple[list[Act], list[Step]]:
    """Return the acts whose terms are shown, or that have none, in order of the log; and the steps of the others."""
    acts, unread = [], []
    for step in sorted(filter(is_custody, steps), key=lambda step: step.event.place):
        terms = terms_of(step)
        if terms is None and step.event.act in TERMS_OF_ACT:
            unread.append(step)
        else:
            acts.append(Act(step.event.statement_hash, step.event.statement, terms, step.event.recorded_at))
    return acts, unread


def terms_of(step: Step) -> Terms | None:
    """Return the terms that were signed; ``None`` where they are not shown, or are not those that were signed."""
    if step.event.act not in TERMS_OF_ACT or TERMS not in step.event.members:
        return None
    try:
        terms = terms_from_json(step.event.act, step.event.members[TERMS])
    except MalformedError:
        return None
    return terms if terms_hash(terms) == step.event.statement.terms else None
