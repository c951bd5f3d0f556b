"""JSON-RPC 2.0 over HTTP to one node: answers as JSON values, every fault as `ChainUnavailableError`.

web3 carries the bytes. Nothing is tried twice and no redirect is followed, and neither errors nor logs show the URL,
which may hold an access token. What the methods mean is left to the caller, and who answers to `proven_rpc`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Protocol, cast
from urllib.parse import urlsplit

from requests import HTTPError, Session, Timeout
from web3 import HTTPProvider
from web3.types import RPCEndpoint

from ledger.adapters import recursion_limit
from ledger.adapters.bounded_answers import BoundedAdapter
from ledger.errors import ChainUnavailableError, MalformedError
from ledger.types import JsonObject, JsonValue

recursion_limit.restore()

TIMEOUT_SECONDS = 10.0

_MAX_SHOWN = 200
_MAX_SECONDS_DIGITS = 5
_HAS_IT_ALREADY = ("already known", "already imported", "known transaction", "nonce too low")
"""What nodes answer when they have a transaction, or its nonce was used."""

for _name in ("web3", "urllib3"):
    logging.getLogger(_name).setLevel(logging.INFO)  # they log the URL when debugging


class NodeError(ChainUnavailableError):
    """The node answered with an error object: ``code``, ``message`` and, for a revert, its ``data`` in hex."""

    def __init__(self, method: str, code: int, message: str, data: str) -> None:
        super().__init__(f"{method}: the node answers with error {code}: {message[:_MAX_SHOWN]}")
        self.code = code
        self.message = message
        self.data = data

    @property
    def is_revert(self) -> bool:
        """Whether a contract refuses the call: an answer about the chain, not a fault of the node."""
        return bool(self.data) or "revert" in self.message.lower()

    @property
    def has_it_already(self) -> bool:
        """Whether the node refuses a transaction because it has it, or one of its nonce."""
        return any(words in self.message.lower() for words in _HAS_IT_ALREADY)


Call = tuple[str, Sequence[JsonValue]]
"""A method and its parameters."""

Outcome = JsonValue | NodeError
"""What a node answers to one call."""


class Rpc(Protocol):
    """Who answers calls: one node, or several that are compared."""

    timeout: float

    def call(self, method: str, *parameters: JsonValue) -> JsonValue:
        """Return the result of one call; an error object is `NodeError`."""

    def batch(self, calls: Sequence[Call]) -> list[JsonValue]:
        """Return the results of several calls in their order; the first error object is raised."""

    def close(self) -> None:
        """Close the connections; a later call opens a new one."""


class JsonRpc:
    """A node behind a URL; any thread may ask."""

    def __init__(self, url: str, timeout: float = TIMEOUT_SECONDS) -> None:
        self.host = _host(url)
        self._url = url
        self.timeout = timeout
        self._session = Session()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, BoundedAdapter())
        self._session.trust_env = False  # a proxy of the environment does not lead to loopback

    def close(self) -> None:
        """Close the connections; a later call opens a new one."""
        self._session.close()

    def call(self, method: str, *parameters: JsonValue) -> JsonValue:
        """Return the result of one call; an error object is `NodeError`."""
        return self.batch([(method, parameters)])[0]

    def batch(self, calls: Sequence[Call]) -> list[JsonValue]:
        """Return the results of several calls in their order, sent as one request; the first error object is raised."""
        return [result_of(outcome) for outcome in self.outcomes(calls)]

    def outcomes(self, calls: Sequence[Call]) -> list[Outcome]:
        """Return what the node answers to each of several calls, sent as one request."""
        answers = self._ask(calls) if calls else []
        return [_outcome(method, answer) for (method, _), answer in zip(calls, answers, strict=True)]

    def _ask(self, calls: Sequence[Call]) -> list[JsonObject]:
        """Return the answer object for each call."""
        provider = HTTPProvider(  # one a request, so that it numbers the calls from 0
            self._url,
            request_kwargs={"timeout": self.timeout, "allow_redirects": False},
            session=self._session,
            exception_retry_configuration=None,
        )
        try:
            answers = provider.make_batch_request([(RPCEndpoint(method), list(given)) for method, given in calls])
        except Exception as error:  # noqa: BLE001  # whatever it raises may show the URL
            raise ChainUnavailableError(_fault(error)) from None
        found = answers if isinstance(answers, list) else []
        if [answer.get("id") if isinstance(answer, dict) else None for answer in found] != list(range(len(calls))):
            raise ChainUnavailableError("the node does not answer each call once")
        return cast(list[JsonObject], answers)


def _host(url: str) -> str:
    """Return host and port, all of a URL that may be shown; refuse what is no URL of a node."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise MalformedError("/chain_url", "an http or https URL of a node", "another text")
    return host if port is None else f"{host}:{port}"


def _fault(error: Exception) -> str:
    match error:
        case HTTPError() if error.response is not None:
            return f"the node answers with HTTP status {error.response.status_code}{_when(error.response.headers)}"
        case Timeout():
            return "the node does not answer in time"
        case OSError():
            return f"the node cannot be reached ({type(error).__name__})"
        case _:
            return f"the node answers with something else than JSON-RPC ({type(error).__name__})"


def _when(headers: Mapping[str, str]) -> str:
    """Return after how long the node wants to be asked again, where it says so in seconds."""
    seconds = headers.get("Retry-After", "")
    is_number = seconds.isascii() and seconds.isdecimal() and len(seconds) <= _MAX_SECONDS_DIGITS
    return f" and asks to wait {seconds} seconds" if is_number else ""


def result_of(outcome: Outcome) -> JsonValue:
    """Return a result; raise an error object."""
    if isinstance(outcome, NodeError):
        raise outcome
    return outcome


def _outcome(method: str, answer: JsonObject) -> Outcome:
    error = answer.get("error")
    if isinstance(error, dict):
        code, data = error.get("code"), error.get("data")
        return NodeError(
            method,
            code if isinstance(code, int) else 0,
            str(error.get("message")),
            data if isinstance(data, str) else "",
        )
    if "result" not in answer:
        raise ChainUnavailableError(f"{method}: the node answers without a result")
    return answer["result"]
