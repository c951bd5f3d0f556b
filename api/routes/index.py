"""The first thing that somebody meets who only has the URL."""

from __future__ import annotations

from fastapi import APIRouter

from api.schemas.answers import Index
from ledger import __version__

router = APIRouter()


@router.get("/", summary="What this is, and where to go from here")
def index() -> Index:
    """Return the paths to start from."""
    return Index(
        service="Trade Ledger",
        version=__version__,
        openapi="/openapi.json",
        capture="/capture",
        log="/log",
        health="/health",
    )
