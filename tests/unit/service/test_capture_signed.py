"""Signed envelopes: what goes in comes out byte for byte with a promise, and one negative for each thing that can be
wrong.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.codec.event_leaves import MAX_EVENT_DEPTH
from ledger.codec.hex_strict import encode_hex
from ledger.codec.record import statement_record
from ledger.codec.signature import _ORDER
from ledger.codec.statement import ZERO32, eip712_hash
from ledger.epcis.deviation import Mode
from ledger.epcis.event_hash import RULE_SET, event_hash
from ledger.errors import MalformedError, RequestRefusedError, StoreUnavailableError, TooLargeError
from ledger.ports import Submission
from ledger.service import intake
from ledger.service.acceptance import MAX_SECONDS_AHEAD
from ledger.service.envelopes import event_sources
from tests.builders import World, hash_of, object_event, party
from tests.unit.service.desk import PROMISE_SECONDS, Desk, envelope_of, event_numbered, open_desk, proceed


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk() as opened:
        yield opened


def signed(desk: Desk, number: int = 0, **statement: Any) -> dict[str, Any]:
    return envelope_of(desk.world.record(event_numbered(number), **statement))


def refusal(desk: Desk, envelope: object) -> dict[str, Any]:
    """Hand in one envelope; it must be refused, and nothing be logged. Returns the error."""
    job = desk.capture(envelope)
    (result,) = job.results
    assert (job.success, result["status"], desk.store.record_count()) == (False, "refused", 0)
    assert isinstance(result["error"], dict)
    return result["error"]


def test_signed_events_are_sequenced_in_order_each_with_its_promise(desk: Desk) -> None:
    logged = [desk.world.record(event_numbered(n)) for n in range(3)]
    job = desk.capture([envelope_of(each) for each in logged])
    assert job.success
    for n, (each, result) in enumerate(zip(logged, job.results, strict=True)):
        promise = desk.open_promise(result)
        assert (result["pointer"], result["status"], result["leafIndex"]) == (f"/{n}", "sequenced", n)
        assert result["eventID"] == each.event["eventID"]
        assert result["eventDigest"] == encode_hex(each.statement.event_digest)
        assert (promise.leaf_index, promise.record, promise.log_id) == (n, desk.world.records[n], desk.world.log_id)
        assert promise.deadline == desk.clock() + PROMISE_SECONDS
    assert desk.store.records(0, 9) == tuple(desk.world.records)
    assert desk.store.job(job.capture_id) == job


def test_one_envelope_alone(desk: Desk) -> None:
    (result,) = desk.capture(signed(desk)).results
    assert (result["pointer"], result["status"], result["leafIndex"]) == ("", "sequenced", 0)


def test_the_event_is_kept_as_it_stood_in_the_envelope(desk: Desk) -> None:
    logged = desk.world.record(object_event(**{"example:price": 19.5, "example:note": "caf\u00e9"}))
    source = json.dumps(logged.event, indent=3).replace("19.5", "1.950e1").replace("caf", r"\u0063af")
    rest = envelope_of(logged, event=None)
    body = f'[ {{"event" : {source}\n ,{json.dumps(rest)[1:]} ]'.encode()
    assert desk.capture(body).success
    stored = desk.store.event_at(0)
    assert stored is not None
    assert stored.event.event_bytes == source.encode()


def test_what_is_stored_beside_the_event(desk: Desk) -> None:
    logged = desk.world.record(event_numbered(7))
    desk.capture(envelope_of(logged))
    stored = desk.store.event_at(0)
    assert stored is not None
    event = stored.event
    assert (event.event_id, event.has_declaration, event.party) == (logged.event["eventID"], False, party("maker"))
    assert (event.seed, event.signature) == (logged.seed, logged.signature)
    assert event.event_digest == logged.statement.event_digest
    assert event.statement == envelope_of(logged)["statement"]
    assert event.record == statement_record(eip712_hash(logged.statement, desk.world.domain), logged.signature)
    assert (event.event_hash, event.event_hash_rules) == (event_hash(logged.event), RULE_SET)
    assert event.deviations == ()


def test_a_correction_stands_beside_the_event_it_corrects(desk: Desk) -> None:
    plain = event_numbered(1)
    declaration = {"declarationTime": "2026-09-22T10:00:00Z", "reason": "incorrect_data"}
    corrected = {**plain, "errorDeclaration": declaration}
    job = desk.capture([envelope_of(desk.world.record(plain)), envelope_of(desk.world.record(corrected))])
    assert job.success
    assert [stored.event.has_declaration for stored in desk.store.events_by_id(str(plain["eventID"]))] == [False, True]


# --- what is refused, and where ---


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"event": None}, "/event"),
        ({"seed": None}, "/seed"),
        ({"statement": None}, "/statement"),
        ({"signature": None}, "/signature"),
        ({"comment": "hello"}, "/comment"),
        ({"event": []}, "/event"),
        ({"seed": "0x00"}, "/seed"),
        ({"seed": "AB" * 32}, "/seed"),
        ({"signature": "0x" + "11" * 64}, "/signature"),
        ({"signature": "0x" + "AA" * 65}, "/signature"),
        ({"statement": {}}, "/statement/act"),
    ],
)
def test_an_envelope_of_another_form(desk: Desk, changes: dict[str, Any], pointer: str) -> None:
    envelope = {**signed(desk), **changes}
    error = refusal(desk, {name: value for name, value in envelope.items() if value is not None})
    assert error["kind"] == "malformed"
    assert error["pointer"] == pointer


@pytest.mark.parametrize(
    ("statement", "pointer"),
    [
        ({"act": "declare error"}, "/statement/act"),
        ({"log_id": hash_of("another log")}, "/statement/logId"),
        ({"subject": hash_of("x")}, "/statement/subject"),
        ({"previous": hash_of("x")}, "/statement/previous"),
        ({"terms": hash_of("x")}, "/statement/terms"),
    ],
)
def test_a_statement_that_no_event_of_this_log_has(desk: Desk, statement: dict[str, Any], pointer: str) -> None:
    error = refusal(desk, signed(desk, **statement))
    assert (error["kind"], error["pointer"]) == ("malformed", pointer)


@pytest.mark.parametrize(
    ("member", "value"),
    [("act", "pay"), ("role", "king"), ("jurisdiction", "de"), ("signedAt", -1), ("subject", encode_hex(ZERO32))],
)
def test_a_statement_of_another_form(desk: Desk, member: str, value: object) -> None:
    envelope = signed(desk)
    envelope["statement"][member] = value
    assert refusal(desk, envelope)["pointer"] == f"/statement/{member}"


def test_a_statement_from_the_future(desk: Desk) -> None:
    error = refusal(desk, signed(desk, signed_at=desk.clock() + MAX_SECONDS_AHEAD + 1))
    assert error["pointer"] == "/statement/signedAt"


def test_a_clock_that_runs_a_little_ahead_is_taken(desk: Desk) -> None:
    assert desk.capture(signed(desk, signed_at=desk.clock() + MAX_SECONDS_AHEAD)).success


def test_a_plain_act_on_a_correction(desk: Desk) -> None:
    event = object_event(errorDeclaration={"declarationTime": "2026-09-22T10:00:00Z"})
    error = refusal(desk, envelope_of(desk.world.record(event, act="record event")))
    assert error["pointer"] == "/statement/act"


@pytest.mark.parametrize("change", [{"example:price": 19.6}, {"action": "OBSERVE"}, {"disposition": "active"}])
def test_another_event_than_was_signed(desk: Desk, change: dict[str, Any]) -> None:
    logged = desk.world.record(event_numbered(0))
    error = refusal(desk, envelope_of(logged, event={**logged.event, **change}))
    assert error["kind"] == "bad-evidence"
    assert "digest" in error["detail"]


def test_another_seed_than_was_signed(desk: Desk) -> None:
    assert refusal(desk, {**signed(desk), "seed": "0x" + "00" * 32})["kind"] == "bad-evidence"


def high_s(signature: bytes) -> bytes:
    s = _ORDER - int.from_bytes(signature[32:64], "big")
    return signature[:32] + s.to_bytes(32, "big") + bytes([55 - signature[64]])


@pytest.mark.parametrize(
    "spoil",
    [
        high_s,
        lambda signature: bytes(65),
        lambda signature: signature[:64] + b"\x00",
        lambda signature: signature[:64] + b"\x1d",
        lambda signature: b"\xff" * 32 + signature[32:],
    ],
)
def test_a_signature_that_is_not_canonical(desk: Desk, spoil: Callable[[bytes], bytes]) -> None:
    logged = desk.world.record(event_numbered(0))
    error = refusal(desk, envelope_of(logged, signature=encode_hex(spoil(logged.signature))))
    assert error["kind"] == "bad-evidence"


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ({"key": "stranger"}, "not registered"),
        ({"key": "courier"}, "belongs to Courier"),
        ({"party": party("stranger")}, "not registered"),
        ({"role": "customs"}, "never granted"),
        ({"jurisdiction": "FR"}, "never granted"),
    ],
)
def test_a_signer_who_is_not_entitled(desk: Desk, statement: dict[str, Any], reason: str) -> None:
    error = refusal(desk, signed(desk, **statement))
    assert (error["kind"], error["pointer"]) == ("not-allowed", "/statement")
    assert reason in error["found"]


def test_a_signature_for_another_chain(desk: Desk) -> None:
    elsewhere = World.with_maker(chain_id=1)
    logged = elsewhere.record(event_numbered(0), log_id=desk.world.log_id)
    assert refusal(desk, envelope_of(logged))["kind"] == "not-allowed"  # it recovers to a key that nobody has


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"recordTime": "2026-09-21T14:10:00Z"}, "/event/recordTime"),
        ({"eventID": None}, "/event/eventID"),
        ({"@context": None}, "/event/@context"),
        ({"@context": {"example": "https://example.org/"}}, "/event/@context"),
        ({"action": "REMOVE"}, "/event/action"),
        ({"eventTime": "yesterday"}, "/event/eventTime"),
        ({"type": "Party"}, "/event/type"),
        ({"epcList": {"0": "urn:epc:id:sgtin:4012345.011122.1"}}, "/event/epcList"),
    ],
)
def test_an_event_that_is_none_or_not_complete(desk: Desk, members: dict[str, Any], pointer: str) -> None:
    event = object_event(**members)
    if isinstance(event.get("epcList"), dict):  # such an event has no digest to sign
        envelope = {**signed(desk), "event": event}
    else:
        envelope = envelope_of(desk.world.record(event))
    error = refusal(desk, envelope)
    assert (error["kind"], error["pointer"]) == ("malformed", pointer)


def test_lenient_capture_records_what_strict_capture_refuses(desk: Desk) -> None:
    event = object_event(bizStep="urn:epcglobal:cbv:bizstep:commissioning")
    envelope = envelope_of(desk.world.record(event))
    assert refusal(desk, envelope)["pointer"] == "/event/bizStep"
    assert desk.capture(envelope, mode=Mode.LENIENT).success
    stored = desk.store.event_at(0)
    assert stored is not None
    (deviation,) = stored.event.deviations
    assert (deviation["pointer"], deviation["rule"]) == ("/event/bizStep", "vocabulary-form")


def test_a_refusal_repeats_no_value_of_the_event(desk: Desk) -> None:
    logged = desk.world.record(object_event(**{"example:price": "SECRET-9000", "action": "SECRET-9001"}))
    wrong = [
        envelope_of(logged),
        envelope_of(logged, event={**logged.event, "action": "ADD"}),
        {"event": "SECRET-9002"},
    ]
    job = desk.capture(wrong, **proceed())
    assert [result["status"] for result in job.results] == ["refused"] * 3
    assert "SECRET" not in json.dumps(job.results)


# --- bodies that cannot be taken apart ---


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[",
        b"[]]",
        b"[1",
        b"7",
        b'"text"',
        b"null",
        b"\xff",
        b'[{"event": {}}',
        b'[{"event": {}, "event": {}}]',
        b"[1, ]",
    ],
)
def test_a_body_that_is_nothing(desk: Desk, body: bytes) -> None:
    with pytest.raises(RequestRefusedError):
        desk.capture(body)
    assert desk.store.record_count() == 0


@given(body=st.binary(max_size=60) | st.text('[]{}",: \n0event\\', max_size=30).map(str.encode))
def test_any_bytes_are_a_job_or_a_refusal(body: bytes) -> None:
    with open_desk() as desk:
        try:
            job = desk.capture(body, party=party("courier"), **proceed())
        except RequestRefusedError:
            return
        assert all(result["status"] == "refused" for result in job.results)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(source=JSON, indent=st.none() | st.integers(0, 3), behind=st.booleans())
def test_the_source_of_any_event_is_found(source: object, indent: int | None, behind: bool) -> None:
    around = {"seed": '"event": [', "event": source, "signature": {"event": 1}}
    names = reversed(around) if behind else iter(around)
    text = json.dumps([{name: around[name] for name in names}, 7, around], indent=indent)
    first, none, last = event_sources(f" {text}\n".encode())
    assert none == b""
    assert json.loads(first) == json.loads(last) == source
    assert first.decode() in text


def test_more_events_than_one_capture_may_have(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MAX_CAPTURE_EVENTS", 2)
    envelopes = [signed(desk, n) for n in range(3)]
    with pytest.raises(TooLargeError):
        desk.capture(envelopes)
    assert desk.capture(envelopes[:2]).success


def test_more_bytes_than_one_capture_may_have(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MAX_CAPTURE_BYTES", 100)
    with pytest.raises(TooLargeError):
        desk.capture(signed(desk))


def test_an_event_of_more_than_a_mebibyte(desk: Desk) -> None:
    event = object_event(**{"example:blob": "x" * (1 << 20)})
    error = refusal(desk, envelope_of(desk.world.record(event)))
    assert (error["kind"], error["pointer"]) == ("too-large", "/event")


def nested(levels: int) -> object:
    value: object = 1
    for level in range(levels):
        value = [value] if level % 2 else {"example:inner": value}
    return value


def test_an_event_nested_deeper_than_a_receipt_can_hold(desk: Desk) -> None:
    deepest = MAX_EVENT_DEPTH - 1  # the event itself is one level
    error = refusal(desk, envelope_of(desk.world.record(object_event(**{"example:deep": nested(deepest + 1)}))))
    assert (error["kind"], error["pointer"]) == ("malformed", "/event")
    assert desk.capture(envelope_of(desk.world.record(object_event(**{"example:deep": nested(deepest)})))).success


# --- the store does not answer ---


class Broken:
    def sequence(self, _submission: Submission) -> object:
        raise StoreUnavailableError("the database: disk I/O error")


def test_a_store_that_does_not_answer_is_no_result(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk.service, "_sequencer", Broken())
    with pytest.raises(StoreUnavailableError):
        desk.capture(signed(desk))
    assert desk.store.record_count() == 0


def test_malformed_is_told_by_pointer() -> None:
    with open_desk() as desk, pytest.raises(MalformedError) as refused:
        desk.capture(b'{"a": {"b": 1, "b": 2}}')
    assert refused.value.pointer == "/a/b"
