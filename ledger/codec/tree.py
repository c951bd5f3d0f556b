"""RFC 9162 §2.1 over stored tiles: append leaves, and compute roots and proofs without reading the leaves.

Growing: an `Edge` is what an append must know of the tree so far; `append` gives the next edge and the tiles to
write, and hashes each node once. Reading: functions come in pairs, first which tiles are needed (`root_tiles`,
`inclusion_tiles`, `consistency_tiles`), so that a store can be asked for all at once, then the computation, which
reads each of these once.

Storing the tiles, durably and before a checkpoint names them, is left to the store; verifying to `merkle`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.codec.merkle import HASH_BYTES, MAX_TREE_SIZE, parent_hashes
from ledger.codec.tiles import TILE_BYTES, TILE_HEIGHT, TileId
from ledger.codec.tree_hashes import Range, ReadTile, TreeHashes, join, tiles_of
from ledger.errors import MalformedError
from ledger.types import Hash32

__all__ = [
    "EMPTY_EDGE",
    "Edge",
    "ReadTile",
    "append",
    "consistency_proof",
    "consistency_tiles",
    "inclusion_proof",
    "inclusion_tiles",
    "load_edge",
    "root_hash",
    "root_tiles",
]


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a tree: all that an append needs.

    ``peaks`` are the roots of the perfect subtrees that make up the tree, one for each bit set in ``tree_size``, the
    rightmost first. ``partial_tiles`` are the hashes of the last, not yet full tile of each level.
    """

    tree_size: int
    peaks: tuple[Hash32, ...]
    partial_tiles: tuple[bytes, ...]

    @property
    def root_hash(self) -> Hash32:
        """The root hash of the tree."""
        return join(self.peaks)


EMPTY_EDGE = Edge(0, (), ())


