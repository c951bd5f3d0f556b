"""A log read by URL: its files as a static server hands them out, and "could not be read" for everything else."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from ledger.adapters.breach_folder import BreachFolder
from ledger.adapters.served_log import MAX_FILE_BYTES, ServedLog
from ledger.adapters.tile_files import TileFiles
from ledger.codec.tiles import TILE_WIDTH, BundleId, TileId
from ledger.errors import MalformedError, NoAnswerError

FULL, PARTIAL = bytes(TILE_WIDTH * 32), bytes(range(96))


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


class Rude(BaseHTTPRequestHandler):
    """Does what the path says."""

    def do_GET(self) -> None:
        match self.path.split("/")[1]:
            case "long":
                self.answer(200, bytes(MAX_FILE_BYTES + 1), MAX_FILE_BYTES + 1)
            case "half":
                self.answer(200, b"half", 8)
            case "moved":
                self.answer(302, b"", 0)
            case "slow":
                self.answer(200, b"", 8)
                self.connection.recv(1)
            case status:
                self.answer(int(status), b"no", 2)

    def answer(self, status: int, body: bytes, length: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        self.send_header("Location", "/200/checkpoint")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        pass


def serving(handler: Any) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[str]:
    files = TileFiles(tmp_path / "log")
    files.write([(TileId(0, 0, TILE_WIDTH), FULL), (TileId(0, 1, 3), PARTIAL)])
    files.write_checkpoint(b"a checkpoint")
    yield from serving(partial(Quiet, directory=str(tmp_path)))


@pytest.fixture
def rude() -> Iterator[str]:
    yield from serving(Rude)


def test_files_come_as_they_stand(mirror: str) -> None:
    log = ServedLog(f"{mirror}/log/")
    assert log.read_checkpoint() == b"a checkpoint"
    assert log.read(TileId(0, 1, 3)) == PARTIAL


def test_a_partial_tile_that_is_gone_is_read_from_the_full_one(mirror: str) -> None:
    assert ServedLog(f"{mirror}/log").read(TileId(0, 0, 5)) == FULL


def test_what_is_not_there(mirror: str) -> None:
    with pytest.raises(NoAnswerError, match="no file tile/entries/000"):
        ServedLog(f"{mirror}/log").read(BundleId(0, TILE_WIDTH))
    assert ServedLog(f"{mirror}/none").read_checkpoint() is None


@pytest.mark.parametrize("how", ["long", "half", "moved", "slow", "500", "401"])
def test_an_answer_that_is_no_such_file(how: str, rude: str) -> None:
    with pytest.raises(NoAnswerError):
        ServedLog(f"{rude}/{how}", 0.3 if how == "slow" else 20).read_checkpoint()


def test_a_server_that_is_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(NoAnswerError):
        ServedLog(f"http://127.0.0.1:{port}").read_checkpoint()


@pytest.mark.parametrize(
    "url", ["", "log", "ftp://h", "http://", "http://h:x", "http://me@h", "http://h?x", "http://h/ "]
)
def test_what_is_no_url_of_a_log_is_refused(url: str) -> None:
    with pytest.raises(MalformedError, match="log"):
        ServedLog(url)


def test_of_many_that_keep_one_breach_at_once_one_does(tmp_path: Path) -> None:
    folder = BreachFolder(tmp_path / "deep" / "breaches")
    assert folder.read("breach") is None
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: folder.keep("breach", b"%d" % number * 1000), range(8)))
    kept = folder.read("breach")
    assert kept is not None and len(kept) == 1000 and len(set(kept)) == 1
    folder.keep("breach", b"another")
    assert (folder.read("breach"), [path.name for path in (tmp_path / "deep" / "breaches").iterdir()]) == (
        kept,
        ["breach"],
    )
