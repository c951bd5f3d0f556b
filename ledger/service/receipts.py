"""Receipts (spec §9.2): the evidence for one event, in one file that needs neither this service nor its word.

A receipt leads to the smallest anchored head that covers the record, so that the key is judged as early as can be
shown; while there is none it carries the newest checkpoint, unanchored. Who may see which view is left to the caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType

from ledger.codec.disclosure import role_view
from ledger.codec.json_shape import open_object
from ledger.codec.statement import Domain, statement_from_json
from ledger.codec.strict_json import parse
from ledger.codec.tree import inclusion_proof
from ledger.domain.receipt import Anchor, EvidenceOnly, Receipt, RoleView, Shown, WholeEvent
from ledger.domain.views import PUBLIC
from ledger.errors import BadEvidenceError, InternalError, NotFoundError
from ledger.ports import Store, StoredCheckpoint, StoredEvent, TileStore
from ledger.service.erasure import require_values
from ledger.types import Hash32, JsonObject

_NOT_NARROWED: Mapping[str, AbstractSet[int]] = MappingProxyType({})


class Receipts:
    """The receipts of one log.

    Every method takes the leaf index of an event; `NotFoundError` where there is none yet, `GoneError` where its values
    were erased and the receipt would show some.
    """

    def __init__(self, store: Store, tiles: TileStore, domain: Domain) -> None:
        self._store = store
        self._tiles = tiles
        self._domain = domain

    def whole(self, leaf_index: int) -> Receipt:
        """Return the receipt with the whole event and its seed."""
        stored = self._with_values(leaf_index)
        return self._receipt(stored, WholeEvent(_event_of(stored), stored.event.seed))

    def role_view(
        self, leaf_index: int, shown: AbstractSet[str], elements: Mapping[str, AbstractSet[int]] = _NOT_NARROWED
    ) -> Receipt:
        """Return the receipt with the members ``shown`` (of a table, those ``elements``) and what none may hide."""
        stored = self._with_values(leaf_index)
        return self._receipt(stored, RoleView(role_view(_event_of(stored), stored.event.seed, shown, elements)))

    def public(self, leaf_index: int) -> Receipt:
        """Return the receipt with what anyone may see who holds the event digest."""
        return self.role_view(leaf_index, PUBLIC)

    def bare(self, leaf_index: int) -> Receipt:
        """Return the receipt without any value of the event."""
        return self._receipt(self._event(leaf_index), EvidenceOnly())

    def _with_values(self, leaf_index: int) -> StoredEvent:
        stored = self._event(leaf_index)
        require_values(stored)
        return stored

    def _event(self, leaf_index: int) -> StoredEvent:
        stored = self._store.event_at(leaf_index)
        if stored is None:
            raise NotFoundError("", "the leaf index of an event", "another one")
        return stored

    def _receipt(self, stored: StoredEvent, shown: Shown) -> Receipt:
        anchor, checkpoint = self._head(stored.leaf_index)
        return Receipt(
            domain=self._domain,
            shown=shown,
            statement=statement_from_json(stored.event.statement),
            signature=stored.event.signature,
            leaf_index=stored.leaf_index,
            inclusion_proof=self._inclusion_proof(stored.leaf_index, checkpoint.tree_size),
            checkpoint=checkpoint.note,
            anchor=anchor,
        )

    def _inclusion_proof(self, leaf_index: int, tree_size: int) -> tuple[Hash32, ...]:
        try:
            return tuple(inclusion_proof(leaf_index, tree_size, self._tiles.read))
        except BadEvidenceError as error:  # against our own tiles, not against the event
            raise InternalError(f"the stored tiles are damaged: {error}") from error

    def _head(self, leaf_index: int) -> tuple[Anchor | None, StoredCheckpoint]:
        """Return the smallest anchored head above the index and its checkpoint, else the newest checkpoint."""
        anchor = self._store.anchored_covering(leaf_index)
        if anchor is None:
            return None, self._newest_checkpoint(leaf_index)
        checkpoint = self._store.checkpoint(anchor.tree_size)
        if (
            checkpoint is None
            or checkpoint.root_hash != anchor.root_hash
            or anchor.block is None
            or anchor.time is None
        ):
            raise InternalError(f"the anchor of tree size {anchor.tree_size} is of no checkpoint of this log")
        transaction = anchor.transactions[-1]
        return Anchor(anchor.tree_size, anchor.root_hash, anchor.block, anchor.time, transaction, ()), checkpoint

    def _newest_checkpoint(self, leaf_index: int) -> StoredCheckpoint:
        checkpoint = self._store.latest_checkpoint()
        if checkpoint is None or checkpoint.tree_size <= leaf_index:
            raise NotFoundError("", "a record under a checkpoint", "one that waits for the next checkpoint")
        return checkpoint


def _event_of(stored: StoredEvent) -> JsonObject:
    return open_object(parse(stored.event.event_bytes), "")
