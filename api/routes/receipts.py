"""Receipts: whole for the party that signed, as a public role view for anyone who holds the event digest."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from fastapi import APIRouter, Path, Query, Response

from api import problems
from api.auth import KeyIfAny, OpenService, party_by
from ledger.codec.hex_strict import decode_hex
from ledger.codec.strict_json import parse
from ledger.domain.receipt import Receipt, dump_receipt
from ledger.errors import MalformedError, NotAllowedError, NotFoundError
from ledger.ports import ApiKey, Scope, StoredEvent
from ledger.service.erasure import require_values
from ledger.service.receipts import Receipts
from ledger.types import Hash32

router = APIRouter(prefix="/receipts", tags=["receipts"])

View: TypeAlias = Literal["whole", "public", "bare"]
MAX_NAMES = 1_024
"""As many members as an event may have."""


@router.get(
    "/{event_digest}",
    response_class=Response,
    summary="The receipt of an event: whole, as a role view, or bare",
    responses={
        200: {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Receipt"}}}},
        **problems.documented(400, 401, 403, 404, 410),
    },
    openapi_extra={"security": [{}]},  # or none
)
def receipt(
    event_digest: Annotated[str, Path(description="0x and 64 digits, as the capture job names it")],
    key: KeyIfAny,
    service: OpenService,
    view: Annotated[View, Query(description="whole, and show, need the API key of the party that signed")] = "public",
    show: Annotated[
        list[str] | None, Query(description="names of members for a role view", max_length=MAX_NAMES)
    ] = None,
) -> Response:
    """Return the receipt as docs/spec.md §9.2 has it."""
    digest = Hash32(decode_hex(event_digest, 32, "/event_digest"))
    found = service.shelf.event_by_digest(digest)
    if found is None:
        raise NotFoundError("", "the digest of a logged event", "another one")
    stored, receipts = found
    if view == "whole" or show:
        _require_signer(key, stored)
    if view != "bare" or show:
        require_values(stored)
    return Response(dump_receipt(_receipt(receipts, stored, view, show)), media_type="application/json")


def _receipt(receipts: Receipts, stored: StoredEvent, view: View, show: list[str] | None) -> Receipt:
    if show:
        return receipts.role_view(stored.leaf_index, _known(show, stored))
    match view:
        case "whole":
            return receipts.whole(stored.leaf_index)
        case "public":
            return receipts.public(stored.leaf_index)
        case "bare":
            return receipts.bare(stored.leaf_index)


def _known(names: list[str], stored: StoredEvent) -> frozenset[str]:
    """Return the names; one that the event does not have is refused rather than left out without a word."""
    event = parse(stored.event.event_bytes)
    if not isinstance(event, dict) or not event.keys() >= set(names):
        raise MalformedError("", "show: names of the event's members", "another name")
    return frozenset(names)


def _require_signer(key: ApiKey | None, stored: StoredEvent) -> None:
    if party_by(key, Scope.READ) != stored.event.party:
        raise NotAllowedError("", "the API key of the party that signed", "another party's")
