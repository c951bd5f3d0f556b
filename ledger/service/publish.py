"""Publishing: sequenced records become tiles (`integrate`), tiles become a signed checkpoint (`checkpoint`).

Each step may stop anywhere and be done again: it starts from the watermark, and doing it again writes the same bytes.
Before a head is signed its root is derived twice, from the records in the store and from the tiles as they stand on
disk, and proved to extend the last head that was signed: a log signs one history or none. Anchoring is left to
`anchor`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from ledger.codec.checkpoint import Checkpoint, format_checkpoint, open_note, parse_checkpoint
from ledger.codec.merkle import leaf_hashes, verify_consistency
from ledger.codec.note import VerifierKey, sign_note
from ledger.codec.record import predecessor_record
from ledger.codec.tiles import TILE_WIDTH, BundleId, encode_bundle
from ledger.codec.tree import EMPTY_EDGE, Edge, append, consistency_proof, load_edge, root_hash
from ledger.errors import BadEvidenceError, InternalError, MalformedError
from ledger.ports import Clock, LogFile, LogSigner, Store, StoredCheckpoint, TileStore
from ledger.types import Hash32, LogId

logger = logging.getLogger(__name__)

CHUNK = 64 * TILE_WIDTH
"""Records integrated at a time: some megabytes of memory, whole tiles."""


class Publisher:
    """The publisher of one log. Safe to call from several threads; one works at a time."""

    def __init__(self, store: Store, tiles: TileStore, signer: LogSigner, origin: str, clock: Clock) -> None:
        self._store = store
        self._tiles = tiles
        self._signer = signer
        self._key = VerifierKey(origin, signer.public_key)
        self._clock = clock
        self._edge: Edge = EMPTY_EDGE
        self._lock = Lock()

    def integrate(self) -> int:
        """Write every sequenced record into tiles and entry bundles; return how many records are in them."""
        with self._lock, _one_history():
            size = self._store.integrated_size()
            while records := self._store.records(size, size + CHUNK):
                edge, tiles = append(self._edge_at(size), leaf_hashes(records))
                files: list[tuple[LogFile, bytes]] = [*tiles.items(), *self._bundles(size, edge.tree_size)]
                self._tiles.write(files)
                self._store.set_integrated_size(
                    edge.tree_size
                )  # after the tiles are durable: what it covers can be read
                self._edge, size = edge, edge.tree_size
            return size

    def checkpoint(self) -> StoredCheckpoint | None:
        """Sign, keep and publish the head of what is integrated; return the newest, ``None`` in an empty log.

        `InternalError`: store, tiles and what was signed before do not agree. Nothing is signed then, and an operator
        has to look.
        """
        with self._lock, _one_history():
            return self._checkpoint()

    def _checkpoint(self) -> StoredCheckpoint | None:
        last, size = self._last_signed(), self._store.integrated_size()
        signed = last.tree_size if last else 0
        if size < signed:
            raise InternalError(f"{size} records are integrated, and a head of {signed} was signed")
        if size > signed:
            last = self._sign(size, self._derive_root(last, size))
        if last is not None and self._tiles.read_checkpoint() != last.note:
            self._tiles.write_checkpoint(last.note)
        return last

    def _edge_at(self, size: int) -> Edge:
        return self._edge if self._edge.tree_size == size else load_edge(size, self._tiles.read)

    def _bundles(self, start: int, end: int) -> list[tuple[BundleId, bytes]]:
        """Return the entry bundles that hold the records [start, end), whole where they began before."""
        first = start - start % TILE_WIDTH
        records = self._store.records(first, end)
        parts = [records[at : at + TILE_WIDTH] for at in range(0, len(records), TILE_WIDTH)]
        return [
            (BundleId(index, len(part)), encode_bundle(part)) for index, part in enumerate(parts, first // TILE_WIDTH)
        ]

    def _last_signed(self) -> StoredCheckpoint | None:
        """Return the largest head ever signed: a database put back from a copy does not know the published one."""
        kept, note = self._store.latest_checkpoint(), self._tiles.read_checkpoint()
        if note is None:
            return kept
        published = parse_checkpoint(open_note(note, [self._key]).text)
        if kept is not None and kept.tree_size >= published.tree_size:
            return kept
        return StoredCheckpoint(published.tree_size, published.root_hash, note, self._clock())

    def _sign(self, size: int, root: Hash32) -> StoredCheckpoint:
        text = format_checkpoint(Checkpoint(self._key.name, size, root))
        note = sign_note(text, self._key.name, self._signer.sign, self._key.public_key)
        checkpoint = StoredCheckpoint(size, root, note, self._clock())
        self._store.put_checkpoint(checkpoint)  # before it is published: what the world has seen, the store knows
        logger.info("checkpoint of %d records", size, extra={"tree_size": size})
        return checkpoint

    def _derive_root(self, last: StoredCheckpoint | None, size: int) -> Hash32:
        """Return the root of the first ``size`` records, on which tiles, store and the last signed head agree."""
        root = root_hash(size, self._tiles.read)
        edge = EMPTY_EDGE
        if last is not None:
            proof = consistency_proof(last.tree_size, size, self._tiles.read)
            verify_consistency(last.tree_size, size, proof, last.root_hash, root)  # RFC 9162 §2.1.4.2
            edge = load_edge(last.tree_size, self._tiles.read)
        while edge.tree_size < size:
            records = self._store.records(edge.tree_size, min(size, edge.tree_size + CHUNK))
            if not records:
                raise InternalError(f"the store has no record at {edge.tree_size}, and the tiles have")
            edge, _ = append(edge, leaf_hashes(records))
        if edge.root_hash != root:
            raise InternalError(f"store and tiles lead to different roots at size {size}")
        return root


@contextmanager
def _one_history() -> Iterator[None]:
    """Tell evidence that speaks against our own log for what it is: no verdict about anyone else."""
    try:
        yield
    except (BadEvidenceError, MalformedError) as error:
        raise InternalError(f"the log is not what was signed: {error}") from error


def begin_after(store: Store, log_id: LogId, tree_size: int, root_hash: Hash32) -> None:
    """Make the head of a closed log the first record of its successor (spec §5); once it is, nothing happens."""
    record = predecessor_record(log_id, tree_size, root_hash)
    if store.records(0, 1) != (record,):
        store.append_record(record)
