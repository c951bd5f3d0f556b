"""Log lines: a closed table of members, errors without their text, and a reader that does not read."""

from __future__ import annotations

import io
import json
import logging
import os
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from ledger.bootstrap import logs
from ledger.bootstrap.logs import REQUEST_ID, Lines, logging_to

LOGGER = logging.getLogger("ledger.tested")


@contextmanager
def told() -> Iterator[list[dict[str, Any]]]:
    stream = io.StringIO()
    lines: list[dict[str, Any]] = []
    root = logging.getLogger()
    level, hook = root.level, threading.excepthook
    try:
        with logging_to(stream):
            yield lines
    finally:
        root.setLevel(level)
        threading.excepthook = hook
        logging.captureWarnings(False)
    lines += [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_names_the_request_that_is_answered() -> None:
    with told() as lines:
        LOGGER.info("before")
        token = REQUEST_ID.set("asked")
        LOGGER.info("during %d", 1, extra={"tree_size": 7})
        REQUEST_ID.reset(token)
    assert "request_id" not in lines[0]
    assert (lines[1]["message"], lines[1]["request_id"], lines[1]["tree_size"]) == ("during 1", "asked", 7)
    assert (lines[1]["level"], lines[1]["logger"]) == ("info", "ledger.tested")


def test_what_is_not_in_the_table_is_not_told() -> None:
    with told() as lines:
        LOGGER.info("captured", extra={"price": 19.5, "capture_id": "x"})
    assert (lines[0]["capture_id"], "price" in lines[0]) == ("x", False)


def test_an_error_is_told_without_its_text() -> None:
    with told() as lines:
        try:
            dict[str, int]()["price 19.50"]
        except KeyError:
            LOGGER.exception("a fault")
    assert lines[0]["error"].startswith("KeyError at test_an_error_is_told_without_its_text:")
    assert "19.50" not in json.dumps(lines)


def test_libraries_are_told_by_name_and_level_alone() -> None:
    with told() as lines:
        logging.getLogger("urllib3.connectionpool").warning("retrying http://node.example/%s", "token")
        logging.getLogger("urllib3.connectionpool").info("not told at all")
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("a price of 19.50", stacklevel=1)
    assert [(line["logger"], line["level"]) for line in lines] == [
        ("urllib3.connectionpool", "warning"),
        ("py.warnings", "warning"),
    ]
    assert "token" not in json.dumps(lines) and "19.50" not in json.dumps(lines)


def test_a_thread_that_dies_is_told_without_the_text_of_its_error() -> None:
    def die() -> None:
        raise KeyError("price 19.50")

    with told() as lines:
        thread = threading.Thread(target=die, name="tested")
        thread.start()
        thread.join()
    assert lines[0]["message"] == "the thread tested ended by an error"
    assert lines[0]["error"].startswith("KeyError at") and "19.50" not in json.dumps(lines)


@pytest.mark.parametrize("text", ["two\nlines", "\x1b[31mred", "a\u2028b", '"quoted"', "\ud800"])
def test_any_text_is_one_line_that_no_terminal_acts_on(text: str) -> None:
    record = logging.LogRecord("ledger", logging.INFO, "", 1, "%s", (text,), None)
    line = Lines(as_json=True).format(record)
    assert line.isascii() and line.isprintable()
    assert json.loads(line)["logger"] == "ledger"


def test_at_a_terminal_a_line_is_text() -> None:
    record = logging.LogRecord("ledger", logging.INFO, "", 1, "checkpoint", None, None)
    record.tree_size = 7
    assert Lines(as_json=False).format(record).endswith(" info ledger: checkpoint tree_size=7")


def test_a_reader_that_does_not_read_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "WAITING_LINES", 10)
    monkeypatch.setattr(logs, "CLOSING_SECONDS", 0.1)
    read, write = os.pipe()
    with os.fdopen(write, "w") as stream:
        handler = logs.Unhurried(stream)
        handler.setFormatter(Lines(as_json=True))
        record = logging.LogRecord("ledger", logging.INFO, "", 1, "x" * 10_000, None, None)
        start = time.monotonic()
        for _ in range(100):
            handler.emit(record)
        handler.close()
        assert time.monotonic() - start < 5.0
        assert handler.left_out > 0
        os.close(read)  # the writer ends by a broken pipe
        handler._thread.join()
