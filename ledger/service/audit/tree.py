"""The tree rebuilt from the leaves: every tile compared, every root that was signed or anchored derived again.

Only the right edge is kept, so that memory does not grow with the log. The roots are derived where they stand: the
tree is grown up to each checkpoint and each head in turn.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile
from typing import Final, TypeAlias

from ledger.codec.checkpoint import parse_checkpoint
from ledger.codec.merkle import HASH_BYTES, leaf_hashes
from ledger.codec.note import open_note
from ledger.codec.tiles import TILE_BYTES, TILE_HEIGHT, TILE_WIDTH, TileId, format_path
from ledger.codec.tree import EMPTY_EDGE, Edge, append
from ledger.domain.audit import Fault
from ledger.domain.case import SignedNotes
from ledger.domain.fields import write_base64
from ledger.domain.trusted import Head, TrustedLog
from ledger.errors import BadEvidenceError, RequestRefusedError
from ledger.ports import StoredCheckpoint
from ledger.ports.evidence import Evidence, Extent

Tell: TypeAlias = Callable[[Fault], None]

_Stop: TypeAlias = tuple[int, int, StoredCheckpoint | Head | None]
"""A tree size to stop at, what to do there in order, and the root to compare."""

_TILES: Final = 0
_CHECKPOINT: Final = 1
_HEAD: Final = 2


class TreeAuditor:
    """Grows the tree of one log from ``edge`` on. ``good_size`` is the last tree size at which the roots agreed."""

    def __init__(
        self, evidence: Evidence, log: TrustedLog, extent: Extent, tell: Tell,
        edge: Edge = EMPTY_EDGE, good_size: int = 0,
    ) -> None:  # fmt: skip
        self.edge = edge
        self.good_size = good_size
        self._evidence = evidence
        self._log = log
        self._extent = extent
        self._tell = tell
        self._notes = SignedNotes()
        self._stops = self._all_stops(edge.tree_size)
        self._next = next(self._stops, None)

    def extend(self, records: Sequence[bytes]) -> None:
        """Append records, and judge whatever commits to a tree of a size that they reach."""
        hashes = leaf_hashes(records)
        at = 0
        while at < len(hashes):
            stop = len(hashes) if self._next is None else min(len(hashes), at + self._next[0] - self.edge.tree_size)
            self.edge, tiles = append(self.edge, hashes[at:stop])
            at = stop
            for tile, data in tiles.items():
                if tile.width == TILE_WIDTH:
                    self._compare(tile, data)
            self._judge_reached()

    def finish(self) -> None:
        """Judge what commits to more records than there are: they are lost."""
        while self._next is not None:
            size, what, _ = self._next
            named = ("the tiles", "a signed checkpoint", "an anchored head")[what]
            lost = f"{named} of {size} records, of which {self.edge.tree_size} are there"
            self._tell(Fault("record-missing", lost, self.edge.tree_size, size))
            self._next = next(self._stops, None)

    def _all_stops(self, above: int) -> Iterator[_Stop]:
        """Yield the sizes beyond ``above`` at which there is something to judge, ascending."""
        integrated, newest = self._extent.integrated_size, self._extent.newest_checkpoint
        edge: list[_Stop] = [(integrated, _TILES, None)] if integrated > above else []
        heads = ((head.tree_size, _HEAD, head) for head in self._log.heads if head.tree_size > above)
        stored = takewhile(lambda each: each.tree_size <= newest, self._evidence.checkpoints(above))
        checkpoints = ((each.tree_size, _CHECKPOINT, each) for each in stored)
        return heapq.merge(edge, checkpoints, heads, key=lambda stop: stop[:2])

    def _judge_reached(self) -> None:
        while self._next is not None and self._next[0] == self.edge.tree_size:
            match self._next[2]:
                case StoredCheckpoint() as checkpoint:
                    self._judge_checkpoint(checkpoint)
                case Head() as head:
                    self._judge_root(head.root_hash, "head", "the head anchored on chain has another root")
                case None:
                    self._compare_edge()
            self._next = next(self._stops, None)

    def _judge_checkpoint(self, stored: StoredCheckpoint) -> None:
        fault = checkpoint_fault(stored, self._log, self._notes)
        if fault is not None:
            self._tell(fault)
        else:
            self._judge_root(stored.root_hash, "root", "the signed checkpoint has another root")

    def _judge_root(self, root_hash: bytes, kind: str, what: str) -> None:
        size = self.edge.tree_size
        if self.edge.root_hash == root_hash:
            self.good_size = size
            return
        found = f"expected {write_base64(root_hash)}, found {write_base64(self.edge.root_hash)}"
        detail = f"{what} than the records ({found}); the first bad one is among {self.good_size} to {size - 1}"
        self._tell(Fault(kind, detail, self.good_size, size))

    def _compare_edge(self) -> None:
        for level, data in enumerate(self.edge.partial_tiles):
            if data:
                index = self.edge.tree_size >> TILE_HEIGHT * (level + 1)
                self._compare(TileId(level, index, len(data) // HASH_BYTES), data)

    def _compare(self, tile: TileId, data: bytes) -> None:
        """Compare every form in which a tile is kept, as far as ours goes: that of a log that grows may be wider."""
        if (tile.index * TILE_WIDTH + tile.width) << TILE_HEIGHT * tile.level > self._extent.integrated_size:
            return
        widest = 0
        for kept, found in self._evidence.kept(tile):
            length = kept.width * HASH_BYTES
            widest = max(widest, kept.width)
            if len(found) != length or found[: len(data)] != data[:length]:
                self._tell(_tile_fault(tile._replace(width=kept.width), data, found))
        if widest < tile.width:
            self._tell(Fault("tile", f"{format_path(tile)} is missing", _first_leaf(tile, 0)))


def checkpoint_fault(stored: StoredCheckpoint, log: TrustedLog, notes: SignedNotes) -> Fault | None:
    """Return what is wrong with a stored checkpoint by itself: its signature, its origin, the columns beside it."""
    try:
        notes.require_signed(stored.note, log.key)
        stated = parse_checkpoint(open_note(stored.note, [log.key]).text)
    except (BadEvidenceError, RequestRefusedError) as error:
        return Fault("checkpoint", f"not a checkpoint that the log signed: {error}", tree_size=stored.tree_size)
    if stated.origin != log.origin:
        return Fault("checkpoint", "a checkpoint of another origin", tree_size=stored.tree_size)
    if (stated.tree_size, stated.root_hash) != (stored.tree_size, stored.root_hash):
        return Fault("checkpoint", "the columns say something else than the note", tree_size=stored.tree_size)
    return None


def _tile_fault(tile: TileId, expected: bytes, found: bytes) -> Fault:
    """Return the fault of a tile, at the first leaf below the first hash that differs."""
    shorter = min(len(expected), len(found), TILE_BYTES)
    starts = range(0, shorter, HASH_BYTES)
    same = (expected[start : start + HASH_BYTES] == found[start : start + HASH_BYTES] for start in starts)
    place = next((place for place, equal in enumerate(same) if not equal), shorter // HASH_BYTES)
    return Fault("tile", f"{format_path(tile)} is not what the records make", _first_leaf(tile, place))


def _first_leaf(tile: TileId, place: int) -> int:
    return (tile.index * TILE_WIDTH + place) << TILE_HEIGHT * tile.level
