"""How the tests of verification ask: verify a receipt in a world, and say which check catches what."""

from __future__ import annotations

from typing import Any

from ledger.domain.checks import CheckId, Status
from ledger.domain.receipt import Receipt, dump_receipt
from ledger.domain.verdict import Outcome
from ledger.domain.verification import Verification
from ledger.domain.verify import verify_receipt
from tests.builders import World


def verify(world: World, receipt: Receipt | bytes | None = None, **trust_root: Any) -> Verification:
    if receipt is None:
        receipt = world.receipt(world.logged[0])
    data = receipt if isinstance(receipt, bytes) else dump_receipt(receipt)
    return verify_receipt(data, world.trust_root(**trust_root), world.now)


def caught(verification: Verification, check: CheckId, status: Status, outcome: Outcome, reason: str = "") -> None:
    """Assert that ``check`` is the first that is not VALID, and what follows from it."""
    first = next(each for each in verification.checks if each.status is not Status.VALID)
    assert (first.id, first.status) == (check, status), first
    assert first.finding.reason.key == (reason or first.finding.reason.key)
    assert verification.outcome is outcome
