"""Capture jobs over HTTP, as the EPCIS 2.0 REST binding has them."""

from __future__ import annotations

import contextlib
import http.client
import json
import uuid
from typing import Any

import pytest

from ledger.codec.note import open_note
from ledger.codec.promise import parse_promise
from ledger.service.intake import MAX_CAPTURE_BYTES, MAX_CAPTURE_EVENTS
from ledger.types import JsonObject
from tests.api.house import House, Reply, some_event
from tests.builders import CONTEXT


def document(*events: JsonObject) -> dict[str, Any]:
    bare = [{name: value for name, value in event.items() if name != "@context"} for event in events]
    return {
        "@context": [CONTEXT, {"example": "https://example.org/epcis/"}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-09-21T14:10:00Z",
        "epcisBody": {"eventList": bare},
    }


def statuses(reply: Reply) -> list[str]:
    return [result["status"] for result in reply.json()["results"]]


def test_a_document_is_signed_for_a_party_whose_key_the_service_holds(house: House) -> None:
    reply = house.ask("POST", "/capture", document(some_event(), some_event()), by="courier")
    assert (reply.status, statuses(reply)) == (202, ["sequenced", "sequenced"])
    job = reply.json()
    assert (job["running"], job["success"], job["errors"]) == (False, True, [])
    assert reply.headers["location"] == f"/capture/{job['captureID']}"


def test_the_location_leads_to_the_same_job(house: House) -> None:
    reply = house.ask("POST", "/capture", [house.envelope()], by="maker")
    again = house.ask("GET", reply.headers["location"], by="maker")
    job = again.json()
    for result in job["results"]:
        assert result.pop("state") in ("sequenced", "integrated", "checkpointed", "anchored", "final")
        result.pop("anchor", None)
    assert (again.status, job) == (200, reply.json())


def test_a_party_sees_its_own_jobs_only(house: House) -> None:
    location = house.ask("POST", "/capture", [house.envelope()], by="maker").headers["location"]
    assert house.ask("GET", location, by="rival").status == 404
    assert house.ask("GET", location).status == 401


def test_each_event_has_a_promise_that_the_log_key_signed(house: House) -> None:
    result = house.ask("POST", "/capture", [house.envelope()], by="maker").json()["results"][0]
    promise = parse_promise(open_note(result["promise"].encode(), [house.service.log_key]).text)
    assert (promise.leaf_index, promise.log_id) == (result["leafIndex"], house.service.terms.log_id)


def test_an_envelope_may_be_handed_in_by_another_than_who_signed_it(house: House) -> None:
    reply = house.ask("POST", "/capture", [house.envelope("maker")], by="rival")
    assert statuses(reply) == ["sequenced"]
    assert (
        house.ask("GET", f"/receipts/{reply.json()['results'][0]['eventDigest']}?view=whole", by="rival").status == 403
    )


def test_rollback_is_the_default_and_captures_all_or_none(house: House) -> None:
    before = house.service.store.record_count()
    reply = house.ask("POST", "/capture", document(some_event(), some_event(action="NEVER")), by="courier")
    assert (reply.status, statuses(reply)) == (202, ["not captured", "refused"])
    job = reply.json()
    assert (job["captureErrorBehaviour"], job["success"]) == ("rollback", False)
    assert [error["pointer"] for error in job["errors"]] == ["/epcisBody/eventList/1/action"]
    assert house.service.store.record_count() == before


def test_proceed_captures_what_can_be_captured(house: House) -> None:
    body = document(some_event(), some_event(action="NEVER"))
    reply = house.ask("POST", "/capture", body, by="courier", headers={"GS1-Capture-Error-Behaviour": "proceed"})
    assert statuses(reply) == ["sequenced", "refused"]


def test_an_unknown_error_behaviour_is_refused(house: House) -> None:
    reply = house.ask("POST", "/capture", [], by="maker", headers={"GS1-Capture-Error-Behaviour": "sometimes"})
    assert reply.status == 400
    assert "GS1-Capture-Error-Behaviour" in reply.json()["expected"]


def test_an_idempotency_key_gives_the_same_job_for_the_same_body(house: House) -> None:
    headers = {"Idempotency-Key": f'"{uuid.uuid4()}"'}
    first = house.ask("POST", "/capture", document(some_event()), by="courier", headers=headers)
    body = document(some_event(eventID=None))
    keyed = {"Idempotency-Key": str(uuid.uuid4())}
    one, two = (house.ask("POST", "/capture", body, by="courier", headers=keyed) for _ in range(2))
    assert one.json() == two.json()
    assert one.json()["captureID"] != first.json()["captureID"]


def test_an_idempotency_key_with_another_body_is_422(house: House) -> None:
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    house.ask("POST", "/capture", [house.envelope()], by="maker", headers=headers)
    reply = house.ask("POST", "/capture", [house.envelope()], by="maker", headers=headers)
    assert (reply.status, reply.json()["type"]) == (422, "tradeledger:idempotency-key-reused")


def test_the_idempotency_keys_of_two_parties_do_not_meet(house: House) -> None:
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    for name in ("maker", "rival"):
        assert house.ask("POST", "/capture", [house.envelope(name)], by=name, headers=headers).status == 202


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_an_idempotency_key_has_1_to_255_characters(house: House, key: str) -> None:
    assert house.ask("POST", "/capture", [], by="maker", headers={"Idempotency-Key": key}).status == 400


def test_the_same_envelope_again_is_a_duplicate_with_its_promise(house: House) -> None:
    envelope = house.envelope()
    first = house.ask("POST", "/capture", [envelope], by="maker").json()["results"][0]
    again = house.ask("POST", "/capture", [envelope], by="maker").json()["results"][0]
    assert (again["status"], again["promise"], again["leafIndex"]) == (
        "duplicate",
        first["promise"],
        first["leafIndex"],
    )


def test_another_event_under_the_same_id_is_a_conflict(house: House) -> None:
    event_id = uuid.uuid4().urn
    house.logged(eventID=event_id)
    result = house.ask("POST", "/capture", [house.envelope(eventID=event_id)], by="maker").json()["results"][0]
    assert (result["status"], result["error"]["kind"]) == ("duplicate", "conflict")


def test_lenient_takes_what_strict_refuses(house: House) -> None:
    event = some_event(bizStep="daydreaming")
    assert statuses(house.ask("POST", "/capture", document(event), by="courier")) == ["refused"]
    headers = {"Validation-Mode": "lenient"}
    assert statuses(house.ask("POST", "/capture", document(event), by="courier", headers=headers)) == ["sequenced"]


def test_a_party_of_several_roles_names_one(house: House) -> None:
    body = document(some_event())
    refused = house.ask("POST", "/capture", body, by="broker")
    assert (refused.status, "role" in refused.json()["expected"]) == (400, True)
    assert statuses(house.ask("POST", "/capture", body, by="broker", headers={"Party-Role": "buyer/DE"})) == [
        "sequenced"
    ]


@pytest.mark.parametrize(
    ("role", "status"), [("buyer", 400), ("", 400), ("/", 202), ("buyer/", 202), ("king/DE", 202), ("carrier/DE", 202)]
)
def test_a_role_that_is_none_or_not_held_is_refused(house: House, role: str, status: int) -> None:
    reply = house.ask("POST", "/capture", document(some_event()), by="broker", headers={"Party-Role": role})
    assert reply.status == status
    assert status == 400 or statuses(reply) == ["refused"]


def test_unsigned_events_of_a_party_with_keys_of_its_own_are_refused(house: House) -> None:
    reply = house.ask("POST", "/capture", document(some_event()), by="maker")
    assert (reply.status, reply.json()["type"]) == (403, "epcisException:SecurityException")


def test_more_events_than_the_limit_are_refused(house: House) -> None:
    assert house.ask("POST", "/capture", [{}] * (MAX_CAPTURE_EVENTS + 1), by="courier").status == 413


def test_an_announced_body_beyond_the_limit_is_refused_before_it_is_sent(house: House) -> None:
    head = (
        f"POST /capture HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {house.api_keys['maker']}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {MAX_CAPTURE_BYTES + 1}\r\n\r\n"
    )
    assert house.send_raw(head.encode()).startswith(b"HTTP/1.1 413 ")


def test_a_body_that_turns_out_too_large_is_refused_while_it_is_read(house: House) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", house.port, timeout=20)
    connection.putrequest("POST", "/capture")
    connection.putheader("Authorization", f"Bearer {house.api_keys['maker']}")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    piece = b" " * (1 << 20)
    with contextlib.suppress(OSError):  # answered and closed before everything was sent
        for _ in range(MAX_CAPTURE_BYTES // len(piece) + 1):
            connection.send(b"%x\r\n%s\r\n" % (len(piece), piece))
    assert connection.getresponse().status == 413
    connection.close()


def test_an_event_beyond_a_mebibyte_is_refused_alone(house: House) -> None:
    large = house.envelope()
    large["event"]["example:filler"] = "x" * (1 << 20)
    headers = {"GS1-Capture-Error-Behaviour": "proceed"}
    reply = house.ask("POST", "/capture", [large, house.envelope()], by="maker", headers=headers)
    assert statuses(reply) == ["refused", "sequenced"]
    assert reply.json()["results"][0]["error"]["kind"] == "too-large"


def test_a_statement_by_a_stranger_is_refused_as_not_allowed(house: House) -> None:
    envelope = house.envelope()
    envelope["statement"]["role"] = "customs"
    reply = house.ask("POST", "/capture", [envelope], by="maker")
    assert reply.json()["results"][0]["error"]["kind"] in ("not-allowed", "bad-evidence")


def test_an_edited_event_is_bad_evidence(house: House) -> None:
    envelope = house.envelope()
    envelope["event"]["bizStep"] = "shipping"
    result = house.ask("POST", "/capture", [envelope], by="maker").json()["results"][0]
    assert (result["error"]["kind"], json.dumps(result).count("shipping")) == ("bad-evidence", 0)
