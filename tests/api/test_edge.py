"""What every answer has, and that nothing a stranger sends gets anything but a problem."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.edge import EPCIS_HEADERS
from ledger.bootstrap.service import system_clock
from ledger.config import Config
from ledger.errors import StoreUnavailableError
from ledger.service.intake import MAX_CAPTURE_BYTES, MAX_CAPTURE_EVENTS
from tests.api.house import House

PROBLEM = "application/problem+json"

BAD_BODIES = {
    "empty": b"",
    "spaces": b"  \n",
    "not JSON": b"<epcis/>",
    "half": b'{"event":',
    "two values": b"{} {}",
    "byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": "{}".encode("utf-16"),
    "not UTF-8": b'{"a": "\xff"}',
    "NUL": b"\x00",
    "lone surrogate": b'{"a": "\\ud800"}',
    "deep": b"[" * 100_000,
    "deep and closed": b"[" * 50_000 + b"]" * 50_000,
    "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "a name twice": b'{"type": 1, "type": 2}',
    "__proto__": b'{"__proto__": {}}',
    "NaN": b"[NaN]",
    "a number out of range": b"[1e400]",
    "many digits": b"[" + b"9" * 100_000 + b"]",
    "null": b"null",
    "a string": b'"event"',
    "an empty object": b"{}",
    "a document without events": b'{"type": "EPCISDocument", "epcisBody": {}}',
    "a document whose events are none": b'{"type": "EPCISDocument", "epcisBody": {"eventList": {"0": 1}}}',
    "XML": b'<?xml version="1.0"?><a/>',
}


def is_problem(reply: Any) -> bool:
    problem = reply.json()
    return bool(
        reply.headers["content-type"] == PROBLEM
        and problem["status"] == reply.status
        and {"type", "title", "status", "retry"} <= problem.keys()
    )


@pytest.mark.parametrize("by", ["maker", "courier"])
@pytest.mark.parametrize("path", ["/capture", "/events"])
@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_a_body_that_is_none_is_a_problem(house: House, path: str, body: bytes, by: str) -> None:
    reply = house.ask("POST", path, body, by=by)
    if reply.status == 202:  # taken apart, and each part refused
        assert not reply.json()["success"]
    else:
        assert reply.status in (400, 403, 413)
        assert is_problem(reply)


@pytest.mark.parametrize(
    "envelope",
    [
        {"event": {}, "seed": 1, "statement": [], "signature": None},
        {"event": None, "seed": "0x", "statement": {}, "signature": "0x"},
        {"seed": "0x00"},
        {"event": {"eventID": "ni:"}, "signature": {"a": [[[]]]}},
    ],
)
def test_an_envelope_of_the_wrong_shape_is_refused(house: House, envelope: object) -> None:
    reply = house.ask("POST", "/events", envelope, by="maker")
    assert (reply.status, is_problem(reply)) == (400, True)
    assert reply.json()["pointer"].startswith("/")


@pytest.mark.parametrize("body", [{}, {"a": 1}, {"event": 1}, [[[]]], 7, "x"])
def test_any_member_of_an_array_of_envelopes_is_refused_alone(house: House, body: object) -> None:
    headers = {"GS1-Capture-Error-Behaviour": "proceed"}
    reply = house.ask("POST", "/capture", [house.envelope(), body], by="maker", headers=headers)
    assert [result["status"] for result in reply.json()["results"]] == ["sequenced", "refused"]


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 400),
        ("APPLICATION/JSON; charset=UTF-8", 400),
        ('application/ld+json; profile="x"', 400),
        ("application/xml", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("application/json; charset=latin-1", 415),
        ("", 415),
        (";;;", 415),
        ("applicatiön/json", 415),
    ],
)
def test_a_body_is_json_by_its_media_type(house: House, content_type: str, status: int) -> None:
    headers = {"Content-Type": content_type.encode("latin-1").decode("latin-1")}
    reply = house.ask("POST", "/events", b"[]", by="courier", headers=headers)
    assert (reply.status, is_problem(reply)) == (status, True)


def test_an_encoded_body_is_refused(house: House) -> None:
    assert house.ask("POST", "/events", b"x", by="courier", headers={"Content-Encoding": "gzip"}).status == 415


@pytest.mark.parametrize(
    "authorization",
    ["Basic bWFrZXI6", "Bearer", "Bearer ", "Bearer tlk_", "Bearer tlk_wrong", "Bearer tlk_ü\xff", "x", "ÿ"],
)
def test_anything_but_a_known_key_is_unauthenticated(house: House, authorization: str) -> None:
    reply = house.ask("POST", "/capture", b"[]", headers={"Authorization": authorization})
    assert (reply.status, is_problem(reply)) == (401, True)
    assert reply.headers["www-authenticate"].startswith('Bearer realm="tradeledger"')
    assert "tlk_" not in reply.body.decode()


def test_authority_is_asked_for_before_the_body(house: House) -> None:
    assert house.ask("POST", "/capture", b"not JSON", headers={"Content-Type": "text/plain"}).status == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Validation-Mode": "lax"},
        {"GS1-Capture-Error-Behaviour": "Rollback\xff"},
        {"Idempotency-Key": "x" * 300},
        {"Party-Role": "\xff"},
    ],
)
def test_a_header_of_another_value_is_malformed(house: House, headers: dict[str, str]) -> None:
    reply = house.ask("POST", "/capture", [house.envelope()], by="maker", headers=headers)
    assert (reply.status, is_problem(reply)) == (400, True)
    assert next(iter(headers)) in reply.json()["expected"]


@pytest.mark.parametrize("key", ["\xff", "tab\tin it", '"quoted"'])
def test_any_text_is_an_idempotency_key(house: House, key: str) -> None:
    envelope = house.envelope()
    replies = [
        house.ask("POST", "/capture", [envelope], by="maker", headers={"Idempotency-Key": key + envelope["seed"]})
        for _ in "12"
    ]
    assert [reply.status for reply in replies] == [202, 202]
    assert replies[0].json() == replies[1].json()


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/docs", "/capture/", "/capture/x/y", "/log/", "/health/x", "//", "/%00", "/%ff%fe", "/log/tile"],
)
def test_an_unknown_path_is_a_problem(house: House, path: str) -> None:
    reply = house.ask("GET", path)
    assert (reply.status, is_problem(reply)) == (404, True)


@pytest.mark.parametrize(
    "path", ["/events/%00", "/events/%ff", "/events/a%2Fb%3F", "/capture/%00", "/events/" + "x" * 5_000]
)
def test_an_unknown_resource_of_any_spelling_is_a_problem(house: House, path: str) -> None:
    reply = house.ask("GET", path, by="maker")
    assert (reply.status, is_problem(reply)) == (404, True)


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "/capture", "OPTIONS, POST"),
        ("DELETE", "/events/x", "GET, HEAD, OPTIONS"),
        ("PUT", "/log/checkpoint", "GET, HEAD, OPTIONS"),
        ("PATCH", "/health", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_method_that_a_path_does_not_have_is_told_with_those_it_has(
    house: House, method: str, path: str, allow: str
) -> None:
    reply = house.ask(method, path)
    assert (reply.status, reply.headers["allow"], is_problem(reply)) == (405, allow, True)


@pytest.mark.parametrize(
    "path", ["/", "/capture", "/capture/x", "/events", "/events/x", "/receipts/x", "/log", "/log/tile/0/000"]
)
def test_options_tells_versions_and_limits(house: House, path: str) -> None:
    reply = house.ask("OPTIONS", path)
    assert (reply.status, reply.body) == (204, b"")
    assert {name: reply.headers[name.lower()] for name in EPCIS_HEADERS} == EPCIS_HEADERS
    assert reply.headers["gs1-epcis-capture-limit"] == str(MAX_CAPTURE_EVENTS)
    assert reply.headers["gs1-epcis-capture-file-size-limit"] == str(MAX_CAPTURE_BYTES)
    assert "OPTIONS" in reply.headers["allow"]


@pytest.mark.parametrize("path", ["/", "/health", "/log", "/openapi.json", "/nothing"])
def test_head_is_get_without_the_content(house: House, path: str) -> None:
    got, head = house.ask("GET", path), house.ask("HEAD", path)
    assert (head.status, head.body) == (got.status, b"")
    assert head.headers["content-type"] == got.headers["content-type"]


@pytest.mark.parametrize("path", ["/", "/nothing", "/receipts/x", "/log"])
def test_every_answer_names_the_versions_and_is_not_sniffed(house: House, path: str) -> None:
    headers = house.ask("GET", path).headers
    assert (headers["gs1-epcis-version"], headers["gs1-cbv-version"]) == ("2.0", "2.0")
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /capture HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /capture HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n",
    ],
)
def test_what_is_not_http_is_a_bad_request(house: House, data: bytes) -> None:
    assert b" 400 " in house.send_raw(data).split(b"\r\n")[0]


def test_the_index_leads_to_the_document(house: House) -> None:
    index = house.ask("GET", "/").json()
    assert house.ask("GET", index["openapi"]).json()["openapi"] == "3.1.0"


class _Broken:
    """Stands where the service should, and has nothing."""

    def __getattr__(self, name: str) -> Any:
        raise KeyError("price 19.50")


class _Away:
    """A store that does not answer."""

    config = Config()
    clock = staticmethod(system_clock)

    @property
    def store(self) -> Any:
        raise StoreUnavailableError("the disk is full")


def test_a_fault_of_our_own_is_a_problem_that_says_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.CRITICAL):
        reply = TestClient(create_app(_Broken())).get("/log/checkpoint")  # type: ignore[arg-type]
    assert (reply.status_code, reply.headers["content-type"]) == (500, PROBLEM)
    assert reply.json().keys() == {"type", "title", "status", "retry"}
    assert "KeyError" in caplog.text
    assert "19.50" not in caplog.text + reply.text


def test_an_outage_is_503_and_says_nothing_about_the_request() -> None:
    reply = TestClient(create_app(_Away())).get("/receipts/0x" + "a" * 64)  # type: ignore[arg-type]
    assert (reply.status_code, reply.headers["retry-after"], reply.json()["retry"]) == (503, "5", True)
    assert "says nothing about the request" in reply.json()["detail"]


def test_no_problem_repeats_a_value_of_an_event(house: House) -> None:
    envelope = house.envelope()
    envelope["event"] |= {"example:price": 4711.99, "action": "4711.99", "eventTime": "4711.99"}
    reply = house.ask("POST", "/events", envelope, by="maker")
    assert reply.status == 400
    assert "4711" not in json.dumps(reply.json())
