"""What can be provoked in a run: a death at points, at a moment drawn at random, a full disk, a clock that is turned.

Each function returns a `Provoke`, a row's second half; the first is its sentence.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeAlias

from tests.crash.clients import Reply
from tests.crash.disk import read_kept
from tests.crash.points import Point
from tests.crash.run import Run
from tests.crash.victim import CLOCK, PAGES, Plan, wait_until

Provoke: TypeAlias = Callable[[Run], None]

LONGEST_LIFE_SECONDS = 1.5
HOURS = 3600.0
COULD_NOT = "tradeledger:could-not-answer"


def dies_at(*points: Point) -> Provoke:
    """Under traffic the service dies at the first point; started again it dies at the next, and so on."""

    def provoke(run: Run) -> None:
        for point in points:
            plan = Plan((point,))
            if point.at_start:
                run.begin(plan)
                run.must_die()
                continue
            run.start(plan)
            with run.traffic():
                wait_for_answers(run)
                run.arm()
                run.must_die()

    return provoke


def its_chain_dies_at(*points: Point) -> Provoke:
    """Under traffic the chain dies at each of the points, while the service runs on."""

    def provoke(run: Run) -> None:
        run.start(Plan(points))
        with run.traffic():
            wait_for_answers(run)
            run.arm()
            run.must_be_struck(len(points))
            wait_for_answers(run)

    return provoke


def dies_at_random(rounds: int = 1) -> Provoke:
    """Under traffic it dies at some moment."""

    def provoke(run: Run) -> None:
        for _ in range(rounds):
            run.start()
            with run.traffic():
                time.sleep(random.uniform(0, LONGEST_LIFE_SECONDS))
                run.kill()
                run.must_die()

    return provoke


def dies_while_starting_at_random(rounds: int = 1) -> Provoke:
    """It dies at some moment before or just after it answers."""

    def provoke(run: Run) -> None:
        for _ in range(rounds):
            run.begin()
            time.sleep(random.uniform(0, 1))
            run.kill()
            run.must_die()

    return provoke


# --- a full disk ---


def disk_full(limit: int = 0) -> Provoke:
    """No file can grow beyond ``limit`` while events come in; then there is room again, without a restart."""

    def provoke(run: Run) -> None:
        run.start()
        with run.traffic():
            wait_for_answers(run)
        with run.full_disk(limit):
            before = len(read_kept(run.home))
            _must_answer_could_not(run)
            after = len(read_kept(run.home))
            assert before == after, f"{after - before} records were written and answered with 503"
        _must_answer(run)

    return provoke


def disk_full_under_traffic(limit: int = 0) -> Provoke:
    """The disk fills while everybody is at it, and has room again, three times."""

    def provoke(run: Run) -> None:
        run.start()
        with run.traffic():
            for _ in range(3):
                wait_for_answers(run)
                with run.full_disk(limit):
                    time.sleep(0.3)

    return provoke


def chain_disk_full(run: Run) -> None:
    """Dumps of the chain do not fit, all else does: nothing becomes final, and captures go on."""
    run.start()
    run.end()
    run.start()  # with a short write-ahead log
    limit = 150_000
    with run.full_disk(limit):
        final = run.health()["records"]["final"]
        for _ in range(3):
            _must_answer(run)
        time.sleep(1)
        assert run.health()["records"]["final"] == final, "final, and not dumped"


def disk_full_while_starting(run: Run) -> None:
    """It ends with "could not" (3) where its first file cannot be written; with room it starts."""
    run.begin()
    with run.full_disk():
        code = run.life.wait_until_dead()
    assert (code, "could not be done now" in run.life.errors) == (3, True), f"{code}: {run.life.errors}"
    run.started = False


def database_full(run: Run) -> None:
    """The database may not have another page: captures could not be done, and the rest goes on."""
    (run.home / PAGES).write_text("1073741823")
    run.start(Plan(small_database=True))
    _must_answer(run)
    (run.home / PAGES).write_text("1")  # never less than it has
    wait_until(lambda: _capture(run).status == 503, lambda: "the database is never full")
    before = len(read_kept(run.home))
    _must_answer_could_not(run)
    assert len(read_kept(run.home)) == before, "records were written and answered with 503"
    (run.home / PAGES).write_text("1073741823")
    _must_answer(run)


# --- a clock that is turned ---


def clock_turned(*hours: float) -> Provoke:
    """While it runs, the machine's clock is wrong by so many hours, one after the other."""

    def provoke(run: Run) -> None:
        _turn_clock(run, 0)
        run.start(Plan(wrong_clock=True))
        with run.traffic():
            for wrong in (0.0, *hours):
                _turn_clock(run, wrong)
                wait_for_answers(run)
                wait_for_new_final(run)

    return provoke


def clock_turned_across_restart(*hours: float) -> Provoke:
    """It is killed, and started with a clock that is wrong by so many hours; and so on."""

    def provoke(run: Run) -> None:
        for wrong in hours:
            _turn_clock(run, wrong)
            run.start(Plan(wrong_clock=True))
            with run.traffic():
                wait_for_answers(run)
                wait_for_new_final(run)
                run.kill()
                run.must_die()

    return provoke


# --- steps ---


def wait_for_answers(run: Run, answers: int = 4) -> None:
    """Return when some more submissions were answered."""
    enough = len(run.clients.answered()) + answers
    wait_until(
        lambda: len(run.clients.answered()) >= enough,
        lambda: f"nothing is answered: {run.clients.faults[:3]} {run.life.errors}",
    )


def wait_for_new_final(run: Run) -> None:
    """Return when all is final that is sequenced now."""
    sequenced = run.health()["records"]["sequenced"]
    wait_until(
        lambda: run.health()["records"]["final"] >= sequenced,
        lambda: f"does not become final: {run.health()} {run.life.errors}",
    )


def _turn_clock(run: Run, hours: float) -> None:
    new = run.home / f"{CLOCK}.new"
    new.write_text(str(hours * HOURS))
    new.replace(run.home / CLOCK)  # it is read all the time


def _capture(run: Run) -> Reply:
    submission = run.clients._draw("maker", 1, keyed=False)
    run.clients.submissions.append(submission)
    return run.clients.send(run.url, submission)


def _must_answer(run: Run) -> None:
    reply = _capture(run)
    assert reply.status == 202, reply


def _must_answer_could_not(run: Run) -> None:
    reply = _capture(run)
    problem = reply.content or {}
    assert (reply.status, problem.get("type"), problem.get("retry")) == (503, COULD_NOT, True), reply
