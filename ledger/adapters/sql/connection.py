"""Opening the database file, and the one place where errors of the driver become ours.

One connection writes, so that writers queue in this process and not in SQLite; others read beside it (WAL).
``synchronous=FULL`` syncs the write-ahead log at each commit: what is answered survives a power cut.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import Error as DriverError

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from ledger.adapters.sql.migrations.runner import upgrade
from ledger.adapters.sql.rows import write_json
from ledger.errors import InternalError, StoreUnavailableError

READERS = 8
"""Connections kept open for reading; each is a few pages of memory."""

BUSY_SECONDS = 10
"""How long a write waits for another process that has the file, and a caller for a connection."""

CACHE_KIB = 64 * 1024
"""Pages kept in memory: eventIDs and digests are random, so that every write touches its indexes all over."""

CHECKPOINT_PAGES = 10_000
"""Pages (40 MB) after which the write-ahead log is folded into the file: often written pages are folded once."""

_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # what is erased is overwritten, not only forgotten
    f"PRAGMA cache_size = -{CACHE_KIB}",
    f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}",
)


class Database:
    """The file, with its schema up to date. Errors leave as `StoreUnavailableError`."""

    def __init__(self, path: Path) -> None:
        _make_private(path)
        self._writer = _open(path, connections=1)
        self._readers = _open(path, READERS, "PRAGMA query_only = ON")
        event.listen(self._writer, "begin", _begin_immediate)
        with self.writing() as connection:
            upgrade(connection)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its start; committed and synced at the end, or undone."""
        with _translated(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection whose every statement sees what is committed by then."""
        with _translated(), self._readers.connect() as connection:
            yield connection

    def forget(self) -> None:
        """Leave no trace of what was erased: fold the write-ahead log into the file and cut it to nothing."""
        with _translated(), closing(self._writer.raw_connection()) as connection:  # in no transaction
            cursor = connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            [(in_use, _, _)] = cursor.fetchall()
        if in_use:  # by a reader that takes longer than BUSY_SECONDS
            raise StoreUnavailableError("the database: erased, but its write-ahead log is in use; erase again")

    def close(self) -> None:
        self._readers.dispose()
        self._writer.dispose()  # last: the last connection to close folds the write-ahead log into the file


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:  # what may happen is asked for before it is written
        raise InternalError(f"the schema refuses a write: {error.orig}") from None
    except (SQLAlchemyError, DriverError) as error:
        cause = getattr(error, "orig", None) or error  # the driver's text alone: it names the fault and no value
        raise StoreUnavailableError(f"the database: {type(cause).__name__}: {cause}") from None


def _make_private(path: Path) -> None:
    """Make the file where there is none, for its owner alone.

    It holds seeds. What SQLite puts beside it takes the same mode.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreUnavailableError(f"the database file: {error.strerror or type(error).__name__}") from error


def _open(path: Path, connections: int, *pragmas: str) -> Engine:
    engine = create_engine(
        f"sqlite+pysqlite:///{path}",
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
        hide_parameters=True,
        json_serializer=write_json,
    )

    def set_up(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # else the driver begins transactions of its own, too late and only for some
        cursor = connection.cursor()
        for pragma in (*_PRAGMAS, *pragmas):
            cursor.execute(pragma)
        cursor.close()

    event.listen(engine, "connect", set_up)
    return engine


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
