"""What every `TileStore` does, run over each implementation."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.adapters.memory import MemoryTileStore
from ledger.adapters.tile_files import TileFiles
from ledger.codec.tiles import BundleId, TileId
from ledger.errors import StoreUnavailableError
from ledger.ports import LogFile, TileStore


@pytest.fixture(params=["memory", "files"])
def tiles(request: pytest.FixtureRequest, tmp_path: Path) -> TileStore:
    return MemoryTileStore() if request.param == "memory" else TileFiles(tmp_path / "log")


def data(file: LogFile) -> bytes:
    return bytes([file.index % 256]) * file.width * 32


def write(tiles: TileStore, *files: LogFile) -> None:
    tiles.write([(file, data(file)) for file in files])


KINDS = pytest.mark.parametrize("kind", [lambda width: TileId(1, 1234, width), lambda width: BundleId(1234, width)])


@KINDS
def test_what_was_written_is_read(tiles: TileStore, kind: type[LogFile]) -> None:
    write(tiles, kind(256), kind(1))
    assert tiles.read(kind(256)) == data(kind(256))


@KINDS
def test_a_narrower_tile_than_kept_reads_as_a_wider_one(tiles: TileStore, kind: type[LogFile]) -> None:
    write(tiles, kind(7))
    assert tiles.read(kind(3))[:96] == data(kind(3))
    write(tiles, kind(200))
    assert tiles.read(kind(7)) == data(kind(7))
    assert tiles.read(kind(8))[: 8 * 32] == data(kind(8))
    write(tiles, kind(256))
    for width in (3, 7, 200, 255):
        assert tiles.read(kind(width))[: width * 32] == data(kind(width))


@KINDS
def test_a_wider_tile_than_kept_is_no_answer(tiles: TileStore, kind: type[LogFile]) -> None:
    write(tiles, kind(7))
    for width in (8, 256):
        with pytest.raises(StoreUnavailableError):
            tiles.read(kind(width))


def test_a_tile_that_was_never_written_is_no_answer(tiles: TileStore) -> None:
    for file in (TileId(0, 0, 256), TileId(0, 0, 3), BundleId(0, 256)):
        with pytest.raises(StoreUnavailableError):
            tiles.read(file)


def test_levels_indexes_and_kinds_are_apart(tiles: TileStore) -> None:
    files: list[LogFile] = [TileId(0, 1, 5), TileId(1, 0, 5), TileId(0, 1001, 5), BundleId(1, 5)]
    tiles.write([(file, bytes([n]) * 160) for n, file in enumerate(files)])
    assert [tiles.read(file)[0] for file in files] == [0, 1, 2, 3]


def test_writing_the_same_again_is_harmless(tiles: TileStore) -> None:
    for _ in range(2):
        write(tiles, TileId(0, 0, 256), TileId(0, 1, 9))
    write(tiles, TileId(0, 0, 9))  # a step done again after the next one
    assert tiles.read(TileId(0, 0, 256)) == data(TileId(0, 0, 256))


def test_writing_nothing_is_nothing(tiles: TileStore) -> None:
    tiles.write([])
    assert tiles.read_checkpoint() is None


def test_the_checkpoint_is_replaced(tiles: TileStore) -> None:
    assert tiles.read_checkpoint() is None
    for note in (b"one\n", b"another, longer\n", b""):
        tiles.write_checkpoint(note)
        assert tiles.read_checkpoint() == note
