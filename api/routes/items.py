"""Items: what happened to each, as far as the caller may see it."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse

from api import problems
from api.auth import OpenService, ReadingParty
from ledger.domain.fields import date_time
from ledger.domain.trace import Direction
from ledger.service.sight import OwnEvents
from ledger.service.trace import Question, traced_json
from ledger.types import UnixTime

router = APIRouter(prefix="/items", tags=["items"])

Way: TypeAlias = Literal["from", "to", "both"]
MAX_ITEM_CHARACTERS = 2_048

Date: TypeAlias = Annotated[str | None, Query(description="RFC 3339 in UTC, such as 2026-11-22T08:00:00Z")]


@router.get(
    "/{item:path}/trace",
    summary="Where an item comes from and went: its steps, through packing and making, with the custody checks",
    response_class=JSONResponse,
    responses={
        200: {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Trace"}}}},
        **problems.documented(400, 401, 403, 404),
    },
)
def item_trace(
    item: Annotated[
        str,
        Path(
            description="an EPC URN, a GS1 Digital Link or another URI, percent-encoded", max_length=MAX_ITEM_CHARACTERS
        ),
    ],
    party: ReadingParty,
    service: OpenService,
    direction: Way = "both",
    recorded_by: Date = None,
    known_by: Date = None,
) -> JSONResponse:
    """Return the party's own events of the item and what it leads to; of others' events it is told only how many."""
    question = Question(
        item=item,
        direction=Direction(direction),
        recorded_by=_date(recorded_by, "recorded_by"),
        known_by=_date(known_by, "known_by"),
    )
    return JSONResponse(traced_json(service.tracing.trace(question, OwnEvents(party))))


def _date(text: str | None, name: str) -> UnixTime | None:
    return None if text is None else date_time(text, f"/{name}")
