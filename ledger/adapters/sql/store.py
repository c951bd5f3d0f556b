"""`ledger.ports.Store` on one SQLite file.

Every write is one transaction that holds the write lock from its start, so what it reads first (the next index, what is
logged already) stays true until it commits. A statement that the schema's constraints refuse is a fault of this module,
`InternalError`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, Row, Select, Text, bindparam, func, insert, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert as insert_or_keep

from ledger.adapters.sql.connection import Database
from ledger.adapters.sql.placing import Key, Placing
from ledger.adapters.sql.rows import (
    anchor_row,
    api_key_row,
    event_row,
    plain_row,
    stored_anchor,
    stored_api_key,
    stored_checkpoint,
    stored_erasure,
    stored_event,
    stored_job,
)
from ledger.adapters.sql.schema import (
    ANCHORS,
    API_KEYS,
    CAPTURE_JOBS,
    CHECKPOINTS,
    ERASURES,
    EVENTS,
    PROGRESS,
    RECORDS,
    SUBJECTS,
)
from ledger.domain.custody.subjects import subjects_of
from ledger.errors import ConflictError, InternalError, NotFoundError
from ledger.ports import (
    NO_BODY_HASH,
    Anchor,
    AnchorState,
    ApiKey,
    CaptureJob,
    Erasure,
    NewEvent,
    Outcomes,
    StoredCheckpoint,
    StoredEvent,
    Submission,
)
from ledger.types import Hash32, PartyId, UnixTime

IDS_PER_QUERY = 512
"""Parameters of one query, far below SQLite's limit of 32,766 (SQLITE_MAX_VARIABLE_NUMBER)."""

MAX_INTEGER = 2**63 - 1
"""The largest number a column holds."""

_Value = TypeVar("_Value")

_ON_CHAIN = (AnchorState.ANCHORED.value, AnchorState.FINAL.value)
_OPEN = (AnchorState.SUBMITTED.value, AnchorState.ANCHORED.value)

_COUNT = select(func.coalesce(func.max(RECORDS.c.leaf_index) + 1, 0))
_RECORDS = (
    select(RECORDS.c.record)
    .where(RECORDS.c.leaf_index >= bindparam("start"), RECORDS.c.leaf_index < bindparam("end"))
    .order_by(RECORDS.c.leaf_index)
)
_EVENTS = (
    select(EVENTS, RECORDS.c.record, ERASURES.c.erased_at, ERASURES.c.basis)
    .join(RECORDS, RECORDS.c.leaf_index == EVENTS.c.leaf_index)
    .outerjoin(ERASURES, ERASURES.c.leaf_index == EVENTS.c.leaf_index)
    .order_by(EVENTS.c.leaf_index)
)
_EVENT_AT = _EVENTS.where(EVENTS.c.leaf_index == bindparam("leaf_index"))
_EVENTS_BY_ID = _EVENTS.where(EVENTS.c.event_id == bindparam("event_id"))
_EVENTS_ABOUT = _EVENTS.join(SUBJECTS, SUBJECTS.c.leaf_index == EVENTS.c.leaf_index).where(
    SUBJECTS.c.subject == bindparam("subject")
)
_EVENT_BY_DIGEST = _EVENTS.where(EVENTS.c.event_digest == bindparam("event_digest")).limit(1)
_KEEP_ERASURE = insert_or_keep(ERASURES).on_conflict_do_nothing()
_KEEP_JOB = insert_or_keep(CAPTURE_JOBS).on_conflict_do_nothing()
_KEEP_CHECKPOINT = insert_or_keep(CHECKPOINTS).on_conflict_do_nothing()
_KEEP_API_KEY = insert_or_keep(API_KEYS).on_conflict_do_nothing()

# compiled once, rows as plain tuples: binding them one by one costs more than SQLite does
_INSERT_RECORDS = str(insert(RECORDS).compile(dialect=sqlite.dialect()))
_INSERT_EVENTS = str(insert(EVENTS).compile(dialect=sqlite.dialect()))
_INSERT_SUBJECTS = str(insert(SUBJECTS).compile(dialect=sqlite.dialect()))


