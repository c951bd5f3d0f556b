"""All or nothing, each for itself, twice the same, and the same request again: what happens to events beside others."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ledger.adapters.sql.store import SqlStore
from ledger.adapters.tile_files import TileFiles
from ledger.errors import IdempotencyKeyReusedError, StoreUnavailableError
from ledger.ports import CaptureJob
from tests.builders import object_event, party
from tests.unit.service.desk import Desk, envelope_of, event_numbered, open_desk, proceed


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk() as opened:
        yield opened


def signed(desk: Desk, *numbers: int) -> list[dict[str, Any]]:
    return [envelope_of(desk.world.record(event_numbered(number))) for number in numbers]


def statuses(job: CaptureJob) -> list[object]:
    return [result["status"] for result in job.results]


# --- rollback and proceed ---


def test_rollback_keeps_all_out_when_one_is_refused(desk: Desk) -> None:
    good, bad = signed(desk, 0, 1)
    bad["signature"] = "0x" + "11" * 65
    job = desk.capture([good, bad])
    assert (job.success, statuses(job)) == (False, ["not captured", "refused"])
    assert job.results[0]["eventID"] == good["event"]["eventID"]
    assert desk.store.record_count() == 0


def test_proceed_takes_the_good_ones(desk: Desk) -> None:
    first, bad, last = signed(desk, 0, 1, 2)
    bad["signature"] = "0x" + "11" * 65
    job = desk.capture([first, bad, last], **proceed())
    assert (job.success, statuses(job)) == (False, ["sequenced", "refused", "sequenced"])
    assert [result.get("leafIndex") for result in job.results] == [0, None, 1]
    assert job.error_behaviour == "proceed"


def test_rollback_keeps_all_out_when_one_is_logged_under_another_statement(desk: Desk) -> None:
    old, new = signed(desk, 0, 1)
    desk.capture(old)
    (again,) = signed(desk, 0)
    job = desk.capture([new, again])
    assert (job.success, statuses(job)) == (False, ["not captured", "duplicate"])
    assert desk.store.record_count() == 1


def test_nothing_handed_in_is_nothing(desk: Desk) -> None:
    job = desk.capture({**document(), "epcisBody": {"eventList": []}}, party=party("courier"))
    assert (job.success, job.results) == (True, ())


# --- twice ---


def test_the_same_statement_again_gives_the_same_promise_and_writes_nothing(desk: Desk) -> None:
    (envelope,) = signed(desk, 0)
    (first,) = desk.capture(envelope).results
    desk.world.wait(600)
    job = desk.capture(envelope)
    (second,) = job.results
    assert second == {**first, "status": "duplicate"}
    assert job.success
    assert desk.store.record_count() == 1


def test_the_same_event_signed_anew_is_a_conflict_that_names_the_first(desk: Desk) -> None:
    desk.capture(signed(desk, 5, 0))
    job = desk.capture(signed(desk, 0))
    (result,) = job.results
    assert (job.success, result["status"], result["leafIndex"]) == (False, "duplicate", 1)
    assert isinstance(result["error"], dict)
    assert (result["error"]["kind"], result["error"]["pointer"]) == ("conflict", "/0/eventID")
    assert "promise" not in result


def test_one_event_twice_in_one_body_is_taken_once(desk: Desk) -> None:
    (envelope,) = signed(desk, 0)
    job = desk.capture([envelope, envelope], **proceed())
    assert statuses(job) == ["sequenced", "refused"]
    assert statuses(desk.capture([*signed(desk, 1), *signed(desk, 1)])) == ["not captured", "refused"]
    assert desk.store.record_count() == 1


# --- the same request again ---


def document(*numbers: int) -> dict[str, Any]:
    return {
        "@context": [
            "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
            {"example": "https://example.org/"},
        ],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-09-22T00:00:00Z",
        "epcisBody": {
            "eventList": [object_event(**{"@context": None, "eventID": None, "example:n": n}) for n in numbers]
        },
    }


def test_a_key_used_again_gives_the_first_job(desk: Desk) -> None:
    first = desk.capture(document(0, 1), party=party("courier"), idempotency_key="k")
    desk.world.wait()
    assert desk.capture(document(0, 1), party=party("courier"), idempotency_key="k") == first
    assert desk.store.record_count() == 2


def test_a_key_used_again_for_another_body_is_refused(desk: Desk) -> None:
    desk.capture(document(0), party=party("courier"), idempotency_key="k")
    with pytest.raises(IdempotencyKeyReusedError):
        desk.capture(document(1), party=party("courier"), idempotency_key="k")
    assert desk.store.record_count() == 1


def test_keys_of_two_parties_are_two_keys(desk: Desk) -> None:
    desk.capture(document(0), party=party("courier"), idempotency_key="k")
    assert desk.capture(signed(desk, 0), party=party("maker"), idempotency_key="k").success


def test_without_a_key_the_same_document_is_two_captures(desk: Desk) -> None:
    jobs = [desk.capture(document(0), party=party("courier")) for _ in range(2)]
    assert jobs[0].capture_id != jobs[1].capture_id
    assert desk.store.record_count() == 2


def test_a_request_cut_off_before_its_job_was_kept_logs_nothing_twice(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    request: dict[str, Any] = {"party": party("courier"), "idempotency_key": "k"}
    with monkeypatch.context() as crash:
        crash.setattr(desk.store, "put_job", _fail)
        with pytest.raises(StoreUnavailableError):
            desk.capture(document(0, 1), **request)
    assert desk.store.record_count() == 2
    desk.world.wait()
    job = desk.capture(document(0, 1), **request)
    assert (job.success, statuses(job)) == (True, ["duplicate", "duplicate"])
    assert [result["leafIndex"] for result in job.results] == [0, 1]
    assert desk.store.record_count() == 2
    assert desk.capture(document(0, 1), **request) == job


def test_the_same_request_twice_at_once_is_one_capture(tmp_path: Path) -> None:
    store, tiles = SqlStore(tmp_path / "ledger.db"), TileFiles(tmp_path / "log")
    with open_desk(store, tiles) as desk, ThreadPoolExecutor(4) as callers:
        barrier = threading.Barrier(4)

        def call(_caller: int) -> CaptureJob:
            barrier.wait()
            return desk.capture(document(0, 1), party=party("courier"), idempotency_key="k")

        jobs = list(callers.map(call, range(4)))
        assert len({job.capture_id for job in jobs}) == 1
        assert store.record_count() == 2
    store.close()


def test_captures_at_once_share_no_index(tmp_path: Path) -> None:
    store = SqlStore(tmp_path / "ledger.db")
    with open_desk(store) as desk, ThreadPoolExecutor(2) as callers:
        batches = [signed(desk, *range(start, start + 10)) for start in range(0, 60, 10)]
        results = [result for job in callers.map(desk.capture, batches) for result in job.results]
        assert sorted(int(str(result["leafIndex"])) for result in results) == list(range(60))
        for result in results:
            promise = desk.open_promise(result)
            assert store.records(promise.leaf_index, promise.leaf_index + 1) == (promise.record,)
    store.close()


def _fail(*_arguments: object) -> None:
    raise StoreUnavailableError("the database: disk I/O error")
