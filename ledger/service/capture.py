"""Capture: what a caller hands in becomes events in the log, one result and one signed promise each, kept as a capture job.

Two kinds of body: signed envelopes, which anyone may hand in for whoever signed them; and EPCIS documents, events or lists of events,
which the service signs for the caller's party where it holds that party's key. Nothing is answered before it is durable, so a job is
finished when it is given out. What a body may be is `intake`'s to say, what an event must be, `acceptance`'s; whether the caller is who it
says it is, the face's.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

from ledger.epcis.deviation import Mode
from ledger.errors import BadEvidenceError, ConflictError, IdempotencyKeyReusedError, NotAllowedError, RequestRefusedError
from ledger.ports import CaptureJob, Clock, Duplicate, NewEvent, Sequenced, Store, Submission
from ledger.service import outcomes
from ledger.service.acceptance import RegistryNow, RegistryView, Terms, accept
from ledger.service.custodian import Custodian
from ledger.service.intake import Item, Sign, event_id_drawer, items_of
from ledger.service.outcomes import Refusal
from ledger.service.promises import Promises
from ledger.service.sequencer import Sequencer
from ledger.service.signing import Capacity
from ledger.types import Hash32, JsonObject, PartyId, UnixTime


class ErrorBehaviour(Enum):
    """``GS1-Capture-Error-Behaviour`` (EPCIS 2.0, REST binding)."""

    ROLLBACK = "rollback"
    """All events or none."""
    PROCEED = "proceed"
    """Each event for itself."""


@dataclass(frozen=True, slots=True)
class Request:
    """One capture. ``capacity`` is needed only where the service signs and the party holds several roles."""

    party: PartyId
    body: bytes
    behaviour: ErrorBehaviour = ErrorBehaviour.ROLLBACK
    idempotency_key: str | None = None
    mode: Mode = Mode.STRICT
    capacity: Capacity | None = None


@dataclass(frozen=True, slots=True)
class _Prepared:
    """One item after its checks: an event to be logged, or why not."""

    item: Item
    event_id: str | None
    outcome: NewEvent | Refusal


class CaptureService:
    """The capture of one log. ``custodian`` is ``None`` where the service signs for nobody."""

    def __init__(
        self,
        store: Store,
        sequencer: Sequencer,
        registry: RegistryView,
        terms: Terms,
        promises: Promises,
        clock: Clock,
        custodian: Custodian | None = None,
    ) -> None:
        self._store = store
        self._sequencer = sequencer
        self._registry = registry
        self._terms = terms
        self._promises = promises
        self._clock = clock
        self._custodian = custodian

    def capture(self, request: Request) -> CaptureJob:
        """Return the finished job, or under an idempotency key the one that this very request had before.

        Refused as a whole is only what cannot be taken apart, exceeds a limit, comes unsigned where the service may not sign, or uses
        an idempotency key again for another body (`IdempotencyKeyReusedError`). Any other fault is in the result of its event.
        """
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
        prepared = _refuse_repeated([self._prepare(item, now, clock) for item in items])
        if request.behaviour is ErrorBehaviour.ROLLBACK and any(_refusal(each) for each in prepared):
            return tuple(_left_out(each) for each in prepared)
        return self._sequence(prepared, request.behaviour is ErrorBehaviour.ROLLBACK)

    def _signing(self, request: Request, now: RegistryNow, clock: UnixTime) -> Sign:
        custodian = self._custodian
        if custodian is None:
            raise NotAllowedError("", "signed envelopes: this service signs for nobody", "events without a signature")
        mandate = custodian.mandate(request.party, request.capacity, now)
        return lambda event: custodian.sign(event, mandate, clock)

    def _prepare(self, item: Item, now: RegistryNow, clock: UnixTime) -> _Prepared:
        event_id: str | None = None
        try:
            formed = item.read()
            event_id = str(formed.envelope.event["eventID"])
            return _Prepared(item, event_id, accept(formed, self._terms, now, clock))
        except (RequestRefusedError, BadEvidenceError) as error:
            return _Prepared(item, event_id, error)

    def _sequence(self, prepared: Sequence[_Prepared], all_or_nothing: bool) -> tuple[JsonObject, ...]:
        events = tuple(each.outcome for each in prepared if isinstance(each.outcome, NewEvent))
        placed = iter(self._sequencer.sequence(Submission(events, all_or_nothing)) if events else ())
        return tuple(
            self._logged(each.item, each.outcome, next(placed))
            if isinstance(each.outcome, NewEvent)
            else _left_out(each)
            for each in prepared
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

    def _job(
        self, request: Request, body_hash: Hash32, clock: UnixTime, results: tuple[JsonObject, ...]
    ) -> CaptureJob:
        return CaptureJob(
            capture_id=str(uuid.uuid4()),
            party=request.party,
            created_at=clock,
            error_behaviour=request.behaviour.value,
            idempotency_key=request.idempotency_key,
            body_hash=body_hash,
            success=all(outcomes.stands(result) for result in results),
            results=results,
        )


def _refuse_repeated(prepared: Sequence[_Prepared]) -> list[_Prepared]:
    """Return the same with every event refused that stands a second time in the body."""
    seen: set[tuple[PartyId, str, bool]] = set()
    checked: list[_Prepared] = []
    for each in prepared:
        event = each.outcome
        if isinstance(event, NewEvent):
            key = (event.party, event.event_id, event.has_declaration)
            if key in seen:
                error = ConflictError("/eventID", "an eventID that stands once in what is handed in", "one that stands twice")
                each = _Prepared(each.item, each.event_id, error)
            seen.add(key)
        checked.append(each)
    return checked


def _refusal(prepared: _Prepared) -> bool:
    return not isinstance(prepared.outcome, NewEvent)


def _left_out(prepared: _Prepared) -> JsonObject:
    if isinstance(prepared.outcome, NewEvent):
        return outcomes.not_captured(prepared.item.pointer, prepared.event_id)
    return outcomes.refused(prepared.item.pointer, prepared.event_id, prepared.outcome)


def _is_same(item: Item, event: NewEvent, first: NewEvent) -> bool:
    """Say whether this is what was logged first: the same signed statement, or the same event for the service to sign."""
    return event.record == first.record or (item.signed_here and event.event_bytes == first.event_bytes)
