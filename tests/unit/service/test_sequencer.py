"""The sequencer: group commit, one outcome a caller, none before the commit, and no half batch when the store fails."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from ledger.adapters.memory import MemoryStore
from ledger.adapters.sql.store import SqlStore
from ledger.errors import InternalError, StoreUnavailableError
from ledger.ports import Duplicate, Outcomes, Sequenced, Submission
from ledger.service import sequencer as room
from ledger.service.sequencer import Sequencer
from ledger.types import UnixTime
from tests.adapters.stored import AT, new_event


class GatedStore(MemoryStore):
    """Commits only when it is let, and counts its commits; fails as often as it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Semaphore(0)
        self.waiting = threading.Semaphore(0)
        self.batches: list[int] = []
        self.failures: list[Exception] = []

    def append_all(self, submissions: Sequence[Submission], captured_at: UnixTime) -> tuple[Outcomes, ...]:
        self.batches.append(len(submissions))
        self.waiting.release()
        self.gate.acquire()
        if self.failures:
            raise self.failures.pop()
        return super().append_all(submissions, captured_at)


@pytest.fixture
def store() -> GatedStore:
    return GatedStore()


@pytest.fixture
def sequencer(store: GatedStore) -> Iterator[Sequencer]:
    running = Sequencer(store, lambda: AT)
    yield running
    for _ in range(100):
        store.gate.release()
    running.close()


@pytest.fixture
def callers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as pool:
        yield pool


def hand_in(
    callers: ThreadPoolExecutor, sequencer: Sequencer, *numbers: int, together: bool = False
) -> Future[Outcomes]:
    return callers.submit(sequencer.sequence, Submission(tuple(new_event(n) for n in numbers), together))


def queue_behind_first(
    callers: ThreadPoolExecutor, store: GatedStore, sequencer: Sequencer, count: int
) -> list[Future[Outcomes]]:
    """Hand in one submission that is being committed, and ``count`` that wait for it."""
    first = hand_in(callers, sequencer, 0)
    store.waiting.acquire()
    others = [hand_in(callers, sequencer, n) for n in range(1, count + 1)]
    while sequencer._queue.qsize() < count:
        os.sched_yield()
    return [first, *others]


def test_what_waits_while_one_commits_goes_into_the_next_transaction(
    store: GatedStore, sequencer: Sequencer, callers: ThreadPoolExecutor
) -> None:
    handed_in = queue_behind_first(callers, store, sequencer, 8)
    assert not any(each.done() for each in handed_in)  # nobody is answered before the commit
    store.gate.release()
    assert handed_in[0].result() == (Sequenced(0, AT),)
    store.waiting.acquire()
    assert not any(each.done() for each in handed_in[1:])
    store.gate.release()
    assert sorted(each.result()[0].leaf_index for each in handed_in[1:]) == list(range(1, 9))
    assert store.batches == [1, 8]


def test_a_transaction_is_bounded(
    store: GatedStore, sequencer: Sequencer, callers: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MAX_BATCH_EVENTS", 3)
    handed_in = queue_behind_first(callers, store, sequencer, 8)
    for _ in range(4):
        store.gate.release()
    assert sorted(each.result()[0].leaf_index for each in handed_in) == list(range(9))
    assert store.batches == [1, 3, 3, 2]


def test_every_caller_gets_its_own_outcome(
    store: GatedStore, sequencer: Sequencer, callers: ThreadPoolExecutor
) -> None:
    first = hand_in(callers, sequencer, 0, 1)
    store.gate.release()
    assert first.result() == (Sequenced(0, AT), Sequenced(1, AT))
    second = hand_in(callers, sequencer, 2, 1, together=True)
    store.gate.release()
    assert second.result() == (Duplicate(-1), Duplicate(1))
    third = hand_in(callers, sequencer, 2, 1)
    store.gate.release()
    assert third.result() == (Sequenced(2, AT), Duplicate(1))


def test_a_store_that_fails_fails_every_caller_of_the_batch_and_no_other(
    store: GatedStore, sequencer: Sequencer, callers: ThreadPoolExecutor
) -> None:
    first, *waiting = queue_behind_first(callers, store, sequencer, 4)
    store.gate.release()
    first.result()
    store.failures.append(StoreUnavailableError("the disk is full"))
    store.gate.release()
    errors = [each.exception() for each in waiting]
    assert [str(error) for error in errors] == ["the disk is full"] * 4
    assert all(isinstance(error, StoreUnavailableError) for error in errors)
    assert len({id(error) for error in errors}) == 4
    assert store.record_count() == 1
    again = hand_in(callers, sequencer, 1)
    store.gate.release()
    assert again.result() == (Sequenced(1, AT),)


def test_a_fault_of_ours_is_told_as_one_and_the_thread_lives_on(
    store: GatedStore, sequencer: Sequencer, callers: ThreadPoolExecutor
) -> None:
    store.failures.append(ZeroDivisionError())
    failed = hand_in(callers, sequencer, 0)
    store.gate.release()
    assert isinstance(failed.exception(), InternalError)
    again = hand_in(callers, sequencer, 0)
    store.gate.release()
    assert again.result() == (Sequenced(0, AT),)


def test_closing_finishes_what_was_handed_in_and_takes_no_more(
    store: GatedStore, sequencer: Sequencer, callers: ThreadPoolExecutor
) -> None:
    handed_in = queue_behind_first(callers, store, sequencer, 3)
    closing = callers.submit(sequencer.close)
    while not sequencer._closed:
        os.sched_yield()
    with pytest.raises(StoreUnavailableError):
        sequencer.sequence(Submission((new_event(9),)))
    store.gate.release()
    store.gate.release()
    closing.result()
    assert sorted(each.result()[0].leaf_index for each in handed_in) == [0, 1, 2, 3]
    sequencer.close()  # again is harmless


def test_on_a_real_database_callers_share_commits_and_no_index(tmp_path: Path, callers: ThreadPoolExecutor) -> None:
    store = SqlStore(tmp_path / "ledger.db")
    sequencer = Sequencer(store, lambda: AT)
    handed_in = [hand_in(callers, sequencer, n * 2, n * 2 + 1) for n in range(50)]
    places = [place.leaf_index for each in handed_in for place in each.result()]
    assert sorted(places) == list(range(100))
    sequencer.close()
    store.close()
    reopened = SqlStore(tmp_path / "ledger.db")
    assert reopened.record_count() == 100
    reopened.close()
