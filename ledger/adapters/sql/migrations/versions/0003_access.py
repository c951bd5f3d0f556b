"""0003: what an API key may do and until when, who asked for a job, the gas of an anchor, a mark of the last write."""

from __future__ import annotations

import sqlalchemy as sa

from ledger.adapters.sql.migrations.runner import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns; keys made before may do all that they could."""
    op.add_column("api_keys", sa.Column("scopes", sa.Text, nullable=False, server_default="capture read"))
    op.add_column("api_keys", sa.Column("expires_at", sa.Integer))
    op.add_column("api_keys", sa.Column("revoked_at", sa.Integer))
    op.add_column("capture_jobs", sa.Column("request_id", sa.Text))
    op.add_column("anchors", sa.Column("gas_used", sa.Integer))
    op.add_column("progress", sa.Column("touched_at", sa.Integer, nullable=False, server_default="0"))
