"""Health: whether the process is alive, what keeps it from being ready, and how far the log is."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter, Response

from api import problems
from api.auth import OpenService
from api.schemas.answers import Health, Live, Reason, Records
from ledger.bootstrap.service import Service
from ledger.service.states import watermarks

router = APIRouter(prefix="/health", tags=["health"])


@router.get("", summary="How far the log is, and what does not get on", responses=problems.documented())
def health(service: OpenService) -> Health:
    """Return the state of the service; 200 also where something waits."""
    return _health(service)


@router.get("/live", summary="The process answers")
def live() -> Live:
    """Return that it does."""
    return Live(status="live")


@router.get(
    "/ready",
    summary="Everything gets on",
    responses={503: {"model": Health, "description": "Something waits: capture still works, anchors are late"}},
)
def ready(service: OpenService, response: Response) -> Health:
    """Return the state of the service, with 503 where something waits."""
    state = _health(service)
    if state.reasons:
        response.status_code = 503
    return state


def _health(service: Service) -> Health:
    reasons = [Reason(part=part, detail=fault) for part, fault in sorted(service.worker.faults.items())]
    if service.anchorer.refusal is not None:
        reasons.append(Reason(part="anchorer", detail=service.anchorer.refusal))
    reasons += [Reason(part=reason.part, detail=reason.detail) for reason in service.condition.reasons()]
    records = Records(**asdict(watermarks(service.store)))
    return Health(status="waiting" if reasons else "ok", records=records, reasons=reasons)
