"""A whole log mirrored from folder to folder: every tile shown to belong, every record hashed, every file synced."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ledger.adapters.log_sources import FolderLogSource, MirrorFiles
from ledger.adapters.tile_files import TileFiles
from ledger.codec import tree
from ledger.codec.merkle import leaf_hashes
from ledger.codec.note import VerifierKey
from ledger.codec.tiles import TILE_WIDTH, BundleId, encode_bundle
from ledger.ports import LogFile
from ledger.service.mirror.copy import mirror
from ledger.service.mirror.source import KnownLog
from scripts.bench import world
from scripts.bench.log import Log, checkpoint, records_of_others
from scripts.bench.measure import Figure, taken
from scripts.bench.world import ORIGIN

COUNT, QUICK_COUNT = 262_144, 16_384
KEY = VerifierKey(ORIGIN, world.LOG_KEY.public_key)


def figures(*, quick: bool) -> list[Figure]:
    """Return the rate of a first copy, by CPU and by the clock, and how long a second look takes."""
    count = QUICK_COUNT if quick else COUNT
    with tempfile.TemporaryDirectory() as name:
        source, folder = Path(name) / "source", Path(name) / "mirror"
        records = _write(source, count)
        first = taken(lambda: _copy(source, folder))
        again = taken(lambda: _copy(source, folder))
        bound = taken(lambda: tree.append(tree.EMPTY_EDGE, leaf_hashes(records)))
    ratio = first.cpu / bound.cpu
    return [
        Figure("mirror, first copy", count / first.cpu, "records/s", bound="building the tree in memory", ratio=ratio),
        Figure("mirror, first copy, by the clock with every sync", count / first.clock, "records/s"),
        Figure("mirror, nothing new", again.clock * 1_000, "ms"),
    ]


def _write(folder: Path, count: int) -> list[bytes]:
    records = [bytes(record) for record in records_of_others(count)]
    edge, tiles = tree.append(tree.EMPTY_EDGE, leaf_hashes(records))
    parts = [records[start : start + TILE_WIDTH] for start in range(0, count, TILE_WIDTH)]
    files: list[tuple[LogFile, bytes]] = [*tiles.items()]
    files += [(BundleId(index, len(part)), encode_bundle(part)) for index, part in enumerate(parts)]
    store = TileFiles(folder)
    store.write(files)
    log = Log(edge.tree_size, {(tile.level, tile.index): data for tile, data in tiles.items()})
    store.write_checkpoint(checkpoint(log.head(count)))
    return records


def _copy(source: Path, folder: Path) -> None:
    mirror(FolderLogSource(source), MirrorFiles(folder), [KnownLog(KEY)], lambda _done, _all: None)
