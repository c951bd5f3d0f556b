"""The doorkeeper: who sends a request is found out, and whether it may go on now.

Refused are requests beyond a caller's quota (429), and beyond what the service answers at once (503), before anything
of them is read. ``/health/live`` is always answered: whoever asks that may end the process otherwise.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.auth import Caller, identify
from api.meters import Meters
from api.problems import TooManyRequestsError, respond
from api.rate_limit import RateLimits, Taken
from ledger.bootstrap.service import Service
from ledger.errors import LedgerError, NoAnswerError

MAX_AT_ONCE = 256
"""Requests under way at once: beyond it one waits longer than its sender does."""

ALWAYS_ANSWERED = "/health/live"


class Admission:
    """ASGI middleware; what it finds out stands in the request's state as ``caller``."""

    def __init__(self, app: ASGIApp, meters: Meters, at_once: int = MAX_AT_ONCE) -> None:
        self._app = app
        self._meters = meters
        self._at_once = at_once
        self._under_way = 0
        self._limits = RateLimits()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] != "http" or scope["path"] == ALWAYS_ANSWERED:
            await self._app(scope, receive, send)
            return
        self._under_way += 1
        try:
            send = await self._admit(scope, send)
            await self._app(scope, receive, send)
        except LedgerError as error:
            await respond(Request(scope), error)(scope, receive, send)
        finally:
            self._under_way -= 1

    async def _admit(self, scope: Scope, send: Send) -> Send:
        """Return the ``send`` of an admitted request."""
        if self._under_way > self._at_once:
            raise NoAnswerError("as many requests as this service answers at once are under way")
        service: Service = scope["app"].state.service
        caller = await _caller(scope, service)
        scope.setdefault("state", {})["caller"] = caller
        quota = service.config.requests_per_minute
        if not quota:
            return send
        taken = self._limits.take(caller.name, quota)
        if not taken.allowed:
            self._meters.rate_limited.inc()
            raise TooManyRequestsError(taken)
        return _telling(taken, send)


async def _caller(scope: Scope, service: Service) -> Caller:
    authorization = Headers(scope=scope).get("authorization", "")
    address = scope["client"][0] if scope.get("client") else ""
    if not authorization:
        return identify("", address, service.store, service.clock())
    return await run_in_threadpool(identify, authorization, address, service.store, service.clock())


def _telling(taken: Taken, send: Send) -> Send:
    async def tell(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(taken.headers)
        await send(message)

    return tell
