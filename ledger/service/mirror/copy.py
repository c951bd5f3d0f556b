"""Copying a log: nothing is kept that was not shown to belong to the checkpoint, which is published last.

Tiles are shown from the root down, the records of a bundle by their tile. A file that stands already and belongs there
is not asked for again, so that an interrupted copy goes on where it was. What the mirror published before must be a
prefix: a source that shows another history, or an older head, is refused, and both checkpoints are kept as evidence.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.codec.merkle import leaf_hashes
from ledger.codec.tiles import TILE_HEIGHT, TILE_WIDTH, BundleId, TileId, decode_bundle, encode_bundle, format_path
from ledger.codec.tree import root_hash
from ledger.codec.verified_tiles import VerifiedTiles
from ledger.domain.fields import write_base64
from ledger.errors import BadEvidenceError, ConflictError, MalformedError, NoAnswerError, RootMismatchError
from ledger.ports import LogFile
from ledger.ports.mirror import LogSource, MirrorFolder
from ledger.service.mirror.source import KnownLog, Signed, SourceLog, open_signed
from ledger.types import Hash32, JsonObject

EVIDENCE_FORMAT: Final = "tradeledger-mirror-evidence/1"
FILES_A_WRITE: Final = 128
"""Files put in place together: a megabyte."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy came to."""

    origin: str
    size_before: int
    tree_size: int
    root_hash: Hash32
    bundles: int
    """Bundles asked of the source."""


def mirror(
    source: LogSource, folder: MirrorFolder, logs: Sequence[KnownLog], progress: Callable[[int, int], None]
) -> Copied:
    """Bring a mirror up to the source's checkpoint and return what that took.

    `BadEvidenceError`: the source contradicts itself, what it showed before, or the chain. `NoAnswerError`: it does not
    answer, or shows an older head.
    """
    remote = SourceLog(source)
    new = open_signed(remote.checkpoint(), logs)
    old = _own(folder, new)
    if old is not None:
        _refuse_older(folder, old, new)
    return _Copy(remote, folder, old, new).run(progress)


