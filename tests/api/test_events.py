"""Single events over HTTP."""

from __future__ import annotations

import json
import uuid
from urllib.parse import quote

import pytest

from tests.api.house import House, some_event
from tests.api.test_capture import document


def test_one_envelope_is_created_with_its_place(house: House) -> None:
    event_id = uuid.uuid4().urn
    reply = house.ask("POST", "/events", house.envelope(eventID=event_id), by="maker")
    assert (reply.status, reply.json()["status"]) == (201, "sequenced")
    assert reply.headers["location"] == f"/events/{quote(event_id, safe='')}"


def test_one_event_is_signed_for_a_custodial_party(house: House) -> None:
    assert house.ask("POST", "/events", some_event(eventID=None), by="courier").status == 201


def test_the_location_leads_to_the_event_byte_for_byte_as_signed(house: House) -> None:
    envelope = house.envelope()
    plain = json.dumps(envelope["event"]).encode()
    spaced = json.dumps(
        envelope["event"], indent=3
    ).encode()  # what was signed are the values, what comes back these bytes
    reply = house.ask("POST", "/events", json.dumps(envelope).encode().replace(plain, spaced), by="maker")
    assert reply.status == 201
    found = house.ask("GET", reply.headers["location"], by="maker")
    assert (found.status, found.headers["content-type"]) == (200, "application/ld+json")
    assert spaced in found.body
    assert found.json()["type"] == "EPCISQueryDocument"


def test_an_event_and_its_declaration_of_error_come_together(house: House) -> None:
    event_id = uuid.uuid4().urn
    house.logged(eventID=event_id)
    house.logged(eventID=event_id, errorDeclaration={"declarationTime": "2026-10-01T00:00:00Z"})
    found = house.ask("GET", f"/events/{event_id}", by="maker").json()
    events = found["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert ["errorDeclaration" in each for each in events] == [False, True]


def test_a_party_finds_its_own_events_only(house: House) -> None:
    event_id = uuid.uuid4().urn
    house.logged(eventID=event_id)
    assert house.ask("GET", f"/events/{event_id}", by="rival").status == 404
    assert house.ask("GET", f"/events/{event_id}").status == 401


def test_the_same_envelope_again_is_409_with_the_first(house: House) -> None:
    envelope = house.envelope()
    first = house.ask("POST", "/events", envelope, by="maker").json()
    again = house.ask("POST", "/events", envelope, by="maker")
    assert (again.status, again.json()["type"]) == (409, "epcisException:ResourceAlreadyExistsException")
    assert again.json()["result"]["promise"] == first["promise"]


def test_another_event_under_the_same_id_is_409_without_a_promise(house: House) -> None:
    event_id = uuid.uuid4().urn
    first = house.logged(eventID=event_id)
    problem = house.ask("POST", "/events", house.envelope(eventID=event_id), by="maker").json()
    assert (problem["status"], problem["pointer"], problem["result"]["leafIndex"]) == (
        409,
        "/eventID",
        first["leafIndex"],
    )
    assert "promise" not in problem["result"]


def test_an_idempotency_key_gives_an_unsigned_event_one_place(house: House) -> None:
    body, headers = some_event(eventID=None), {"Idempotency-Key": str(uuid.uuid4())}
    one, two = (house.ask("POST", "/events", body, by="courier", headers=headers) for _ in range(2))
    assert (one.status, one.json()) == (two.status, two.json())


@pytest.mark.parametrize("body", [document(some_event()), [], "event", 7, None])
def test_what_is_not_one_event_is_refused(house: House, body: object) -> None:
    reply = house.ask("POST", "/events", json.dumps(body).encode(), by="courier")
    assert (reply.status, reply.headers["content-type"]) == (400, "application/problem+json")


def test_a_refused_event_names_the_member(house: House) -> None:
    problem = house.ask("POST", "/events", some_event(eventTime="yesterday"), by="courier").json()
    assert (problem["status"], problem["pointer"], problem["retry"]) == (400, "/eventTime", False)


def test_an_event_whose_id_is_a_hash_of_it_is_found_by_its_digest_and_its_id_is_in_no_url(house: House) -> None:
    event_id = "ni:///sha-256;" + "ab" * 32 + "?ver=CBV2.0"
    reply = house.ask("POST", "/events", house.envelope(eventID=event_id), by="maker")
    assert reply.status == 201, reply.body
    assert "sha-256" not in reply.headers["location"]
    house.wait_until_final(reply.json()["leafIndex"])
    assert house.ask("GET", reply.headers["location"], by="maker").json()["event"]["eventID"] == event_id
    assert house.ask("GET", f"/receipts/{reply.json()['eventDigest']}").status == 403
    assert house.ask("GET", f"/events/{quote(event_id, safe='')}", by="maker").status == 403
