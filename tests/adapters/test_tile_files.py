"""What only files do: C2SP paths, whole or not at all, synced, and an answer when the disk gives none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ledger.adapters.tile_files import TileFiles
from ledger.codec.tiles import BundleId, TileId
from ledger.errors import StoreUnavailableError


def names(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def test_files_stand_where_c2sp_tlog_tiles_puts_them(tmp_path: Path) -> None:
    tiles = TileFiles(tmp_path)
    tiles.write(
        [(TileId(0, 1234067, 256), b"a"), (TileId(1, 7, 40), b"b"), (BundleId(0, 256), b"c"), (BundleId(1, 3), b"d")]
    )
    tiles.write_checkpoint(b"note")
    assert names(tmp_path) == {
        "tile/0/x001/x234/067", "tile/1/007.p/40", "tile/entries/000", "tile/entries/001.p/3", "checkpoint",
    }  # fmt: skip


def test_partial_files_go_when_the_full_one_is_there(tmp_path: Path) -> None:
    tiles = TileFiles(tmp_path)
    tiles.write([(TileId(0, 0, 5), b"x" * 160), (TileId(0, 0, 9), b"x" * 288), (TileId(0, 1, 5), b"x" * 160)])
    tiles.write([(TileId(0, 0, 256), b"x" * 8192)])
    assert names(tmp_path) == {"tile/0/000", "tile/0/001.p/5"}
    assert tiles.read(TileId(0, 0, 5)) == b"x" * 8192


def test_reopening_finds_the_files(tmp_path: Path) -> None:
    TileFiles(tmp_path / "a" / "log").write([(TileId(0, 0, 5), b"five")])
    assert TileFiles(tmp_path / "a" / "log").read(TileId(0, 0, 5)) == b"five"


def test_a_crash_before_the_rename_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiles = TileFiles(tmp_path)
    tiles.write_checkpoint(b"old")
    with monkeypatch.context() as crash:
        crash.setattr(os, "replace", _fail)
        with pytest.raises(StoreUnavailableError):
            tiles.write_checkpoint(b"new")
        with pytest.raises(StoreUnavailableError):
            tiles.write([(TileId(0, 0, 5), b"five")])
    assert tiles.read_checkpoint() == b"old"
    with pytest.raises(StoreUnavailableError):
        tiles.read(TileId(0, 0, 5))
    tiles.write([(TileId(0, 0, 5), b"five")])
    tiles.write_checkpoint(b"new")
    assert names(tmp_path) == {"checkpoint", "tile/0/000.p/5"}  # nothing is left aside


def test_every_file_and_every_folder_that_changed_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiles = TileFiles(tmp_path)
    synced: list[str] = []
    sync = os.fsync

    def note(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink().relative_to(tmp_path)))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    tiles.write([(TileId(0, 0, 256), b"a"), (TileId(0, 1, 3), b"b")])
    assert sorted(synced) == sorted(["tile/0/000.new", "tile/0/001.p/3.new", ".", "tile", "tile/0", "tile/0/001.p"])
    assert synced.index("tile/0/000.new") < synced.index("tile/0")  # a name is durable only after what it names


def test_a_disk_that_fails_to_sync_is_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiles = TileFiles(tmp_path)
    monkeypatch.setattr(os, "fsync", _fail)
    with pytest.raises(StoreUnavailableError):
        tiles.write([(TileId(0, 0, 5), b"five")])


def test_a_file_where_a_folder_must_be_is_no_answer(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("")
    with pytest.raises(StoreUnavailableError):
        TileFiles(tmp_path / "log")
    tiles = TileFiles(tmp_path)
    (tmp_path / "tile").write_text("")
    for file in (TileId(0, 0, 5), TileId(0, 0, 256)):
        with pytest.raises(StoreUnavailableError):
            tiles.write([(file, b"")])
        with pytest.raises(StoreUnavailableError):
            tiles.read(file)


def _fail(*_arguments: object) -> None:
    raise OSError(28, "No space left on device")
