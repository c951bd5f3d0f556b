"""Check 2, trust-root: the verifier's own file is intact, in date, and knows the receipt's chain, registry and log.

All it can find wrong is ERROR, never INVALID: a verifier that brings the wrong file learns nothing about the receipt.
"""

from __future__ import annotations

from typing import Final

from ledger.codec.hex_strict import encode_hex
from ledger.domain.case import Case, DamagedTrustRoot
from ledger.domain.checks import Finding, error, valid
from ledger.domain.fields import write_date_time
from ledger.domain.messages import Message
from ledger.domain.trusted import TrustRoot

MAX_CLOCK_LAG: Final = 300
"""Seconds that a verifier's clock may lag behind the one that dated the trust root; beyond, it cannot judge expiry."""


def check_trust_root(case: Case) -> Finding:
    """Return VALID and the receipt's log, or ERROR with what the verifier has to bring."""
    if isinstance(case.trust, DamagedTrustRoot):
        refusal = case.trust.error
        return error("trust-root.damaged", refusal.expected, f"{refusal.found} at {refusal.pointer or '/'}")
    return _date_error(case, case.trust.root) or _foreign_error(case, case.trust.root) or _accept(case, case.trust.root)


def _date_error(case: Case, root: TrustRoot) -> Finding | None:
    if case.now > root.expires_at:
        return error("trust-root.expired", date=write_date_time(root.expires_at))
    if case.now < root.issued_at - MAX_CLOCK_LAG:
        return error("trust-root.clock", now=write_date_time(case.now))
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


def _accept(case: Case, root: TrustRoot) -> Finding:
    case.log = root.log(case.receipt.statement.log_id)
    if case.now > root.stale_after:
        case.warnings.append(Message("warning.stale", {"date": write_date_time(root.stale_after)}))
    return valid("trust-root.valid")
