"""JSON-RPC 2.0 over HTTP to one node: answers as JSON values, every fault as `ChainUnavailableError`.

Each thread has its own connection, and ``on_connect`` runs on each new one before anything else is asked there: another
node that took over the address cannot slip in behind a kept connection. Errors never show the URL, which may hold an
access token. What the methods mean is left to the caller.
"""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from collections.abc import Callable, Sequence
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from itertools import count
from urllib.parse import unquote, urlsplit

from ledger.errors import ChainUnavailableError, MalformedError
from ledger.types import JsonObject, JsonValue

TIMEOUT_SECONDS = 10.0
MAX_ANSWER_BYTES = 256 * 1024 * 1024
"""A hundred thousand log entries take some 70 MB."""

_MAX_SHOWN = 200
_PORTS = {"http": 80, "https": 443}


class NodeError(ChainUnavailableError):
    """The node answered with an error object: ``code``, ``message`` and, for a revert, its ``data`` in hex."""

    def __init__(self, method: str, code: int, message: str, data: str) -> None:
        super().__init__(f"{method}: the node answers with error {code}: {message[:_MAX_SHOWN]}")
        self.code = code
        self.message = message
        self.data = data


class JsonRpc:
    """A node behind a URL."""

    def __init__(
        self, url: str, timeout: float = TIMEOUT_SECONDS, on_connect: Callable[[JsonRpc], None] | None = None
    ) -> None:
        self._endpoint = _Endpoint(url, timeout)
        self._on_connect = on_connect
        self._local = threading.local()
        self._open: set[HTTPConnection] = set()  # of all threads, for `close`
        self._ids = count(1)

    def close(self) -> None:
        """Close the connections; a later call opens a new one."""
        for connection in list(self._open):
            connection.close()

    def call(self, method: str, *parameters: JsonValue) -> JsonValue:
        """Return the result of one call; an error object is `NodeError`."""
        return self.batch([(method, parameters)])[0]

    def batch(self, calls: Sequence[tuple[str, Sequence[JsonValue]]]) -> list[JsonValue]:
        """Return the results of several calls in their order, sent as one request; the first error object is raised."""
        requests = [_request(next(self._ids), method, parameters) for method, parameters in calls]
        if not requests:
            return []
        body = json.dumps(requests[0] if len(requests) == 1 else requests).encode()
        answer = self._ask(body)
        answers = answer if len(requests) > 1 and isinstance(answer, list) else [answer]
        return _match(requests, answers)

    def _ask(self, body: bytes) -> JsonValue:
        connection: HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is not None:
            try:
                return self._exchange(connection, body)
            except _BrokenConnectionError:
                pass  # the node closed a kept connection, or went away: find out on a new one
        return self._exchange(self._connect(), body)

    def _connect(self) -> HTTPConnection:
        """Return a new connection, checked on itself; a node that keeps none is checked right before each request."""
        connection = self._fresh()
        if self._on_connect is not None and not getattr(self._local, "is_checking", False):
            self._local.is_checking = True
            try:
                self._on_connect(self)
            except ChainUnavailableError:
                self._drop()
                raise
            finally:
                self._local.is_checking = False
            connection = self._local.connection
        return self._fresh() if connection is None or connection.sock is None else connection

    def _fresh(self) -> HTTPConnection:
        self._drop()
        connection = self._local.connection = self._endpoint.connect()
        self._open.add(connection)
        return connection

    def _exchange(self, connection: HTTPConnection, body: bytes) -> JsonValue:
        try:
            connection.request("POST", self._endpoint.path, body, self._endpoint.headers)
            status, answer = _read(connection.getresponse())
        except TimeoutError:
            self._drop()
            raise ChainUnavailableError("the node does not answer in time") from None
        except (OSError, HTTPException) as error:
            self._drop()
            raise _BrokenConnectionError(f"the node cannot be reached ({type(error).__name__})") from None
        if status != 200:
            self._drop()
            raise ChainUnavailableError(f"the node answers with HTTP status {status}")
        return _parse(answer)

    def _drop(self) -> None:
        connection: HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._open.discard(connection)
        self._local.connection = None


class _BrokenConnectionError(ChainUnavailableError):
    """The connection failed, so the request may be tried on another."""


class _Endpoint:
    """Where the node is, and the headers it wants."""

    def __init__(self, url: str, timeout: float) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise MalformedError("/chain_url", "an http or https URL of a node", "another text")
        self._host, self._port = parts.hostname, parts.port or _PORTS[parts.scheme]
        self._kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._timeout = timeout
        self.path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self.headers = {"Content-Type": "application/json"}
        if parts.username is not None:
            secret = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
            self.headers["Authorization"] = "Basic " + b64encode(secret).decode()

    def connect(self) -> HTTPConnection:
        """Return an open connection that, once closed, stays closed: any other is checked first."""
        connection = self._kind(self._host, self._port, timeout=self._timeout)
        try:
            connection.connect()
        except TimeoutError:
            raise ChainUnavailableError("the node does not answer in time") from None
        except OSError as error:
            raise ChainUnavailableError(f"the node cannot be reached ({type(error).__name__})") from None
        connection.auto_open = 0
        return connection


def _request(identifier: int, method: str, parameters: Sequence[JsonValue]) -> JsonObject:
    return {"jsonrpc": "2.0", "id": identifier, "method": method, "params": list(parameters)}


def _read(response: HTTPResponse) -> tuple[int, bytes]:
    answer = response.read(MAX_ANSWER_BYTES + 1)
    if len(answer) > MAX_ANSWER_BYTES:
        raise ChainUnavailableError(f"the node answers with more than {MAX_ANSWER_BYTES} bytes")
    return response.status, answer


def _parse(answer: bytes) -> JsonValue:
    try:
        value: JsonValue = json.loads(answer)
    except (ValueError, RecursionError):
        raise ChainUnavailableError("the node answers with something else than JSON") from None
    return value


def _match(requests: Sequence[JsonObject], answers: Sequence[JsonValue]) -> list[JsonValue]:
    """Return the result for each request, since a batch may be answered in any order (JSON-RPC 2.0 §6)."""
    by_id: dict[JsonValue, JsonObject] = {
        answer["id"]: answer
        for answer in answers
        if isinstance(answer, dict) and isinstance(answer.get("id"), int | str)
    }
    return [_result(str(request["method"]), by_id.get(request["id"])) for request in requests]


def _result(method: str, answer: JsonObject | None) -> JsonValue:
    if answer is None:
        raise ChainUnavailableError(f"{method}: the node answers without a result")
    error = answer.get("error")
    if isinstance(error, dict):
        code, data = error.get("code"), error.get("data")
        raise NodeError(
            method,
            code if isinstance(code, int) else 0,
            str(error.get("message")),
            data if isinstance(data, str) else "",
        )
    if "result" not in answer:
        raise ChainUnavailableError(f"{method}: the node answers without a result")
    return answer["result"]
