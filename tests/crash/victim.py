"""The process that is killed: the ordinary command line, with traps set at named places before it begins.

It is forked from a process that has imported everything (`multiprocessing`, "forkserver"), which makes a start of the
service a third of a second rather than three. Without points, and at the machine's own time, it is the ordinary
service.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread

import api.app  # noqa: F401  # imported before the fork
import ledger.cli.up  # noqa: F401
from ledger.adapters.devnet import Devnet
from ledger.adapters.sql.connection import Database
from ledger.cli import main
from tests.crash.points import Point, set_traps

CLOCK = "clock"
"""A file in the home: by how many seconds this machine's clock is wrong for the victim. Read each time it is asked."""

PAGES = "pages"
"""A file in the home: how many pages the database may have (`PRAGMA max_page_count`). Read before each write."""

PATIENCE_SECONDS = 60.0
POLL_SECONDS = 0.01
SHOWN_BYTES = 4096

_forking = get_context("forkserver")
_forking.set_forkserver_preload([__name__])


@dataclass(frozen=True, slots=True)
class Plan:
    """What is wrong with a start of the service."""

    points: tuple[Point, ...] = ()
    wrong_clock: bool = False
    small_database: bool = False


ORDINARY = Plan()


class Life:
    """One process of the service on ``home``, from its start to its end."""

    def __init__(self, home: Path, plan: Plan = ORDINARY) -> None:
        self.home = home
        self.runtime = home / "runtime.json"
        self.runtime.unlink(missing_ok=True)  # of one that was killed
        self._printed = bytearray()
        reader, writer = _forking.Pipe(duplex=False)
        self.process = _forking.Process(target=_live, args=(home, plan, writer), daemon=True)
        self.process.start()
        writer.close()
        self._reading = Thread(target=self._read, args=(reader,), daemon=True)
        self._reading.start()

    @property
    def errors(self) -> str:
        """The end of what it printed."""
        return self._printed[-SHOWN_BYTES:].decode(errors="replace")

    def _read(self, pipe: Connection) -> None:
        while piece := os.read(pipe.fileno(), SHOWN_BYTES):
            self._printed += piece
        pipe.close()

    def wait_until_announced(self) -> None:
        wait_until(
            lambda: self.runtime.exists() or not self.process.is_alive(), lambda: f"it does not start: {self.errors}"
        )
        assert self.runtime.exists(), f"it ended with {self.process.exitcode}: {self.errors}"

    def wait_until_dead(self, patience: float = PATIENCE_SECONDS) -> int:
        """The exit code; SIGKILL is -9."""
        self.process.join(patience)
        assert self.process.exitcode is not None, "it does not end"
        self._reading.join(patience)
        return self.process.exitcode

    def end(self, by: int = signal.SIGTERM) -> int:
        """The exit code after this signal."""
        if self.process.is_alive() and self.process.pid is not None:
            os.kill(self.process.pid, by)
        return self.wait_until_dead()


def wait_until(condition: Callable[[], bool], otherwise: Callable[[], str], patience: float = PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, otherwise()
        time.sleep(POLL_SECONDS)


def _live(home: Path, plan: Plan, output: Connection) -> None:
    for stream in (1, 2):  # a pipe: a full disk leaves it alone
        os.dup2(output.fileno(), stream)
    output.close()
    sys.stdout, sys.stderr = (open(stream, "w", closefd=False) for stream in (1, 2))  # noqa: SIM115  # not of files
    for name in [name for name in os.environ if name.startswith("TRADELEDGER_")]:
        del os.environ[name]
    if plan.wrong_clock:
        _set_clock_wrong(home)
    if plan.small_database:
        _limit_pages(home)
    set_traps(plan.points, home)
    sys.exit(main(("up", "--home", str(home), "--port", "0")))


def _set_clock_wrong(home: Path) -> None:
    right = time.time
    time.time = lambda: right() + float((home / CLOCK).read_text())
    Devnet.__init__.__defaults__ = (time.time,)  # it was bound when the class was made


def _limit_pages(home: Path) -> None:
    writing = Database.writing

    def within(database: Database) -> object:
        with database._writer.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {(home / PAGES).read_text()}")
        return writing(database)

    Database.writing = within  # type: ignore[method-assign,assignment]
