"""The application: one process, one service, routes by noun."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from api.admission import Admission
from api.document import ABOUT, Application
from api.edge import EPCIS_HEADERS, Edge
from api.meters import Meters
from api.problems import answer, respond
from api.routes import capture, consignments, events, health, index, items, log, metrics, receipts
from api.schemas.answers import Problem
from api.tracing import Traced
from ledger.bootstrap.service import Service
from ledger.errors import LedgerError, MalformedError, NotFoundError
from ledger.service.condition import Figures

ROOMS = (index, capture, events, items, consignments, receipts, log, health, metrics)


def create_app(service: Service | None) -> FastAPI:
    """Return the application over an open service, which its opener closes; without one it only tells its OpenAPI."""
    app = Application(
        **ABOUT,
        docs_url=None,  # the pages that FastAPI has for it load scripts from another host
        redoc_url=None,
        redirect_slashes=False,  # one path, one spelling
    )
    app.state.service = service
    app.state.meters = meters = Meters(partial(_figures, app))
    for room in ROOMS:
        app.include_router(room.router)
        _tell_options(app, room.router)
    app.add_exception_handler(LedgerError, respond)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_middleware(Admission, meters=meters)
    app.add_middleware(Edge)
    app.add_middleware(Traced, meters=meters)  # the last added is the outermost
    return app


def _figures(app: FastAPI) -> Figures:
    figures: Figures = app.state.service.condition.figures()
    return figures


def _tell_options(app: FastAPI, router: APIRouter) -> None:
    """Answer ``OPTIONS`` on each path with what it allows (EPCIS 2.0 REST binding: versions and limits)."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            headers = {**EPCIS_HEADERS, "Allow": ", ".join(_allowed(route.methods or set()))}
            app.add_api_route(
                route.path,
                _options(headers),
                methods=["OPTIONS"],
                status_code=204,
                response_class=Response,
                tags=list(route.tags),
                summary="What this path allows, in headers",
                operation_id=f"options_{route.name}",
            )


def _options(headers: dict[str, str]) -> Any:
    def options() -> Response:
        return Response(status_code=204, headers=headers)

    return options


def _allowed(methods: set[str]) -> list[str]:
    return sorted({*methods, "OPTIONS", *({"HEAD"} if "GET" in methods else ())})


def _invalid(request: Request, error: Exception) -> JSONResponse:
    """Return the problem of a header, query or path parameter; bodies are not FastAPI's to judge."""
    first = error.errors()[0] if isinstance(error, RequestValidationError) else {}
    place, *names = first.get("loc", ("request",))
    expected = f"{place} {'/'.join(map(str, names))}: {str(first.get('msg', '')).lower()}"
    return respond(request, MalformedError("", expected, "another value"))


def _http(request: Request, error: Exception) -> JSONResponse:
    """Return the problem of what Starlette refuses by itself: an unknown path, or a method that it does not have."""
    if not isinstance(error, HTTPException):
        return respond(request, error)
    if error.status_code == 404:
        return respond(request, NotFoundError("", "a path of this API", "another one"))
    response = answer(Problem(type="about:blank", title=error.detail, status=error.status_code, retry=False))
    if error.headers and "Allow" in error.headers:
        response.headers["Allow"] = ", ".join(_allowed(set(error.headers["Allow"].split(", "))))
    return response
