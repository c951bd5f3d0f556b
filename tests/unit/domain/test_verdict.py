"""The verdict: the first of the spec's list that applies, over every combination that matters, and the exit codes."""

from __future__ import annotations

from itertools import product

import pytest

from ledger.domain.checks import Check, CheckId, Finding, Status
from ledger.domain.messages import Message
from ledger.domain.verdict import Outcome, exit_code, fold
from ledger.errors import InternalError

V, I, E, S = Status.VALID, Status.INVALID, Status.ERROR, Status.SKIPPED  # noqa: E741


def checks(**status: Status) -> tuple[Check, ...]:
    return tuple(
        Check(check, Finding(status.get(check.name, V), Message("depends", {"number": "1"}))) for check in CheckId
    )


def test_all_valid_is_verified() -> None:
    assert fold(checks()) is Outcome.VERIFIED


EVIDENCE = ("RECEIPT_FORM", "EVENT_DIGEST", "EVENT_FORM", "STATEMENT", "SIGNATURE", "INCLUSION", "CHECKPOINT", "ANCHOR")


@pytest.mark.parametrize("name", EVIDENCE)
def test_bad_evidence_is_a_mismatch_whatever_else(name: str) -> None:
    others = [check.name for check in CheckId if check.name != name]
    for status, other in product((I, E, S), others):
        assert fold(checks(**{name: I, other: status})) is Outcome.MISMATCH


def test_an_error_is_could_not_check_whatever_is_not_bad_evidence() -> None:
    for error, other, status in product(CheckId, ("SIGNER", "IDENTIFIERS", "CORRECTION", "ANCHOR"), (V, S)):
        if error.name != other:
            assert fold(checks(**{error.name: E, other: status})) is Outcome.COULD_NOT_CHECK
    assert fold(checks(TRUST_ROOT=E, SIGNER=I, CORRECTION=I)) is Outcome.COULD_NOT_CHECK


@pytest.mark.parametrize("name", ["SIGNER", "IDENTIFIERS"])
def test_signer_unknown_before_withdrawn_and_not_final(name: str) -> None:
    assert fold(checks(**{name: I}, CORRECTION=I, ANCHOR=S)) is Outcome.SIGNER_UNKNOWN


def test_withdrawn_before_not_final() -> None:
    assert fold(checks(CORRECTION=I, ANCHOR=S)) is Outcome.WITHDRAWN


def test_not_final() -> None:
    assert fold(checks(ANCHOR=S)) is Outcome.NOT_FINAL


@pytest.mark.parametrize("name", ["EVENT_DIGEST", "EVENT_FORM", "IDENTIFIERS"])
def test_what_a_receipt_may_hide(name: str) -> None:
    assert fold(checks(**{name: S})) is Outcome.VERIFIED


@pytest.mark.parametrize(
    "check", [c for c in CheckId if c.name not in ("EVENT_DIGEST", "EVENT_FORM", "IDENTIFIERS", "ANCHOR")]
)
def test_anything_else_left_out_is_a_fault_of_this_software(check: CheckId) -> None:
    with pytest.raises(InternalError):
        fold(checks(**{check.name: S}))


def test_a_verdict_needs_every_check_in_order() -> None:
    for incomplete in (checks()[:-1], checks()[::-1], (), (*checks(), checks()[0])):
        with pytest.raises(InternalError):
            fold(incomplete)


def test_exit_codes() -> None:
    table = {(outcome.value, final): exit_code(outcome, final) for outcome in Outcome for final in (False, True)}
    assert table == {
        ("verified", False): 0,
        ("verified", True): 0,
        ("not-final", False): 0,
        ("not-final", True): 5,
        ("mismatch", False): 1,
        ("mismatch", True): 1,
        ("could-not-check", False): 3,
        ("could-not-check", True): 3,
        ("withdrawn", False): 6,
        ("withdrawn", True): 6,
        ("signer-unknown", False): 7,
        ("signer-unknown", True): 7,
    }
