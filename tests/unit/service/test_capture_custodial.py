"""Unsigned events: signed by the key that the registry says the service holds for the party, or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from ledger.adapters.keystore import MemorySigner
from ledger.codec.disclosure import event_digest
from ledger.codec.jcs import canonicalize
from ledger.codec.signature import recover
from ledger.codec.statement import eip712_hash, statement_from_json
from ledger.codec.strict_json import parse
from ledger.domain import facts
from ledger.errors import MalformedError, NotAllowedError, SignerUnavailableError
from ledger.ports import CaptureJob, StoredEvent
from ledger.service.custodian import Capacity, Custodian
from ledger.types import Address, JsonObject
from tests.builders import CONTEXT, address, contract, object_event, party
from tests.unit.service.desk import Desk, granted, open_desk, proceed


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk() as opened:
        yield opened


def bare(**members: Any) -> JsonObject:
    return object_event(**{"@context": None, "eventID": None, **members})


def document(*events: object, **members: Any) -> dict[str, Any]:
    return {
        "@context": [CONTEXT, {"example": "https://example.org/epcis/"}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-09-22T00:00:00Z",
        "epcisBody": {"eventList": list(events)},
        **members,
    }


def capture(desk: Desk, body: object, **request: Any) -> CaptureJob:
    return desk.capture(body, party=party("courier"), **request)


def stored(desk: Desk, leaf_index: int = 0) -> StoredEvent:
    found = desk.store.event_at(leaf_index)
    assert found is not None
    return found


def event_of(found: StoredEvent) -> dict[str, Any]:
    value = parse(found.event.event_bytes)
    assert isinstance(value, dict)
    return value


def test_a_documents_events_are_completed_signed_and_sequenced_in_order(desk: Desk) -> None:
    job = capture(desk, document(bare(**{"example:n": 1}), bare(**{"example:n": 2})))
    assert job.success
    assert [result["pointer"] for result in job.results] == ["/epcisBody/eventList/0", "/epcisBody/eventList/1"]
    assert [event_of(stored(desk, n))["example:n"] for n in range(2)] == [1, 2]
    event = event_of(stored(desk))
    assert event["@context"] == [CONTEXT, {"example": "https://example.org/epcis/"}]
    assert uuid.UUID(event["eventID"]).version == 4
    assert job.results[0]["eventID"] == event["eventID"]


def test_what_is_signed_is_the_partys_by_the_custodians_key(desk: Desk) -> None:
    capture(desk, document(bare()))
    found = stored(desk).event
    statement = statement_from_json(found.statement)
    assert recover(eip712_hash(statement, desk.world.domain), found.signature) == address("courier")
    assert (statement.act, statement.party, statement.role) == ("record event", party("courier"), "carrier")
    assert statement.signed_at == desk.clock()
    assert found.event_bytes == canonicalize(event_of(stored(desk)))
    assert event_digest(event_of(stored(desk)), found.seed) == statement.event_digest == found.event_digest


def test_seeds_and_event_ids_are_new_each_time(desk: Desk) -> None:
    capture(desk, document(*[bare()] * 20))
    events = [stored(desk, n).event for n in range(20)]
    assert len({event.seed for event in events}) == len({event.event_id for event in events}) == 20


def test_an_event_id_of_the_sender_stays(desk: Desk) -> None:
    (result,) = capture(desk, document(bare(eventID="urn:uuid:4f6b7f0c-1f6c-4f35-8a2e-2b7a9e6b9c01"))).results
    assert result["eventID"] == "urn:uuid:4f6b7f0c-1f6c-4f35-8a2e-2b7a9e6b9c01"


def test_the_repositorys_record_time_is_not_signed(desk: Desk) -> None:
    assert capture(desk, document(bare(recordTime="2026-09-21T14:10:00Z"))).success
    assert "recordTime" not in event_of(stored(desk))


def test_a_correction_is_declared_as_one(desk: Desk) -> None:
    declaration = {"declarationTime": "2026-09-22T10:00:00Z"}
    assert capture(desk, document(bare(errorDeclaration=declaration))).success
    assert stored(desk).event.statement["act"] == "declare error"
    assert stored(desk).event.has_declaration


@pytest.mark.parametrize("wrap", [lambda event: event, lambda event: [event]])
def test_a_bare_event_and_a_list_of_events(desk: Desk, wrap: Any) -> None:
    job = capture(desk, wrap(object_event(eventID=None)))
    assert job.success
    assert desk.store.record_count() == 1


def test_a_query_document(desk: Desk) -> None:
    body = {"queryResults": {"queryName": "SimpleEventQuery", "resultsBody": {"eventList": [bare()]}}}
    job = capture(desk, document(type="EPCISQueryDocument", epcisBody=body))
    assert job.results[0]["pointer"] == "/epcisBody/queryResults/resultsBody/eventList/0"
    assert job.success


def test_a_bad_event_is_named_by_its_place_in_the_document(desk: Desk) -> None:
    job = capture(desk, document(bare(), bare(action="REMOVE"), "event"), **proceed())
    assert [result["status"] for result in job.results] == ["sequenced", "refused", "refused"]
    errors = [result["error"] for result in job.results[1:]]
    assert [error["pointer"] for error in errors if isinstance(error, dict)] == [
        "/epcisBody/eventList/1/action", "/epcisBody/eventList/2",
    ]  # fmt: skip


def test_an_event_of_more_than_a_mebibyte(desk: Desk) -> None:
    (result,) = capture(desk, document(bare(**{"example:blob": "x" * (1 << 20)}))).results
    assert isinstance(result["error"], dict)
    assert result["error"]["kind"] == "too-large"


@pytest.mark.parametrize("members", [{"schemaVersion": "1.2"}, {"epcisBody": {}}, {"@context": None}])
def test_a_document_that_is_none_is_refused_whole(desk: Desk, members: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        capture(desk, {name: value for name, value in document(bare(), **members).items() if value is not None})
    assert desk.store.record_count() == 0


# --- for whom, with which key, in what role ---


def test_a_party_that_holds_its_own_key_signs_itself(desk: Desk) -> None:
    with pytest.raises(NotAllowedError):
        desk.capture(document(bare()), party=party("maker"))


def test_a_key_here_that_the_registry_calls_the_partys_own_is_not_used(desk: Desk) -> None:
    desk.world.fact(facts.PartyAccredited(party("forwarder"), "DE", party("authority"), contract("cold"), "Forwarder"))
    desk.world.fact(facts.KeyAdded(party("forwarder"), address("forwarder"), party("maker")))  # another custodian
    desk.world.fact(granted("forwarder", "carrier"))
    with pytest.raises(NotAllowedError):
        desk.capture(document(bare()), party=party("forwarder"))


def test_a_key_that_ended_is_not_used(desk: Desk) -> None:
    desk.world.fact(facts.KeyRevoked(party("courier"), address("courier")))
    with pytest.raises(NotAllowedError):
        capture(desk, document(bare()))


def test_after_a_rotation_the_new_key_signs(desk: Desk) -> None:
    new, until = address("forwarder"), int(desk.clock())
    desk.world.fact(facts.KeyRotated(party("courier"), address("courier"), new, party("operator"), until))
    desk.world.wait()
    assert capture(desk, document(bare())).success
    found = stored(desk).event
    assert recover(eip712_hash(statement_from_json(found.statement), desk.world.domain), found.signature) == new


def test_a_service_that_is_nobodys_custodian_signs_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk.service, "_custodian", None)
    with pytest.raises(NotAllowedError):
        capture(desk, document(bare()))


def test_a_party_that_lost_its_accreditation_is_refused(desk: Desk) -> None:
    desk.world.fact(facts.AccreditationEnded(party("courier")))
    (result,) = capture(desk, document(bare())).results
    assert isinstance(result["error"], dict)
    assert result["error"]["kind"] == "not-allowed"


def test_of_several_roles_the_caller_names_one(desk: Desk) -> None:
    desk.world.fact(granted("courier", "warehouse"))
    with pytest.raises(MalformedError) as refused:
        capture(desk, document(bare()))
    assert "carrier in DE, warehouse in DE" in refused.value.found
    assert capture(desk, document(bare()), capacity=Capacity("warehouse", "DE")).success
    assert stored(desk).event.statement["role"] == "warehouse"


def test_a_role_that_is_over_does_not_count(desk: Desk) -> None:
    over = int(desk.clock())
    desk.world.fact(
        facts.RoleGranted(party=party("courier"), role="seller", jurisdiction="DE", valid_from=0, valid_until=over)
    )
    assert capture(desk, document(bare())).success


def test_without_a_role_nothing_is_signed(desk: Desk) -> None:
    desk.world.fact(facts.RoleRevoked(party=party("courier"), role="carrier", jurisdiction="DE"))
    with pytest.raises(MalformedError):
        capture(desk, document(bare()))


def test_a_role_that_was_not_granted_is_refused(desk: Desk) -> None:
    (result,) = capture(desk, document(bare()), capacity=Capacity("customs", "DE")).results
    assert isinstance(result["error"], dict)
    assert result["error"]["kind"] == "not-allowed"


class LockedSigner(MemorySigner):
    """Has the key's address and not the key."""

    def addresses(self) -> tuple[Address, ...]:
        return (address("courier"),)


def test_a_key_out_of_reach_is_no_verdict_about_the_event(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk.service, "_custodian", Custodian(LockedSigner(), party("operator"), desk.terms))
    with pytest.raises(SignerUnavailableError):
        capture(desk, document(bare()))
    assert desk.store.record_count() == 0
