"""Log lines of the running service: one JSON object a line, or text at a terminal.

What a line may say is a closed table (`FIELDS`): names, numbers, hashes and identifiers of the log's own making, never
a value of an event, a secret or a URL. An error is told by its kind and the places it came through, never by its text.
Of foreign libraries only name and level are told, because their words are theirs. A line is put together in the thread
that logs and written by another: who reads the log, or does not, never holds up the service.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from queue import Full, Queue
from traceback import extract_tb
from typing import Any, Final, TextIO

REQUEST_ID: Final[ContextVar[str | None]] = ContextVar("request_id", default=None)
"""The request that is being answered; every line that is logged meanwhile names it."""

FIELDS: Final = (
    "method", "route", "status", "milliseconds", "key_id",
    "capture_id", "leaf_indexes", "tree_size", "transaction",
)  # fmt: skip
"""What a line may name beside its message, given as ``extra``. From request to transaction they link one another."""

WAITING_LINES: Final = 10_000
"""Lines that wait to be written, some megabytes; beyond it they are left out and counted."""

CLOSING_SECONDS: Final = 2.0
"""How long the end of the process waits for lines to be written."""

_OWN = ("ledger", "api", "uvicorn")
_PLACES = 6


class Lines(logging.Formatter):
    """Turns a record into one line."""

    def __init__(self, *, as_json: bool) -> None:
        super().__init__()
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        members = dict(_members(record))
        if self._as_json:
            return json.dumps(members, ensure_ascii=True)
        time, level, logger, message = (str(members.pop(name)) for name in ("time", "level", "logger", "message"))
        return " ".join([time, level, f"{logger}:", message, *(f"{name}={value}" for name, value in members.items())])


def _members(record: logging.LogRecord) -> Iterator[tuple[str, object]]:
    yield "time", datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    yield "level", record.levelname.lower()
    yield "logger", record.name
    own = " ".join(record.getMessage().split()) if _is_own(record) else None
    yield "message", "a message of a library, not shown" if own is None else own
    if (request_id := REQUEST_ID.get()) is not None:
        yield "request_id", request_id
    for name in FIELDS:
        if getattr(record, name, None) is not None:
            yield name, getattr(record, name)
    if record.exc_info and record.exc_info[1] is not None:
        yield "error", describe(record.exc_info[1])


def _is_own(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] in _OWN


def _is_told(record: logging.LogRecord) -> bool:
    return _is_own(record) or record.levelno >= logging.WARNING


def describe(error: BaseException) -> str:
    """Return the kind of an error and the places it came through, innermost last; its text may hold anything."""
    places = " > ".join(f"{frame.name}:{frame.lineno}" for frame in extract_tb(error.__traceback__)[-_PLACES:])
    return f"{type(error).__name__} at {places}"


class Unhurried(logging.Handler):
    """Writes lines to a stream in a thread of its own."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._lines: Queue[str | None] = Queue(WAITING_LINES)
        self.left_out = 0
        self._thread = threading.Thread(target=self._write, name="log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Hand in the line of a record."""
        try:
            self._lines.put_nowait(self.format(record))
        except Full:
            self.left_out += 1

    def close(self) -> None:
        """Wait until what was handed in is written, but not for ever."""
        try:
            self._lines.put(None, timeout=CLOSING_SECONDS)
        except Full:
            return
        self._thread.join(CLOSING_SECONDS)
        super().close()

    def _write(self) -> None:
        while (line := self._lines.get()) is not None:
            try:
                self._stream.write(line + "\n")
                if self._lines.empty():
                    self._stream.flush()
            except (OSError, ValueError):  # nobody reads any more
                return


@contextmanager
def logging_to(stream: TextIO) -> Iterator[None]:
    """Log to a stream: JSON, or text where it is a terminal. Also what threads and warnings would print themselves."""
    handler = Unhurried(stream)
    handler.setFormatter(Lines(as_json=not stream.isatty()))
    handler.addFilter(_is_told)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in ("ledger", "api"):
        logging.getLogger(name).setLevel(logging.INFO)
    logging.captureWarnings(True)
    threading.excepthook = _tell_thread
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()


def _tell_thread(ended: threading.ExceptHookArgs) -> None:
    name = ended.thread.name if ended.thread else "?"
    error: Any = ended.exc_value
    logging.getLogger(__name__).critical("the thread %s ended by an error", name, exc_info=error)
