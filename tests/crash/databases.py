"""Databases as they are before a migration: none at all, or the same log under the first schema."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

import ledger.adapters.sql.migrations.runner as migrations
from tests.crash.disk import DATABASE

FIRST = "0001"
_TABLES = ("records", "events", "checkpoints", "capture_jobs", "anchors", "api_keys")
_SCRIPT = ScriptDirectory(Path(migrations.__file__).parent)


def is_there_a_later_schema() -> bool:
    """Whether there is a migration after the first one."""
    return _SCRIPT.get_current_head() != FIRST


def remove_database(home: Path) -> Path:
    """The home without its database."""
    for name in DATABASE:
        (home / name).unlink(missing_ok=True)
    return home


def make_older(home: Path) -> Path:
    """The home with all that it keeps, under the first schema."""
    newer = home / "newer.db"
    (home / DATABASE[0]).rename(newer)
    remove_database(home)
    _make_first(home / DATABASE[0])
    with closing(sqlite3.connect(home / DATABASE[0])) as database, database:
        database.execute("ATTACH ? AS newer", (str(newer),))
        for table in _TABLES:
            _copy(database, table)
        database.execute("UPDATE progress SET integrated_size = (SELECT integrated_size FROM newer.progress)")
    newer.unlink()
    return home


def copy_api_keys(source: Path, target: Path) -> None:
    """Give a home the API keys of another."""
    with closing(sqlite3.connect(target / DATABASE[0])) as database, database:
        database.execute("ATTACH ? AS newer", (str(source / DATABASE[0]),))
        _copy(database, "api_keys")


def _make_first(path: Path) -> None:
    engine = create_engine(f"sqlite+pysqlite:///{path}")
    steps = EnvironmentContext(
        Config(), _SCRIPT, fn=lambda current, _context: list(_SCRIPT._upgrade_revs(FIRST, current))
    )
    with steps as environment, engine.begin() as connection:
        environment.configure(connection=connection)
        environment.run_migrations()
    engine.dispose()
    path.chmod(0o600)


def _copy(database: sqlite3.Connection, table: str) -> None:
    columns = ", ".join(name for _, name, *_ in database.execute(f"PRAGMA main.table_info({table})"))
    database.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newer.{table} ORDER BY 1")
