"""A copy of a database file as of one moment, also while a service writes it (SQLite's online backup)."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from ledger.errors import StoreUnavailableError


def copy_database(source: Path, target: Path) -> None:
    """Write a copy of ``source``, whole and checked, for its owner alone; ``target`` must not be there yet."""
    try:
        os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(_open(source)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)  # in one step: what is committed when it begins; writers of a WAL file do not wait
            faults = [row[0] for row in copy.execute("PRAGMA quick_check(1)") if row[0] != "ok"]
    except (OSError, sqlite3.Error) as error:
        raise StoreUnavailableError(f"the database cannot be copied: {error}") from None
    if faults:
        raise StoreUnavailableError(f"the database is damaged: {faults[0]}")


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True)  # a WAL file is not read without writing
