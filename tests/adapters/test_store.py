"""What every `Store` does, run over each implementation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.adapters.memory import MemoryStore
from ledger.adapters.sql.store import SqlStore
from ledger.errors import ConflictError, InternalError, NotFoundError
from ledger.ports import (
    NO_BODY_HASH,
    NO_SEED,
    AnchorState,
    ApiKey,
    Duplicate,
    Erasure,
    Scope,
    Sequenced,
    Store,
    StoredEvent,
    Submission,
)
from ledger.types import Address, UnixTime
from tests.adapters.stored import AT, anchor, checkpoint, job, new_event
from tests.builders import hash_of, party


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened: Store = MemoryStore() if request.param == "memory" else SqlStore(tmp_path / "ledger.db")
    yield opened
    opened.close()


def test_events_get_the_next_indexes_in_order(store: Store) -> None:
    assert store.append([new_event(0), new_event(1)], AT) == (Sequenced(0, AT), Sequenced(1, AT))
    assert store.append([new_event(2)], AT) == (Sequenced(2, AT),)
    assert store.record_count() == 3
    assert store.records(0, 3) == tuple(new_event(n).record for n in range(3))


def test_an_event_comes_back_as_it_was_given(store: Store) -> None:
    deviation = {"pointer": "/bizStep", "rule": "vocabulary-word", "expected": "a word", "found": "another"}
    given = new_event(0, has_declaration=True, deviations=(deviation,))
    store.append([given], AT)
    assert store.event_at(0) == StoredEvent(0, AT, given)
    assert store.event_by_digest(given.event_digest) == StoredEvent(0, AT, given)
    assert store.events_by_id(given.event_id) == (StoredEvent(0, AT, given),)


def test_events_about_a_consignment_come_back_in_order(store: Store) -> None:
    """Those that name it as subject, and those that open another out of it."""
    subject, other = hash_of("subject"), hash_of("other")
    about = {"act": "offer handover", "subject": "0x" + subject.hex()}
    inputs = {"parents": ["0x" + subject.hex()], "heads": ["0x" + other.hex()], "quantities": [1]}
    goods = {"contents": "0x" + other.hex(), "quantity": 1, "unit": "KGM", "salt": "0x" + other.hex()}
    split = json.dumps({"https://tradeledger.example/ns/terms": {**goods, **inputs}}).encode()
    opened = {"act": "split consignment", "subject": "0x" + other.hex()}
    given = [
        new_event(0, statement=about),
        new_event(1),
        new_event(2, statement=opened, event_bytes=split),
        new_event(3, statement=about),
    ]
    store.append(given, AT)
    assert [stored.leaf_index for stored in store.events_about(subject)] == [0, 2, 3]
    assert [stored.event for stored in store.events_about(other)] == [given[2]]
    assert store.events_about(hash_of("nothing")) == ()


def test_an_event_logged_before_is_a_duplicate_of_the_first(store: Store) -> None:
    store.append([new_event(0), new_event(1)], AT)
    again = new_event(1, record=hash_of("another record"))
    assert store.append([new_event(2), again, new_event(3)], AT) == (Sequenced(2, AT), Duplicate(1), Sequenced(3, AT))
    assert store.record_count() == 4


def test_an_event_twice_in_one_call_is_a_duplicate_of_itself(store: Store) -> None:
    assert store.append([new_event(0), new_event(0)], AT) == (Sequenced(0, AT), Duplicate(0))


def test_a_declaration_and_another_party_are_other_events_of_the_same_id(store: Store) -> None:
    events = [new_event(0), new_event(0, has_declaration=True), new_event(0, "carrier", event_id="urn:uuid:0")]
    assert all(isinstance(place, Sequenced) for place in store.append(events, AT))
    assert [stored.event for stored in store.events_by_id("urn:uuid:0")] == events


def test_all_or_nothing_writes_nothing_beside_a_duplicate(store: Store) -> None:
    store.append([new_event(0)], AT)
    assert store.append([new_event(1), new_event(0)], AT, all_or_nothing=True) == (Duplicate(-1), Duplicate(0))
    assert store.record_count() == 1
    assert store.events_by_id("urn:uuid:1") == ()


def test_all_or_nothing_with_one_event_twice_writes_nothing(store: Store) -> None:
    assert store.append([new_event(0), new_event(0)], AT, all_or_nothing=True) == (Duplicate(-1), Duplicate(-1))
    assert store.record_count() == 0


def test_all_or_nothing_without_a_duplicate_writes_all(store: Store) -> None:
    assert store.append([new_event(0), new_event(1)], AT, all_or_nothing=True) == (Sequenced(0, AT), Sequenced(1, AT))


def test_submissions_of_one_call_do_not_touch_one_another(store: Store) -> None:
    store.append([new_event(0)], AT)
    submissions = [
        Submission((new_event(1), new_event(2))),
        Submission((new_event(3), new_event(2)), all_or_nothing=True),
        Submission((new_event(3), new_event(0))),
        Submission((new_event(4),), all_or_nothing=True),
    ]
    assert store.append_all(submissions, AT) == (
        (Sequenced(1, AT), Sequenced(2, AT)),
        (Duplicate(-1), Duplicate(2)),
        (Sequenced(3, AT), Duplicate(0)),
        (Sequenced(4, AT),),
    )
    assert store.record_count() == 5


def test_nothing_to_append_is_nothing(store: Store) -> None:
    assert store.append([], AT) == ()
    assert store.append_all([], AT) == ()
    assert store.record_count() == 0


def test_more_events_than_one_query_takes(store: Store) -> None:
    store.append([new_event(n) for n in range(0, 1200, 2)], AT)
    places = store.append([new_event(n) for n in range(1200)], AT)
    assert [isinstance(place, Duplicate) for place in places] == [n % 2 == 0 for n in range(1200)]
    assert places[1198] == Duplicate(599)
    assert places[1199] == Sequenced(1199, AT)


def test_callers_at_once_never_share_an_index(store: Store) -> None:
    def append(caller: int) -> list[int]:
        batches = [[new_event(caller * 100 + batch * 10 + n) for n in range(10)] for batch in range(5)]
        places = [place for batch in batches for place in store.append(batch, AT)]
        return [place.leaf_index for place in places]

    with ThreadPoolExecutor(4) as callers:
        indexes = [index for indexes in callers.map(append, range(4)) for index in indexes]
    assert sorted(indexes) == list(range(200))
    assert {store.event_at(index).event.record for index in indexes} == set(store.records(0, 200))  # type: ignore[union-attr]


def test_a_predecessors_head_is_the_first_record_and_no_event(store: Store) -> None:
    assert store.append_record(hash_of("head")) == 0
    assert store.append([new_event(0)], AT) == (Sequenced(1, AT),)
    assert store.records(0, 9) == (hash_of("head"), new_event(0).record)
    assert store.event_at(0) is None


def test_a_predecessors_head_behind_other_records_is_our_fault(store: Store) -> None:
    store.append([new_event(0)], AT)
    with pytest.raises(InternalError):
        store.append_record(hash_of("head"))
    assert store.record_count() == 1


@pytest.mark.parametrize(
    ("start", "end", "expected"), [(0, 0, []), (1, 3, [1, 2]), (3, 99, [3, 4]), (5, 9, []), (3, 2, [])]
)
def test_records_come_in_order_and_fewer_where_there_are_none(
    store: Store, start: int, end: int, expected: list[int]
) -> None:
    store.append([new_event(n) for n in range(5)], AT)
    assert store.records(start, end) == tuple(new_event(n).record for n in expected)


def test_an_erased_event_keeps_all_but_its_values(store: Store) -> None:
    deviation = {"pointer": "/bizStep", "rule": "vocabulary-word", "expected": "a word", "found": "another"}
    store.append([new_event(0), new_event(1, deviations=(deviation,)), new_event(2)], AT)
    given, later = new_event(1), UnixTime(AT + 9)
    assert store.erase(1, "GDPR Art. 17(1)(a)", later) == Erasure(1, later, "GDPR Art. 17(1)(a)")
    emptied = replace(given, event_bytes=b"", seed=NO_SEED, event_hash="", deviations=())
    expected = StoredEvent(1, AT, emptied, Erasure(1, later, "GDPR Art. 17(1)(a)"))
    assert store.event_at(1) == expected
    assert store.events_by_id(given.event_id) == (expected,)
    assert store.event_by_digest(given.event_digest) == expected
    assert store.erasure(1) == expected.erasure
    assert store.records(0, 3) == tuple(new_event(n).record for n in range(3))
    assert [store.erasure(n) for n in (0, 2, 3)] == [None, None, None]
    assert store.event_at(0) == StoredEvent(0, AT, new_event(0))


def test_an_erased_event_is_still_logged_once(store: Store) -> None:
    store.append([new_event(0)], AT)
    store.erase(0, "a basis", AT)
    assert store.append([new_event(0)], AT) == (Duplicate(0),)


def test_an_event_is_erased_once_and_the_first_basis_stays(store: Store) -> None:
    store.append([new_event(0)], AT)
    store.erase(0, "first", AT)
    with pytest.raises(ConflictError, match="was not erased"):
        store.erase(0, "second", AT)
    assert store.erasure(0) == Erasure(0, AT, "first")


@pytest.mark.parametrize("leaf_index", [0, 2, -1, 2**70])
def test_only_an_event_can_be_erased(store: Store, leaf_index: int) -> None:
    store.append_record(hash_of("head"))
    store.append([new_event(0)], AT)
    with pytest.raises(NotFoundError):
        store.erase(leaf_index, "a basis", AT)
    assert store.erasure(leaf_index) is None


def test_erasure_takes_the_hash_of_the_body_from_the_job_that_captured_the_event(store: Store) -> None:
    store.append([new_event(n) for n in range(20)], AT)
    store.put_job(job(1, "one"))
    store.put_job(job(11, "eleven"))
    store.erase(1, "a basis", AT)
    assert store.job("job-1") == job(1, "one", body_hash=NO_BODY_HASH)
    assert store.job_by_key(party("maker"), "eleven") == job(11, "eleven")


def test_what_is_not_there_is_none_or_empty(store: Store) -> None:
    assert store.event_at(0) is None
    assert store.event_at(2**70) is None
    assert store.events_by_id("urn:uuid:none") == ()
    assert store.events_by_id("\ud800") == ()
    assert store.event_by_digest(hash_of("none")) is None
    assert store.job("none") is None
    assert store.job_by_key(party("maker"), "none") is None
    assert store.checkpoint(1) is None
    assert store.checkpoint(2**70) is None
    assert store.latest_checkpoint() is None
    assert store.open_anchors() == ()
    assert store.anchored_covering(0) is None
    assert store.anchored_covering(2**70) is None
    assert store.latest_anchor() is None
    assert store.final_size() == 0
    assert store.api_key(hash_of("none")) is None


def test_the_integrated_size_goes_forward_to_the_records_and_no_further(store: Store) -> None:
    store.append([new_event(n) for n in range(3)], AT)
    for size in (0, 2, 2, 3):
        store.set_integrated_size(size)
        assert store.integrated_size() == size
    for size in (2, 4):
        with pytest.raises(InternalError):
            store.set_integrated_size(size)
    assert store.integrated_size() == 3


def test_a_job_is_found_by_its_id_and_by_its_key(store: Store) -> None:
    plain, keyed = job(0), job(1, "key")
    store.put_job(plain)
    store.put_job(keyed)
    store.put_job(job(2))  # without a key there is nothing to be the same
    assert store.job("job-0") == plain
    assert store.job("job-1") == keyed
    assert store.job_by_key(party("maker"), "key") == keyed
    assert store.job_by_key(party("carrier"), "key") is None


def test_a_job_id_or_a_partys_key_used_again_is_a_conflict(store: Store) -> None:
    store.put_job(job(0, "key"))
    for again in (job(0), job(1, "key")):
        with pytest.raises(ConflictError):
            store.put_job(again)
    store.put_job(job(2, "key", party=party("carrier")))
    assert store.job("job-1") is None


def test_checkpoints_are_kept_once_a_size(store: Store) -> None:
    for size in (3, 10, 7, 3):
        store.put_checkpoint(checkpoint(size))
    assert store.checkpoint(7) == checkpoint(7)
    assert store.latest_checkpoint() == checkpoint(10)
    with pytest.raises(InternalError):
        store.put_checkpoint(checkpoint(7, "fork"))
    assert store.checkpoint(7) == checkpoint(7)


def test_an_anchor_is_replaced_by_the_next_of_its_nonce(store: Store) -> None:
    submitted = anchor(4, 10, AnchorState.SUBMITTED)
    store.put_anchor(submitted)
    assert store.open_anchors() == (submitted,)
    assert store.latest_anchor() is None
    anchored = anchor(4, 10, AnchorState.ANCHORED)
    store.put_anchor(anchored)
    assert store.open_anchors() == (anchored,)
    assert store.latest_anchor() == anchored
    store.put_anchor(submitted)  # a reorg
    assert store.latest_anchor() is None


def test_anchors_of_two_accounts_share_a_nonce(store: Store) -> None:
    before = anchor(4, 10, AnchorState.FINAL)
    after = anchor(4, 20, AnchorState.SUBMITTED, account=Address(b"\x0b" * 20))
    store.put_anchor(before)
    store.put_anchor(after)
    assert (store.latest_anchor(), store.open_anchors()) == (before, (after,))


def test_anchors_are_asked_for_by_state_and_size(store: Store) -> None:
    kept = [
        anchor(5, 30, AnchorState.SUBMITTED),
        anchor(3, 20, AnchorState.ANCHORED),
        anchor(1, 10, AnchorState.FINAL),
        anchor(2, 15, AnchorState.ABANDONED),
    ]
    for each in kept:
        store.put_anchor(each)
    assert [each.nonce for each in store.open_anchors()] == [3, 5]
    covering = [store.anchored_covering(index) for index in (0, 9, 10, 19, 20)]
    assert [each.tree_size if each else None for each in covering] == [10, 10, 20, 20, None]
    assert store.latest_anchor() == kept[1]
    assert store.final_size() == 10


def test_an_api_key_is_kept_once(store: Store) -> None:
    key = ApiKey(hash_of("secret"), party("maker"), "till 3", AT)
    store.put_api_key(key)
    assert store.api_key(key.key_hash) == key
    with pytest.raises(ConflictError):
        store.put_api_key(ApiKey(key.key_hash, party("carrier"), "", AT))
    assert store.api_key(key.key_hash) == key


def test_an_api_key_comes_back_with_its_scopes_and_its_end(store: Store) -> None:
    key = ApiKey(hash_of("secret"), party("maker"), "till 3", AT, frozenset({Scope.READ}), UnixTime(AT + 9))
    store.put_api_key(key)
    assert store.api_key(key.key_hash) == key


def test_api_keys_are_listed_from_the_oldest_on(store: Store) -> None:
    keys = [ApiKey(hash_of(f"secret {n}"), party("maker"), "", UnixTime(AT - n)) for n in range(3)]
    for key in keys:
        store.put_api_key(key)
    assert store.api_keys() == tuple(reversed(keys))


def test_a_revoked_api_key_stays_revoked_since_the_first_time(store: Store) -> None:
    key = ApiKey(hash_of("secret"), party("maker"), "", AT)
    store.put_api_key(key)
    store.put_api_key(ApiKey(hash_of("other"), party("maker"), "", AT))
    for at in (AT + 5, AT + 7):
        store.revoke_api_key(key.key_hash, UnixTime(at))
    assert store.api_key(key.key_hash) == replace(key, revoked_at=UnixTime(AT + 5))
    store.revoke_api_key(hash_of("unknown"), AT)
    assert [kept.revoked_at for kept in store.api_keys() if kept.key_hash != key.key_hash] == [None]


def test_a_job_keeps_who_asked_for_it(store: Store) -> None:
    store.put_job(job(0, request_id="request-1"))
    assert store.job("job-0") == job(0, request_id="request-1")


def test_gas_is_summed_over_what_was_submitted_since(store: Store) -> None:
    for nonce, state in enumerate((AnchorState.FINAL, AnchorState.ANCHORED, AnchorState.ABANDONED)):
        store.put_anchor(anchor(nonce, 10 + nonce, state, submitted_at=UnixTime(AT + nonce), gas_used=100 + nonce))
    store.put_anchor(anchor(9, 30, AnchorState.SUBMITTED))
    assert [store.gas_used_since(UnixTime(AT + n)) for n in range(4)] == [303, 203, 102, 0]


def test_a_touch_changes_nothing_of_the_log(store: Store) -> None:
    store.append([new_event(0)], AT)
    store.set_integrated_size(1)
    store.touch(AT)
    assert (store.record_count(), store.integrated_size()) == (1, 1)


@pytest.mark.parametrize(
    "event_id", ["", 'a"b\\c', "\x00", "urn:x:\x00a", "urn:x:\x00b", "\U0001f600", "caf\u00e9", "cafe\u0301", "a\nb"]
)
def test_any_text_is_an_event_id(store: Store, event_id: str) -> None:
    given = new_event(0, event_id=event_id)
    store.append([new_event(1, event_id="urn:x:"), given], AT)
    assert [stored.event for stored in store.events_by_id(event_id)] == [given]
    assert store.append([given], AT) == (Duplicate(1),)
