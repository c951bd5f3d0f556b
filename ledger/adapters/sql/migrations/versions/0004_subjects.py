"""0004: which consignments a statement is about: its subject, and the parents out of which it opens one."""

from __future__ import annotations

import sqlalchemy as sa

from ledger.adapters.sql.migrations.runner import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table. No statement stored before can be about a consignment."""
    op.create_table(
        "subjects",
        sa.Column("subject", sa.LargeBinary, sa.CheckConstraint("length(subject) = 32"), primary_key=True),
        sa.Column("leaf_index", sa.Integer, sa.ForeignKey("events.leaf_index"), primary_key=True),
    )
