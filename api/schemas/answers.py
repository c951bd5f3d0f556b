"""The shapes of answers, and how stored values become them."""
# ruff: noqa: N815  names of members are the EPCIS binding's and the spec's

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from ledger.codec.hex_strict import encode_hex
from ledger.domain.fields import write_date_time
from ledger.ports import CaptureJob as StoredJob
from ledger.ports import Store
from ledger.service.states import watermarks
from ledger.types import JsonObject


class Schema(BaseModel):
    """A closed object."""

    model_config = ConfigDict(extra="forbid")


class EventError(Schema):
    """Why one event was not captured; ``pointer`` counts from the body as it was sent."""

    kind: Literal["malformed", "not-allowed", "conflict", "too-large", "bad-evidence"]
    detail: str
    pointer: str
    expected: str
    found: str


class Anchored(Schema):
    """The first head on chain that covers an event; of what it proves, receipts hold the proof."""

    treeSize: int
    transaction: str
    block: int


class EventResult(Schema):
    """What became of one event; ``promise``, where it stands in the log, is a signed note (docs/spec.md §6.1).

    ``state`` and ``anchor``, once there is one, are told when the job is asked for again.
    """

    pointer: str
    eventID: str | None
    status: Literal["sequenced", "duplicate", "refused", "not captured"]
    eventDigest: str | None = None
    leafIndex: int | None = None
    promise: str | None = None
    state: Literal["captured", "sequenced", "integrated", "checkpointed", "anchored", "final"] | None = None
    anchor: Anchored | None = None
    error: EventError | None = None


class CaptureJob(Schema):
    """A capture job. ``running`` is never true: a job is given out when everything it accepted is durable."""

    captureID: str
    running: Literal[False]
    success: bool
    captureErrorBehaviour: Literal["rollback", "proceed"]
    createdAt: str
    finishedAt: str
    errors: list[EventError]
    results: list[EventResult]
    requestId: str | None = None


class LogParameters(Schema):
    """What a statement names, the C2SP verifier key of the log, and the closed logs it goes on after, newest first."""

    origin: str
    logId: str
    verifierKey: str
    chainId: int
    partyRegistry: str
    predecessors: list[str]
    custodyLedger: str | None = None


class Held(Schema):
    """Who holds a consignment since when, and to whom it is offered; ``quantity`` in thousandths of ``unit``.

    ``head`` is what the next statement names as ``previous``.
    """

    status: Literal["held", "offered", "lost", "destroyed", "ended", "consumed"]
    holder: str
    since: str
    taker: str | None
    quantity: int
    unit: str
    head: str


class ConsignmentStatement(Schema):
    """A statement of the log about a consignment, or about one that it came of.

    One that did not count is a claim, and ``reason`` says why.
    """

    leafIndex: int
    eventDigest: str
    act: str
    subject: str
    party: str
    recorded: str
    counted: bool
    reason: str | None = None


class Forked(Schema):
    """Two statements by one party that follow the same one."""

    party: str
    subject: str
    first: str
    second: str


class ConsignmentAccount(Schema):
    """All that is known of a consignment. Where it was opened in the `CustodyLedger`, ``onChain`` decides."""

    subject: str
    onChain: Held | None
    byLog: Held | None
    statements: list[ConsignmentStatement]
    forks: list[Forked]


class Records(Schema):
    """How many records reached each step."""

    sequenced: int
    integrated: int
    checkpointed: int
    anchored: int
    final: int


class Reason(Schema):
    """What does not get on, and what is the matter with it."""

    part: str
    detail: str


class Health(Schema):
    """``reasons`` are what keeps the service from being ready, such as a chain that does not answer."""

    status: Literal["ok", "waiting"]
    records: Records
    reasons: list[Reason]


class Live(Schema):
    """The process answers."""

    status: Literal["live"]


class Index(Schema):
    """Where to go from here."""

    service: Literal["Trade Ledger"]
    version: str
    openapi: str
    capture: str
    log: str
    health: str


class Problem(Schema):
    """RFC 9457 problem details.

    ``pointer`` is the RFC 6901 pointer of the offending member in the body, ``""`` the whole request; ``retry`` says
    whether the same request may succeed later. ``result`` is there where one event was handed in.
    """

    type: str
    title: str
    status: int
    retry: bool
    detail: str | None = None
    pointer: str | None = None
    expected: str | None = None
    found: str | None = None
    result: EventResult | None = None


def job_of(job: StoredJob) -> CaptureJob:
    """Return a stored job as the EPCIS 2.0 REST binding has it, with one result an event beside."""
    results = [result_of(result) for result in job.results]
    date = write_date_time(job.created_at)
    return CaptureJob(
        captureID=job.capture_id,
        running=False,
        success=job.success,
        captureErrorBehaviour="rollback" if job.error_behaviour == "rollback" else "proceed",
        createdAt=date,
        finishedAt=date,
        errors=[result.error for result in results if result.error is not None],
        results=results,
        requestId=job.request_id,
    )


def job_so_far(job: StoredJob, store: Store) -> CaptureJob:
    """Return a stored job with how far each of its events got by now."""
    answer, reached, anchor = job_of(job), watermarks(store), None
    for result in sorted(answer.results, key=lambda result: result.leafIndex or 0):
        if result.leafIndex is None:
            continue
        result.state = reached.state_of(result.leafIndex).value
        if anchor is None or anchor.tree_size <= result.leafIndex:  # one anchor covers many
            anchor = store.anchored_covering(result.leafIndex)
        if anchor is not None and anchor.block is not None:
            transaction = encode_hex(anchor.transactions[-1])
            result.anchor = Anchored(treeSize=anchor.tree_size, transaction=transaction, block=anchor.block)
    return answer


def result_of(result: JsonObject) -> EventResult:
    """Return one event's result."""
    return EventResult.model_validate(result)
