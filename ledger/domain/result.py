"""From the checks of a case to what may be said about it: who, when, on what basis, with which notices.

Where the evidence does not match, or could not be tied to the trust root, nothing that it claims is repeated.
"""

from __future__ import annotations

from ledger.domain.case import Case, DamagedTrustRoot, Trust
from ledger.domain.checks import Check
from ledger.domain.messages import Message
from ledger.domain.verdict import Outcome, fold
from ledger.domain.verification import Basis, Claims, Signer, Verification
from ledger.types import UnixTime


def conclude(
    checks: tuple[Check, ...], case: Case | None, trust: Trust | DamagedTrustRoot, now: UnixTime
) -> Verification:
    """Return the verification; ``case`` is ``None`` for a file that is no receipt."""
    outcome = fold(checks)
    claimed = case is not None and outcome not in (Outcome.MISMATCH, Outcome.COULD_NOT_CHECK)
    return Verification(
        outcome=outcome,
        checks=checks,
        warnings=tuple(case.warnings) if case is not None else (),
        notices=_notices(case if claimed else None, trust),
        signer=_signer(case) if case is not None and claimed else None,
        claims=_claims(case) if case is not None and claimed else None,
        basis=_basis(case, trust),
        checked_at=now,
    )


def _notices(case: Case | None, trust: Trust | DamagedTrustRoot) -> tuple[Message, ...]:
    notices = []
    if isinstance(trust, Trust) and trust.root.chain.development:
        notices.append(Message("notice.development"))
    if case is not None and case.shown is None:
        notices.append(Message("notice.values-absent"))
    elif case is not None and case.shown is not None and not case.shown.whole:
        notices.append(Message("notice.values-partly"))
    return tuple(notices)


def _signer(case: Case) -> Signer | None:
    """Return who signed, where check 10 found the signer entitled."""
    judgement, statement = case.judgement, case.receipt.statement
    if judgement is None or judgement.key is None or not judgement.entitled or isinstance(case.trust, DamagedTrustRoot):
        return None
    registry, key = case.trust.registry, judgement.key
    party = registry.party(key.party)
    accreditor = None if party is None else party.accreditor
    return Signer(
        party=key.party,
        name=registry.name(key.party),
        accreditor=None if accreditor is None else registry.name(accreditor),
        role=statement.role,
        jurisdiction=statement.jurisdiction,
        key=key.address,
        custodian=None if key.custodian is None else registry.name(key.custodian),
    )


def _claims(case: Case) -> Claims:
    event_time = None if case.shown is None else case.shown.members.get("eventTime")
    return Claims(
        leaf_index=case.receipt.leaf_index,
        event_time=event_time if isinstance(event_time, str) else None,
        signed_at=case.receipt.statement.signed_at,
        anchored_block=None if case.head is None else case.head.block,
        anchored_at=None if case.head is None else case.head.time,
    )


def _basis(case: Case | None, trust: Trust | DamagedTrustRoot) -> Basis | None:
    if isinstance(trust, DamagedTrustRoot):
        return None
    root, log = trust.root, None if case is None else case.log
    return Basis(
        trust_root=root.hash,
        expires_at=root.expires_at,
        block=root.as_of.block,
        time=root.as_of.time,
        tree_size=None if log is None else log.newest_size,
    )
