"""`Store` and `TileStore` in memory: the specification of the others, written to be read.

Nothing survives the process; everything else is as `ledger.ports` promises, from any number of threads.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from threading import RLock

from ledger.codec.tiles import TILE_WIDTH
from ledger.domain.custody.subjects import subjects_of
from ledger.errors import ConflictError, InternalError, NotFoundError, StoreUnavailableError
from ledger.ports import (
    NO_BODY_HASH,
    NO_SEED,
    Anchor,
    AnchorState,
    ApiKey,
    CaptureJob,
    Duplicate,
    Erasure,
    LogFile,
    NewEvent,
    Outcomes,
    Sequenced,
    StoredCheckpoint,
    StoredEvent,
    Submission,
)
from ledger.types import Address, Hash32, PartyId, UnixTime

_ON_CHAIN = (AnchorState.ANCHORED, AnchorState.FINAL)
_OPEN = (AnchorState.SUBMITTED, AnchorState.ANCHORED)


@dataclass(frozen=True, slots=True)
class _Key:
    """What may be logged once (spec §4: one event, and one correction of it, by one party)."""

    party: PartyId
    event_id: str
    has_declaration: bool


def _key(event: NewEvent) -> _Key:
    return _Key(event.party, event.event_id, event.has_declaration)


class MemoryStore:
    """A `Store` that forgets."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._records: list[Hash32] = []
        self._events: dict[int, StoredEvent] = {}
        self._indexes: dict[_Key, int] = {}
        self._about: dict[Hash32, list[int]] = {}
        self._integrated_size = 0
        self._jobs: dict[str, CaptureJob] = {}
        self._checkpoints: dict[int, StoredCheckpoint] = {}
        self._anchors: dict[tuple[Address, int], Anchor] = {}
        self._api_keys: dict[Hash32, ApiKey] = {}

    def append(self, events: Sequence[NewEvent], captured_at: UnixTime, *, all_or_nothing: bool = False) -> Outcomes:
        return self.append_all([Submission(tuple(events), all_or_nothing)], captured_at)[0]

    def append_all(self, submissions: Sequence[Submission], captured_at: UnixTime) -> tuple[Outcomes, ...]:
        with self._lock:
            return tuple(self._append_one(submission, captured_at) for submission in submissions)

    def _append_one(self, submission: Submission, captured_at: UnixTime) -> Outcomes:
        keys = [_key(event) for event in submission.events]
        repeated = len(set(keys)) < len(keys) or not self._indexes.keys().isdisjoint(keys)
        if submission.all_or_nothing and repeated:
            return tuple(Duplicate(self._indexes.get(key, -1)) for key in keys)
        return tuple(self._append_event(event, captured_at) for event in submission.events)

    def _append_event(self, event: NewEvent, captured_at: UnixTime) -> Sequenced | Duplicate:
        first = self._indexes.get(_key(event))
        if first is not None:
            return Duplicate(first)
        leaf_index = len(self._records)
        self._records.append(event.record)
        self._events[leaf_index] = StoredEvent(leaf_index, captured_at, event)
        self._indexes[_key(event)] = leaf_index
        for subject in subjects_of(event.statement, event.event_bytes):
            self._about.setdefault(subject, []).append(leaf_index)
        return Sequenced(leaf_index, captured_at)

    def append_record(self, record: Hash32) -> int:
        with self._lock:
            if self._records:
                raise InternalError("a predecessor's head can only be the first record")
            self._records.append(record)
            return 0

    def record_count(self) -> int:
        return len(self._records)

    def records(self, start: int, end: int) -> tuple[Hash32, ...]:
        return tuple(self._records[start:end])

    def event_at(self, leaf_index: int) -> StoredEvent | None:
        return self._events.get(leaf_index)

    def events_by_id(self, event_id: str) -> tuple[StoredEvent, ...]:
        with self._lock:
            return tuple(stored for stored in self._events.values() if stored.event.event_id == event_id)

    def event_by_digest(self, event_digest: Hash32) -> StoredEvent | None:
        with self._lock:
            same = (stored for stored in self._events.values() if stored.event.event_digest == event_digest)
            return next(same, None)

    def events_about(self, subject: Hash32) -> tuple[StoredEvent, ...]:
        with self._lock:
            return tuple(self._events[leaf_index] for leaf_index in self._about.get(subject, ()))

    def erase(self, leaf_index: int, basis: str, erased_at: UnixTime) -> Erasure:
        with self._lock:
            stored = self._events.get(leaf_index)
            if stored is None:
                raise NotFoundError("", "the leaf index of an event", "another one")
            if stored.erasure is not None:
                raise ConflictError("", "an event that was not erased", "one that was")
            erasure = Erasure(leaf_index, erased_at, basis)
            emptied = replace(stored.event, event_bytes=b"", seed=NO_SEED, event_hash="", deviations=())
            self._events[leaf_index] = replace(stored, event=emptied, erasure=erasure)
            for job in tuple(self._jobs.values()):
                if any(result.get("leafIndex") == leaf_index for result in job.results):
                    self._jobs[job.capture_id] = replace(job, body_hash=NO_BODY_HASH)
            return erasure

    def erasure(self, leaf_index: int) -> Erasure | None:
        stored = self._events.get(leaf_index)
        return None if stored is None else stored.erasure

    def integrated_size(self) -> int:
        return self._integrated_size

    def set_integrated_size(self, size: int) -> None:
        with self._lock:
            if not self._integrated_size <= size <= len(self._records):
                raise InternalError(f"{size} records integrated, after {self._integrated_size} of {len(self._records)}")
            self._integrated_size = size

    def put_job(self, job: CaptureJob) -> None:
        with self._lock:
            key = job.idempotency_key
            if job.capture_id in self._jobs or (key is not None and self.job_by_key(job.party, key)):
                raise ConflictError("", "a new capture job", "one that was kept before")
            self._jobs[job.capture_id] = job

    def job(self, capture_id: str) -> CaptureJob | None:
        return self._jobs.get(capture_id)

    def job_by_key(self, party: PartyId, idempotency_key: str) -> CaptureJob | None:
        with self._lock:
            wanted = (party, idempotency_key)
            return next((job for job in self._jobs.values() if (job.party, job.idempotency_key) == wanted), None)

    def put_checkpoint(self, checkpoint: StoredCheckpoint) -> None:
        with self._lock:
            kept = self._checkpoints.setdefault(checkpoint.tree_size, checkpoint)
            if kept.root_hash != checkpoint.root_hash:
                raise InternalError(f"two roots of tree size {checkpoint.tree_size}")

    def checkpoint(self, tree_size: int) -> StoredCheckpoint | None:
        return self._checkpoints.get(tree_size)

    def latest_checkpoint(self) -> StoredCheckpoint | None:
        with self._lock:
            return self._checkpoints[max(self._checkpoints)] if self._checkpoints else None

    def checkpoints(self, start: int, end: int) -> tuple[StoredCheckpoint, ...]:
        with self._lock:
            return tuple(self._checkpoints[size] for size in sorted(self._checkpoints) if start <= size < end)

    def put_anchor(self, anchor: Anchor) -> None:
        with self._lock:
            self._anchors[anchor.account, anchor.nonce] = anchor

    def open_anchors(self) -> tuple[Anchor, ...]:
        return tuple(sorted(self._anchors_in(_OPEN), key=lambda anchor: (anchor.nonce, anchor.account)))

    def anchored_covering(self, leaf_index: int) -> Anchor | None:
        covering = (anchor for anchor in self._anchors_in(_ON_CHAIN) if anchor.tree_size > leaf_index)
        return min(covering, key=lambda anchor: anchor.tree_size, default=None)

    def latest_anchor(self) -> Anchor | None:
        return max(self._anchors_in(_ON_CHAIN), key=lambda anchor: anchor.tree_size, default=None)

    def final_size(self) -> int:
        return max((anchor.tree_size for anchor in self._anchors_in((AnchorState.FINAL,))), default=0)

    def _anchors_in(self, states: Iterable[AnchorState]) -> list[Anchor]:
        with self._lock:
            return [anchor for anchor in self._anchors.values() if anchor.state in states]

    def gas_used_since(self, submitted_at: UnixTime) -> int:
        recent = (anchor for anchor in self._anchors_in(AnchorState) if anchor.submitted_at >= submitted_at)
        return sum(anchor.gas_used or 0 for anchor in recent)

    def put_api_key(self, key: ApiKey) -> None:
        with self._lock:
            if self._api_keys.setdefault(key.key_hash, key) is not key:
                raise ConflictError("", "a new API key", "one that was kept before")

    def api_key(self, key_hash: Hash32) -> ApiKey | None:
        return self._api_keys.get(key_hash)

    def api_keys(self) -> tuple[ApiKey, ...]:
        with self._lock:
            return tuple(sorted(self._api_keys.values(), key=lambda key: (key.created_at, key.key_hash)))

    def revoke_api_key(self, key_hash: Hash32, revoked_at: UnixTime) -> None:
        with self._lock:
            key = self._api_keys.get(key_hash)
            if key is not None and key.revoked_at is None:
                self._api_keys[key_hash] = replace(key, revoked_at=revoked_at)

    def touch(self, at: UnixTime) -> None:
        """Memory can always be written."""

    def close(self) -> None:
        """Nothing is held open."""


class MemoryTileStore:
    """A `TileStore` that forgets."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._files: dict[LogFile, bytes] = {}
        self._checkpoint: bytes | None = None

    def read(self, file: LogFile) -> bytes:
        with self._lock:
            for width in range(file.width, TILE_WIDTH + 1):
                if (kept := self._files.get(file._replace(width=width))) is not None:
                    return kept
        raise StoreUnavailableError(f"no {type(file).__name__} {file.index} of width {file.width}")

    def write(self, files: Sequence[tuple[LogFile, bytes]]) -> None:
        with self._lock:
            self._files |= dict(files)

    def write_checkpoint(self, note: bytes) -> None:
        self._checkpoint = note

    def read_checkpoint(self) -> bytes | None:
        return self._checkpoint