class SqlStore:
    """A `Store` that keeps."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path)

    def append(self, events: Sequence[NewEvent], captured_at: UnixTime, *, all_or_nothing: bool = False) -> Outcomes:
        return self.append_all([Submission(tuple(events), all_or_nothing)], captured_at)[0]

    def append_all(self, submissions: Sequence[Submission], captured_at: UnixTime) -> tuple[Outcomes, ...]:
        with self._database.writing() as connection:
            placing = Placing(_logged(connection, submissions), connection.scalar(_COUNT), captured_at)
            outcomes = tuple(placing.place(submission) for submission in submissions)
            if placing.placed:
                _insert_events(connection, placing.placed, captured_at)
        return outcomes

    def append_record(self, record: Hash32) -> int:
        with self._database.writing() as connection:
            if connection.scalar(_COUNT) > 0:
                raise InternalError("a predecessor's head can only be the first record")
            connection.execute(insert(RECORDS), {"leaf_index": 0, "record": record})
        return 0

    def record_count(self) -> int:
        return self._scalar(_COUNT)

    def records(self, start: int, end: int) -> tuple[Hash32, ...]:
        return self._all(lambda row: Hash32(row.record), _RECORDS, start=start, end=min(end, MAX_INTEGER))

    def event_at(self, leaf_index: int) -> StoredEvent | None:
        return self._first(stored_event, _EVENT_AT, leaf_index=leaf_index)

    def events_by_id(self, event_id: str) -> tuple[StoredEvent, ...]:
        return self._all(stored_event, _EVENTS_BY_ID, event_id=event_id)

    def event_by_digest(self, event_digest: Hash32) -> StoredEvent | None:
        return self._first(stored_event, _EVENT_BY_DIGEST, event_digest=event_digest)

    def events_about(self, subject: Hash32) -> tuple[StoredEvent, ...]:
        return self._all(stored_event, _EVENTS_ABOUT, subject=subject)

    def erase(self, leaf_index: int, basis: str, erased_at: UnixTime) -> Erasure:
        if self.event_at(leaf_index) is None:
            raise NotFoundError("", "the leaf index of an event", "another one")
        erasure = Erasure(leaf_index, erased_at, basis)
        with self._database.writing() as connection:
            is_first = connection.execute(_KEEP_ERASURE, plain_row(erasure)).rowcount
            named = CAPTURE_JOBS.c.results.cast(Text).contains(f'"leafIndex":{leaf_index},')  # as `write_json` writes
            connection.execute(update(CAPTURE_JOBS).where(named).values(body_hash=NO_BODY_HASH))
        self._database.forget()  # again too: perhaps the write-ahead log was in use the first time
        if not is_first:
            raise ConflictError("", "an event that was not erased", "one that was")
        return erasure

    def erasure(self, leaf_index: int) -> Erasure | None:
        return self._first(stored_erasure, select(ERASURES).where(ERASURES.c.leaf_index == leaf_index))

    def integrated_size(self) -> int:
        return self._scalar(select(PROGRESS.c.integrated_size))

    def set_integrated_size(self, size: int) -> None:
        self._write(update(PROGRESS).values(integrated_size=size))  # the trigger refuses a step back or beyond

    def put_job(self, job: CaptureJob) -> None:
        if not self._write(_KEEP_JOB, plain_row(job)):
            raise ConflictError("", "a new capture job", "one that was kept before")

    def job(self, capture_id: str) -> CaptureJob | None:
        return self._first(stored_job, select(CAPTURE_JOBS).where(CAPTURE_JOBS.c.capture_id == capture_id))

    def job_by_key(self, party: PartyId, idempotency_key: str) -> CaptureJob | None:
        same = (CAPTURE_JOBS.c.party == party, CAPTURE_JOBS.c.idempotency_key == idempotency_key)
        return self._first(stored_job, select(CAPTURE_JOBS).where(*same))

    def put_checkpoint(self, checkpoint: StoredCheckpoint) -> None:
        with self._database.writing() as connection:
            connection.execute(_KEEP_CHECKPOINT, plain_row(checkpoint))
            same_size = CHECKPOINTS.c.tree_size == checkpoint.tree_size
            if connection.scalar(select(CHECKPOINTS.c.root_hash).where(same_size)) != checkpoint.root_hash:
                raise InternalError(f"two roots of tree size {checkpoint.tree_size}")

    def checkpoint(self, tree_size: int) -> StoredCheckpoint | None:
        return self._first(stored_checkpoint, select(CHECKPOINTS).where(CHECKPOINTS.c.tree_size == tree_size))

    def latest_checkpoint(self) -> StoredCheckpoint | None:
        newest = select(CHECKPOINTS).order_by(CHECKPOINTS.c.tree_size.desc()).limit(1)
        return self._first(stored_checkpoint, newest)

    def checkpoints(self, start: int, end: int) -> tuple[StoredCheckpoint, ...]:
        sizes = CHECKPOINTS.c.tree_size
        between = select(CHECKPOINTS).where(sizes >= start, sizes < min(end, MAX_INTEGER)).order_by(sizes)
        return self._all(stored_checkpoint, between)

    def put_anchor(self, anchor: Anchor) -> None:
        row = anchor_row(anchor)
        self._write(insert_or_keep(ANCHORS).values(row).on_conflict_do_update(ANCHORS.primary_key, set_=row))

    def open_anchors(self) -> tuple[Anchor, ...]:
        unfinished = select(ANCHORS).where(ANCHORS.c.state.in_(_OPEN))
        return self._all(stored_anchor, unfinished.order_by(ANCHORS.c.nonce, ANCHORS.c.account))

    def anchored_covering(self, leaf_index: int) -> Anchor | None:
        covering = _anchored().where(ANCHORS.c.tree_size > leaf_index).order_by(ANCHORS.c.tree_size)
        return self._first(stored_anchor, covering.limit(1))

    def latest_anchor(self) -> Anchor | None:
        return self._first(stored_anchor, _anchored().order_by(ANCHORS.c.tree_size.desc()).limit(1))

    def final_size(self) -> int:
        final = ANCHORS.c.state == AnchorState.FINAL.value
        return self._scalar(select(func.coalesce(func.max(ANCHORS.c.tree_size), 0)).where(final))

    def gas_used_since(self, submitted_at: UnixTime) -> int:
        recent = ANCHORS.c.submitted_at >= submitted_at
        return self._scalar(select(func.coalesce(func.sum(ANCHORS.c.gas_used), 0)).where(recent))

    def put_api_key(self, key: ApiKey) -> None:
        if not self._write(_KEEP_API_KEY, api_key_row(key)):
            raise ConflictError("", "a new API key", "one that was kept before")

    def api_key(self, key_hash: Hash32) -> ApiKey | None:
        return self._first(stored_api_key, select(API_KEYS).where(API_KEYS.c.key_hash == key_hash))

    def api_keys(self) -> tuple[ApiKey, ...]:
        return self._all(stored_api_key, select(API_KEYS).order_by(API_KEYS.c.created_at, API_KEYS.c.key_hash))

    def revoke_api_key(self, key_hash: Hash32, revoked_at: UnixTime) -> None:
        good = (API_KEYS.c.key_hash == key_hash, API_KEYS.c.revoked_at.is_(None))
        self._write(update(API_KEYS).where(*good).values(revoked_at=revoked_at))

    def touch(self, at: UnixTime) -> None:
        self._write(update(PROGRESS).values(touched_at=at))

    def close(self) -> None:
        self._database.close()

    def _write(self, statement: Executable, row: Mapping[str, Any] | None = None) -> int:
        """Return how many rows one statement, in a transaction of its own, wrote."""
        with self._database.writing() as connection:
            return connection.execute(statement, row).rowcount

    def _all(self, value: Callable[[Row[Any]], _Value], statement: Select[Any], **wanted: object) -> tuple[_Value, ...]:
        with self._database.reading() as connection:
            try:
                return tuple(map(value, connection.execute(statement, wanted)))
            except (OverflowError, UnicodeEncodeError):  # a number or text that no row can hold
                return ()

    def _first(self, value: Callable[[Row[Any]], _Value], statement: Select[Any], **wanted: object) -> _Value | None:
        return next(iter(self._all(value, statement, **wanted)), None)

    def _scalar(self, statement: Select[tuple[int]]) -> int:
        with self._database.reading() as connection:
            return connection.scalar(statement) or 0


def _anchored() -> Select[Any]:
    return select(ANCHORS).where(ANCHORS.c.state.in_(_ON_CHAIN))


def _logged(connection: Connection, submissions: Sequence[Submission]) -> dict[Key, int]:
    """Return the index of whatever is logged under an eventID of these submissions."""
    event_ids = [event.event_id for submission in submissions for event in submission.events]
    logged: dict[Key, int] = {}
    for start in range(0, len(event_ids), IDS_PER_QUERY):
        asked = event_ids[start : start + IDS_PER_QUERY]
        asked += asked[-1:] * ((1 << (len(asked) - 1).bit_length()) - len(asked))  # few lengths: few statements
        rows = connection.exec_driver_sql(_select_logged(len(asked)), tuple(asked))
        for party, event_id, has_declaration, leaf_index in rows:
            logged[party, event_id, bool(has_declaration)] = leaf_index
    return logged


@cache
def _select_logged(count: int) -> str:
    """Return the query for what is logged under any of ``count`` eventIDs."""
    any_of_them = EVENTS.c.event_id.in_([bindparam(f"id_{place}") for place in range(count)])
    columns = (EVENTS.c.party, EVENTS.c.event_id, EVENTS.c.has_declaration, EVENTS.c.leaf_index)
    return str(select(*columns).where(any_of_them).compile(dialect=sqlite.dialect()))


def _insert_events(connection: Connection, placed: Mapping[int, NewEvent], captured_at: UnixTime) -> None:
    records = [(leaf_index, event.record) for leaf_index, event in placed.items()]
    events = [event_row(leaf_index, captured_at, event) for leaf_index, event in placed.items()]
    connection.exec_driver_sql(_INSERT_RECORDS, records)
    connection.exec_driver_sql(_INSERT_EVENTS, events)
    subjects = [
        (subject, leaf_index)
        for leaf_index, event in placed.items()
        for subject in subjects_of(event.statement, event.event_bytes)
    ]
    if subjects:
        connection.exec_driver_sql(_INSERT_SUBJECTS, subjects)
