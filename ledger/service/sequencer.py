"""The sequencer: the one writer of a log, with group commit.

What several callers hand in at once goes into one durable transaction. A caller gets its outcome only after the commit.
When the store fails, every caller of that batch is told and nothing of the batch is there. What may be sequenced is
decided before (`acceptance`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Lock, Thread

from ledger.errors import InternalError, NoAnswerError, StoreUnavailableError
from ledger.ports import Clock, Outcomes, Store, Submission

MAX_BATCH_EVENTS = 1_000
"""Beyond it the next transaction begins: one commit takes some tens of milliseconds, which is what a caller waits."""


@dataclass(frozen=True, slots=True)
class _Pending:
    submission: Submission
    outcomes: Future[Outcomes] = field(default_factory=Future)


class Sequencer:
    """Runs from its making until `close`; `sequence` may be called from any thread.

    ``on_commit`` is called after each commit; it must neither wait nor fail.
    """

    def __init__(self, store: Store, clock: Clock, on_commit: Callable[[], None] = lambda: None) -> None:
        self._store = store
        self._clock = clock
        self._on_commit = on_commit
        self._queue: SimpleQueue[_Pending | None] = SimpleQueue()
        self._closing = Lock()
        self._closed = False
        self._thread = Thread(target=self._run, name="sequencer", daemon=True)
        self._thread.start()

    def sequence(self, submission: Submission) -> Outcomes:
        """Return, durable, what became of each event; `StoreUnavailableError` means that none of them was written."""
        pending = _Pending(submission)
        with self._closing:
            if self._closed:
                raise StoreUnavailableError("the sequencer is stopped")
            self._queue.put(pending)
        return pending.outcomes.result()

    def close(self) -> None:
        """Finish what was handed in and stop; nothing is taken from now on."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._queue.put(None)  # behind it nothing can be put
        self._thread.join()

    def _run(self) -> None:
        last = False
        while not last:
            batch, last = self._drain()
            if batch:
                self._commit(batch)

    def _drain(self) -> tuple[list[_Pending], bool]:
        """Wait for one submission, take what else is there, and say whether it was the last."""
        batch: list[_Pending] = []
        events = 0
        while events < MAX_BATCH_EVENTS:
            try:
                pending = self._queue.get(block=not batch)
            except Empty:
                return batch, False
            if pending is None:
                return batch, True
            batch.append(pending)
            events += len(pending.submission.events)
        return batch, False

    def _commit(self, batch: Sequence[_Pending]) -> None:
        submissions = [pending.submission for pending in batch]
        try:
            outcomes = self._store.append_all(submissions, self._clock())
        except Exception as error:  # noqa: BLE001  # whatever it is, callers wait for an answer and the thread lives on
            for pending in batch:
                pending.outcomes.set_exception(_failure(error))
            return
        self._on_commit()
        for pending, each in zip(batch, outcomes, strict=True):
            pending.outcomes.set_result(each)


def _failure(error: Exception) -> Exception:
    """Return an error of its own for each caller: two threads must not raise one object."""
    failure: Exception
    if isinstance(error, NoAnswerError):
        failure = StoreUnavailableError(str(error))
    else:
        failure = InternalError(f"sequencing failed: {type(error).__name__}")
    failure.__cause__ = error
    return failure
