"""The verdict: one outcome folded from the checks, its sentence, what to do next, the exit code (spec §10, Verdict).

The fold is pure and fails closed: `verified` needs every check VALID but those that may be left out by their own
rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from ledger.domain.checks import Check, CheckId, Status
from ledger.domain.messages import Message
from ledger.errors import InternalError


class Outcome(Enum):
    """What a verification comes to. The integers are the exit codes of `exit_code`."""

    VERIFIED = "verified"
    NOT_FINAL = "not-final"
    SIGNER_UNKNOWN = "signer-unknown"
    WITHDRAWN = "withdrawn"
    MISMATCH = "mismatch"
    COULD_NOT_CHECK = "could-not-check"


_EVIDENCE = (
    CheckId.RECEIPT_FORM,
    CheckId.EVENT_DIGEST,
    CheckId.EVENT_FORM,
    CheckId.STATEMENT,
    CheckId.SIGNATURE,
    CheckId.INCLUSION,
    CheckId.CHECKPOINT,
    CheckId.ANCHOR,
)
"""Their INVALID means that what is shown is not what was logged."""

_MAY_BE_LEFT_OUT = (CheckId.EVENT_DIGEST, CheckId.EVENT_FORM, CheckId.ANCHOR, CheckId.IDENTIFIERS)
"""A receipt may hide values, or not be anchored yet; the verdict then says so."""

_ALL = list(CheckId)


def fold(checks: tuple[Check, ...]) -> Outcome:
    """Return the outcome of all thirteen checks: the first of the spec's list that applies."""
    if [check.id for check in checks] != _ALL:
        raise InternalError("a verdict needs every check once, in order")
    invalid = [check.id for check in checks if check.status is Status.INVALID]
    skipped = [check.id for check in checks if check.status is Status.SKIPPED]
    if any(check in _EVIDENCE for check in invalid):
        return Outcome.MISMATCH
    if any(check.status is Status.ERROR for check in checks):
        return Outcome.COULD_NOT_CHECK
    if CheckId.SIGNER in invalid or CheckId.IDENTIFIERS in invalid:
        return Outcome.SIGNER_UNKNOWN
    if CheckId.CORRECTION in invalid:
        return Outcome.WITHDRAWN
    if invalid or any(check not in _MAY_BE_LEFT_OUT for check in skipped):
        raise InternalError("a check failed or was left out in a way that no rule foresees")
    return Outcome.NOT_FINAL if CheckId.ANCHOR in skipped else Outcome.VERIFIED


def exit_code(outcome: Outcome, require_final: bool) -> int:  # noqa: FBT001  a caller's own flag
    """Return the exit code of an outcome; one that is not final is a failure only where final is required."""
    match outcome:
        case Outcome.VERIFIED:
            return 0
        case Outcome.NOT_FINAL:
            return 5 if require_final else 0
        case Outcome.MISMATCH:
            return 1
        case Outcome.COULD_NOT_CHECK:
            return 3
        case Outcome.WITHDRAWN:
            return 6
        case Outcome.SIGNER_UNKNOWN:
            return 7


def sentence(outcome: Outcome, checks: tuple[Check, ...]) -> Message:
    """Return the one sentence for people."""
    match outcome:
        case Outcome.COULD_NOT_CHECK:
            return Message("verdict.could-not-check", {"reason": _first(checks, Status.ERROR).finding.reason})
        case Outcome.WITHDRAWN:
            declared = checks[CheckId.CORRECTION.number - 1].finding.reason
            return Message("verdict.withdrawn", declared.values)
        case Outcome.SIGNER_UNKNOWN if _first(checks, Status.INVALID).finding.reason.key not in _NEVER_KNOWN:
            return Message("verdict.signer-not-entitled")
        case _:
            return Message(f"verdict.{outcome.value}")


def next_action(outcome: Outcome, checks: tuple[Check, ...]) -> Message:
    """Return what whoever reads this can do now; no outcome is a dead end."""
    reasons = {check.finding.reason.key for check in checks}
    key = next((action for reason, action in _ACTIONS.items() if reason in reasons), None)
    if key is not None and outcome in (Outcome.COULD_NOT_CHECK, Outcome.NOT_FINAL):
        return Message(key)
    return Message(f"next.{outcome.value}")


_NEVER_KNOWN = frozenset({"signer.party-unknown", "signer.key-unknown"})

_ACTIONS: Mapping[str, str] = {
    "receipt-form.later": "next.update",
    "trust-root.clock": "next.clock",
    "trust-root.expired": "next.trust-root-older",
    "anchor.unknown-head": "next.trust-root-older",
    "anchor.newer": "next.trust-root-older",
}
"""Reasons whose way on is more precise than their outcome's."""


def _first(checks: tuple[Check, ...], status: Status) -> Check:
    return next(check for check in checks if check.status is status)
