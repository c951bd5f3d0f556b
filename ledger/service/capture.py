"""Capture: what a caller hands in becomes events in the log, each with a result and a signed promise.

Two kinds of body: signed envelopes, which anyone may hand in for whoever signed them; and EPCIS documents, events or
lists of events, which the service signs for the caller's party where it holds that party's key. Nothing is answered
before it is durable, so a job is finished when it is given out. What a body may be is `intake`'s to say, what an event
must be, `acceptance`'s; whether the caller is who it says it is, the face's.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

from ledger.codec.hex_strict import encode_hex
from ledger.epcis.deviation import Mode
from ledger.errors import ConflictError, ContinuityError, IdempotencyKeyReusedError, NotAllowedError
from ledger.ports import CaptureJob, Clock, Duplicate, NewEvent, Sequenced, Store, Submission
from ledger.service import outcomes
from ledger.service.acceptance import Draft, RegistryNow, RegistryView, Terms, accept_all
from ledger.service.closed_log import FREE, Standing
from ledger.service.custodian import Custodian
from ledger.service.intake import Item, Sign, event_id_drawer, items_of
from ledger.service.promises import Promises
from ledger.service.sequencer import Sequencer
from ledger.service.signing import Capacity
from ledger.types import Hash32, JsonObject, PartyId, UnixTime

logger = logging.getLogger(__name__)


class ErrorBehaviour(Enum):
    """``GS1-Capture-Error-Behaviour`` (EPCIS 2.0, REST binding)."""

    ROLLBACK = "rollback"
    """All events or none."""
    PROCEED = "proceed"
    """Each event for itself."""


@dataclass(frozen=True, slots=True)
class Request:
    """One capture. ``capacity`` is needed only where the service signs and the party holds several roles.

    ``request_id`` is how the caller finds it again in the log lines.
    """

    party: PartyId
    body: bytes
    behaviour: ErrorBehaviour = ErrorBehaviour.ROLLBACK
    idempotency_key: str | None = None
    mode: Mode = Mode.STRICT
    capacity: Capacity | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Entry:
    """One event of a body, and how far it got."""

    item: Item
    draft: Draft

    @property
    def event_id(self) -> str | None:
        return str(self.draft.formed.envelope.event["eventID"]) if self.draft.formed else None


class CaptureService:
    """The capture of one log. ``custodian`` is ``None`` where the service signs for nobody.

    What the closed logs of ``standing`` hold is not logged again; while it is sealed nothing is captured.
    """

    def __init__(
        self,
        store: Store,
        sequencer: Sequencer,
        registry: RegistryView,
        terms: Terms,
        promises: Promises,
        clock: Clock,
        custodian: Custodian | None = None,
        standing: Standing = FREE,
    ) -> None:
        self._store = store
        self._sequencer = sequencer
        self._registry = registry
        self._terms = terms
        self._promises = promises
        self._clock = clock
        self._custodian = custodian
        self._standing = standing

    def capture(self, request: Request) -> CaptureJob:
        """Return the finished job, or under an idempotency key the one that this very request had before.

        Refused as a whole is only what cannot be taken apart, exceeds a limit, comes unsigned where the service may not
        sign, or uses an idempotency key again for another body (`IdempotencyKeyReusedError`). Any other fault is in the
        result of its event.
        """
        if (reason := self._standing.sealed()) is not None:
            raise ContinuityError(reason)
        body_hash = Hash32(sha256(request.body).digest())
        earlier = self._earlier(request, body_hash)
        if earlier is not None:
            return earlier
        now, clock = self._registry(), self._clock()
        job = self._job(request, body_hash, clock, self._results(request, now, clock))
        try:
            self._store.put_job(job)
        except ConflictError:  # the same request, twice at once; its events are logged once
            return self._earlier(request, body_hash) or job
        _tell(job)
        return job

    def _earlier(self, request: Request, body_hash: Hash32) -> CaptureJob | None:
        if request.idempotency_key is None:
            return None
        job = self._store.job_by_key(request.party, request.idempotency_key)
        if job is not None and job.body_hash != body_hash:
            raise IdempotencyKeyReusedError("", "a new Idempotency-Key, or the body first sent with it", "another body")
        return job

    def _results(self, request: Request, now: RegistryNow, clock: UnixTime) -> tuple[JsonObject, ...]:
        draw = event_id_drawer(request.party, request.body, request.idempotency_key)
        items = items_of(request.body, request.mode, lambda: self._signing(request, now, clock), draw)
        entries = [_Entry(item, Draft(item.read)) for item in items]
        accept_all([entry.draft for entry in entries], self._terms, now, clock)
        _refuse_repeated(entries)
        self._refuse_logged_before(entries)
        together = request.behaviour is ErrorBehaviour.ROLLBACK
        if together and any(entry.draft.refusal for entry in entries):
            return tuple(_left_out(entry) for entry in entries)
        return self._sequence(entries, together=together)

    def _refuse_logged_before(self, entries: Sequence[_Entry]) -> None:
        """Refuse what stands in a closed log: whatever goes on after it holds the rest, once."""
        for draft in (entry.draft for entry in entries if self._standing.closed_logs and entry.draft.refusal is None):
            for closed in self._standing.closed_logs:
                if (place := closed.place_of(draft.event)) is not None:
                    found = f"that of leaf {place} of the closed log {encode_hex(closed.log_id)}"
                    draft.refusal = ConflictError("/eventID", "an eventID that this party has not logged", found)

    def _signing(self, request: Request, now: RegistryNow, clock: UnixTime) -> Sign:
        custodian = self._custodian
        if custodian is None:
            raise NotAllowedError("", "signed envelopes: this service signs for nobody", "events without a signature")
        mandate = custodian.mandate(request.party, request.capacity, now)
        return lambda event: custodian.sign(event, mandate, clock)

    def _sequence(self, entries: Sequence[_Entry], *, together: bool) -> tuple[JsonObject, ...]:
        events = tuple(entry.draft.event for entry in entries if entry.draft.refusal is None)
        places = iter(self._sequencer.sequence(Submission(events, together)) if events else ())
        return tuple(
            self._logged(entry.item, entry.draft.event, next(places))
            if entry.draft.refusal is None
            else _left_out(entry)
            for entry in entries
        )

    def _logged(self, item: Item, event: NewEvent, place: Sequenced | Duplicate) -> JsonObject:
        match place:
            case Sequenced(leaf_index, captured_at):
                promise = self._promises.note(leaf_index, event.record, captured_at)
                return outcomes.sequenced(item.pointer, event, leaf_index, promise)
            case Duplicate(-1):
                return outcomes.not_captured(item.pointer, event.event_id)
            case Duplicate(leaf_index):
                return self._duplicate(item, event, leaf_index)

    def _duplicate(self, item: Item, event: NewEvent, leaf_index: int) -> JsonObject:
        """Return the first one's place; where that is what was handed in now, with its promise and without an error."""
        first = self._store.event_at(leaf_index)
        if first is None or not _is_same(item, event, first.event):
            return outcomes.conflicting(item.pointer, event, leaf_index)
        promise = self._promises.note(leaf_index, first.event.record, first.captured_at)
        return outcomes.duplicate(item.pointer, first.event, leaf_index, promise)

    def _job(self, request: Request, body_hash: Hash32, clock: UnixTime, results: tuple[JsonObject, ...]) -> CaptureJob:
        return CaptureJob(
            capture_id=str(uuid.uuid4()),
            party=request.party,
            created_at=clock,
            error_behaviour=request.behaviour.value,
            idempotency_key=request.idempotency_key,
            body_hash=body_hash,
            success=all(outcomes.stands(result) for result in results),
            results=results,
            request_id=request.request_id,
        )


