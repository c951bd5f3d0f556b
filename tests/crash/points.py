"""Where a victim dies: named places of the product, wrapped from outside, so that the product has no switch for it.

A `Point` is plain data: a function of the product and before or after which call of it, or an SQL statement, or the
commit of a transaction that held one. It counts only once it is armed: from the start, or as soon as the file `ARMED`
stands in the home. Where it strikes it leaves the file `STRUCK`, so that a row that provoked nothing is found out.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import wraps
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, event

ARMED = "armed"
STRUCK = "struck"


class When(Enum):
    BEFORE = "before"
    AFTER = "after"
    HALF = "with half of the bytes written"
    """Of a function whose last argument is what it writes."""


class Strike(Enum):
    SERVICE = "the service"
    CHAIN = "the chain"
    BOTH = "the chain and the service"


@dataclass(frozen=True, slots=True)
class Point:
    """``target`` is ``module:name`` or ``module:Class.name``, or `STATEMENT` or `COMMIT` of what ``where`` finds."""

    target: str
    when: When
    where: str = ""
    """A regular expression, looked for in what the function is called with, or in the SQL."""
    nth: int = 1
    strike: Strike = Strike.SERVICE
    at_start: bool = False

    def starting(self) -> Point:
        """The same place, armed from the start of the process."""
        return replace(self, at_start=True)

    def killing(self, strike: Strike) -> Point:
        return replace(self, strike=strike)


STATEMENT = "statement"
COMMIT = "commit"


def before(target: str, where: str = "", nth: int = 1) -> Point:
    return Point(target, When.BEFORE, where, nth)


def after(target: str, where: str = "", nth: int = 1) -> Point:
    return Point(target, When.AFTER, where, nth)


def half(target: str, where: str = "", nth: int = 1) -> Point:
    return Point(target, When.HALF, where, nth)


def executed(sql: str, nth: int = 1) -> Point:
    """After a statement, inside its transaction."""
    return Point(STATEMENT, When.AFTER, sql, nth)


def committing(sql: str, nth: int = 1) -> Point:
    """Directly before the commit of a transaction with such a statement."""
    return Point(COMMIT, When.BEFORE, sql, nth)


class _Trap:
    """A point set up in this process."""

    def __init__(self, point: Point, home: Path, kill_chain: Callable[[], None]) -> None:
        self.point = point
        self._home = home
        self._kill_chain = kill_chain
        self._left = point.nth
        self._lock = Lock()

    def is_due(self, text: str) -> bool:
        if not re.search(self.point.where, text) or not (self.point.at_start or (self._home / ARMED).exists()):
            return False
        with self._lock:
            self._left -= 1
            return self._left == 0

    def spring(self) -> None:
        with (self._home / STRUCK).open("ab") as struck:
            struck.write(b".")
        if self.point.strike is not Strike.SERVICE:
            self._kill_chain()
        if self.point.strike is not Strike.CHAIN:
            os.kill(os.getpid(), signal.SIGKILL)


def set_traps(points: Sequence[Point], home: Path) -> None:
    """Make this process, or its chain, die at ``points``."""
    chain = _watch_chain()
    for point in points:
        trap = _Trap(point, home, chain)
        if point.target == STATEMENT:
            _trap_statements(trap)
        elif point.target == COMMIT:
            _trap_commits(trap)
        else:
            _trap_calls(trap)


def _watch_chain() -> Callable[[], None]:
    """Return what kills the newest chain process."""
    pids: list[int] = []

    def noting(start: Callable[..., Any]) -> Callable[..., Any]:
        def start_and_note(*arguments: Any) -> Any:
            process = start(*arguments)
            pids.append(process.pid)
            return process

        return start_and_note

    _wrap("ledger.adapters.devnet:start_anvil", noting)
    return lambda: os.kill(pids[-1], signal.SIGKILL)


def _trap_calls(trap: _Trap) -> None:
    def trapped(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def call(*arguments: Any, **named: Any) -> Any:
            if not trap.is_due(_text(arguments)):
                return function(*arguments, **named)
            match trap.point.when:
                case When.BEFORE:
                    trap.spring()
                case When.HALF:
                    function(*arguments[:-1], arguments[-1][: len(arguments[-1]) // 2])
                    trap.spring()
                case When.AFTER:
                    result = function(*arguments, **named)
                    trap.spring()
                    return result
            return function(*arguments, **named)

        return call

    _wrap(trap.point.target, trapped)


def _trap_statements(trap: _Trap) -> None:
    def executed(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if trap.is_due(statement):
            trap.spring()

    event.listen(Engine, "after_cursor_execute", executed)


def _trap_commits(trap: _Trap) -> None:
    held: dict[int, list[str]] = {}

    def executed(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        held.setdefault(id(connection), []).append(statement)

    def committing(connection: Connection) -> None:
        if any(trap.is_due(statement) for statement in held.pop(id(connection), ())):
            trap.spring()

    event.listen(Engine, "after_cursor_execute", executed)
    event.listen(Engine, "commit", committing)
    event.listen(Engine, "rollback", lambda connection: held.pop(id(connection), None))


def _wrap(target: str, around: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    module, _, path = target.partition(":")
    owner: Any = import_module(module)
    *classes, name = path.split(".")
    for each in classes:
        owner = getattr(owner, each)
    setattr(owner, name, around(getattr(owner, name)))


def _text(arguments: tuple[Any, ...]) -> str:
    """What a call was given, to look for ``where`` in: paths as they are, a file descriptor as its file's path."""
    return " ".join(map(_word, arguments))


def _word(value: Any) -> str:
    match value:
        case bytes():
            return ""
        case int():
            try:
                return str(Path(f"/proc/self/fd/{value}").readlink())
            except OSError:
                return str(value)
        case str() | Path():
            return str(value)
        case _:
            return repr(value)
