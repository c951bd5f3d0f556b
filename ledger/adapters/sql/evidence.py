"""`ledger.ports.Evidence` on the files of a home: opened to be read only, whether its service runs or not.

Pages of rows are read by separate statements: a reader that held on to one view would keep the write-ahead log from
being cut, and an erasure from being complete.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ledger.adapters.tile_files import TileFiles
from ledger.errors import StoreUnavailableError
from ledger.ports import AnchorState, LogFile, StoredCheckpoint
from ledger.ports.evidence import AnchorRow, EventRow, Extent, LogRow
from ledger.types import Hash32, UnixTime

PAGE_ROWS = 1_024
BUSY_SECONDS = 10

_EVENTS = """
    SELECT e.leaf_index, event_bytes, event_id, has_declaration, event_digest, seed, statement, signature, party,
           event_hash, event_hash_rules, erased_at, basis
    FROM events e LEFT JOIN erasures x ON x.leaf_index = e.leaf_index
    WHERE e.leaf_index >= ? AND e.leaf_index < ?"""
_RECORDS = "SELECT leaf_index, record FROM records WHERE leaf_index >= ? AND leaf_index < ?"
_SIZE = """
    SELECT max(coalesce((SELECT max(leaf_index) FROM records), -1), coalesce((SELECT max(leaf_index) FROM events), -1))
    + 1"""
_DOUBLES = """
    SELECT max(leaf_index) FROM events GROUP BY event_id, party, has_declaration HAVING count(*) > 1 ORDER BY 1"""
_CHECKPOINTS = """
    SELECT tree_size, root_hash, note, signed_at FROM checkpoints WHERE tree_size > ? ORDER BY tree_size LIMIT ?"""
_ANCHORS = """
    SELECT rowid, tree_size, root_hash, block, time FROM anchors
    WHERE rowid > ? AND state = ? ORDER BY rowid LIMIT ?"""


class HomeEvidence:
    """The evidence in a database file and a folder of tiles."""

    def __init__(self, database: Path, log: Path) -> None:
        self._path = database
        self._tiles = TileFiles(log, make=False)
        with _translated():
            self._connection = _open(database)
        self._require_schema()

    def identity(self) -> str:
        with _translated():
            place = self._path.stat()
        return f"{place.st_dev}:{place.st_ino}:{self._path.resolve()}"

    def extent(self) -> Extent:
        integrated_size = self._number("SELECT coalesce(max(integrated_size), 0) FROM progress")
        newest_checkpoint = self._number("SELECT coalesce(max(tree_size), 0) FROM checkpoints")
        return Extent(integrated_size, newest_checkpoint, self._number(_SIZE))

    def rows(self, start: int, end: int) -> Sequence[LogRow]:
        events = {row[0]: _event(row) for row in self._all(_EVENTS, start, end)}
        records = {row[0]: _bytes(row[1]) for row in self._all(_RECORDS, start, end)}
        return [LogRow(index, records.get(index), events.get(index)) for index in range(start, end)]

    def doubles(self) -> Iterator[int]:
        return iter([row[0] for row in self._all(_DOUBLES)])

    def checkpoints(self, above: int) -> Iterator[StoredCheckpoint]:
        while rows := self._all(_CHECKPOINTS, above, PAGE_ROWS):
            yield from map(_checkpoint, rows)
            above = rows[-1][0]

    def anchors(self) -> Iterator[AnchorRow]:
        last = -1
        while rows := self._all(_ANCHORS, last, AnchorState.FINAL.value, PAGE_ROWS):
            for _, tree_size, root_hash, block, time in rows:
                yield AnchorRow(_whole(tree_size), _bytes(root_hash), _whole(block), _whole(time))
            last = rows[-1][0]

    def kept(self, file: LogFile) -> Iterator[tuple[LogFile, bytes]]:
        return self._tiles.kept(file)

    def published(self) -> bytes | None:
        return self._tiles.read_checkpoint()

    def close(self) -> None:
        self._connection.close()

    def _require_schema(self) -> None:
        if not self._all("SELECT 1 FROM sqlite_master WHERE name = 'erasures'"):
            raise StoreUnavailableError("the database: no store of this version; starting the service brings it up")

    def _number(self, statement: str) -> int:
        return _whole(self._all(statement)[0][0])

    def _all(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with _translated():
            return self._connection.execute(statement, values).fetchall()


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=BUSY_SECONDS)
    connection.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
    return connection


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreUnavailableError(f"the database: {type(error).__name__}: {error}") from None


def _event(row: tuple[object, ...]) -> EventRow:
    (_, event_bytes, event_id, has_declaration, event_digest, seed, statement, signature, party, event_hash, rules,
     erased_at, basis) = row  # fmt: skip
    return EventRow(
        _bytes(event_bytes), _text(event_id), bool(has_declaration), _bytes(event_digest), _bytes(seed),
        _text(statement), _bytes(signature), _bytes(party), _text(event_hash), _text(rules),
        None if erased_at is None else _whole(erased_at), _text(basis),
    )  # fmt: skip


def _checkpoint(row: tuple[object, ...]) -> StoredCheckpoint:
    tree_size, root_hash, note, signed_at = row
    return StoredCheckpoint(_whole(tree_size), Hash32(_bytes(root_hash)), _bytes(note), UnixTime(_whole(signed_at)))


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else _text(value).encode("utf-8", "surrogateescape")


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    return "" if value is None else str(value)


def _whole(value: object) -> int:
    return value if isinstance(value, int) else -1
