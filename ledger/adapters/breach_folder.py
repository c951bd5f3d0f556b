"""Breach files in a folder: each written whole, once, and never replaced, also by two watchdogs at a time."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.adapters.durable import sync_folder
from ledger.errors import StoreUnavailableError


class BreachFolder:
    """The breach files below ``folder``, which is made when the first one is kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str) -> bytes | None:
        """Return the file of this name."""
        with _translated(self._folder):
            path = self._folder / name
            return path.read_bytes() if path.exists() else None

    def keep(self, name: str, data: bytes) -> None:
        """Write the file, whole or not at all; one that is there already stays as it is."""
        with _translated(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            draft = self._folder / f".{name}.{secrets.token_hex(8)}"
            try:
                with draft.open("xb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                (self._folder / name).hardlink_to(draft)  # unlike a rename, never over another
            except FileExistsError:
                return
            finally:
                draft.unlink(missing_ok=True)
            sync_folder(self._folder)


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnavailableError(f"{folder}: {error.strerror or type(error).__name__}") from error
