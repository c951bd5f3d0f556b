"""Reading files and writing results: data on stdout, progress on stderr and only where a person watches."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from ledger.domain.report import printable
from ledger.errors import MalformedError

BAR_WIDTH = 30
REDRAW_SECONDS = 0.2


def add_format(parser: argparse.ArgumentParser) -> None:
    """Add ``--format text|json``."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print data (default: text)")


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """Return a type for arguments that are whole numbers of this range."""

    def number(text: str) -> int:
        value = int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) else -1
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"a whole number from {least} to {most} is wanted")
        return value

    return number


def read_input(path: str) -> bytes:
    """Return the bytes of a file, or of standard input for ``-``."""
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise MalformedError("", f"a readable file {path}", error.strerror or "an error") from None


def write_output(path: str | None, data: bytes) -> None:
    """Write bytes to a file, or to standard output when no path is given."""
    if path is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        Path(path).write_bytes(data)
    except OSError as error:
        raise MalformedError("", f"a writable file {path}", error.strerror or "an error") from None


def print_json(value: object) -> None:
    """Print one JSON value for programs, keys as given."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def print_value(name: str, value: str, form: str) -> None:
    """Print what the next command takes as it is: in JSON an object with one member, in text the value alone."""
    print(value) if form == "text" else print_json({name: value})


def print_rows(rows: Sequence[Mapping[str, object]], columns: Sequence[str], form: str) -> None:
    """Print rows as a JSON array, or as aligned columns; identifiers are never shortened."""
    print_table(rows, columns) if form == "text" else print_json(rows)


def print_table(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> None:
    """Print rows as columns under their names, none if there are none; what a terminal could act on is escaped."""
    if not rows:
        return
    cells = [list(columns), *([printable(str(row.get(column, ""))) for column in columns] for row in rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(columns))]
    for line in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def progress(text: str) -> None:
    """Say what is going on, to a person at a terminal only."""
    if sys.stderr.isatty():
        print(text, file=sys.stderr)


class Bar:
    """A progress bar on stderr, where a person watches; within ``with``, so that it leaves a line of its own."""

    def __init__(self, done: str) -> None:
        self._what = done
        self._shown = sys.stderr.isatty()
        self._begun = time.monotonic()
        self._last = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_ending: object) -> None:
        if self._shown and self._last:
            print(file=sys.stderr)

    def show(self, done: int, total: int) -> None:
        """Show how far it is, at most a few times a second and at the end."""
        now = time.monotonic()
        if not self._shown or (now - self._last < REDRAW_SECONDS and done < total):
            return
        self._last = now
        filled = BAR_WIDTH * done // max(total, 1)
        rate = done / max(now - self._begun, 1e-9)
        bar = "#" * filled + "." * (BAR_WIDTH - filled)
        print(f"\r[{bar}] {done:,} of {total:,} {self._what}, {rate:,.0f}/s ", end="", file=sys.stderr, flush=True)


def warn(text: str) -> None:
    """Say what nobody may overlook."""
    print(f"tradeledger: {text}", file=sys.stderr)
