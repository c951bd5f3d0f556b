"""The published receipts (tests/vectors/receipts.json), as Python verifies them."""

from __future__ import annotations

import json
from base64 import b64decode
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ledger.domain.breach import BreachOutcome, verify_breach
from ledger.domain.checks import CheckId, Status
from ledger.domain.messages import MESSAGES
from ledger.domain.trust_root import parse_trust_root
from ledger.domain.verdict import Outcome
from ledger.domain.verification import Verification
from ledger.domain.verify import verify_files
from ledger.errors import MalformedError
from ledger.types import UnixTime

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "receipts.json").read_text(encoding="utf-8"))
RECEIPTS, BREACHES, TRUST_ROOTS = VECTORS["receipts"], VECTORS["breaches"], VECTORS["trustRoots"]
ENGLISH = MESSAGES["en"]


def verify(case: Any) -> Verification:
    receipt = b64decode(case["receiptBase64"]) if "receiptBase64" in case else case["receipt"].encode()
    return verify_files(receipt, TRUST_ROOTS[case["trustRoot"]].encode(), UnixTime(case["now"]))


@pytest.mark.parametrize("case", RECEIPTS, ids=lambda case: case["name"])
def test_receipt(case: Any) -> None:
    verification = verify(case)
    others = {check.id.slug: check.status.value for check in verification.checks if check.status is not Status.VALID}
    assert others == case["checks"]
    assert verification.outcome.value == case["outcome"]
    warnings = [warning.key.removeprefix("warning.") for warning in verification.warnings]
    assert warnings == case["warnings"]
    assert case.get("custodian") == (verification.signer.custodian if verification.signer else None)


@pytest.mark.parametrize("case", BREACHES, ids=lambda case: case["name"])
def test_breach(case: Any) -> None:
    trust_root = parse_trust_root(TRUST_ROOTS[case["trustRoot"]].encode())
    assert verify_breach(case["breach"].encode(), trust_root, UnixTime(case["now"])).outcome.value == case["outcome"]


@pytest.mark.parametrize("name", TRUST_ROOTS)
def test_a_trust_root_is_refused_exactly_where_its_receipt_cannot_be_checked(name: str) -> None:
    cases = [case for case in RECEIPTS if case["trustRoot"] == name]
    assert cases
    try:
        parse_trust_root(TRUST_ROOTS[name].encode())
    except MalformedError:
        assert {case["outcome"] for case in cases} == {"could-not-check"}


def test_every_name_stands_once() -> None:
    for cases in (RECEIPTS, BREACHES):
        assert {name for name, count in Counter(case["name"] for case in cases).items() if count > 1} == set()


def test_the_checks_are_those_of_the_specification() -> None:
    assert VECTORS["checks"] == [check.slug for check in CheckId]


def test_every_outcome_and_every_failure_of_every_check_is_there() -> None:
    assert {case["outcome"] for case in RECEIPTS} == {outcome.value for outcome in Outcome}
    assert {case["outcome"] for case in BREACHES} == {outcome.value for outcome in BreachOutcome}
    shown = {
        check.finding.reason.key
        for case in RECEIPTS
        for check in verify(case).checks
        if check.finding.reason.key != "depends"
    }
    slugs = {check.slug for check in CheckId}
    assert shown == {key for key in ENGLISH if key.partition(".")[0] in slugs}
