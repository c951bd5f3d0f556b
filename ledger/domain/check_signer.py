"""Checks 5, 6, 10 and 12: what was stated, that it was signed, by whom, and in whose hands the key was.

That act, role and jurisdiction are known words is part of a statement's form (check 1), that its log is known of
check 2.
"""

from __future__ import annotations

from typing import Final

from ledger.codec.signature import recover
from ledger.codec.statement import ZERO32, Statement
from ledger.domain.case import Case, proven, usable
from ledger.domain.checks import Finding, invalid, valid
from ledger.domain.signer import judge_signer

DECLARE_ERROR: Final = "declare error"


def check_statement(case: Case) -> Finding:
    """5: the act fits the event, and the statement carries no ledger's terms (spec §4)."""
    statement = case.receipt.statement
    if (statement.subject, statement.previous, statement.terms) != (ZERO32, ZERO32, ZERO32):
        return invalid("statement.invalid", "no subject, previous and terms", "at least one of them")
    return _fit(case, statement)


def _fit(case: Case, statement: Statement) -> Finding:
    if case.shown is not None and (statement.act == DECLARE_ERROR) != case.shown.names("errorDeclaration"):
        return invalid("statement.act", "declare error exactly where the event has an errorDeclaration", statement.act)
    return valid("statement.valid")


def check_signature(case: Case) -> Finding:
    """6: 65 bytes, canonical, recovering to an address."""
    case.signed_by = recover(case.statement_hash, case.receipt.signature)
    return valid("signature.valid")


def check_signer(case: Case) -> Finding:
    """10: entitled at the earliest head that includes the record."""
    registry, statement = usable(case.trust).registry, case.receipt.statement
    case.judgement = judge_signer(registry, statement, proven(case.signed_by), case.judged_at)
    case.warnings.extend(case.judgement.warnings)
    return case.judgement.finding


def check_custodian(case: Case) -> Finding:
    """12: by whom the key is held."""
    registry, key = usable(case.trust).registry, proven(proven(case.judgement).key)
    party = registry.name(key.party)
    if key.custodian is None:
        return valid("custodian.self", party=party)
    return valid("custodian.named", party=party, custodian=registry.name(key.custodian))
