"""`TileStore` on a folder of files that any web server can hand out, in the paths of C2SP tlog-tiles.

A file is written aside, synced, renamed into place, and its folder synced: a reader sees it whole or not at all, and a
crash leaves at most a file aside, which the next write of the same tile replaces. One writer at a time.

Paths are text here: making a `Path` takes longer than reading the file.
"""
# ruff: noqa: PTH102, PTH105, PTH112, PTH120, PTH123, PTH208

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from shutil import rmtree

from ledger.codec.tiles import TILE_WIDTH, format_path
from ledger.errors import StoreUnavailableError
from ledger.ports import LogFile

CHECKPOINT = "checkpoint"
_ASIDE = ".new"


class TileFiles:
    """A `TileStore` whose files stand below ``root``."""

    def __init__(self, root: Path, *, make: bool = True) -> None:
        self.root = root
        if make:
            with _translated():
                _sync_all(_make_folder(str(root)))

    def read(self, file: LogFile) -> bytes:
        with _translated():
            for width in self._widths(file):
                if (kept := _read_if_there(self._path(file._replace(width=width)))) is not None:
                    return kept
        raise StoreUnavailableError(f"no file {format_path(file)} in the log's folder")

    def kept(self, file: LogFile) -> Iterator[tuple[LogFile, bytes]]:
        """Yield every form in which a tile or bundle is kept with its bytes, the full one last: it outlives them."""
        with _translated():
            for width in (*self._partial_widths(file), TILE_WIDTH):
                form = file._replace(width=width)
                if (data := _read_if_there(self._path(form))) is not None:
                    yield form, data

    def write(self, files: Sequence[tuple[LogFile, bytes]]) -> None:
        paths = {self._path(file): data for file, data in files}
        with _translated():
            _replace(paths)
            for file, _ in files:
                if file.width == TILE_WIDTH:  # C2SP tlog-tiles, "Partial Tiles": may go once the full one is there
                    rmtree(self._partials(file), ignore_errors=True)

    def write_checkpoint(self, note: bytes) -> None:
        with _translated():
            _replace({f"{self.root}/{CHECKPOINT}": note})

    def read_checkpoint(self) -> bytes | None:
        with _translated():
            return _read_if_there(f"{self.root}/{CHECKPOINT}")

    def _path(self, file: LogFile) -> str:
        return f"{self.root}/{format_path(file)}"

    def _partials(self, file: LogFile) -> str:
        return os.path.dirname(self._path(file._replace(width=1)))

    def _widths(self, file: LogFile) -> Iterator[int]:
        """Yield the widths in which ``file`` may stand: its own, wider ones, last the full one, which outlives them."""
        yield file.width
        yield from (width for width in self._partial_widths(file) if width > file.width)
        yield TILE_WIDTH

    def _partial_widths(self, file: LogFile) -> list[int]:
        try:
            names = os.listdir(self._partials(file))
        except FileNotFoundError:
            return []
        return sorted(int(name) for name in names if name.isdecimal())


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnavailableError(f"the log's folder: {error.strerror or type(error).__name__}") from error


def _read_if_there(path: str) -> bytes | None:
    try:
        with FileIO(path) as file:
            return file.readall()
    except FileNotFoundError:
        return None


def _replace(files: dict[str, bytes]) -> None:
    """Put all files in place; the folders are synced together, after the last."""
    changed: set[str] = set()
    for path, data in files.items():
        folder = os.path.dirname(path)
        changed |= _make_folder(folder) | {folder}
        aside = path + _ASIDE
        _write_synced(aside, data)
        os.replace(aside, path)
    _sync_all(changed)


def _write_synced(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _make_folder(folder: str) -> set[str]:
    """Make ``folder`` and what is missing above it; return the folders that now hold a new one, not synced yet."""
    if os.path.isdir(folder):
        return set()
    above = os.path.dirname(folder) or "."
    changed = _make_folder(above)
    os.mkdir(folder)
    return changed | {above}


def _sync_all(folders: set[str]) -> None:
    for folder in folders:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
