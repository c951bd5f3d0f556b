"""The shapes of answers, and how stored values become them."""
# ruff: noqa: N815  names of members are the EPCIS binding's and the spec's

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from ledger.domain.fields import write_date_time
from ledger.ports import CaptureJob as StoredJob
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


class EventResult(Schema):
    """What became of one event; ``promise``, where it stands in the log, is a signed note (docs/spec.md §6.1)."""

    pointer: str
    eventID: str | None
    status: Literal["sequenced", "duplicate", "refused", "not captured"]
    eventDigest: str | None = None
    leafIndex: int | None = None
    promise: str | None = None
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


class LogParameters(Schema):
    """What a statement names, and the C2SP verifier key of the log."""

    origin: str
    logId: str
    verifierKey: str
    chainId: int
    partyRegistry: str


class Records(Schema):
    """How many records reached each step."""

    sequenced: int
    integrated: int
    checkpointed: int
    anchored: int
    final: int


class Health(Schema):
    """``faults`` names the background steps that wait, such as for a chain that does not answer."""

    status: Literal["ok", "waiting"]
    records: Records
    faults: dict[str, str]


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
    )


def result_of(result: JsonObject) -> EventResult:
    """Return one event's result."""
    return EventResult.model_validate(result)
