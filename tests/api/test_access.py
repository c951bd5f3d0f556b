"""What an API key may do and until when, how many requests, and how a request is found again."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import Any

import pytest

from ledger.ports import ApiKey, Scope
from ledger.types import Hash32, UnixTime
from tests.api.house import House, Reply
from tests.builders import party

TRANSACTION_DIGITS = 66


def key_of(house: House, name: str = "maker", **changes: Any) -> tuple[str, ApiKey]:
    secret = "tlk_" + secrets.token_urlsafe(32)
    digest = Hash32(sha256(secret.encode()).digest())
    key = ApiKey(digest, party(name), "test", house.service.clock(), **changes)
    house.service.store.put_api_key(key)
    return secret, key


def asked(house: House, secret: str, method: str, path: str, body: object = None) -> Reply:
    return house.ask(method, path, body, headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture(scope="module")
def logged(house: House) -> dict[str, Any]:
    return house.logged()


def requests(house: House, logged: dict[str, Any]) -> dict[str, tuple[Scope, str, str, object]]:
    digest, event_id = logged["eventDigest"], logged["eventID"]
    return {
        "capture": (Scope.CAPTURE, "POST", "/capture", [house.envelope()]),
        "event": (Scope.CAPTURE, "POST", "/events", house.envelope()),
        "job": (Scope.READ, "GET", "/capture/none", None),
        "by id": (Scope.READ, "GET", f"/events/{event_id}", None),
        "whole": (Scope.READ, "GET", f"/receipts/{digest}?view=whole", None),
        "view": (Scope.READ, "GET", f"/receipts/{digest}?show=action", None),
    }


@pytest.mark.parametrize("name", ["capture", "event", "job", "by id", "whole", "view"])
def test_a_key_does_what_its_scope_says_and_nothing_else(house: House, logged: dict[str, Any], name: str) -> None:
    scope, method, path, body = requests(house, logged)[name]
    request = (method, path, body)
    secret, _ = key_of(house, scopes=frozenset({scope}))
    assert asked(house, secret, *request).status in (200, 201, 202, 404)
    other, _ = key_of(house, scopes=frozenset(Scope) - {scope})
    refused = asked(house, other, *request)
    assert refused.status == 403
    challenge = f'Bearer realm="tradeledger", error="insufficient_scope", scope="{scope.value}"'
    assert refused.headers["www-authenticate"] == challenge


def test_what_is_public_is_for_any_good_key(house: House, logged: dict[str, Any]) -> None:
    house.wait_until_final(logged["leafIndex"])
    secret, _ = key_of(house, scopes=frozenset({Scope.CAPTURE}))
    assert asked(house, secret, "GET", f"/receipts/{logged['eventDigest']}").status == 200


def test_no_key_is_asked_for_without_an_error_code_and_a_wrong_one_with_it(house: House) -> None:
    bare = house.ask("POST", "/capture", [])
    assert (bare.status, bare.headers["www-authenticate"]) == (401, 'Bearer realm="tradeledger"')
    wrong = asked(house, "tlk_" + "x" * 43, "POST", "/capture", [])
    assert (wrong.status, wrong.headers["www-authenticate"]) == (
        401, 'Bearer realm="tradeledger", error="invalid_token"',
    )  # fmt: skip


def test_a_revoked_key_is_good_for_nothing_from_the_next_request_on(house: House) -> None:
    secret, key = key_of(house)
    assert asked(house, secret, "GET", "/capture/none").status == 404
    house.service.store.revoke_api_key(key.key_hash, house.service.clock())
    reply = asked(house, secret, "GET", "/capture/none")
    assert (reply.status, reply.json()["found"]) == (401, "one that was revoked")


def test_a_key_is_good_until_its_end(house: House) -> None:
    now = house.service.clock()
    good, _ = key_of(house, expires_at=UnixTime(now + 1_000))
    ended, _ = key_of(house, expires_at=now)
    assert asked(house, good, "GET", "/capture/none").status == 404
    reply = asked(house, ended, "GET", "/capture/none")
    assert (reply.status, reply.json()["found"]) == (401, "one that expired")


def test_another_partys_key_does_not_lead_to_a_job(house: House) -> None:
    job = house.ask("POST", "/capture", [house.envelope()], by="maker").json()["captureID"]
    assert house.ask("GET", f"/capture/{job}", by="rival").status == 404


def test_every_answer_tells_the_quota_of_its_caller(house: House) -> None:
    quota = house.config.requests_per_minute
    secret, _ = key_of(house)
    first, second = (asked(house, secret, "GET", "/capture/none") for _ in "12")
    assert first.headers["ratelimit-policy"] == f'"requests";q={quota};w=60'
    assert first.headers["ratelimit"].startswith(f'"requests";r={quota - 1};t=')
    assert second.headers["ratelimit"].startswith('"requests";r=')
    assert house.ask("GET", "/nothing").headers["ratelimit-policy"] == f'"requests";q={quota};w=60'


@pytest.mark.parametrize("given", ["order-2211.shipped_1", "x", "a" * 64])
def test_a_plain_request_id_is_taken_and_sent_back(house: House, given: str) -> None:
    assert house.ask("GET", "/", headers={"X-Request-Id": given}).headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "a b", "a" * 65, "caf\xe9", 'x"', "a/b", "{}", "a\tb"])
def test_any_other_request_id_is_replaced(house: House, given: str) -> None:
    drawn = house.ask("GET", "/", headers={"X-Request-Id": given}).headers["x-request-id"]
    assert drawn != given and len(drawn) == 32 and int(drawn, 16)


def test_problems_have_a_request_id_too(house: House) -> None:
    for path in ("/nothing", "/capture/none", "/receipts/x"):
        assert house.ask("GET", path, headers={"X-Request-Id": "asked"}).headers["x-request-id"] == "asked"


def test_a_job_leads_from_the_request_to_the_transaction(house: House) -> None:
    headers = {"X-Request-Id": "from-the-platform"}
    posted = house.ask("POST", "/capture", [house.envelope(), house.envelope()], by="maker", headers=headers)
    assert posted.json()["requestId"] == "from-the-platform"
    last = posted.json()["results"][-1]["leafIndex"]
    house.wait_until_final(last)
    job = house.ask("GET", posted.headers["location"], by="maker").json()
    assert job["requestId"] == "from-the-platform"
    for result in job["results"]:
        anchor = house.service.store.anchored_covering(result["leafIndex"])
        assert anchor is not None
        assert (result["state"], result["anchor"]["treeSize"]) == ("final", anchor.tree_size)
        assert result["anchor"]["transaction"] == "0x" + anchor.transactions[-1].hex()
        assert result["anchor"]["block"] == anchor.block
        assert len(result["anchor"]["transaction"]) == TRANSACTION_DIGITS


def test_an_event_that_was_refused_has_no_state(house: House) -> None:
    headers = {"GS1-Capture-Error-Behaviour": "proceed"}
    posted = house.ask("POST", "/capture", [house.envelope(), {"event": 1}], by="maker", headers=headers)
    job = house.ask("GET", posted.headers["location"], by="maker").json()
    assert ["state" in result for result in job["results"]] == [True, False]
