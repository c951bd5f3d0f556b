"""The public files and the anchors of a log, made anew: the first from its records, the others from the chain.

For a copy that was put back (`service.continuity` proves it first). Nothing is signed: a checkpoint is one that was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ledger.codec.merkle import leaf_hashes
from ledger.codec.tiles import TILE_WIDTH, BundleId, encode_bundle
from ledger.codec.tree import EMPTY_EDGE, append
from ledger.errors import InternalError
from ledger.ports import Anchor, AnchoredHead, AnchorState, Chain, LogFile, Store, TileStore
from ledger.types import UnixTime

CHUNK = 64 * TILE_WIDTH
"""Records at a time: some megabytes of memory, whole tiles."""


def rebuild_files(store: Store, tiles: TileStore) -> None:
    """Write the tiles and entry bundles of all integrated records, and the newest checkpoint."""
    edge, size = EMPTY_EDGE, store.integrated_size()
    while edge.tree_size < size:
        start = edge.tree_size
        records = store.records(start, min(size, start + CHUNK))
        if not records:
            raise InternalError(f"the store has no record at {start}, and {size} are integrated")
        edge, hashes = append(edge, leaf_hashes(records))
        files: list[tuple[LogFile, bytes]] = [*hashes.items()]
        for at in range(0, len(records), TILE_WIDTH):
            part = records[at : at + TILE_WIDTH]
            files.append((BundleId((start + at) // TILE_WIDTH, len(part)), encode_bundle(part)))
        tiles.write(files)
    newest = store.latest_checkpoint()
    if newest is not None:
        tiles.write_checkpoint(newest.note)


def adopt_anchors(store: Store, chain: Chain, heads: Iterable[AnchoredHead], now: UnixTime) -> None:
    """Bring the anchors of a store to what the chain holds: ``heads`` are those of its log up to its records."""
    for anchor in store.open_anchors():
        store.put_anchor(replace(anchor, state=AnchorState.ABANDONED))  # unless the chain has it, below
    final = chain.final_block().number
    for head in heads:
        known = store.anchored_covering(head.tree_size - 1)
        is_known = known is not None and known.tree_size == head.tree_size
        if is_known or store.checkpoint(head.tree_size) is None:
            continue
        block, sent_by = chain.block(head.block), chain.sent_by(head.transaction)
        if block is None or sent_by is None:
            continue
        state = AnchorState.FINAL if head.block <= final else AnchorState.ANCHORED
        store.put_anchor(Anchor(
            head.tree_size, head.root_hash, *sent_by, (head.transaction,), b"", state, now,
            block.number, block.block_hash, block.time,
        ))  # fmt: skip
