"""Bounds of the connection: heads without end, bodies that do not come, and requests under way at the end."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from api import bodies, edge, server
from api.app import create_app
from ledger.service.intake import MAX_CAPTURE_BYTES
from tests.api.house import PATIENCE_SECONDS, House, wait_until


@contextmanager
def connected(house: House) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", house.port), PATIENCE_SECONDS) as connection:
        yield connection


def answer_of(connection: socket.socket) -> bytes:
    """All that comes until the connection is closed from there."""
    received = b""
    try:
        while data := connection.recv(65_536):
            received += data
    except ConnectionError:
        pass
    return received


def post(house: House, *headers: str) -> bytes:
    lines = ["POST /capture HTTP/1.1", "Host: x", f"Authorization: Bearer {house.api_keys['maker']}", *headers]
    return "\r\n".join([*lines, "", ""]).encode()


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 40_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(8_000)) + b"\r\n",
        b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 400_000,
    ],
    ids=["one header", "many headers", "a path", "one without end"],
)
def test_a_head_beyond_its_bound_is_431(house: House, head: bytes) -> None:
    with connected(house) as connection:
        try:
            connection.sendall(head)
        except ConnectionError:
            return  # refused while it was sent
        received = answer_of(connection)
    assert received == b"" or received.startswith(b"HTTP/1.1 431 ")


def test_a_head_within_its_bound_is_answered(house: House) -> None:
    assert house.ask("GET", "/", headers={"X": "a" * 30_000}).status == 200


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-", b"\r\n"])
def test_a_head_that_does_not_come_is_408(house: House, monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.2)
    with connected(house) as connection:
        connection.sendall(sent)
        assert answer_of(connection).startswith(b"HTTP/1.1 408 ")


def test_the_second_head_of_a_connection_is_waited_for_no_longer(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.2)
    with connected(house) as connection:
        connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")
        connection.sendall(b"GET /health/live HTTP/1.1\r\nHo")
        assert answer_of(connection).startswith(b"HTTP/1.1 408 ")


def test_two_requests_in_one_breath_are_both_answered(house: House) -> None:
    with connected(house) as connection:
        connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n" * 2)
        received = b""
        while received.count(b'{"status":"live"}') < 2:
            received += connection.recv(65_536)
        assert received.count(b"HTTP/1.1 200 ") == 2


def test_a_body_that_does_not_come_is_408(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.2)
    with connected(house) as connection:
        connection.sendall(post(house, "Content-Length: 100", "Connection: close") + b"[")
        head, _, body = answer_of(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 ")
    assert json.loads(body)["type"] == "tradeledger:too-slow"


def test_a_chunked_body_is_read_and_bounded_like_any_other(house: House) -> None:
    envelope = json.dumps([house.envelope()]).encode()
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (envelope[:9], envelope[9:])) + b"0\r\n\r\n"
    with connected(house) as connection:
        connection.sendall(post(house, "Transfer-Encoding: chunked", "Connection: close") + chunked)
        assert answer_of(connection).startswith(b"HTTP/1.1 202 ")


def test_a_chunked_body_without_end_is_413(house: House) -> None:
    chunk = b"%x\r\n%s\r\n" % (1 << 20, b" " * (1 << 20))
    with connected(house) as connection:
        connection.sendall(post(house, "Transfer-Encoding: chunked"))
        sent = 0
        try:
            while sent <= MAX_CAPTURE_BYTES:
                connection.sendall(chunk)
                sent += 1 << 20
            assert connection.recv(65_536).startswith(b"HTTP/1.1 413 ")
        except ConnectionError:
            pass  # it was closed as soon as it was too much


def test_a_body_of_two_lengths_is_refused(house: House) -> None:
    with connected(house) as connection:
        connection.sendall(post(house, "Content-Length: 2", "Transfer-Encoding: chunked") + b"0\r\n\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 400 ")


def test_no_request_takes_for_ever(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "REQUEST_SECONDS", 0.2)
    with connected(house) as connection:
        connection.sendall(post(house, "Content-Length: 100", "Connection: close") + b"[")
        head, _, body = answer_of(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 503 ")
    assert json.loads(body)["retry"] is True


def test_what_is_under_way_at_the_end_is_finished(house: House) -> None:
    own = server.server_of(create_app(house.service))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=own.run, args=([listener],), daemon=True)
    thread.start()
    wait_until(lambda: own.started)
    body = json.dumps([house.envelope()]).encode()
    with socket.create_connection(listener.getsockname(), PATIENCE_SECONDS) as connection:
        connection.sendall(post(house, f"Content-Length: {len(body)}") + body[:10])
        wait_until(lambda: bool(own.server_state.tasks))
        own.should_exit = True
        connection.sendall(body[10:])
        head, _, received = answer_of(connection).partition(b"\r\n\r\n")
    thread.join()
    assert head.startswith(b"HTTP/1.1 202 ")
    index = json.loads(received)["results"][0]["leafIndex"]
    assert house.service.store.event_at(index) is not None
