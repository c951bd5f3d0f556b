"""The HTTP server: uvicorn, with bounds that it does not have by itself.

A request's head is bounded in size (431) and in time (408), else a caller who sends a byte a minute, or a header
without end, would be served for ever. The body's bounds are `bodies`', the whole request's `edge`'s.
"""

from __future__ import annotations

from asyncio import BaseTransport, TimerHandle
from http import HTTPStatus
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

GRACE_SECONDS = 10
"""How long requests under way may take when the service is told to end."""

MAX_CONNECTIONS = 1_024
"""Connections at once; the one beyond is answered 503. Idle ones are closed after `IDLE_SECONDS`."""

IDLE_SECONDS = 5

MAX_HEAD_BYTES = 32 * 1024
"""Request line and headers. An API key and a long list of names to show take a few kilobytes."""

HEAD_SECONDS = 10
"""From the first moment of a connection, or the first byte of its next request, to the end of the head."""


class _HeadTooLargeError(Exception):
    """Ends the parsing of a head."""


class Connection(HttpToolsProtocol):
    """One HTTP/1.1 connection."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._patience: TimerHandle | None = None
        self._refusal = HTTPStatus.BAD_REQUEST
        self._head_bytes = 0
        self._unparsed_bytes = 0

    def connection_made(self, transport: BaseTransport) -> None:
        """Begin to wait for a head."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._head_is_here()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes; refuse a head that grows beyond its bound without an end in sight."""
        if self._patience is None and (self.cycle is None or self.cycle.response_complete):
            self._await_head()
        super().data_received(data)
        if self._patience is not None and not self.transport.is_closing():
            self._unparsed_bytes += len(data)
            if self._unparsed_bytes > MAX_HEAD_BYTES:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        """Begin to count a head."""
        self._head_bytes = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Count the request line."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header."""
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin to answer."""
        self._head_is_here()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request, or one with too large a head."""
        text = HTTPStatus(self._refusal).phrase if self._refusal != HTTPStatus.BAD_REQUEST else msg
        status = f"HTTP/1.1 {self._refusal.value} {self._refusal.phrase}\r\n"
        headers = f"content-type: text/plain; charset=utf-8\r\ncontent-length: {len(text)}\r\nconnection: close\r\n\r\n"
        self.transport.write((status + headers + text).encode("ascii"))
        self.transport.close()

    def _refuse(self, status: HTTPStatus) -> None:
        self._refusal = status
        self.send_400_response(status.phrase)

    def _count(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > MAX_HEAD_BYTES:
            self._refusal = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            raise _HeadTooLargeError

    def _await_head(self) -> None:
        self._unparsed_bytes = 0
        self._patience = self.loop.call_later(HEAD_SECONDS, self._lose_patience)

    def _head_is_here(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _lose_patience(self) -> None:
        self._patience = None
        if not self.transport.is_closing():
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)


def server_of(app: ASGIApp) -> uvicorn.Server:
    """Return the server of an application, which listens where it is told when it runs."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=Connection,
            log_config=None,
            log_level="warning",
            access_log=False,  # `tracing` has one that names no path
            server_header=False,
            limit_concurrency=MAX_CONNECTIONS,
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
