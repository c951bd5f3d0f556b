"""Single events (EPCIS 2.0 REST binding)."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from api import bodies, problems
from api.auth import CapturingParty, OpenService, ReadingParty
from api.bodies import Body
from api.routes.capture import LOCATED, IdempotencyKey, InCapacity, Strictness
from api.schemas.answers import EventResult, result_of
from ledger.codec.event_leaves import has_hash_id
from ledger.codec.strict_json import parse
from ledger.domain.fields import write_date_time
from ledger.epcis.deviation import Mode
from ledger.errors import MalformedError, NotAllowedError, NotFoundError
from ledger.service.capture import Request as CaptureRequest
from ledger.service.erasure import require_values
from ledger.service.intake import MAX_CAPTURE_BYTES

router = APIRouter(prefix="/events", tags=["events"])

LD_JSON = "application/ld+json"
QUERY_DOCUMENT = (
    b'{"@context":"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld","type":"EPCISQueryDocument",'
    b'"schemaVersion":"2.0","creationDate":"%s","epcisBody":{"queryResults":{"queryName":"SimpleEventQuery",'
    b'"resultsBody":{"eventList":[%s]}}}}'
)


@router.post(
    "",
    status_code=201,
    response_model=EventResult,
    summary="Capture one event",
    responses={201: LOCATED, **problems.documented(400, 401, 403, 409, 413, 415, 422)},
    openapi_extra=bodies.documented("EpcisEvent", "Envelope", description="One event, or one signed envelope."),
)
def capture_event(
    request: Request,
    party: CapturingParty,
    service: OpenService,
    body: Body,
    capacity: InCapacity,
    idempotency_key: IdempotencyKey = None,
    mode: Strictness = "strict",
) -> Response:
    """Return the event's result with its signed promise; an eventID that the party logged is 409 with the first."""
    _require_one(body)
    asked = request.state.request_id
    one = CaptureRequest(
        party, body, idempotency_key=idempotency_key, mode=Mode(mode), capacity=capacity, request_id=asked
    )
    result = result_of(service.capture.capture(one).results[0])
    request.app.state.meters.captured([result.status])
    if result.error is not None or result.status == "duplicate":
        return problems.answer(problems.problem_of_event(result))
    location = {"Location": _place_of(result)}
    return JSONResponse(result.model_dump(exclude_unset=True), status_code=201, headers=location)


@router.get(
    "/{event_id:path}",
    response_class=Response,
    summary="The event as signed, with any declaration of error, in an EPCISQueryDocument",
    responses={
        200: {"content": {LD_JSON: {"schema": {"$ref": "#/components/schemas/EpcisDocument"}}}},
        **problems.documented(401, 403, 404, 410),
    },
)
def event(event_id: str, party: ReadingParty, service: OpenService) -> Response:
    """Return the party's own events of this id, byte for byte as signed, in order of the log."""
    if has_hash_id(event_id):
        raise NotAllowedError("", "an eventID that is no hash of the event", "an ni: URI; fetch it by its event digest")
    found = [stored for stored in service.shelf.events_by_id(event_id) if stored.event.party == party]
    if not found:
        raise NotFoundError("", "an eventID that this party logged", "another one")
    for stored in found:
        require_values(stored)
    events = b",".join(stored.event.event_bytes for stored in found)
    date = write_date_time(service.clock()).encode()
    return Response(QUERY_DOCUMENT % (date, events), media_type=LD_JSON)


def _require_one(body: bytes) -> None:
    """Refuse a document or a list: ``/capture`` takes these."""
    value = parse(body, MAX_CAPTURE_BYTES)
    if not isinstance(value, dict) or value.get("type") in ("EPCISDocument", "EPCISQueryDocument"):
        raise MalformedError("", "one event or one envelope", "a document or another value")


def _place_of(result: EventResult) -> str:
    """Return where the event is found; an eventID that is a hash of the event is kept out of URLs."""
    if has_hash_id(result.eventID):
        return f"/receipts/{result.eventDigest}?view=whole"
    return f"/events/{quote(str(result.eventID), safe='')}"
