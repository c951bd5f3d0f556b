"""Check 2, trust-root: the verifier's own file is intact, in date, and knows the receipt's chain, registry and log.

All it can find wrong is ERROR, never INVALID: a verifier that brings the wrong file learns nothing about the receipt.
The receipt's log is the one whose checkpoint it carries: the log that was signed for, or one that went on after it.
"""

from __future__ import annotations

from typing import Final

from ledger.codec.hex_strict import encode_hex
from ledger.domain.case import Case, DamagedTrustRoot, Trust
from ledger.domain.checks import Finding, error, valid
from ledger.domain.fields import write_date_time
from ledger.domain.messages import Message, quoted
from ledger.domain.trusted import TrustedLog, TrustRoot
from ledger.types import UnixTime

MAX_CLOCK_LAG: Final = 300
"""Seconds that a verifier's clock may lag behind the one that dated the trust root; beyond, it cannot judge expiry."""


def check_trust_root(case: Case) -> Finding:
    """Return VALID and the receipt's log, or ERROR with what the verifier has to bring."""
    if isinstance(case.trust, DamagedTrustRoot):
        refusal = case.trust.error
        return error("trust-root.damaged", refusal.expected, f"{refusal.found} at {quoted(refusal.pointer or '/')}")
    root = case.trust.root
    return date_error(root, case.now) or _foreign_error(case, root) or _accept(case, case.trust)


def date_error(root: TrustRoot, now: UnixTime) -> Finding | None:
    """Return ERROR where, by the verifier's clock, the trust root has expired or was not made yet."""
    if now > root.expires_at:
        return error("trust-root.expired", date=write_date_time(root.expires_at))
    if now < root.issued_at - MAX_CLOCK_LAG:
        return error("trust-root.clock", now=write_date_time(now))
    return None


def _foreign_error(case: Case, root: TrustRoot) -> Finding | None:
    domain, log_id = case.receipt.domain, case.receipt.statement.log_id
    if domain.chain_id != root.chain.chain_id:
        return error("trust-root.chain", receipt=str(domain.chain_id), trusted=str(root.chain.chain_id))
    if domain.verifying_contract != root.party_registry.address:
        expected = encode_hex(root.party_registry.address)
        return error("trust-root.registry", expected, encode_hex(domain.verifying_contract))
    if root.log(log_id) is None:
        return error("trust-root.log", ", ".join(encode_hex(log.log_id) for log in root.logs), encode_hex(log_id))
    return None


def _accept(case: Case, trust: Trust) -> Finding:
    case.log = _receipts_log(case, trust)
    if case.log is None:  # perhaps closed since this trust root was made
        known = (log.origin for log in trust.root.succession(case.receipt.statement.log_id))
        return error("trust-root.successor", ", ".join(known), case.checkpoint.origin)
    if case.now > trust.root.stale_after:
        case.warnings.append(Message("warning.stale", {"date": write_date_time(trust.root.stale_after)}))
    return valid("trust-root.valid")


def _receipts_log(case: Case, trust: Trust) -> TrustedLog | None:
    """Return the log of the checkpoint's origin; of several, as after a change of key, the one whose key signed it.

    A key that signed under an origin not its own is found as well: check 8 refuses what it signed.
    """
    logs = tuple(trust.root.succession(case.receipt.statement.log_id))
    named = [log for log in logs if log.origin == case.checkpoint.origin]
    if len(named) == 1:
        return named[0]
    signers = (log for log in named or logs if trust.notes.is_signed(case.receipt.checkpoint, log.key))
    return next(signers, named[0] if named else None)
