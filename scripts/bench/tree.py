"""The log's tree: a million leaves appended in batches of 1,000 with tiles written, and proofs at random indexes.

The bound of growing is the same number of SHA-256 calls on inputs that stand ready. Tiles are kept in memory, written
to files that a sync costs nothing (where the machine has a file system in memory), and to a disk.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from random import Random

from ledger.adapters.tile_files import TileFiles
from ledger.codec import tree, tree_hashes
from ledger.codec.merkle import leaf_hashes, verify_inclusion
from ledger.codec.tiles import TileId
from ledger.types import Hash32
from scripts.bench.log import MILLION, records_of_others
from scripts.bench.measure import Figure, Pace, in_microseconds, rate_figure, side_by_side, taken

BATCH = 1_000
PROOFS, ROUNDS = 200, 21
GOAL = 1.5
MEMORY = Path("/dev/shm")  # noqa: S108 - measured in a folder of its own, removed at the end

WriteTiles = Callable[[dict[TileId, bytes]], object]
ReadTile = Callable[[TileId], bytes]


def figures(*, quick: bool) -> list[Figure]:
    """Return the figures of growing a tree, and of inclusion proofs from files and from memory."""
    records = records_of_others(MILLION // 10 if quick else MILLION)
    with tempfile.TemporaryDirectory() as folder:
        tiles: dict[TileId, bytes] = {}
        grown = [_in_memory(records, tiles), *_in_memory_files(records), _on_disk(records, Path(folder))]
        return grown + _proofs(len(records), TileFiles(Path(folder)).read, tiles.__getitem__)


def _in_memory(records: Sequence[Hash32], tiles: dict[TileId, bytes]) -> Figure:
    pace = side_by_side(lambda: _grow(records, tiles.update), lambda: _bare_hashes(records), 5)
    return _growth(records, "kept in memory", pace)


def _in_memory_files(records: Sequence[Hash32]) -> list[Figure]:
    if not MEMORY.is_dir():
        return []
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        files = TileFiles(Path(folder))
        pace = side_by_side(lambda: _grow(records, _to(files)), lambda: _bare_hashes(records), 3)
    return [_growth(records, "written to files in memory", pace)]


def _on_disk(records: Sequence[Hash32], folder: Path) -> Figure:
    files = TileFiles(folder)
    bare = taken(lambda: _bare_hashes(records))
    grown = taken(lambda: _grow(records, _to(files)))
    pace = Pace(grown.cpu, grown.cpu, grown.cpu / bare.cpu)
    return _growth(records, "written to a disk and synced", pace, ("waiting for the disk", grown.clock - grown.cpu))


def _growth(records: Sequence[Hash32], where: str, pace: Pace, *more: tuple[str, float]) -> Figure:
    bare = pace.seconds / pace.ratio
    stages = [("bare SHA-256", bare), ("tree and tiles", pace.seconds - bare), *more]
    apart = in_microseconds([(stage, seconds / len(records)) for stage, seconds in stages])
    name = f"tree of {len(records):,} leaves in batches of {BATCH:,}, tiles {where}"
    return Figure(name, pace.ratio, "x bare SHA-256", GOAL, at_least=False, stages=apart)


def _to(files: TileFiles) -> WriteTiles:
    return lambda tiles: files.write(tuple(tiles.items()))


def _grow(records: Sequence[Hash32], write: WriteTiles) -> None:
    edge = tree.EMPTY_EDGE
    for start in range(0, len(records), BATCH):
        edge, tiles = tree.append(edge, leaf_hashes(records[start : start + BATCH]))
        write(tiles)


def _bare_hashes(records: Sequence[Hash32]) -> None:
    leaf, node = b"\x00" + bytes(32), b"\x01" + bytes(64)
    for _ in records:
        sha256(leaf).digest()
    for _ in records[1:]:
        sha256(node).digest()


def _proofs(size: int, from_files: ReadTile, from_memory: ReadTile) -> list[Figure]:
    draw = Random(7)  # noqa: S311 - places to measure at, nothing secret
    indexes = [draw.randrange(size) for _ in range(PROOFS)]
    hashed = leaf_hashes(records_of_others(size))
    root = tree.root_hash(size, from_memory)
    proofs = [tree.inclusion_proof(index, size, from_memory) for index in indexes]

    def verify() -> None:
        for index, proof in zip(indexes, proofs, strict=True):
            verify_inclusion(index, size, hashed[index], proof, root)

    def prove(read: ReadTile) -> None:
        for index in indexes:
            tree.inclusion_proof(index, size, read)

    def prove_cold() -> None:
        tree_hashes._heights.cache_clear()  # noqa: SLF001 - what a process that has just started does not have
        prove(from_files)

    cold = side_by_side(prove_cold, verify, ROUNDS)
    files = side_by_side(lambda: prove(from_files), verify, ROUNDS)
    warm = side_by_side(lambda: prove(from_memory), verify, ROUNDS)
    return [
        _proof_figure(size, "cold: tiles from files, nothing kept", 5_000, cold),
        _proof_figure(size, "tiles from files, their inner nodes kept", None, files),
        _proof_figure(size, "warm: tiles in memory, their inner nodes kept", 20_000, warm),
    ]


def _proof_figure(size: int, how: str, goal: float | None, pace: Pace) -> Figure:
    name = f"inclusion proofs at random indexes of {size:,}, {how}"
    return rate_figure(name, PROOFS, "proofs/s", pace, goal, "verifying them")
