"""What stands on the disk of a home, read beside the product: a copy of the database, and the published checkpoint."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

DATABASE = ("ledger.db", "ledger.db-wal", "ledger.db-shm")


@dataclass(frozen=True, slots=True)
class KeptAnchor:
    account: bytes
    nonce: int
    tree_size: int
    root_hash: bytes
    state: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The log as the disk has it, whoever wrote it last."""

    records: tuple[bytes, ...]
    event_ids: tuple[tuple[bytes, str], ...]
    """Party and eventID of every event, by index."""
    checkpoints: tuple[tuple[int, bytes], ...]
    """Size and root of every head that was kept."""
    anchors: tuple[KeptAnchor, ...]
    published: bytes | None

    def __len__(self) -> int:
        return len(self.records)

    def open_anchors(self) -> list[KeptAnchor]:
        """Those of which something is still to come."""
        return [anchor for anchor in self.anchors if anchor.state in ("submitted", "anchored")]


def read_kept(home: Path) -> Kept:
    """What is kept; the files themselves stay untouched."""
    published = home / "log" / "checkpoint"
    with _database(home) as rows:
        return Kept(
            tuple(record for (record,) in rows("records", "record", "leaf_index")),
            tuple(rows("events", "party, event_id", "leaf_index")),
            tuple(rows("checkpoints", "tree_size, root_hash", "tree_size")),
            tuple(KeptAnchor(*row) for row in rows("anchors", "account, nonce, tree_size, root_hash, state", "nonce")),
            published.read_bytes() if published.exists() else None,
        )


@contextmanager
def _database(home: Path) -> Iterator[_Rows]:
    with TemporaryDirectory() as folder:
        for name in DATABASE:
            if (home / name).exists():
                shutil.copy(home / name, folder)
        connection = sqlite3.connect(f"{folder}/{DATABASE[0]}")
        try:
            yield _Rows(connection)
        finally:
            connection.close()


class _Rows:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}

    def __call__(self, table: str, columns: str, order: str) -> list[Any]:
        """The rows of a table; none where it is not there yet."""
        if table not in self._tables:
            return []
        return self._connection.execute(f"SELECT {columns} FROM {table} ORDER BY {order}").fetchall()
