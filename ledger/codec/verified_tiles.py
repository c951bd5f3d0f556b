"""The tiles of a tree whose size and root are known, each shown to belong to it before it is handed on.

Downwards from the root: the tiles at the right edge make the root, and every full tile makes the hash that its parent
holds of it. Whoever reads the tiles from left to right reads each once, with one tile of each level in memory.
"""

from __future__ import annotations

from ledger.codec.merkle import HASH_BYTES
from ledger.codec.partial_tree import root_hash as root_of
from ledger.codec.tiles import TILE_BYTES, TILE_HEIGHT, TILE_WIDTH, TileId
from ledger.codec.tree import root_hash, root_tiles
from ledger.codec.tree_hashes import ReadTile
from ledger.errors import ProofError, RootMismatchError
from ledger.types import Hash32


class VerifiedTiles:
    """The tiles of one tree. Made, it has shown the right edge; `RootMismatchError` where that makes another root."""

    def __init__(self, tree_size: int, root: Hash32, read_tile: ReadTile) -> None:
        self._read_tile = read_tile
        edge = {tile: _cut(tile, read_tile(tile)) for tile in root_tiles(tree_size)}
        made = root_hash(tree_size, edge.__getitem__)
        if made != root:
            raise RootMismatchError("the tiles make another root", root.hex(), made.hex())
        self._edge = {(tile.level, tile.index): data for tile, data in edge.items()}
        self._last: dict[int, tuple[int, bytes]] = {}

    def read(self, tile: TileId) -> bytes:
        """Return the hashes of a tile of this tree, as wide as asked for."""
        return self.tile(tile.level, tile.index)[: tile.width * HASH_BYTES]

    def tile(self, level: int, index: int) -> bytes:
        """Return the hashes of the tile at this place; refuse one that its parent does not hold."""
        at_edge = self._edge.get((level, index))
        if at_edge is not None:
            return at_edge
        last = self._last.get(level)
        if last is not None and last[0] == index:
            return last[1]
        full = TileId(level, index, TILE_WIDTH)
        data = _cut(full, self._read_tile(full))
        start = index % TILE_WIDTH * HASH_BYTES
        held = self.tile(level + 1, index >> TILE_HEIGHT)[start : start + HASH_BYTES]
        made = root_of(_hashes(data))
        if made != held:
            raise RootMismatchError("a tile is not the one that its parent holds", held.hex(), made.hex())
        self._last[level] = index, data
        return data


def _cut(tile: TileId, data: bytes) -> bytes:
    """Return as many hashes as a tile is wide; a log that has grown may hold more."""
    if not tile.width * HASH_BYTES <= len(data) <= TILE_BYTES:
        raise ProofError("a tile of the wrong length", f"{tile.width} hashes", f"{len(data)} bytes")
    return data[: tile.width * HASH_BYTES]


def _hashes(data: bytes) -> list[Hash32]:
    return [Hash32(data[start : start + HASH_BYTES]) for start in range(0, len(data), HASH_BYTES)]
