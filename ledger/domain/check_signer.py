"""Checks 5, 6, 10 and 12: what was stated, that it was signed, by whom, and in whose hands the key was.

That act, role and jurisdiction are known words is part of a statement's form (check 1), that its log is known of
check 2.
"""

from __future__ import annotations

from functools import partial

from ledger.codec.commitments import Commitments, commitments_of_event, commitments_of_view
from ledger.codec.signature import recover
from ledger.codec.statement import OPENING_ACTS
from ledger.codec.terms import TERMS_OF_ACT
from ledger.domain.case import Case, DamagedTrustRoot, proven, usable
from ledger.domain.checks import Finding, error, invalid, valid
from ledger.domain.custody.stated import DECLARE_ERROR, Told, require_places, require_stated
from ledger.domain.receipt import EvidenceOnly, RoleView, WholeEvent
from ledger.domain.signer import judge_signer
from ledger.errors import InternalError
from ledger.types import Address


def check_statement(case: Case) -> Finding:
    """5: act, subject, previous and terms fit the event as far as it is shown (spec §4)."""
    statement = case.receipt.statement
    ledger = _ledger(case)
    if statement.act in OPENING_ACTS and ledger is None:
        return error("statement.ledger-unknown")
    if case.shown is None:
        require_places(statement, ledger)
        return valid("statement.valid")
    if (statement.act == DECLARE_ERROR) != case.shown.names("errorDeclaration"):
        return invalid("statement.act", "declare error exactly where the event has an errorDeclaration", statement.act)
    case.terms = require_stated(statement, Told(case.shown.members, case.shown.hidden, partial(_told, case)), ledger)
    hides_terms = case.terms is None and statement.act in TERMS_OF_ACT
    return valid("statement.terms-hidden" if hides_terms else "statement.valid")


def _ledger(case: Case) -> Address | None:
    """Return the ledger in which consignments are named; where there is no usable trust root, none."""
    ledger = None if isinstance(case.trust, DamagedTrustRoot) else case.trust.root.custody_ledger
    return None if ledger is None else ledger.address


def _told(case: Case) -> Commitments:
    match case.receipt.shown:
        case WholeEvent(event, seed):
            return commitments_of_event(event, seed)
        case RoleView(view):
            return commitments_of_view(view)
        case EvidenceOnly():
            raise InternalError("commitments of an event of which nothing is shown")


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
