"""Anchoring: the newest checkpoint is put on chain, and followed until it is final (spec §7).

`Anchorer.step` may be called at any time, stop anywhere and be called again. What it is about to send it keeps first,
so that after a crash it looks for its own transaction before it makes another. One nonce at a time is open. A block
that is gone takes its anchor back to SUBMITTED; a head found on chain that is ours and not known is adopted. Where the
contract and this log know different histories it stops, says so, and sends nothing until the process is started anew.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from threading import Lock

from ledger.codec.hex_strict import encode_hex
from ledger.codec.tree import consistency_proof, root_hash
from ledger.errors import AnchorRefusedError, BadEvidenceError, InternalError
from ledger.ports import (
    RECEIPT_LAG_SECONDS,
    Anchor,
    AnchoredHead,
    AnchorState,
    Chain,
    Signer,
    Store,
    StoredCheckpoint,
    TileStore,
    TransactionReceipt,
)
from ledger.types import Address, Hash32, LogId, UnixTime

RAISE_AFTER_SECONDS = 60
"""After how long unmined an anchor offers higher fees."""

_PASSING = frozenset({"TooSoon", "NotLatest"})
"""Refusals that time heals: the interval, and a head that moved while it was read."""

logger = logging.getLogger(__name__)


class AnchorEvent(Enum):
    """What a step did or found."""

    SUBMITTED = "submitted"
    RAISED = "sent again with higher fees"
    ANCHORED = "anchored"
    FINAL = "final"
    REORGED = "its block is gone, it is sent again"
    ADOPTED = "found on chain"
    ABANDONED = "abandoned, its records wait for the next anchor"
    WAITING = "waits"
    REFUSED = "REFUSED, anchoring stops"


_LEVELS = {
    AnchorEvent.WAITING: logging.DEBUG,
    AnchorEvent.RAISED: logging.WARNING,
    AnchorEvent.REORGED: logging.WARNING,
    AnchorEvent.ABANDONED: logging.WARNING,
    AnchorEvent.REFUSED: logging.CRITICAL,
}


@dataclass(frozen=True, slots=True)
class AnchorNotice:
    """One thing that a step did or found, for the head of ``tree_size``."""

    event: AnchorEvent
    tree_size: int
    detail: str = ""
    transaction: Hash32 | None = None
    """The attempt that it is about, where it is about one."""


class Anchorer:
    """Anchors one log from one account, whose only nonce owner it is."""

    def __init__(
        self,
        store: Store,
        tiles: TileStore,
        chain: Chain,
        signer: Signer,
        log_id: LogId,
        account: Address,
        raise_after: int = RAISE_AFTER_SECONDS,
    ) -> None:
        self._store = store
        self._tiles = tiles
        self._chain = chain
        self._signer = signer
        self._log_id = log_id
        self._account = account
        self._raise_after = raise_after
        self._refusal: str | None = None
        self._used_since: dict[int, UnixTime] = {}
        self._working = Lock()

    @property
    def refusal(self) -> str | None:
        """Why anchoring has stopped for good, or ``None``."""
        return self._refusal

    def step(self, now: UnixTime) -> tuple[AnchorNotice, ...]:
        """Return what was done and found; a step while another is at work does nothing.

        `NoAnswerError`: chain, store or key did not answer; everything stays queued, call again.
        """
        if not self._working.acquire(blocking=False):
            return ()
        try:
            return tuple(self._told(self._step(now)))
        except BadEvidenceError as error:
            raise InternalError(f"the stored tiles of the log are damaged: {error}") from error
        finally:
            self._working.release()

    def _step(self, now: UnixTime) -> Iterator[AnchorNotice]:
        for anchor in self._store.open_anchors():
            yield from self._follow(anchor, now)
        is_sending = any(anchor.state is AnchorState.SUBMITTED for anchor in self._store.open_anchors())
        if not is_sending and self._refusal is None:
            yield from self._advance(now)

    # An anchor that was made: where is it?

    def _follow(self, anchor: Anchor, now: UnixTime) -> Iterator[AnchorNotice]:
        if anchor.state is AnchorState.ANCHORED:
            final = self._chain.final_block().number
            if not self._is_canonical(anchor):
                anchor = replace(anchor, state=AnchorState.SUBMITTED, block=None, block_hash=None, time=None)
                self._store.put_anchor(anchor)
                yield AnchorNotice(AnchorEvent.REORGED, anchor.tree_size)
            elif anchor.block is not None and anchor.block <= final:
                self._store.put_anchor(replace(anchor, state=AnchorState.FINAL))
                mined = anchor.transactions[-1]
                yield AnchorNotice(AnchorEvent.FINAL, anchor.tree_size, f"block {anchor.block}", mined)
        if anchor.state is AnchorState.SUBMITTED:
            yield from self._pursue(anchor, now)

    def _is_canonical(self, anchor: Anchor) -> bool:
        block = None if anchor.block is None else self._chain.block(anchor.block)
        return block is not None and block.block_hash == anchor.block_hash

    def _pursue(self, anchor: Anchor, now: UnixTime) -> Iterator[AnchorNotice]:
        next_nonce = self._chain.nonce(anchor.account)  # before the receipts: what used it by now, they soon show
        if anchor.nonce >= next_nonce:
            self._used_since.pop(anchor.nonce, None)
        for transaction in reversed(anchor.transactions):
            receipt = self._chain.receipt(transaction)
            if receipt is not None:
                yield self._settle(anchor, transaction, receipt)
                return
        if anchor.account != self._account:
            yield self._abandon(anchor, "another account anchors now")
        elif anchor.nonce < next_nonce:
            if now - self._used_since.setdefault(anchor.nonce, now) >= RECEIPT_LAG_SECONDS:
                yield self._abandon(anchor, f"another transaction used nonce {anchor.nonce}")
        elif anchor.nonce > next_nonce:
            yield self._abandon(anchor, f"the transaction of nonce {next_nonce}, before it, is gone")
        elif not anchor.raw_transaction:
            yield self._abandon(anchor, "it was not sent from here")
        elif not 0 <= now - anchor.submitted_at < self._raise_after:  # a clock turned back must not make it wait
            yield self._raise_fees(anchor, now)
        else:
            self._chain.broadcast(anchor.raw_transaction)  # a node that restarted has lost its pool

    def _settle(self, anchor: Anchor, transaction: Hash32, receipt: TransactionReceipt) -> AnchorNotice:
        """Judge a mined attempt: one may revert, and the contract takes a head that it has already without a word."""
        block, anchor = receipt.block, replace(anchor, gas_used=receipt.gas_used)
        if not receipt.succeeded:
            return self._abandon(anchor, f"it reverted in block {block.number}: {receipt.revert_reason}")
        announced = self._chain.heads(self._log_id, block.number, block.number)
        if not any(head.transaction == transaction for head in announced):
            return self._abandon(anchor, f"it changed nothing in block {block.number}")
        others = tuple(attempt for attempt in anchor.transactions if attempt != transaction)
        self._store.put_anchor(replace(
            anchor, transactions=(*others, transaction), state=AnchorState.ANCHORED,
            block=block.number, block_hash=block.block_hash, time=block.time,
        ))  # fmt: skip
        return AnchorNotice(AnchorEvent.ANCHORED, anchor.tree_size, f"block {block.number}", transaction)

    def _abandon(self, anchor: Anchor, why: str) -> AnchorNotice:
        self._store.put_anchor(replace(anchor, state=AnchorState.ABANDONED))
        return AnchorNotice(AnchorEvent.ABANDONED, anchor.tree_size, why)

    def _raise_fees(self, anchor: Anchor, now: UnixTime) -> AnchorNotice:
        transaction = self._chain.replacement_transaction(anchor.raw_transaction, self._chain.fees())
        raw = self._signer.sign_transaction(self._account, transaction)
        attempts = (*anchor.transactions, self._chain.hash_of(raw))
        self._store.put_anchor(replace(anchor, transactions=attempts, raw_transaction=raw, submitted_at=now))
        self._chain.broadcast(raw)
        return AnchorNotice(AnchorEvent.RAISED, anchor.tree_size, f"attempt {len(attempts)}", attempts[-1])

    # No anchor is on its way: is one due?

    def _advance(self, now: UnixTime) -> Iterator[AnchorNotice]:
        checkpoint = self._store.latest_checkpoint()
        head = self._chain.head(self._log_id)
        if head is not None:
            fault = self._disagreement(head, checkpoint)
            if fault is not None:
                yield self._refuse(head.tree_size, fault)
                return
            yield from self._adopt(head, now)
        if checkpoint is not None and (head is None or head.tree_size < checkpoint.tree_size):
            yield self._submit(checkpoint, head, now)

    def _disagreement(self, head: AnchoredHead, checkpoint: StoredCheckpoint | None) -> str | None:
        """Return how the head on chain cannot be one of this log's, or ``None``."""
        signed = 0 if checkpoint is None else checkpoint.tree_size
        if head.tree_size > signed:
            return f"the chain holds a head of {head.tree_size} records, this log has signed {signed}"
        known = self._store.latest_anchor()
        if known is not None and (known.tree_size, known.root_hash) == (head.tree_size, head.root_hash):
            return None
        if root_hash(head.tree_size, self._tiles.read) != head.root_hash:
            return f"the chain holds another root for {head.tree_size} records than this log"
        return None

    def _adopt(self, head: AnchoredHead, now: UnixTime) -> Iterator[AnchorNotice]:
        """Keep a head that is ours, and of which the store knows no anchor, with the transaction that anchored it."""
        known = self._store.latest_anchor()
        if known is not None and known.tree_size >= head.tree_size:
            return
        block, sent_by = self._chain.block(head.block), self._chain.sent_by(head.transaction)
        if self._store.checkpoint(head.tree_size) is None or block is None or sent_by is None:
            return
        self._store.put_anchor(Anchor(
            head.tree_size, head.root_hash, *sent_by, (head.transaction,), b"", AnchorState.ANCHORED, now,
            block.number, block.block_hash, block.time,
        ))  # fmt: skip
        yield AnchorNotice(AnchorEvent.ADOPTED, head.tree_size, f"block {block.number}", head.transaction)

    def _submit(self, checkpoint: StoredCheckpoint, head: AnchoredHead | None, now: UnixTime) -> AnchorNotice:
        size, root = checkpoint.tree_size, checkpoint.root_hash
        proof = [] if head is None else consistency_proof(head.tree_size, size, self._tiles.read)
        nonce = self._chain.nonce(self._account)
        try:
            transaction = self._chain.anchor_transaction(
                self._log_id, head, size, root, proof, self._account, nonce, self._chain.fees()
            )
        except AnchorRefusedError as error:
            if error.reason.partition("(")[0] in _PASSING:
                return AnchorNotice(AnchorEvent.WAITING, size, error.reason)
            return self._refuse(size, error.reason)
        raw = self._signer.sign_transaction(self._account, transaction)
        attempt = self._chain.hash_of(raw)
        self._store.put_anchor(Anchor(size, root, self._account, nonce, (attempt,), raw, AnchorState.SUBMITTED, now))
        self._chain.broadcast(raw)  # after it is kept: a crash here sends it again, never another
        return AnchorNotice(AnchorEvent.SUBMITTED, size, f"nonce {nonce}", attempt)

    def _refuse(self, tree_size: int, reason: str) -> AnchorNotice:
        self._refusal = reason
        return AnchorNotice(AnchorEvent.REFUSED, tree_size, reason)

    def _told(self, notices: Iterator[AnchorNotice]) -> Iterator[AnchorNotice]:
        for notice in notices:
            level = _LEVELS.get(notice.event, logging.INFO)
            sent = None if notice.transaction is None else encode_hex(notice.transaction)
            extra = {"tree_size": notice.tree_size, "transaction": sent}
            said = (notice.tree_size, notice.event.value, notice.detail)
            logger.log(level, "anchor of %d records: %s %s", *said, extra=extra)
            yield notice
