"""The place of the first fault in a text that strict JSON refuses: a second reading, slow and careful.

It reads character by character as RFC 8259 spells the grammar, keeping the path, and raises the first refusal with
its RFC 6901 pointer. It judges the fast reading of `strict_json`: what the one takes the other takes.
"""

from __future__ import annotations

import json
import re
from typing import NoReturn

from ledger.codec.strict_json_number import NumberRefusedError, parse_integer, parse_real
from ledger.errors import InternalError, MalformedError

MAX_DEPTH = 64
"""Arrays and objects inside one another: EPCIS documents have about ten, and every language's stack carries 64."""

_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"')  # RFC 8259 §7
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")  # RFC 8259 §6
_LITERAL = re.compile(r"true|false|null")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def refuse(text: str) -> NoReturn:
    """Raise the `MalformedError` of the first fault in ``text``."""
    reader = _Reader(text)
    reader.document()
    raise InternalError("strict JSON: the fast reading refused what the careful one takes")


class _Reader:
    """One reading of one text: where it stands, and the path to there."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._path: list[str | int] = []

    def document(self) -> None:
        self._value()
        if self._next():
            raise self._fault("nothing after the value", "more text")

    def _value(self) -> None:
        match self._next():
            case "{":
                self._object()
            case "[":
                self._array()
            case '"':
                self._string()
            case "-" | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9":
                self._number()
            case _:
                self._take(_LITERAL, "a JSON value")

    def _object(self) -> None:
        names: set[str] = set()
        self._open()
        if self._next() == "}":
            self._at += 1
            return
        while True:
            self._next()
            name = self._string()
            self._path.append(name)
            if name == "__proto__":
                raise self._fault("another member name", "__proto__")
            if name in names:
                raise self._fault("each member name once", "a member name twice")
            names.add(name)
            self._expect(":")
            self._value()
            self._path.pop()
            if self._expect(",}") == "}":
                return

    def _array(self) -> None:
        self._open()
        if self._next() == "]":
            self._at += 1
            return
        self._path.append(0)
        while True:
            self._value()
            if self._expect(",]") == "]":
                break
            self._path[-1] = int(self._path[-1]) + 1
        self._path.pop()

    def _open(self) -> None:
        if len(self._path) >= MAX_DEPTH:
            raise self._fault(f"at most {MAX_DEPTH} arrays and objects inside one another", "deeper nesting")
        self._at += 1

    def _string(self) -> str:
        literal = self._take(_STRING, "a JSON string")[0]
        value: str = json.loads(literal)
        if _LONE_SURROGATE.search(value):
            raise self._fault("whole Unicode characters", "a lone surrogate")
        return value

    def _number(self) -> None:
        number = self._take(_NUMBER, "a JSON number")
        try:
            (parse_real if number[1] or number[2] else parse_integer)(number[0])
        except NumberRefusedError as error:
            raise self._fault(error.expected, error.found) from None

    def _next(self) -> str:
        """Pass over white space and return the character that follows, "" at the end."""
        space = _SPACE.match(self._text, self._at)
        self._at = space.end() if space else self._at
        return self._text[self._at : self._at + 1]

    def _expect(self, characters: str) -> str:
        found = self._next()
        if not found or found not in characters:
            raise self._fault(" or ".join(characters), self._found())
        self._at += 1
        return found

    def _take(self, pattern: re.Pattern[str], expected: str) -> re.Match[str]:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise self._fault(expected, self._found())
        self._at = match.end()
        return match

    def _found(self) -> str:
        return "other text" if self._at < len(self._text) else "the end of the text"

    def _fault(self, expected: str, found: str) -> MalformedError:
        return MalformedError(_pointer(self._path), expected, f"{found} at character {self._at}")


def _pointer(path: list[str | int]) -> str:
    """Return the RFC 6901 pointer of ``path``."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
