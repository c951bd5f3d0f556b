"""How the demo speaks: plain lines on stdout, in order, with the time each act took left out."""

from __future__ import annotations

from ledger.domain.checks import Status
from ledger.domain.verification import Verification

WIDTH = 100


def title(text: str) -> None:
    """Begin a chapter."""
    print(f"\n{text}\n{'─' * min(len(text), WIDTH)}")


def line(text: str) -> None:
    """Say one thing."""
    print(f"  {text}")


def verdict(who: str, what: str, verification: Verification) -> None:
    """Say what a check by somebody came to, and name the check that decided where it was a bad one."""
    print(f"  {who} checks {what}: {verification.sentence.text()}")
    for check in verification.checks:
        if check.status in (Status.INVALID, Status.ERROR):
            print(f"      check {check.number} {check.id.slug}: {check.finding.reason.text()}")


def caught(lie: str, how: str) -> None:
    """Say what the operator did and how it came out."""
    print(f"  The operator {lie}.\n      Caught: {how}")