class _Copy:
    """One copy under way."""

    def __init__(self, remote: SourceLog, folder: MirrorFolder, old: Signed | None, new: Signed) -> None:
        self._remote, self._folder, self._old, self._new = remote, folder, old, new
        self._size = new.checkpoint.tree_size
        self._before = 0 if old is None else old.checkpoint.tree_size
        self._tiles = VerifiedTiles(self._size, new.checkpoint.root_hash, remote.tile)
        self._bundles = 0

    def run(self, progress: Callable[[int, int], None]) -> Copied:
        self._require_prefix()
        pending: list[tuple[LogFile, bytes]] = []
        for files in self._missing():
            pending += files
            if len(pending) >= FILES_A_WRITE:
                self._folder.write(pending)
                pending = []
                progress(files[0][0].index * TILE_WIDTH, self._size)
        self._folder.write([*pending, *self._tiles_above()])
        self._require_heads()
        if self._folder.read_checkpoint() != self._new.note:
            self._folder.write_checkpoint(self._new.note)  # last: what it commits to is there
        progress(self._size, self._size)
        new = self._new.checkpoint
        return Copied(new.origin, self._before, self._size, new.root_hash, self._bundles)

    def _require_prefix(self) -> None:
        """Refuse a source whose tree does not begin with the one that the mirror published."""
        if self._old is not None and self._before:
            root = root_hash(self._before, self._tiles.read)
            if root != self._old.checkpoint.root_hash:
                raise _fork(self._folder, self._old, self._new, {"sourceRoot": write_base64(root)})

    def _missing(self) -> Iterator[list[tuple[LogFile, bytes]]]:
        """Yield bundle and tile of each place that the mirror has not, or not rightly."""
        for index in range(self._before // TILE_WIDTH, -(-self._size // TILE_WIDTH)):
            width = min(TILE_WIDTH, self._size - index * TILE_WIDTH)
            bundle, tile = BundleId(index, width), TileId(0, index, width)
            hashes = self._tiles.read(tile)
            if not self._has(bundle, hashes):
                self._bundles += 1
                yield [(bundle, self._fetch(bundle, hashes)), (tile, hashes)]
            elif (tile, hashes) not in self._folder.kept(tile):
                yield [(tile, hashes)]

    def _has(self, bundle: BundleId, hashes: bytes) -> bool:
        return any(kept == bundle and _makes(data, bundle, hashes) for kept, data in self._folder.kept(bundle))

    def _fetch(self, bundle: BundleId, hashes: bytes) -> bytes:
        records = self._remote.records(bundle)
        if b"".join(leaf_hashes(records)) != hashes:
            raise RootMismatchError(f"the records of {format_path(bundle)} are not those of their tile")
        return encode_bundle(records)

    def _tiles_above(self) -> Iterator[tuple[LogFile, bytes]]:
        """Yield the tiles above level 0 that have grown."""
        level, hashes, before = 1, self._size >> TILE_HEIGHT, self._before >> TILE_HEIGHT
        while hashes:
            for index in range(before // TILE_WIDTH, -(-hashes // TILE_WIDTH)):
                tile = TileId(level, index, min(TILE_WIDTH, hashes - index * TILE_WIDTH))
                yield tile, self._tiles.read(tile)
            level, hashes, before = level + 1, hashes >> TILE_HEIGHT, before >> TILE_HEIGHT

    def _require_heads(self) -> None:
        """Refuse a history that is not the one on chain."""
        for head in self._new.log.heads:
            if head.tree_size > self._size:
                return
            root = root_hash(head.tree_size, self._folder.read)
            if root != head.root_hash:
                more: JsonObject = {
                    "head": [head.tree_size, write_base64(head.root_hash), head.block, head.time],
                    "sourceRoot": write_base64(root),
                }
                raise _fork(self._folder, self._old, self._new, more)


def _own(folder: MirrorFolder, new: Signed) -> Signed | None:
    """Return the checkpoint that the mirror published; refuse a folder that is another log's."""
    note = folder.read_checkpoint()
    if note is None:
        return None
    try:
        return open_signed(note, [new.log])
    except BadEvidenceError:
        raise ConflictError("/folder", "a folder of the same log, or an empty one", "another log's") from None


def _refuse_older(folder: MirrorFolder, old: Signed, new: Signed) -> None:
    """Refuse an older head than the mirror has: of another history it is a fork, else the source was put back."""
    was, now = old.checkpoint, new.checkpoint
    if now.tree_size > was.tree_size or now == was:
        return
    if root_hash(now.tree_size, folder.read) != now.root_hash:
        raise _fork(folder, old, new, {})
    kept = _keep(folder, "rolled-back", old, new, {})
    shown = f"a head of {now.tree_size} records, the mirror has one of {was.tree_size}"
    raise NoAnswerError(f"the source shows {shown}: it is behind, or was rolled back (both kept in {kept})")


def _fork(folder: MirrorFolder, old: Signed | None, new: Signed, more: JsonObject) -> BadEvidenceError:
    kept = _keep(folder, "fork", old, new, more)
    return RootMismatchError(f"the source shows another history than before or on chain: evidence kept in {kept}")


def _keep(folder: MirrorFolder, kind: str, old: Signed | None, new: Signed, more: JsonObject) -> str:
    mirrored = None if old is None else old.note.decode()
    evidence = {"format": EVIDENCE_FORMAT, "kind": kind, "mirror": mirrored, "source": new.note.decode(), **more}
    name = f"{kind}-{new.checkpoint.tree_size}-{new.checkpoint.root_hash[:8].hex()}.json"
    return folder.keep_evidence(name, json.dumps(evidence, indent=1).encode() + b"\n")


def _makes(data: bytes, bundle: BundleId, hashes: bytes) -> bool:
    """Say whether a kept bundle holds the records of these leaf hashes."""
    try:
        return b"".join(leaf_hashes(decode_bundle(data, bundle.width))) == hashes
    except MalformedError:
        return False
