"""The durable memory of one log, and its public static files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

from ledger.codec.tiles import BundleId, TileId
from ledger.ports.records import (
    Anchor,
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


class Store(Protocol):
    """The durable, append-only memory of one log. All writes are atomic and durable when the method returns.

    Every method may raise `StoreUnavailableError`; then nothing of that call was written. Safe to use from several
    threads.
    """

    def append(self, events: Sequence[NewEvent], captured_at: UnixTime, *, all_or_nothing: bool = False) -> Outcomes:
        """Return what became of one submission: `append_all` of it alone."""

    def append_all(self, submissions: Sequence[Submission], captured_at: UnixTime) -> tuple[Outcomes, ...]:
        """Return, per submission and event in order, its place in the log; one durable transaction (group commit).

        Indexes are the next ones, without gaps, in the order given. An event whose (party, event_id, has_declaration)
        is stored, or stands earlier in the same call, is a `Duplicate` of that one. Of an ``all_or_nothing``
        submission with a duplicate nothing is written: what is logged already comes back with its ``leaf_index``, the
        rest as `Duplicate` with -1; the other submissions are not touched by it. The records written are the outbox:
        whatever has an index at or above a watermark (`integrated_size`, the newest checkpoint, the newest anchor) is
        unfinished work.
        """

    def append_record(self, record: Hash32) -> int:
        """Return 0, the index of the record of a predecessor's head; `InternalError` unless the log is empty."""

    def record_count(self) -> int:
        """Return the number of records sequenced so far."""

    def records(self, start: int, end: int) -> tuple[Hash32, ...]:
        """Return the records [start, end) in index order; fewer where they do not exist."""

    def event_at(self, leaf_index: int) -> StoredEvent | None:
        """Return the event at this index; ``None`` above the log, and where a predecessor's head stands."""

    def events_by_id(self, event_id: str) -> tuple[StoredEvent, ...]:
        """Return all events of this eventID (several parties, and declarations, share ids), by index."""

    def event_by_digest(self, event_digest: Hash32) -> StoredEvent | None:
        """Return the first event of this digest."""

    def events_about(self, subject: Hash32) -> tuple[StoredEvent, ...]:
        """Return all events whose statements are about this consignment, as subject or as a parent, by index."""

    def erase(self, leaf_index: int, basis: str, erased_at: UnixTime) -> Erasure:
        """Return the erasure of an event whose values are gone when this returns: no file of the store holds them.

        Event bytes, seed, event hash and deviations go, and the hash of the body it was captured with; the statement,
        its signature and the record stay, so that every proof still verifies. `NotFoundError` where no event stands at
        this index, `ConflictError` where it was erased before. `StoreUnavailableError` may also say that the values are
        erased and a copy in the write-ahead log is not yet: to erase again tries that again.
        """

    def erasure(self, leaf_index: int) -> Erasure | None:
        """Return the erasure of the event at this index; ``None`` where none was erased."""

    def integrated_size(self) -> int:
        """Return how many records are in written tiles."""

    def set_integrated_size(self, size: int) -> None:
        """Move the watermark; it never goes back, nor beyond the records (`InternalError`)."""

    def put_job(self, job: CaptureJob) -> None:
        """Keep a capture job; the same capture_id or (party, idempotency_key) twice is refused by `ConflictError`."""

    def job(self, capture_id: str) -> CaptureJob | None:
        """Return the job of this id."""

    def job_by_key(self, party: PartyId, idempotency_key: str) -> CaptureJob | None:
        """Return the job that this party asked for under this key."""

    def put_checkpoint(self, checkpoint: StoredCheckpoint) -> None:
        """Keep a signed checkpoint; again is a no-op, another root of the same size is refused by `InternalError`."""

    def checkpoint(self, tree_size: int) -> StoredCheckpoint | None:
        """Return the checkpoint of this size."""

    def latest_checkpoint(self) -> StoredCheckpoint | None:
        """Return the checkpoint of the largest size."""

    def checkpoints(self, start: int, end: int) -> tuple[StoredCheckpoint, ...]:
        """Return the checkpoints of tree sizes [start, end), the smallest first."""

    def put_anchor(self, anchor: Anchor) -> None:
        """Insert or replace the anchor of this account and nonce."""

    def open_anchors(self) -> tuple[Anchor, ...]:
        """Return the anchors that are SUBMITTED or ANCHORED, by nonce and account."""

    def anchored_covering(self, leaf_index: int) -> Anchor | None:
        """Return the ANCHORED or FINAL anchor with the smallest tree size above ``leaf_index``."""

    def latest_anchor(self) -> Anchor | None:
        """Return the ANCHORED or FINAL anchor with the largest tree size."""

    def final_size(self) -> int:
        """Return the largest tree size of a FINAL anchor, or 0."""

    def gas_used_since(self, submitted_at: UnixTime) -> int:
        """Return the gas of all anchors submitted at or after this time."""

    def put_api_key(self, key: ApiKey) -> None:
        """Keep an API key; the same hash twice is refused by `ConflictError`."""

    def api_key(self, key_hash: Hash32) -> ApiKey | None:
        """Return the API key of this hash, also one that expired or was revoked."""

    def api_keys(self) -> tuple[ApiKey, ...]:
        """Return every API key, the oldest first."""

    def revoke_api_key(self, key_hash: Hash32, revoked_at: UnixTime) -> None:
        """Revoke an API key, for every process on this store at once; the first time stays, an unknown key is none."""

    def touch(self, at: UnixTime) -> None:
        """Write a mark that says nothing about the log: it shows that the store can still be written."""

    def close(self) -> None:
        """Let go of what is held open; nothing is lost without it."""


LogFile: TypeAlias = TileId | BundleId
"""A hash tile, or a bundle of entries."""


class TileStore(Protocol):
    """The log's public static files, in C2SP tlog-tiles layout. Raises `StoreUnavailableError`."""

    def read(self, file: LogFile) -> bytes:
        """Return the bytes of this tile or bundle, or those of a wider one where only that is kept.

        One that does not exist is `StoreUnavailableError`: the caller asks only for what it wrote.
        """

    def write(self, files: Sequence[tuple[LogFile, bytes]]) -> None:
        """Write the files, each whole or not at all, all durable on return; the same bytes again are harmless.

        Once a full tile or bundle is written its partial forms may be gone (C2SP tlog-tiles, "Partial Tiles").
        """

    def write_checkpoint(self, note: bytes) -> None:
        """Replace the published checkpoint, whole or not at all, durable on return."""

    def read_checkpoint(self) -> bytes | None:
        """Return the published checkpoint, or ``None`` before the first."""
