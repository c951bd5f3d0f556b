"""The tables as statements are built from them. What makes them, with constraints and triggers, is `migrations`.

``records`` is the log: one row a leaf, contiguous. ``events`` hangs on it by ``leaf_index``; a record without an event
is a predecessor's head. Records, events, erasures and checkpoints are append-only: the database itself refuses to
change or delete them. One change alone is left: a new row of ``erasures`` empties what holds values of its event.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

RECORDS = Table(
    "records",
    metadata,
    Column("leaf_index", Integer, primary_key=True),
    Column("record", LargeBinary, nullable=False),
)

EVENTS = Table(
    "events",
    metadata,
    Column("leaf_index", Integer, primary_key=True),
    Column("captured_at", Integer, nullable=False),
    Column("event_bytes", LargeBinary, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("has_declaration", Boolean, nullable=False),
    Column("event_digest", LargeBinary, nullable=False),
    Column("seed", LargeBinary, nullable=False),
    Column("statement", JSON, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("party", LargeBinary, nullable=False),
    Column("event_hash", Text, nullable=False),
    Column("event_hash_rules", Text, nullable=False),
    Column("deviations", JSON, nullable=False),
)

SUBJECTS = Table(
    "subjects",
    metadata,
    Column("subject", LargeBinary, primary_key=True),
    Column("leaf_index", Integer, primary_key=True),
)

ERASURES = Table(
    "erasures",
    metadata,
    Column("leaf_index", Integer, primary_key=True),
    Column("erased_at", Integer, nullable=False),
    Column("basis", Text, nullable=False),
)

PROGRESS = Table(
    "progress",
    metadata,
    Column("only", Integer, primary_key=True),
    Column("integrated_size", Integer, nullable=False),
    Column("touched_at", Integer, nullable=False),
)

CAPTURE_JOBS = Table(
    "capture_jobs",
    metadata,
    Column("capture_id", Text, primary_key=True),
    Column("party", LargeBinary, nullable=False),
    Column("created_at", Integer, nullable=False),
    Column("error_behaviour", Text, nullable=False),
    Column("idempotency_key", Text),
    Column("body_hash", LargeBinary, nullable=False),
    Column("success", Boolean, nullable=False),
    Column("results", JSON, nullable=False),
    Column("request_id", Text),
)

CHECKPOINTS = Table(
    "checkpoints",
    metadata,
    Column("tree_size", Integer, primary_key=True),
    Column("root_hash", LargeBinary, nullable=False),
    Column("note", LargeBinary, nullable=False),
    Column("signed_at", Integer, nullable=False),
)

ANCHORS = Table(
    "anchors",
    metadata,
    Column("account", LargeBinary, primary_key=True),
    Column("nonce", Integer, primary_key=True),
    Column("tree_size", Integer, nullable=False),
    Column("root_hash", LargeBinary, nullable=False),
    Column("transactions", LargeBinary, nullable=False),
    Column("raw_transaction", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    Column("submitted_at", Integer, nullable=False),
    Column("block", Integer),
    Column("block_hash", LargeBinary),
    Column("time", Integer),
    Column("gas_used", Integer),
)

API_KEYS = Table(
    "api_keys",
    metadata,
    Column("key_hash", LargeBinary, primary_key=True),
    Column("party", LargeBinary, nullable=False),
    Column("label", Text, nullable=False),
    Column("created_at", Integer, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("expires_at", Integer),
    Column("revoked_at", Integer),
)