def _tell(job: CaptureJob) -> None:
    """Log where the events of a job stand, by index alone; the checkpoint above them and its anchor log their size."""
    indexes = [int(str(result["leafIndex"])) for result in job.results if outcomes.stands(result)]
    extra = {"capture_id": job.capture_id, "leaf_indexes": _ranges(indexes)}
    logger.info("captured %d of %d events", len(indexes), len(job.results), extra=extra)


def _ranges(indexes: Iterable[int]) -> str:
    """Return indexes as ranges: ``4-6,9``."""
    ranges: list[tuple[int, int]] = []
    for index in sorted(set(indexes)):
        if ranges and ranges[-1][1] == index - 1:
            ranges[-1] = (ranges[-1][0], index)
        else:
            ranges.append((index, index))
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)


def _refuse_repeated(entries: Sequence[_Entry]) -> None:
    """Refuse every event that stands a second time in the body."""
    seen: set[tuple[PartyId, str, bool]] = set()
    for draft in (entry.draft for entry in entries if entry.draft.refusal is None):
        key = (draft.event.party, draft.event.event_id, draft.event.has_declaration)
        if key in seen:
            draft.refusal = ConflictError("/eventID", "an eventID that stands here once", "one that stands twice")
        seen.add(key)


def _left_out(entry: _Entry) -> JsonObject:
    refusal = entry.draft.refusal
    if refusal is None:
        return outcomes.not_captured(entry.item.pointer, entry.event_id)
    return outcomes.refused(entry.item.pointer, entry.event_id, refusal)


def _is_same(item: Item, event: NewEvent, first: NewEvent) -> bool:
    """Say whether this was logged first: the same signed statement, or the same event for the service to sign."""
    return event.record == first.record or (item.signed_here and event.event_bytes == first.event_bytes)
