"""Background steps: woken or in turn, tried again after a failure, and ended at once."""

from __future__ import annotations

import time
from threading import Event

import pytest

from ledger.bootstrap import worker
from ledger.bootstrap.worker import Task, Worker
from ledger.errors import StoreUnavailableError

PATIENCE = 10.0


class Step:
    def __init__(self) -> None:
        self.times: list[float] = []
        self.done = Event()

    def __call__(self) -> None:
        self.times.append(time.monotonic())
        self.done.set()

    def next(self) -> None:
        assert self.done.wait(PATIENCE)
        self.done.clear()


def test_a_step_that_is_woken_is_done_at_once_and_not_sooner_than_its_interval() -> None:
    step, wake = Step(), Event()
    running = Worker((Task("step", 0.05, step, wake),))
    running.start()
    try:
        for _ in range(5):
            step.next()
            wake.set()
    finally:
        running.stop()
    pauses = [after - before for before, after in zip(step.times, step.times[1:], strict=False)]
    assert min(pauses) >= 0.05


def test_a_step_that_nobody_wakes_is_done_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "AWAKE_SECONDS", 0.05)
    step = Step()
    running = Worker((Task("step", 0.01, step, Event()),))
    running.start()
    try:
        for _ in range(3):
            step.next()
    finally:
        running.stop()


def test_to_stop_waits_for_no_wake() -> None:
    step = Step()
    running = Worker((Task("step", 60.0, step, Event()),))
    running.start()
    step.next()
    start = time.monotonic()
    running.stop()
    assert time.monotonic() - start < 5.0


def test_what_comes_in_during_a_step_wakes_the_next() -> None:
    wake, again, times = Event(), Event(), []

    def step() -> None:
        times.append(1)
        if len(times) == 1:
            wake.set()  # as a commit would, while this step works
        else:
            again.set()

    running = Worker((Task("step", 0.01, step, wake),))
    running.start()
    try:
        assert again.wait(PATIENCE)
    finally:
        running.stop()


def test_a_step_that_failed_shows_until_it_is_done() -> None:
    wake, step = Event(), Step()

    def failing() -> None:
        step()
        if len(step.times) == 1:
            raise StoreUnavailableError("the disk is full")

    running = Worker((Task("step", 0.01, failing, wake),))
    running.start()
    try:
        step.next()
        deadline = time.monotonic() + PATIENCE
        while not running.faults and time.monotonic() < deadline:
            pass
        assert running.faults == {"step": "the disk is full"}
        wake.set()
        step.next()
        while running.faults and time.monotonic() < deadline:
            pass
        assert running.faults == {}
    finally:
        running.stop()
