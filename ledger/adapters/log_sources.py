"""`LogSource` over HTTP and on a folder, and the folder of a mirror.

Over HTTP: bounded in time and size, no redirect followed, no proxy asked; one connection for all files where the
server keeps it open.
"""

from __future__ import annotations

from http.client import HTTPConnection, HTTPException, HTTPSConnection, IncompleteRead
from pathlib import Path
from urllib.parse import quote, urlsplit

from ledger.adapters.durable import replace_file
from ledger.adapters.tile_files import TileFiles
from ledger.codec.tiles import parse_path
from ledger.errors import MalformedError, NoAnswerError, StoreUnavailableError

TIMEOUT_SECONDS = 30
EVIDENCE = "evidence"


class HttpLogSource:
    """The log below a URL, such as that of a service followed by ``/log``, or of any static file server."""

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url.rstrip("/"))
            _ = parts.port  # refuses one that is none
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None or parts.query:
            raise MalformedError("/source", "an http or https URL without a user or a query", "another text")
        self._prefix = parts.path
        connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connection = connect(parts.netloc, timeout=TIMEOUT_SECONDS)

    def read(self, path: str, limit: int) -> bytes | None:
        try:
            return self._get(path, limit)
        except ConnectionError:  # a connection kept open may have been closed meanwhile
            self._connection.close()
        except (OSError, HTTPException) as error:
            raise self._silent(error) from None
        try:
            return self._get(path, limit)
        except (OSError, HTTPException) as error:
            raise self._silent(error) from None

    def _get(self, path: str, limit: int) -> bytes | None:
        self._connection.request("GET", f"{self._prefix}/{quote(path)}")
        answer = self._connection.getresponse()
        data = answer.read(limit + 1)
        if answer.length:  # what is left of the length that was announced
            self._connection.close()
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise NoAnswerError(f"the source answers with HTTP status {answer.status} for {path}")
        if len(data) > limit:
            raise NoAnswerError(f"the source answers with more than {limit} bytes for {path}")
        if answer.length:
            raise IncompleteRead(data)
        return data

    def _silent(self, error: Exception) -> NoAnswerError:
        self._connection.close()
        return NoAnswerError(f"the source does not answer ({type(error).__name__})")


class FolderLogSource:
    """The log in a folder: a service's own, a mirror, or a copy of either."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise MalformedError("/source", "a folder or an http(s) URL", "neither")
        self._files = TileFiles(folder, make=False)

    def read(self, path: str, limit: int) -> bytes | None:
        if path == "checkpoint":
            data = self._files.read_checkpoint()
        else:
            data = next((data for file, data in self._files.kept(parse_path(path)) if file == parse_path(path)), None)
        if data is not None and len(data) > limit:
            raise NoAnswerError(f"the source holds more than {limit} bytes for {path}")
        return data


class MirrorFiles(TileFiles):
    """A `MirrorFolder`."""

    def keep_evidence(self, name: str, data: bytes) -> str:
        try:
            folder = self.root / EVIDENCE
            folder.mkdir(exist_ok=True)
            replace_file(folder / name, data)
        except OSError as error:
            raise StoreUnavailableError(f"the mirror's folder: {error.strerror}") from None
        return str(folder / name)
