"""Continuity: whether a store still holds all that its log has shown the world (spec §6, §7).

A database put back from an older copy would give an index away a second time and sign a second history. So before a
service promises or signs anything, its store proves the newest head on chain, the published checkpoint, and every head
it knows it signed since: it has that many records, and its records lead to those roots. What was promised and never
shown cannot be proved to be there; hence a copy that was restored on purpose never captures again (`ledger.bootstrap`).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

from ledger.codec.checkpoint import Checkpoint, open_note, parse_checkpoint
from ledger.codec.merkle import leaf_hashes
from ledger.codec.note import VerifierKey
from ledger.codec.tiles import TILE_WIDTH
from ledger.codec.tree import EMPTY_EDGE, Edge, append
from ledger.errors import BadEvidenceError, ContinuityError, MalformedError, RootMismatchError
from ledger.ports import AnchoredHead, Chain, Store, TileStore
from ledger.types import Hash32, LogId

SUCCEED = "put the newest copy back, or close this log and open its successor (`tradeledger log close`, `log succeed`)"
"""What to do with a store that is older than its log."""

CHUNK = 64 * TILE_WIDTH
"""Records read at a time: some megabytes of memory."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A head that somebody outside this store may hold against the log."""

    tree_size: int
    root_hash: Hash32
    where: str


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a proven copy reaches: its records, how many of its own checkpoints, and the heads on chain it proves.

    ``beyond`` are the heads on chain that are larger: what they hold, this copy has not.
    """

    records: int
    checkpoints: int
    heads: tuple[AnchoredHead, ...]
    beyond: tuple[AnchoredHead, ...]


class RootWalk:
    """The roots of a store's first records, derived from the records themselves; asked for in ascending order."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._edge: Edge = EMPTY_EDGE

    def at(self, tree_size: int) -> Hash32 | None:
        """Return the root of the first ``tree_size`` records, ``None`` where there are fewer."""
        while self._edge.tree_size < tree_size:
            start = self._edge.tree_size
            records = self._store.records(start, min(tree_size, start + CHUNK))
            if not records:
                return None
            self._edge, _ = append(self._edge, leaf_hashes(records))
        return self._edge.root_hash


def require_continuity(store: Store, tiles: TileStore, chain: Chain, log_id: LogId, key: VerifierKey) -> None:
    """Refuse, by `ContinuityError`, a store that cannot prove what its log has shown; all its records are hashed."""
    head, kept = chain.head(log_id), store.latest_checkpoint()
    signed = 0 if kept is None else _own(kept.note, key, "the newest checkpoint of the store").tree_size
    shown = [*_on_chain(head), *_published(tiles, key)]
    for each in shown:
        if each.tree_size > signed:  # also where the records are there: it has forgotten that it signed them
            raise ContinuityError(
                f"this store is older than its log: {each.where} is of {each.tree_size} records, "
                f"the store knows of a head of {signed}: {SUCCEED}"
            )
    since = min((each.tree_size for each in shown), default=0)
    own = (Shown(each.tree_size, each.root_hash, "a signed head") for each in store.checkpoints(since, signed + 1))
    walk = RootWalk(store)
    for each in sorted((*shown, *own), key=lambda shown: shown.tree_size):
        if walk.at(each.tree_size) != each.root_hash:
            raise ContinuityError(
                f"this store is not its log's: {each.where} of {each.tree_size} records has another root: {SUCCEED}"
            )


def prove_copy(store: Store, chain: Chain, log_id: LogId, key: VerifierKey) -> Reach:
    """Return how far a copy reaches, once its records lead to every head it signed and to every head on chain.

    Any other copy is `RootMismatchError`, or the error of a checkpoint that is no note of this log.
    """
    heads = chain.heads(log_id, chain.first_block(), chain.latest_block().number)
    count = store.record_count()
    within = tuple(head for head in heads if head.tree_size <= count)
    newest = max((head.tree_size for head in heads), default=0)
    if store.final_size() > newest:
        raise RootMismatchError(
            "the chain holds no head that this copy saw final there: it is another chain, or was rewritten",
            f"a head of {store.final_size()} records", f"one of {newest}",
        )  # fmt: skip
    on_chain = (Shown(head.tree_size, head.root_hash, "a head on chain") for head in within)
    walk, checkpoints = RootWalk(store), 0
    for each in heapq.merge(on_chain, _signed(store, key), key=lambda shown: shown.tree_size):
        found = walk.at(each.tree_size)
        if found != each.root_hash:
            stated = f"{each.where} of {each.tree_size} records"
            raise RootMismatchError(f"the copy is not of this log: {stated}", each.root_hash.hex(), _hex(found))
        checkpoints += each.where == _OWN
    return Reach(count, checkpoints, within, heads[len(within) :])


_OWN = "a stored checkpoint"


def _signed(store: Store, key: VerifierKey) -> Iterator[Shown]:
    """Yield what each stored checkpoint states, as its signature and not its row has it."""
    newest = store.latest_checkpoint()
    end = 0 if newest is None else newest.tree_size + 1
    for start in range(0, end, CHUNK):
        for kept in store.checkpoints(start, min(end, start + CHUNK)):
            stated = _open(kept.note, key)
            if (stated.tree_size, stated.root_hash) != (kept.tree_size, kept.root_hash):
                raise RootMismatchError(f"the stored checkpoint of {kept.tree_size} records states another head")
            yield Shown(kept.tree_size, kept.root_hash, _OWN)


def _on_chain(head: AnchoredHead | None) -> list[Shown]:
    return [] if head is None else [Shown(head.tree_size, head.root_hash, "the newest head on chain")]


def _published(tiles: TileStore, key: VerifierKey) -> list[Shown]:
    note = tiles.read_checkpoint()
    return [] if note is None else [_own(note, key, "the published checkpoint")]


def _own(note: bytes, key: VerifierKey, where: str) -> Shown:
    """Return what a checkpoint of this log states; one under another name or key speaks of another log."""
    try:
        stated = _open(note, key)
    except (BadEvidenceError, MalformedError) as error:
        raise ContinuityError(f"{where} is not of this log, its origin and key ({error}): {SUCCEED}") from error
    return Shown(stated.tree_size, stated.root_hash, where)


def _open(note: bytes, key: VerifierKey) -> Checkpoint:
    return parse_checkpoint(open_note(note, [key]).text)


def _hex(found: Hash32 | None) -> str:
    return "fewer records" if found is None else found.hex()
