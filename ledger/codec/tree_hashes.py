"""The hashes of a tree of leaves, read from its tiles.

A tile holds hashes of every eighth height of the tree; those between are computed from it, and the hash of leaves that
make up no perfect subtree from the hashes of several that do. Which hashes make up a proof is left to `tree`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from struct import unpack
from typing import TypeAlias, cast

from ledger.codec.merkle import EMPTY_ROOT, HASH_BYTES, node_hash, parent_hashes
from ledger.codec.tiles import TILE_BYTES, TILE_HEIGHT, TILE_WIDTH, TileId
from ledger.errors import ProofError
from ledger.types import Hash32

ReadTile: TypeAlias = Callable[[TileId], bytes]
"""Returns the bytes of a tile, as wide as asked for or wider (a tile only grows: its first hashes stay)."""

Range: TypeAlias = tuple[int, int]
"""The leaves from the first up to, without, the second; here a whole subtree as RFC 9162 §2.1.1 splits a tree."""

_Subtree: TypeAlias = tuple[int, int]
"""A perfect subtree: its height, and its index among those of that height."""

_KEPT_TILES = 4096
"""Tiles whose inner nodes are kept, 16 KiB each: all 3,922 of a tree of a million leaves, in 64 MiB."""


class TreeHashes:
    """The hashes of one tree, reading each tile once."""

    def __init__(self, tree_size: int, read_tile: ReadTile) -> None:
        self._tree_size = tree_size
        self._read_tile = read_tile
        self._tiles: dict[tuple[int, int], tuple[bytes, ...]] = {}

    def of_range(self, start: int, end: int) -> Hash32:
        """Return the root hash over the leaves of a range."""
        size = end - start
        if size & size - 1:
            return join(self.of_subtrees(start, end))
        height = size.bit_length() - 1  # one perfect subtree, as nearly all hashes of a proof are
        return self._of_subtree(height, start >> height)

    def of_subtrees(self, start: int, end: int) -> list[Hash32]:
        """Return the root hashes of the perfect subtrees that make up a range, from the right."""
        return [self._of_subtree(height, index) for height, index in _perfect_subtrees(start, end)]

    def _of_subtree(self, height: int, index: int) -> Hash32:
        inner_height = height % TILE_HEIGHT
        place = height // TILE_HEIGHT, index >> TILE_HEIGHT - inner_height  # `_place`, written out for speed
        heights = self._tiles.get(place) or self._load(*place)
        start = index % (TILE_WIDTH >> inner_height) * HASH_BYTES
        return cast(Hash32, heights[inner_height][start : start + HASH_BYTES])

    def _load(self, level: int, tile_index: int) -> tuple[bytes, ...]:
        tile = _tile_at(level, tile_index, self._tree_size)
        heights = self._tiles[level, tile_index] = _heights(_read(tile, self._read_tile))
        return heights


def tiles_of(ranges: Iterable[Range], tree_size: int) -> tuple[TileId, ...]:
    """Return the tiles that hold the hashes of ``ranges``, each once."""
    subtrees = [subtree for start, end in ranges for subtree in _perfect_subtrees(start, end)]
    return tuple(dict.fromkeys(_tile_at(*_place(height, index), tree_size) for height, index in subtrees))


def join(peaks: Sequence[Hash32]) -> Hash32:
    """Return the root hash above perfect subtrees side by side, given from the right."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[0]
    for peak in peaks[1:]:
        root = node_hash(peak, root)
    return root


def _perfect_subtrees(start: int, end: int) -> list[_Subtree]:
    """Return the perfect subtrees that make up a range, from the right; each is smaller than the next."""
    subtrees: list[_Subtree] = []
    while start < end:
        size = (end - start) & (start - end)  # the lowest bit of their number
        height = size.bit_length() - 1
        subtrees.append((height, (end >> height) - 1))
        end -= size
    return subtrees


def _tile_at(level: int, index: int, tree_size: int) -> TileId:
    """Return the tile at that place, as wide as the tree has it."""
    return TileId(level, index, min(TILE_WIDTH, (tree_size >> TILE_HEIGHT * level) - index * TILE_WIDTH))


def _place(height: int, index: int) -> tuple[int, int]:
    """Return the level and index of the tile in which a perfect subtree is, as one hash or as the hashes below it."""
    return height // TILE_HEIGHT, index >> TILE_HEIGHT - height % TILE_HEIGHT


def _read(tile: TileId, read_tile: ReadTile) -> bytes:
    hashes = read_tile(tile)
    if len(hashes) % HASH_BYTES or not tile.width * HASH_BYTES <= len(hashes) <= TILE_BYTES:
        raise ProofError("a stored tile of the wrong length", f"{tile.width} hashes", f"{len(hashes)} bytes")
    return hashes


@lru_cache(maxsize=_KEPT_TILES)
def _heights(tile: bytes) -> tuple[bytes, ...]:
    """Return the hashes of the perfect subtrees of a tile, joined, for each height below `TILE_HEIGHT`."""
    heights = [tile]
    hashes: Iterable[Hash32] = unpack(f"{HASH_BYTES}s" * (len(tile) // HASH_BYTES), tile)
    for _ in range(1, TILE_HEIGHT):
        hashes = parent_hashes(hashes)
        heights.append(b"".join(hashes))
    return tuple(heights)
