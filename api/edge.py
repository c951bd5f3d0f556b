"""What every answer has, whatever gave it, and that no fault goes out as anything but a problem.

- EPCIS version headers, and ``Cache-Control: no-store`` where a route did not say otherwise.
- ``HEAD`` is ``GET`` without the content (RFC 9110 §9.3.2).
- An error that nobody foresaw is a problem of status 500. The log names its kind and place, never its text, which may
  hold a value of an event.
- Nothing takes longer than `REQUEST_SECONDS`, an answer that its receiver does not take included. Work in a thread ends
  by its own bounds: the store's, the signer's, the chain's.
"""

from __future__ import annotations

import asyncio
import logging

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import respond
from ledger import __version__
from ledger.bootstrap.logs import describe
from ledger.errors import InternalError, NoAnswerError
from ledger.service.intake import MAX_CAPTURE_BYTES, MAX_CAPTURE_EVENTS

logger = logging.getLogger(__name__)

REQUEST_SECONDS = 120
"""A minute for the body, and another for the work and the answer."""

EPCIS_HEADERS = {
    "GS1-EPCIS-Version": "2.0",
    "GS1-EPCIS-Min": "2.0",
    "GS1-EPCIS-Max": "2.0",
    "GS1-CBV-Version": "2.0",
    "GS1-CBV-Min": "2.0",
    "GS1-CBV-Max": "2.0",
    "GS1-EPC-Format": "Never_Translates",  # what was signed comes back as it was signed
    "GS1-EPCIS-Capture-Limit": str(MAX_CAPTURE_EVENTS),
    "GS1-EPCIS-Capture-File-Size-Limit": str(MAX_CAPTURE_BYTES),
    "GS1-Vendor-Version": f"tradeledger/{__version__}",
}
"""EPCIS 2.0, REST binding."""

_ALWAYS = {
    "GS1-EPCIS-Version": EPCIS_HEADERS["GS1-EPCIS-Version"],
    "GS1-CBV-Version": EPCIS_HEADERS["GS1-CBV-Version"],
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


class Edge:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send, with_content=scope["method"] != "HEAD")
        inner = scope if answer.with_content else {**scope, "method": "GET"}
        fault: Exception | None = None
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                await self._app(inner, receive, answer)
        except TimeoutError:
            fault = NoAnswerError(f"it is not done within {REQUEST_SECONDS} seconds, and may be later")
        except Exception as error:  # noqa: BLE001  the last that can answer
            fault = InternalError("unexpected")
            logger.critical("a fault of this software: %s", describe(error))
        scope.setdefault("state", {})["route"] = inner.get("route")  # a HEAD has a scope of its own
        if fault is not None and not answer.begun:
            await respond(Request(scope), fault)(scope, receive, answer)


class _Answer:
    """A ``send`` that adds the headers, and leaves the content out where only the head is wanted."""

    def __init__(self, send: Send, *, with_content: bool) -> None:
        self._send = send
        self.with_content = with_content
        self.begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            for name, value in _ALWAYS.items():
                headers.setdefault(name, value)
        elif message["type"] == "http.response.body" and not self.with_content:
            message = {**message, "body": b""}
        await self._send(message)
