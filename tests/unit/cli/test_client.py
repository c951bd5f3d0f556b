"""Speaking to a service: each answer becomes a value or the error it stands for; a key goes where it should alone."""

from __future__ import annotations

import json
import threading
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ledger.cli.client import Client, client_of
from ledger.errors import (
    BadEvidenceError,
    ConflictError,
    LedgerError,
    MalformedError,
    NoAnswerError,
    NotAllowedError,
    NotFoundError,
    TooLargeError,
)

Answer = tuple[int, dict[str, str], bytes]
KEY = "tlk_secret"


@contextmanager
def server(answer: Callable[[BaseHTTPRequestHandler], Answer]) -> Iterator[str]:
    """The URL of something that answers so."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = answer(self)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.server_address[1]}"
        finally:
            listening.shutdown()
            thread.join()


def problem(status: int, **members: object) -> Answer:
    body = {"type": "about:blank", "title": "No", "status": status, "pointer": "/a", "expected": "b", "found": "c"}
    return status, {"Content-Type": "application/problem+json"}, json.dumps({**body, **members}).encode()


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, MalformedError), (401, NotAllowedError), (403, NotAllowedError), (404, NotFoundError),
        (409, ConflictError), (413, TooLargeError), (415, MalformedError), (422, MalformedError),
        (500, NoAnswerError), (503, NoAnswerError),
    ],
)  # fmt: skip
def test_a_problem_is_the_error_it_stands_for(status: int, error: type[LedgerError]) -> None:
    with server(lambda _: problem(status)) as url, pytest.raises(error) as raised:
        Client(url).get("/")
    assert type(raised.value) is error
    assert str(raised.value) in ("/a: expected b, found c", "No")


def test_evidence_that_does_not_match_stays_that() -> None:
    answer = problem(422, type="tradeledger:evidence-does-not-match", detail="another digest")
    with server(lambda _: answer) as url, pytest.raises(BadEvidenceError, match="another digest"):
        Client(url).post("/events", b"{}")


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[1]", b"[" * 100_000, b"\xff", b'{"title": 1}', b'{"expected": [1]}']
)
@pytest.mark.parametrize("status", [400, 502])
def test_a_refusal_by_something_else_is_an_error_of_ours(status: int, body: bytes) -> None:
    with server(lambda _: (status, {}, body)) as url, pytest.raises((NoAnswerError, MalformedError)):
        Client(url).get("/")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b"[" * 100_000, b'{"a": 1, "a": 2}'])
def test_an_answer_that_is_no_json_object_is_no_answer(body: bytes) -> None:
    with server(lambda _: (200, {}, body)) as url, pytest.raises(NoAnswerError):
        Client(url).get_json("/log")


def test_nobody_there_is_no_answer() -> None:
    with server(lambda _: problem(400)) as url:
        pass
    with pytest.raises(NoAnswerError, match="no service answers"):
        Client(url).get("/")


def test_the_key_is_sent_in_a_header() -> None:
    def answer(request: BaseHTTPRequestHandler) -> Answer:
        return 200, {}, json.dumps({"key": request.headers["Authorization"], "path": request.path}).encode()

    with server(answer) as url:
        assert Client(url + "/base/", KEY).get_json("/log") == {"key": f"Bearer {KEY}", "path": "/base/log"}


def test_a_redirect_is_not_followed() -> None:
    seen: list[str] = []

    def elsewhere(request: BaseHTTPRequestHandler) -> Answer:
        seen.append(request.path)
        return 200, {}, b"{}"

    refused = pytest.raises(NoAnswerError, match="302")
    with server(elsewhere) as other, server(lambda _: (302, {"Location": other + "/"}, b"")) as url, refused:
        Client(url, KEY).get("/")
    assert seen == []


def test_no_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with server(lambda _: (200, {}, b'{"proxy": true}')) as proxy, server(lambda _: (200, {}, b"{}")) as url:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy)
        assert Client(url, KEY).get_json("/") == {}


@pytest.mark.parametrize(
    "url",
    ["", "127.0.0.1:8700", "file:///etc/passwd", "ftp://a/", "http://", "http://user:secret@a/", "http://a:x/", "http://[::1",
     "http://a/?key=1"],
)  # fmt: skip
def test_only_a_plain_url_is_one(url: str) -> None:
    with pytest.raises(MalformedError) as refused:
        Client(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"\n", b"two words", b"line\nbreak", b"\xff", b"\x00"])
def test_a_key_file_holds_one_key(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(MalformedError):
        client_of(Namespace(url="http://127.0.0.1", api_key_file=str(tmp_path / "key")))


def test_without_a_running_service_the_way_on_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoAnswerError, match="tradeledger up"):
        client_of(Namespace(url=None, api_key_file=None, home=str(tmp_path)))
