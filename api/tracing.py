"""The outermost layer: every request has an id, one log line, and its place in the measurements.

The id is the caller's ``X-Request-Id`` where that is a plain word, else drawn; it is sent back, and every line that is
logged while the request is answered names it. The line of a request names the template of its route, never its path or
query, which may hold identifiers of goods, and its API key by its id.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.auth import Caller
from api.meters import Meters
from ledger.bootstrap.logs import REQUEST_ID

logger = logging.getLogger("api.access")

HEADER = "X-Request-Id"
NO_ROUTE = "(none)"

_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})


class Traced:
    """ASGI middleware around the whole application; the id stands in the request's state as ``request_id``."""

    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        self._app = app
        self._meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and tell of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope).get(HEADER, ""))
        scope.setdefault("state", {})["request_id"] = request_id
        status, start = 0, time.perf_counter()

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        token = REQUEST_ID.set(request_id)
        try:
            await self._app(scope, receive, note)
        finally:
            self._tell(scope, status, time.perf_counter() - start)
            REQUEST_ID.reset(token)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "(other)"
        route = getattr(scope["state"].get("route"), "path", NO_ROUTE)
        self._meters.request(method, route, status, seconds)
        caller: Caller | None = scope["state"].get("caller")
        extra: Mapping[str, object] = {
            "method": method,
            "route": route,
            "status": status,
            "milliseconds": round(seconds * 1000, 1),
            "key_id": caller.key.key_id if caller and caller.key else None,
        }
        logger.info("answered", extra=extra)


def _request_id(given: str) -> str:
    return given if _PLAIN.fullmatch(given) else uuid.uuid4().hex
