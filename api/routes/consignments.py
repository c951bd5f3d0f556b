"""Consignments: who holds what since when, what is pending, and what was claimed (docs/spec.md §4.3)."""

from __future__ import annotations

from fastapi import APIRouter

from api import problems
from api.auth import OpenService
from api.schemas.answers import ConsignmentAccount, ConsignmentStatement, Forked, Held
from ledger.codec.hex_strict import decode_hex, encode_hex
from ledger.domain.custody.consignment import Consignment
from ledger.domain.custody.replay import Claim, Fork
from ledger.domain.fields import write_date_time
from ledger.service.custody import Account, Logged
from ledger.types import Hash32

router = APIRouter(prefix="/consignments", tags=["consignments"])


@router.get(
    "/{subject}",
    summary="Who holds a consignment, and every statement about it",
    responses=problems.documented(400, 404, 503),
)
def consignment(subject: str, service: OpenService) -> ConsignmentAccount:
    """Return what the contract and the log say of a consignment; no value of any event but its quantity."""
    return _account(service.custody.account(Hash32(decode_hex(subject, 32, "/subject"))))


def _account(account: Account) -> ConsignmentAccount:
    claims = {
        step.act.statement_hash: step.refused.fault.value for step in account.history.steps if type(step) is Claim
    }
    return ConsignmentAccount(
        subject=encode_hex(account.subject),
        onChain=_held(account.on_chain),
        byLog=_held(account.by_log),
        statements=[_statement(each, claims) for each in account.statements],
        forks=[_fork(fork) for fork in account.history.forks],
    )


def _held(consignment: Consignment | None) -> Held | None:
    if consignment is None:
        return None
    return Held(
        status=consignment.status.value,
        holder=encode_hex(consignment.holder),
        since=write_date_time(consignment.since),
        taker=None if consignment.taker is None else encode_hex(consignment.taker),
        quantity=consignment.quantity,
        unit=consignment.unit,
        head=encode_hex(consignment.head),
    )


def _statement(logged: Logged, claims: dict[Hash32, str]) -> ConsignmentStatement:
    said = logged.act.statement
    reason = logged.not_entitled or claims.get(logged.act.statement_hash)
    return ConsignmentStatement(
        leafIndex=logged.stored.leaf_index,
        eventDigest=encode_hex(said.event_digest),
        act=said.act,
        subject=encode_hex(said.subject),
        party=encode_hex(said.party),
        recorded=write_date_time(logged.stored.captured_at),
        counted=reason is None,
        reason=reason,
    )


def _fork(fork: Fork) -> Forked:
    return Forked(
        party=encode_hex(fork.party),
        subject=encode_hex(fork.subject),
        first=encode_hex(fork.first),
        second=encode_hex(fork.second),
    )
