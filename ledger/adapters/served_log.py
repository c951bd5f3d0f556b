"""A log's public files by URL: C2SP tlog-tiles below a prefix, as this service serves them under ``/log``, or a mirror.

For reading only, and nothing is believed of it: whoever reads proves what comes. Every fault, and anything longer than
such a file can be, is `NoAnswerError`. No redirect is followed and no proxy asked.
"""

from __future__ import annotations

import re
import time
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit

from ledger.codec.tiles import TILE_WIDTH, format_path
from ledger.errors import MalformedError, NoAnswerError
from ledger.ports import LogFile

TIMEOUT_SECONDS = 20.0
MAX_FILE_BYTES = 1 << 20
"""Above a checkpoint (spec §9.2) and a bundle of records."""

_CHUNK_BYTES = 1 << 16


class ServedLog:
    """The files below ``url``."""

    def __init__(self, url: str, timeout: float = TIMEOUT_SECONDS) -> None:
        self._connect, self._host, self._prefix = _place(url)
        self._timeout = timeout

    def read(self, file: LogFile) -> bytes:
        """Return the bytes of a tile or bundle, or of the full one where only that is kept."""
        found = self._get(format_path(file)) or self._get(format_path(file._replace(width=TILE_WIDTH)))
        if found is None:
            raise NoAnswerError(f"the log at {self._host} has no file {format_path(file)}")
        return found

    def read_checkpoint(self) -> bytes | None:
        """Return the published checkpoint, or ``None`` before the first."""
        return self._get("checkpoint")

    def _get(self, path: str) -> bytes | None:
        """Return a file, or ``None`` where there is none."""
        deadline = time.monotonic() + self._timeout
        connection = self._connect(self._host, timeout=self._timeout)
        try:
            connection.request("GET", f"{self._prefix}/{path}")
            with connection.getresponse() as answer:
                content = self._read(answer, deadline)
        except (OSError, HTTPException) as error:
            raise NoAnswerError(f"the log at {self._host} cannot be read ({type(error).__name__})") from None
        finally:
            connection.close()
        if answer.status not in (200, 404):
            raise NoAnswerError(f"the log at {self._host} answers with HTTP status {answer.status}")
        return content if answer.status == 200 else None

    def _read(self, answer: HTTPResponse, deadline: float) -> bytes:
        content = b""
        while chunk := answer.read1(_CHUNK_BYTES):
            content += chunk
            if len(content) > MAX_FILE_BYTES or time.monotonic() > deadline:
                raise NoAnswerError(f"the log at {self._host} answers with too much, or too slowly")
        if answer.length:
            raise NoAnswerError(f"the log at {self._host} breaks off")
        return content


def _place(url: str) -> tuple[type[HTTPConnection], str, str]:
    try:
        parts = urlsplit(url)
        _ = parts.port  # refuses one that is none
    except ValueError:
        parts = urlsplit("")
    known = parts.scheme in ("http", "https") and parts.hostname and parts.username is None and not parts.query
    if not known or not re.fullmatch("[!-~]*", parts.netloc + parts.path):
        raise MalformedError("/log", "an http or https URL of a log, without a user or a query", "another text")
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    return connect, parts.netloc, parts.path.rstrip("/")
