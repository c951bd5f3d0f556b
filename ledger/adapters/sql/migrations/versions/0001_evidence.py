"""0001: records, events, jobs, checkpoints, anchors, API keys, and the triggers that keep the log append-only."""

from __future__ import annotations

import sqlalchemy as sa

from ledger.adapters.sql.migrations.runner import op

revision = "0001"
down_revision = None

_APPEND_ONLY = ("records", "events", "checkpoints")


def upgrade() -> None:
    """Make everything."""
    _log()
    _work()
    _access()
    _triggers()


def _hash(name: str, *, nullable: bool = False) -> sa.Column[bytes]:
    check = sa.CheckConstraint(f"length({name}) = 32", name=f"{name}_is_32_bytes")
    return sa.Column(name, sa.LargeBinary, check, nullable=nullable)


def _log() -> None:
    op.create_table(
        "records",
        sa.Column("leaf_index", sa.Integer, primary_key=True),
        _hash("record"),
        sa.CheckConstraint("leaf_index >= 0", name="leaf_index_from_zero"),
    )
    op.create_table(
        "events",
        sa.Column("leaf_index", sa.Integer, sa.ForeignKey("records.leaf_index"), primary_key=True),
        sa.Column("captured_at", sa.Integer, nullable=False),
        sa.Column("event_bytes", sa.LargeBinary, nullable=False),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("has_declaration", sa.Boolean, nullable=False),
        _hash("event_digest"),
        _hash("seed"),
        sa.Column("statement", sa.JSON, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        _hash("party"),
        sa.Column("event_hash", sa.Text, nullable=False),
        sa.Column("event_hash_rules", sa.Text, nullable=False),
        sa.Column("deviations", sa.JSON, nullable=False),
        # one event, and one correction of it, by one party; led by event_id, by which events are looked up
        sa.UniqueConstraint("event_id", "party", "has_declaration", name="logged_once"),
    )
    op.create_index("events_by_digest", "events", ["event_digest"])
    op.create_table(
        "checkpoints",
        sa.Column("tree_size", sa.Integer, primary_key=True),
        _hash("root_hash"),
        sa.Column("note", sa.LargeBinary, nullable=False),
        sa.Column("signed_at", sa.Integer, nullable=False),
    )


def _work() -> None:
    progress = op.create_table(
        "progress",
        sa.Column("only", sa.Integer, sa.CheckConstraint("only = 0", name="one_row"), primary_key=True),
        sa.Column("integrated_size", sa.Integer, nullable=False),
    )
    op.bulk_insert(progress, [{"only": 0, "integrated_size": 0}])
    op.create_table(
        "capture_jobs",
        sa.Column("capture_id", sa.Text, primary_key=True),
        _hash("party"),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("error_behaviour", sa.Text, nullable=False),
        sa.Column("idempotency_key", sa.Text),
        _hash("body_hash"),
        sa.Column("success", sa.Boolean, nullable=False),
        sa.Column("results", sa.JSON, nullable=False),
        sa.UniqueConstraint("party", "idempotency_key", name="key_used_once"),
    )
    op.create_table(
        "anchors",
        sa.Column("account", sa.LargeBinary, sa.CheckConstraint("length(account) = 20"), primary_key=True),
        sa.Column("nonce", sa.Integer, primary_key=True),
        sa.Column("tree_size", sa.Integer, nullable=False),
        _hash("root_hash"),
        sa.Column("transactions", sa.LargeBinary, nullable=False),
        sa.Column("raw_transaction", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("submitted_at", sa.Integer, nullable=False),
        sa.Column("block", sa.Integer),
        _hash("block_hash", nullable=True),
        sa.Column("time", sa.Integer),
        sa.CheckConstraint("state IN ('submitted', 'anchored', 'final', 'abandoned')", name="known_state"),
    )
    op.create_index("anchors_by_size", "anchors", ["tree_size"])


def _access() -> None:
    op.create_table(
        "api_keys",
        sa.Column("key_hash", sa.LargeBinary, primary_key=True),
        _hash("party"),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
    )


def _triggers() -> None:
    for table in _APPEND_ONLY:
        for change in ("UPDATE", "DELETE"):
            _refuse(f"{table}_no_{change.lower()}", f"{change} ON {table}", "1", f"{table} is append-only")
    count = "(SELECT coalesce(max(leaf_index) + 1, 0) FROM records)"
    _refuse("records_contiguous", "INSERT ON records", f"NEW.leaf_index <> {count}", "leaf_index is not the next one")
    back_or_beyond = f"NEW.integrated_size < OLD.integrated_size OR NEW.integrated_size > {count}"
    _refuse("progress_forward", "UPDATE ON progress", back_or_beyond, "integrated_size goes back or beyond the records")


def _refuse(name: str, change: str, when: str, reason: str) -> None:
    op.execute(f"CREATE TRIGGER {name} BEFORE {change} WHEN {when} BEGIN SELECT raise(ABORT, '{reason}'); END")
