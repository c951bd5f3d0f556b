"""A node could fill the memory of the service with one answer, or hold a thread with a byte now and then."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ledger.adapters import bounded_answers
from ledger.adapters.json_rpc import JsonRpc
from ledger.errors import ChainUnavailableError

ANSWER = b'[{"jsonrpc":"2.0","id":0,"result":"0x1"}]'
LIMIT = 1 << 20


class Node(BaseHTTPRequestHandler):
    """A node that sends what its path names."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        kind = self.path.strip("/")
        if kind == "compressed":
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for piece in PIECES[kind]():
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def endless() -> Iterator[bytes]:
    while True:
        yield b" " * 65_536


def slow() -> Iterator[bytes]:
    while True:
        yield b" "
        time.sleep(0.02)


def compressed() -> Iterator[bytes]:
    yield gzip.compress(b" " * (4 * LIMIT))


def whole() -> Iterator[bytes]:
    yield ANSWER[:7]
    yield ANSWER[7:]


PIECES = {"endless": endless, "slow": slow, "compressed": compressed, "whole": whole}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Node)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def tight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_answers, "MAX_ANSWER_BYTES", LIMIT)
    monkeypatch.setattr(bounded_answers, "MAX_ANSWER_SECONDS", 0.2)


@pytest.mark.parametrize("kind", ["endless", "slow", "compressed"])
def test_it_is_hung_up_on(url: str, kind: str) -> None:
    rpc = JsonRpc(f"{url}/{kind}", timeout=5)
    with pytest.raises(ChainUnavailableError):
        rpc.call("eth_chainId")
    rpc.close()


def test_an_answer_in_pieces_is_read(url: str) -> None:
    rpc = JsonRpc(f"{url}/whole")
    assert [rpc.call("eth_chainId") for _ in range(3)] == ["0x1"] * 3
    rpc.close()
