"""Speaking to a running service over HTTP, as any other caller would.

No redirect is followed and no proxy asked: an API key goes where the URL says and nowhere else.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from ledger.cli.settings import config_from
from ledger.codec.json_shape import open_object
from ledger.codec.strict_json import MAX_DOCUMENT_BYTES, parse
from ledger.errors import (
    BadEvidenceError,
    ConflictError,
    LedgerError,
    MalformedError,
    NoAnswerError,
    NotAllowedError,
    NotFoundError,
    RequestRefusedError,
    TooLargeError,
)
from ledger.types import JsonObject

TIMEOUT_SECONDS = 60
_SENDABLE = re.compile("[!-~]*")  # RFC 3986 §2: what is not ASCII is to be percent-encoded
_LATER = (408, 425, 429)
"""What the service, or a proxy before it, may answer differently in a while: no refusal of what was asked."""
EVIDENCE = "tradeledger:evidence-does-not-match"
_REFUSALS: dict[int, type[RequestRefusedError]] = {
    401: NotAllowedError,
    403: NotAllowedError,
    404: NotFoundError,
    409: ConflictError,
    413: TooLargeError,
}


def add_service(parser: argparse.ArgumentParser) -> None:
    """Add ``--url`` and ``--api-key-file``."""
    parser.add_argument("--url", help="URL of the service (default: the one started from the home folder)")
    parser.add_argument("--api-key-file", metavar="FILE", help="file that holds the party's API key")


class Client:
    """One service and, where a call needs it, a party's API key."""

    def __init__(self, url: str, api_key: str | None = None) -> None:
        self._url = url.rstrip("/")
        self._connect, self._host, self._prefix = _parts(self._url)
        self._key = api_key

    def moved_to(self, url: str) -> Client:
        """Return the client of the same party at another URL."""
        return Client(url, self._key)

    def get(self, path: str) -> bytes:
        """Return the content at a path; a refusal or an outage is raised as the error it stands for."""
        return self._call("GET", path)

    def get_json(self, path: str) -> JsonObject:
        """Return the JSON object at a path."""
        return self._object(self.get(path))

    def post(self, path: str, body: bytes, headers: Mapping[str, str] | None = None) -> JsonObject:
        """Return the JSON object that answers this JSON."""
        return self._object(self._call("POST", path, body, {"Content-Type": "application/json", **(headers or {})}))

    def _call(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> bytes:
        sent = dict(headers or {})
        if self._key is not None:
            sent["Authorization"] = f"Bearer {self._key}"
        connection = self._connect(self._host, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(method, self._prefix + path, body, sent)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException) as error:
            raise NoAnswerError(f"no service answers at {self._url} ({type(error).__name__})") from None
        finally:
            connection.close()
        if 200 <= answer.status < 300:
            return content
        raise _refusal(answer.status, content)

    def _object(self, content: bytes) -> JsonObject:
        try:
            return open_object(parse(content, MAX_DOCUMENT_BYTES), "")
        except MalformedError:
            raise NoAnswerError(f"what answers at {self._url} is no such service") from None


def client_of(arguments: argparse.Namespace) -> Client:
    """Return the client that the flags, or else the running service of this home, name."""
    return Client(arguments.url or running_url(config_from(arguments).home_path), _read_key(arguments.api_key_file))


def running_url(home: Path) -> str:
    """Return the URL that the service of this home folder wrote down when it started."""
    try:
        return str(json.loads((home / "runtime.json").read_text(encoding="utf-8"))["url"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise NoAnswerError(f"no service runs from {home}: `tradeledger up` starts one, --url names one") from None


def _parts(url: str) -> tuple[type[HTTPConnection], str, str]:
    """Return how and where to connect, and the path before all paths."""
    try:
        parts = urlsplit(url)
        _ = parts.port, (parts.hostname or "").encode("idna")  # refuse a port or a name that is none
    except ValueError:
        parts = urlsplit("")
    is_place = parts.scheme in ("http", "https") and parts.hostname and _SENDABLE.fullmatch(parts.path)
    if not is_place or parts.username is not None or parts.query:
        raise MalformedError("/url", "an http or https URL of a service, without a user or a query", "another text")
    return (HTTPSConnection if parts.scheme == "https" else HTTPConnection), parts.netloc, parts.path


def _read_key(path: str | None) -> str | None:
    if path is None:
        return None
    try:
        key = Path(path).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        key = ""
    if not key.isprintable() or not key or " " in key:
        raise MalformedError("/api-key-file", "a readable file with an API key", "something else")
    return key


def _refusal(status: int, content: bytes) -> LedgerError:
    """Return the error that a problem (RFC 9457) stands for."""
    try:
        problem = json.loads(content)
    except (ValueError, RecursionError):
        problem = None
    if status in _LATER or not 400 <= status < 500 or not isinstance(problem, dict):
        told = problem.get("detail") or problem.get("title") if isinstance(problem, dict) else None
        return NoAnswerError(str(told or f"the service answers with HTTP status {status}"))
    pointer, expected, found = (str(problem.get(name) or "") for name in ("pointer", "expected", "found"))
    title = str(problem.get("title") or status)
    if problem.get("type") == EVIDENCE:
        return BadEvidenceError(str(problem.get("detail") or title), expected, found)
    return _REFUSALS.get(status, MalformedError)(pointer, expected or title, found or str(status))


def results_of(job: JsonObject) -> list[JsonObject]:
    """Return the results of a capture job, one an event."""
    return [cast(JsonObject, result) for result in cast("list[object]", job["results"])]
