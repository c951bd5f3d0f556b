"""Measurements for the operator. They hold no secret; who may ask, the reverse proxy says (docs/operations.md)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api import problems
from api.meters import CONTENT_TYPE, Meters

router = APIRouter(tags=["health"])


@router.get(
    "/metrics",
    response_class=Response,
    summary="Measurements in the Prometheus text format",
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **problems.documented()},
)
def metrics(request: Request) -> Response:
    """Return them; the chain is not asked for it."""
    meters: Meters = request.app.state.meters
    return Response(meters.text(), headers={"Content-Type": CONTENT_TYPE})
