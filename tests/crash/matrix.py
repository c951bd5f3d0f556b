"""Running rows of the matrix: each on a copy of a home, with clients of its own."""

from __future__ import annotations

import time
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree

from tests.crash.clients import Clients, Submission
from tests.crash.databases import copy_api_keys, is_there_a_later_schema, make_older, remove_database
from tests.crash.invariants import COLUMNS
from tests.crash.run import Run
from tests.crash.table import ROWS, Home, Row
from tests.crash.world import RECORDS, World, copy_home, make_world, new_home


@dataclass
class Outcome:
    """What became of one run of a row."""

    row: str
    found: dict[str, list[str]] = field(default_factory=lambda: {column: [] for column in COLUMNS})
    deaths: int = 0
    records: int = 0
    seconds: float = 0.0

    @property
    def sentences(self) -> list[str]:
        return [f"{column}: {sentence}" for column, sentences in self.found.items() for sentence in sentences]


@dataclass
class Matrix:
    """The homes to copy, and what clients hold of the full one."""

    world: World
    handed_in: list[Submission]

    def run(self, name: str, folder: Path) -> Outcome:
        """Provoke one row in a home of its own, and judge; the home goes when all is well."""
        row, begun = ROWS[name], time.monotonic()
        run = self._open(row, folder / f"{name}-{time.time_ns()}")
        outcome = Outcome(name)
        try:
            row.provoke(run)
            match row.home:
                case Home.NEW:
                    run.must_start_as_one_log()
                case Home.UNMADE:
                    run.start()
                    copy_api_keys(self.world.fresh, run.home)
                    self._judge(run, outcome)
                case _:
                    self._judge(run, outcome)
            run.end()
        except Exception as failure:  # noqa: BLE001  # one row that fails keeps no other from being run
            outcome.found["other"].append(f"{type(failure).__name__}: {failure}")
        finally:
            if run.started:
                run.life.process.kill()
                run.life.process.join()
        outcome.deaths, outcome.seconds = len(run.deaths), time.monotonic() - begun
        if not outcome.sentences:
            rmtree(run.home)
        return outcome

    def _judge(self, run: Run, outcome: Outcome) -> None:
        run.settle()
        outcome.found, outcome.records = run.judge(), run.health()["records"]["final"]

    def _open(self, row: Row, home: Path) -> Run:
        held = deepcopy(self.handed_in) if row.home in (Home.FULL, Home.OLDER) else []
        match row.home:
            case Home.FULL:
                copy_home(self.world.full, home)
            case Home.FRESH:
                copy_home(self.world.fresh, home)
            case Home.UNMADE:
                remove_database(copy_home(self.world.fresh, home))
            case Home.OLDER:
                make_older(copy_home(self.world.full, home))
            case Home.NEW:
                new_home(home)
        return Run(self.world, home, Clients(self.world, held))


def make_matrix(folder: Path) -> Matrix:
    """Make the homes: ``fresh``, then ``full``, by handing in events as clients do."""
    world = make_world(folder)
    run = Run(world, copy_home(world.fresh, world.full), Clients(world))
    run.start()
    run.clients.submit(run.url, "maker", RECORDS - 6)
    run.settle()
    run.end()
    return Matrix(world, run.clients.submissions)


def names(*, essential: bool = False) -> list[str]:
    """The rows that can be provoked."""
    return [
        name
        for name, row in ROWS.items()
        if (row.essential or not essential) and (row.home is not Home.OLDER or is_there_a_later_schema())
    ]
