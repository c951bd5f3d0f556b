"""The trust root, exported from the node that this service reads (spec §9.1).

It is worth as much as that node: a verifier exports its own, or gets one from somebody it trusts, and never from the
service whose receipts it checks. Everything in it is at or below one block that is final.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.codec.note import VerifierKey
from ledger.domain.fields import address, hash_hex
from ledger.domain.trust_root import seal_trust_root
from ledger.domain.trusted import AsOf, Head, TrustedChain, TrustedContract, TrustedLog, TrustRoot
from ledger.errors import ChainUnavailableError, NotFoundError
from ledger.ports import AnchoredHead, Block, Chain, ChainIdentity
from ledger.service.registry import parse_facts
from ledger.types import LogId, UnixTime

STALE_AFTER_SECONDS = 7 * 86_400
"""A week: how long a verifier may go without hearing of a compromised key before it is warned."""

EXPIRES_AFTER_SECONDS = 90 * 86_400
"""A quarter of a year: after that the answer is "could not check"."""


@dataclass(frozen=True, slots=True)
class Validity:
    """For how many seconds a trust root serves: until it is stale, and until it expires."""

    stale_after: int = STALE_AFTER_SECONDS
    expires_after: int = EXPIRES_AFTER_SECONDS


def export_trust_root(
    chain: Chain, log_ids: Sequence[LogId], now: UnixTime, validity: Validity = Validity()
) -> TrustRoot:
    """Return the trust root of these logs, with all their heads, as of the newest final block.

    A log that was not opened by then is `NotFoundError`; a chain that moves meanwhile, `ChainUnavailableError`.
    """
    final, identity = chain.final_block(), chain.identity()
    facts = parse_facts(chain, chain.first_block(), final.number)
    if not facts:
        raise ChainUnavailableError("the node shows no registry facts, and a registry has one from its first block")
    logs = tuple(_log(chain, log_id, final) for log_id in log_ids)
    if chain.block(final.number) != final:
        raise ChainUnavailableError("the chain was reorganised while the trust root was read")
    parties, checkpoints, custody = _contracts(identity)
    return seal_trust_root(TrustRoot(
        chain=TrustedChain(identity.chain_id, identity.genesis_hash, identity.development),
        party_registry=parties,
        checkpoint_registry=checkpoints,
        custody_ledger=custody,
        logs=logs,
        facts=facts,
        as_of=AsOf(final.number, final.block_hash, final.time, chain.finality()),
        issued_at=now,
        stale_after=UnixTime(now + validity.stale_after),
        expires_at=UnixTime(now + validity.expires_after),
    ))  # fmt: skip


def _log(chain: Chain, log_id: LogId, final: Block) -> TrustedLog:
    parameters = chain.log_parameters(log_id, final.number)
    if parameters is None:
        if chain.head(log_id) is not None:
            raise ChainUnavailableError("the node does not show the opening of a log with heads: its index is behind")
        raise NotFoundError("", "a log that was opened by the newest final block", "0x" + log_id.hex())
    origin, successor = str(parameters["origin"]), parameters["successor"]
    heads = _heads(chain, log_id, final)
    return TrustedLog(
        log_id=log_id,
        origin=origin,
        key=VerifierKey(origin, hash_hex(parameters["logKey"], "/logKey")),
        owner=address(parameters["owner"], "/owner"),
        successor=None if successor is None else LogId(hash_hex(successor, "/successor")),
        heads_complete=True,
        heads=tuple(Head(head.tree_size, head.root_hash, head.block, head.time) for head in heads),
    )


def _heads(chain: Chain, log_id: LogId, final: Block) -> tuple[AnchoredHead, ...]:
    """Return the heads up to the final block, once the newest that the contract holds is shown to be among all."""
    newest = chain.head(log_id)
    last_block = final.number if newest is None else max(final.number, newest.block)
    heads = chain.heads(log_id, chain.first_block(), last_block)
    if heads[-1:] != (() if newest is None else (newest,)):
        raise ChainUnavailableError("the heads that the node lists do not end in the newest of the contract")
    return tuple(head for head in heads if head.block <= final.number)


def _contracts(identity: ChainIdentity) -> tuple[TrustedContract, TrustedContract, TrustedContract | None]:
    ledger, code_hash = identity.custody_ledger, identity.custody_ledger_code_hash
    return (
        TrustedContract(identity.party_registry, identity.party_registry_code_hash),
        TrustedContract(identity.checkpoint_registry, identity.checkpoint_registry_code_hash),
        None if ledger is None or code_hash is None else TrustedContract(ledger, code_hash),
    )
