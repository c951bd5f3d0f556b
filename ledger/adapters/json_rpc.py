"""JSON-RPC 2.0 over HTTP to one node: answers as JSON values, every fault as `ChainUnavailableError`.

web3 carries the bytes. Nothing is tried twice and no redirect is followed, and neither errors nor logs show the URL,
which may hold an access token. What the methods mean is left to the caller, and who answers to `proven_rpc`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import cast
from urllib.parse import urlsplit

from requests import HTTPError, Session, Timeout
from web3 import HTTPProvider
from web3.types import RPCEndpoint

from ledger.adapters import recursion_limit
from ledger.errors import ChainUnavailableError, MalformedError
from ledger.types import JsonObject, JsonValue

recursion_limit.restore()

TIMEOUT_SECONDS = 10.0

_MAX_SHOWN = 200

for _name in ("web3", "urllib3"):
    logging.getLogger(_name).setLevel(logging.INFO)  # they log the URL when debugging


class NodeError(ChainUnavailableError):
    """The node answered with an error object: ``code``, ``message`` and, for a revert, its ``data`` in hex."""

    def __init__(self, method: str, code: int, message: str, data: str) -> None:
        super().__init__(f"{method}: the node answers with error {code}: {message[:_MAX_SHOWN]}")
        self.code = code
        self.message = message
        self.data = data


Call = tuple[str, Sequence[JsonValue]]
"""A method and its parameters."""


class JsonRpc:
    """A node behind a URL; any thread may ask."""

    def __init__(self, url: str, timeout: float = TIMEOUT_SECONDS) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise MalformedError("/chain_url", "an http or https URL of a node", "another text")
        self._url = url
        self.timeout = timeout
        self._session = Session()
        self._session.trust_env = False  # a proxy of the environment does not lead to loopback

    def close(self) -> None:
        """Close the connections; a later call opens a new one."""
        self._session.close()

    def call(self, method: str, *parameters: JsonValue) -> JsonValue:
        """Return the result of one call; an error object is `NodeError`."""
        return self.batch([(method, parameters)])[0]

    def batch(self, calls: Sequence[Call]) -> list[JsonValue]:
        """Return the results of several calls in their order, sent as one request; the first error object is raised."""
        return list(self._results(calls))

    def _results(self, calls: Sequence[Call]) -> Iterator[JsonValue]:
        """Yield the results in order, judging none before it is asked for."""
        answers = self._ask(calls) if calls else []
        for (method, _), answer in zip(calls, answers, strict=True):
            yield _result(method, answer)

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
        if not isinstance(answers, list) or [answer.get("id") for answer in answers] != list(range(len(calls))):
            raise ChainUnavailableError("the node does not answer each call once")
        return cast(list[JsonObject], answers)


def _fault(error: Exception) -> str:
    match error:
        case HTTPError() if error.response is not None:
            return f"the node answers with HTTP status {error.response.status_code}"
        case Timeout():
            return "the node does not answer in time"
        case OSError():
            return f"the node cannot be reached ({type(error).__name__})"
        case _:
            return f"the node answers with something else than JSON-RPC ({type(error).__name__})"


def _result(method: str, answer: JsonObject) -> JsonValue:
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
