"""Capture jobs (EPCIS 2.0 REST binding): one result and one signed promise an event."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from fastapi import APIRouter, Depends, Header, Request, Response

from api import bodies, problems
from api.auth import CapturingParty, OpenService, ReadingParty, service_of
from api.bodies import Body
from api.schemas.answers import CaptureJob, job_of, job_so_far
from ledger.epcis.deviation import Mode
from ledger.errors import MalformedError, NotFoundError
from ledger.ports import CaptureJob as StoredJob
from ledger.service.capture import ErrorBehaviour
from ledger.service.capture import Request as CaptureRequest
from ledger.service.signing import Capacity

router = APIRouter(prefix="/capture", tags=["capture"])

IdempotencyKey: TypeAlias = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="draft-ietf-httpapi-idempotency-key-header: the same key and body are captured once, however often "
        "they are sent; the same key with another body is 422",
    ),
]
Strictness: TypeAlias = Annotated[
    Literal["strict", "lenient"],
    Header(alias="Validation-Mode", description="lenient takes what circulates and records each deviation"),
]
Behaviour: TypeAlias = Annotated[
    Literal["rollback", "proceed"],
    Header(alias="GS1-Capture-Error-Behaviour", description="rollback: all events or none; proceed: each for itself"),
]


LOCATED: dict[str, Any] = {
    "description": "Captured, as far as the results say",
    "headers": {"Location": {"description": "where it is found from now on", "schema": {"type": "string"}}},
}


def capacity_of(
    role: Annotated[
        str | None,
        Header(
            alias="Party-Role",
            description="role/jurisdiction, such as carrier/DE: where the service signs for a party that holds several",
        ),
    ] = None,
) -> Capacity | None:
    """Return the capacity that a ``Party-Role`` header names."""
    if role is None:
        return None
    name, separator, jurisdiction = role.partition("/")
    if not separator:
        raise MalformedError("", "Party-Role as role/jurisdiction", "another form")
    return Capacity(name, jurisdiction)


InCapacity: TypeAlias = Annotated[Capacity | None, Depends(capacity_of)]


@router.post(
    "",
    status_code=202,
    response_model_exclude_unset=True,
    summary="Capture an EPCIS document or signed envelopes",
    responses={202: LOCATED, **problems.documented(400, 401, 403, 413, 415, 422)},
    openapi_extra=bodies.documented(
        "EpcisDocument", "EpcisEvent", "EpcisEventList", "Envelope", "EnvelopeList",
        description="EPCIS, which the service signs where it holds the party's key as its custodian; "
        "or what the party signed itself.",
    ),
)  # fmt: skip
def capture(
    request: Request,
    party: CapturingParty,
    body: Body,
    response: Response,
    capacity: InCapacity,
    behaviour: Behaviour = "rollback",
    idempotency_key: IdempotencyKey = None,
    mode: Strictness = "strict",
) -> CaptureJob:
    """Return the capture job, finished: what it accepted is durable, sequenced and promised."""
    behave = ErrorBehaviour(behaviour)
    asked, service = request.state.request_id, service_of(request)
    job = service.capture.capture(CaptureRequest(party, body, behave, idempotency_key, Mode(mode), capacity, asked))
    request.app.state.meters.captured(str(result["status"]) for result in job.results)
    response.headers["Location"] = f"/capture/{job.capture_id}"
    return job_of(job)


@router.get(
    "/{capture_id}",
    response_model_exclude_unset=True,
    summary="A capture job with its results, and how far each event got: to the transaction that anchored it",
    responses=problems.documented(401, 403, 404),
)
def capture_job(capture_id: str, party: ReadingParty, service: OpenService) -> CaptureJob:
    """Return a job of the caller's party."""
    found: StoredJob | None = service.shelf.job(capture_id)
    if found is None or found.party != party:
        raise NotFoundError("", "a capture job of this party", "another one")
    return job_so_far(found, service.store)
