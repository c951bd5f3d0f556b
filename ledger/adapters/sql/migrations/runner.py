"""Alembic, run by the program: the only file that imports it, and from which the steps take ``op``."""

from __future__ import annotations

from pathlib import Path

from alembic import op
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from ledger.errors import StoreUnavailableError

__all__ = ["op", "upgrade"]

_SCRIPT = ScriptDirectory(Path(__file__).parent)


def upgrade(connection: Connection) -> None:
    """Bring the schema to the newest step, inside the caller's transaction; again is harmless."""
    with EnvironmentContext(Config(), _SCRIPT, fn=_missing_steps) as environment:
        environment.configure(connection=connection)
        try:
            environment.run_migrations()
        except CommandError as error:
            raise StoreUnavailableError("the database was made by a newer version of this software") from error


def _missing_steps(current: str | tuple[str, ...], _context: MigrationContext) -> list[MigrationStep]:
    return list(_SCRIPT._upgrade_revs("head", current))  # type: ignore[arg-type]  # noqa: SLF001  # as alembic documents
