"""A loopback proxy between a client and a real server, in threads of the test, that does to each exchange as told.

Left to itself it passes everything through. A `Fault` gets the exchange instead: it may forward it and change what
comes back, answer in the server's place, stop in the middle, or say nothing.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self, TypeAlias
from urllib.parse import urlsplit

PATIENCE_SECONDS = 20.0


@dataclass(frozen=True)
class Answer:
    """What a server says."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Exchange:
    """One request that waits for its answer."""

    def __init__(self, handler: BaseHTTPRequestHandler, upstream: HTTPConnection, body: bytes) -> None:
        self._handler = handler
        self._upstream = upstream
        self.body = body

    def forward(self) -> Answer:
        """What the real server answers."""
        handler = self._handler
        sent = {name: value for name, value in handler.headers.items() if name.lower() not in ("host", "connection")}
        self._upstream.request(handler.command, handler.path, self.body or None, sent)
        answer = self._upstream.getresponse()
        return Answer(answer.status, answer.read(), {"Content-Type": answer.headers.get("Content-Type", "")})

    def reply(self, answer: Answer, *, only: int | None = None) -> None:
        """Send this answer; with ``only``, so many bytes of its body, and then the end of the connection."""
        handler = self._handler
        handler.send_response(answer.status)
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(answer.body)))
        handler.end_headers()
        handler.wfile.write(answer.body[:only])
        if only is not None:
            self.hang_up()

    def hang_up(self) -> None:
        """End the connection without another word."""
        self._handler.close_connection = True

    def reset(self) -> None:
        """End the connection by a reset (RST)."""
        self._handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._handler.connection.close()
        self.hang_up()

    def be_silent(self) -> None:
        """Say nothing until the client has gone away."""
        self._handler.connection.settimeout(PATIENCE_SECONDS)
        self._handler.connection.recv(1)
        self.hang_up()


Fault: TypeAlias = Callable[[Exchange], None]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        pass  # a client that went away, as it may


class Proxy:
    """Passes through to the server at ``upstream``, but for what `fault` does."""

    def __init__(self, upstream: str) -> None:
        self.fault: Fault | None = None
        self._host = urlsplit(upstream).netloc
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                self._serve()

            def do_GET(self) -> None:
                self._serve()

            def setup(self) -> None:
                super().setup()
                self.upstream = HTTPConnection(proxy._host, timeout=PATIENCE_SECONDS)

            def finish(self) -> None:
                self.upstream.close()
                if self.connection.fileno() >= 0:
                    super().finish()

            def _serve(self) -> None:
                exchange = Exchange(self, self.upstream, self.rfile.read(int(self.headers.get("Content-Length", 0))))
                if proxy.fault is None:
                    exchange.reply(exchange.forward())
                else:
                    proxy.fault(exchange)

            def log_message(self, *_: Any) -> None:
                pass

        self._handler = Handler
        self._listen(0)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    def _listen(self, port: int) -> None:
        self._server = _Server(("127.0.0.1", port), self._handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    @contextmanager
    def suffering(self, fault: Fault) -> Iterator[None]:
        """Do this to every exchange meanwhile."""
        self.fault = fault
        try:
            yield
        finally:
            self.fault = None

    @contextmanager
    def away(self) -> Iterator[None]:
        """Listen no more: who connects is refused."""
        port = self._server.server_address[1]
        self.close()
        try:
            with self.suffering(Exchange.hang_up):  # connections that are still open
                yield
        finally:
            self._listen(int(port))

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


# --- faults of any server ---


def instead(answer: Answer) -> Fault:
    """Answer this, whatever was asked."""
    return lambda exchange: exchange.reply(answer)


def truncated(share: float) -> Fault:
    """Send this share of the answer, which is announced whole, then hang up."""

    def fault(exchange: Exchange) -> None:
        answer = exchange.forward()
        exchange.reply(answer, only=int(len(answer.body) * share))

    return fault


def cut(share: float) -> Fault:
    """Send this share of the answer as if it were all."""

    def fault(exchange: Exchange) -> None:
        answer = exchange.forward()
        exchange.reply(replace(answer, body=answer.body[: int(len(answer.body) * share)]))

    return fault


# --- faults of a node ---

Rewrite: TypeAlias = Callable[[str, Any, Any], Any]
"""Gets method, parameters and result of a call, and returns what the node says instead."""


@dataclass(frozen=True)
class Refusal:
    """An error object in place of a result."""

    code: int
    message: str


def rewritten(change: Rewrite) -> Fault:
    """Forward each call and change its result."""

    def fault(exchange: Exchange) -> None:
        asked, answer = json.loads(exchange.body), exchange.forward()
        calls = {call["id"]: call for call in (asked if isinstance(asked, list) else [asked])}
        told = json.loads(answer.body)
        for each in told if isinstance(told, list) else [told]:
            call = calls[each["id"]]
            said = change(call["method"], call["params"], each.get("result"))
            if isinstance(said, Refusal):
                each.pop("result", None)
                each["error"] = {"code": said.code, "message": said.message}
            elif "result" in each:
                each["result"] = said
        exchange.reply(Answer(answer.status, json.dumps(told).encode(), answer.headers))

    return fault