def append(edge: Edge, leaf_hashes: Sequence[Hash32]) -> tuple[Edge, dict[TileId, bytes]]:
    """Return the edge after ``leaf_hashes`` are appended, and every tile that is new or wider than before."""
    tree_size = edge.tree_size + len(leaf_hashes)
    _check_size("/treeSize", tree_size)
    if set(map(len, leaf_hashes)) - {HASH_BYTES}:
        raise MalformedError("/leafHashes", "hashes of 32 bytes", "a hash of another length")
    tiles: dict[TileId, bytes] = {}
    peaks: list[Hash32] = []
    partial_tiles: list[bytes] = []
    old_peaks = iter(edge.peaks)
    added, height = list(leaf_hashes), 0  # the new hashes at each height in turn
    while added or edge.tree_size >> height:
        if height % TILE_HEIGHT == 0:
            partial_tiles.append(_extend_level(edge, height // TILE_HEIGHT, added, tiles))
        if edge.tree_size >> height & 1:
            added.insert(0, next(old_peaks))
        if len(added) % 2:
            peaks.append(added[-1])  # it waits for its right sibling
        added, height = parent_hashes(added), height + 1
    return Edge(tree_size, tuple(peaks), tuple(partial_tiles)), tiles


def load_edge(tree_size: int, read_tile: ReadTile) -> Edge:
    """Return the edge of the tree of that size, as `append` left it, from `root_tiles`."""
    tiles = {tile: read_tile(tile)[: tile.width * HASH_BYTES] for tile in root_tiles(tree_size)}
    hashes = TreeHashes(tree_size, tiles.__getitem__)
    peaks = tuple(hashes.of_subtrees(0, tree_size))
    partial_tiles = {tile.level: partial for tile, partial in tiles.items()}
    levels = range(-(-tree_size.bit_length() // TILE_HEIGHT))
    return Edge(tree_size, peaks, tuple(partial_tiles.get(level, b"") for level in levels))


def root_tiles(tree_size: int) -> tuple[TileId, ...]:
    """Return the tiles that `root_hash` and `load_edge` read: the partial ones at the right edge."""
    _check_size("/treeSize", tree_size)
    return tiles_of([(0, tree_size)], tree_size)


def root_hash(tree_size: int, read_tile: ReadTile) -> Hash32:
    """Return the root hash of the first ``tree_size`` leaves (RFC 9162 §2.1.1)."""
    _check_size("/treeSize", tree_size)
    return join(TreeHashes(tree_size, read_tile).of_subtrees(0, tree_size))


def inclusion_tiles(leaf_index: int, tree_size: int) -> tuple[TileId, ...]:
    """Return the tiles that `inclusion_proof` reads."""
    return tiles_of(_inclusion_ranges(leaf_index, tree_size), tree_size)


def inclusion_proof(leaf_index: int, tree_size: int, read_tile: ReadTile) -> list[Hash32]:
    """Return the inclusion proof of a leaf in the tree of the first ``tree_size`` leaves (RFC 9162 §2.1.3.1)."""
    hashes = TreeHashes(tree_size, read_tile)
    return [hashes.of_range(start, end) for start, end in _inclusion_ranges(leaf_index, tree_size)]


def consistency_tiles(size1: int, size2: int) -> tuple[TileId, ...]:
    """Return the tiles that `consistency_proof` reads."""
    return tiles_of(_consistency_ranges(size1, size2), size2)


def consistency_proof(size1: int, size2: int, read_tile: ReadTile) -> list[Hash32]:
    """Return the proof that the tree of ``size1`` leaves is a prefix of that of ``size2`` (RFC 9162 §2.1.4.1)."""
    hashes = TreeHashes(size2, read_tile)
    return [hashes.of_range(start, end) for start, end in _consistency_ranges(size1, size2)]


def _extend_level(edge: Edge, level: int, added: list[Hash32], tiles: dict[TileId, bytes]) -> bytes:
    """Put the tiles that ``added`` fills or widens at one level into ``tiles``; return the last if it is partial."""
    last = edge.partial_tiles[level] if level < len(edge.partial_tiles) else b""
    if not added:
        return last
    hashes = last + b"".join(added)
    index = edge.tree_size >> TILE_HEIGHT * (level + 1)
    for start in range(0, len(hashes), TILE_BYTES):
        last = hashes[start : start + TILE_BYTES]
        tiles[TileId(level, index, len(last) // HASH_BYTES)] = last
        index += 1
    return last if len(last) < TILE_BYTES else b""


def _inclusion_ranges(leaf_index: int, tree_size: int) -> list[Range]:
    """Return the leaves under each hash of PATH(m, D_n), RFC 9162 §2.1.3.1: the siblings on the way up to the root."""
    _check_size("/treeSize", tree_size)
    if not 0 <= leaf_index < tree_size:
        raise MalformedError("/leafIndex", f"an index below the tree size {tree_size}", str(leaf_index))
    ranges: list[Range] = []
    index, last, size = leaf_index, tree_size - 1, 1  # the node on the way and the last one of its height
    while last:
        if index < last or index & 1:  # else it is the last and has no sibling
            start = (index ^ 1) * size
            ranges.append((start, min(start + size, tree_size)))
        index, last, size = index >> 1, last >> 1, size << 1
    return ranges


def _consistency_ranges(size1: int, size2: int) -> list[Range]:
    """Return the leaves under each hash of PROOF(m, D_n), as RFC 9162 §2.1.4.1 splits them."""
    _check_size("/size2", size2)
    if not 0 <= size1 <= size2:
        raise MalformedError("/size1", f"a size up to {size2}", str(size1))
    ranges: list[Range] = []
    start, end = 0, size2
    while end != size1 and size1 > 0:
        middle = _split(start, end)
        if size1 <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start > 0:  # from 0 it would be the first tree's root, which the verifier has
        ranges.append((start, end))
    return ranges[::-1]


def _split(start: int, end: int) -> int:
    """Return the first leaf of the right subtree: k, the largest power of two smaller than n, from the start."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def _check_size(pointer: str, tree_size: int) -> None:
    if not 0 <= tree_size <= MAX_TREE_SIZE:
        raise MalformedError(pointer, "a size from 0 to 2^64-1", str(tree_size))
