"""No lie is believed, and each is caught by the check that is there for it."""

from __future__ import annotations

from collections import Counter

import pytest

from ledger.domain.checks import CheckId
from ledger.domain.verdict import Outcome
from tests.matrices.lies import BASES, Base, Lie, honest
from tests.matrices.mutations import LIES, runs_of


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.name)
def test_the_truth_is_believed(base: Base) -> None:
    assert honest(base).verified().outcome.value == base.outcome


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.sentence)
def test_a_lie_is_caught_by_its_check(lie: Lie) -> None:
    runs = [*runs_of(lie)]
    assert runs, "no base gives occasion for it"
    for run in runs:
        told = [(check.id.slug, check.status.value, check.finding) for check in run.verification.checks]
        assert run.is_caught and not run.is_believed, (run.base.name, run.verification.outcome, told)


def test_every_lie_has_its_own_sentence() -> None:
    assert [sentence for sentence, count in Counter(lie.sentence for lie in LIES).items() if count > 1] == []


def test_every_check_that_can_fail_catches_some() -> None:
    assert {lie.check for lie in LIES} == {check.slug for check in CheckId} - {"custodian"}  # which only names
    assert {lie.outcome for lie in LIES} == {outcome.value for outcome in Outcome} - {"verified"}
