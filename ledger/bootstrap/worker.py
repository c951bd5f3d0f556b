"""The background work of a service: publish what is sequenced, anchor what is published, keep the registry up to date.

Each round is a list of steps that can be repeated at any time. A step that the world did not answer is tried again in
the next round; a fault of our own stops that step, is logged loudly, and shows in `Worker.faults`, while the others
go on. A step with a ``wake`` is done when that is set, and no sooner than its interval after the last time; nothing
waits for a round that has nothing to do.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Event, Thread

from ledger.errors import LedgerError, NoAnswerError

logger = logging.getLogger(__name__)

AWAKE_SECONDS = 1.0
"""After how long a step is done that nobody woke: what failed before is tried again."""


@dataclass(frozen=True, slots=True)
class Task:
    """A step and how often it is done, in seconds; with ``wake``, at most that often and when it is set."""

    name: str
    every: float
    step: Callable[[], object]
    wake: Event | None = None


class Worker:
    """One thread a task, from `start` to `stop`."""

    def __init__(self, tasks: tuple[Task, ...]) -> None:
        self._stopping = Event()
        self._faults: dict[str, str] = {}
        self._wakes = [task.wake for task in tasks if task.wake is not None]
        self._threads = [Thread(target=self._repeat, args=(task,), name=task.name, daemon=True) for task in tasks]

    @property
    def faults(self) -> Mapping[str, str]:
        """What each step that is not getting on last met, by the name of its task; empty when all is well."""
        return dict(self._faults)

    def start(self) -> None:
        """Begin every task."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let the running steps end, and begin no other."""
        self._stopping.set()
        for wake in self._wakes:
            wake.set()
        for thread in self._threads:
            thread.join()

    def _repeat(self, task: Task) -> None:
        while not self._stopping.is_set():
            if task.wake is not None:
                task.wake.clear()  # before the step: what comes in meanwhile is for the next
            self._once(task)
            self._stopping.wait(task.every)
            if task.wake is not None and not self._stopping.is_set():
                task.wake.wait(AWAKE_SECONDS)

    def _once(self, task: Task) -> None:
        try:
            task.step()
            self._faults.pop(task.name, None)
        except NoAnswerError as error:
            self._note(task, error, logging.WARNING)
        except LedgerError as error:
            self._note(task, error, logging.CRITICAL)
        except Exception as error:  # a thread that ends without a word would be worse
            logger.critical("%s: a fault of this software", task.name, exc_info=error)
            self._faults[task.name] = type(error).__name__

    def _note(self, task: Task, error: LedgerError, level: int) -> None:
        if self._faults.get(task.name) != str(error):
            logger.log(level, "%s: %s", task.name, error)
        self._faults[task.name] = str(error)
