"""0002: erasures. To insert one empties what holds values of its event, in the same statement; nothing else can."""

from __future__ import annotations

import sqlalchemy as sa

from ledger.adapters.sql.migrations.runner import op

revision = "0002"
down_revision = "0001"

_EMPTIED = {"event_bytes": "x''", "seed": "zeroblob(32)", "event_hash": "''", "deviations": "'[]'"}
_KEPT = (
    "leaf_index", "captured_at", "event_id", "has_declaration", "event_digest", "statement", "signature", "party",
    "event_hash_rules",
)  # fmt: skip


def upgrade() -> None:
    """Make the table, let its rows empty events, and let nothing change the rows."""
    op.create_table(
        "erasures",
        sa.Column("leaf_index", sa.Integer, sa.ForeignKey("events.leaf_index"), primary_key=True),
        sa.Column("erased_at", sa.Integer, nullable=False),
        sa.Column("basis", sa.Text, sa.CheckConstraint("length(basis) BETWEEN 1 AND 200"), nullable=False),
    )
    op.execute("DROP TRIGGER events_no_update")
    otherwise = " OR ".join(
        ["NOT EXISTS (SELECT 1 FROM erasures WHERE leaf_index = OLD.leaf_index)"]
        + [f"NEW.{name} IS NOT {empty}" for name, empty in _EMPTIED.items()]
        + [f"NEW.{name} IS NOT OLD.{name}" for name in _KEPT]
    )
    _refuse("events_no_update", "UPDATE ON events", otherwise, "events is append-only")
    for change in ("UPDATE", "DELETE"):
        _refuse(f"erasures_no_{change.lower()}", f"{change} ON erasures", "1", "erasures is append-only")
    emptying = ", ".join(f"{name} = {empty}" for name, empty in _EMPTIED.items())
    update = f"UPDATE events SET {emptying} WHERE leaf_index = NEW.leaf_index"  # noqa: S608  words of this file
    op.execute(f"CREATE TRIGGER erasures_empty AFTER INSERT ON erasures BEGIN {update}; END")


def _refuse(name: str, change: str, when: str, reason: str) -> None:
    op.execute(f"CREATE TRIGGER {name} BEFORE {change} WHEN {when} BEGIN SELECT raise(ABORT, '{reason}'); END")
