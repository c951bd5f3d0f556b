"""What a parser of outside bytes is to the tests: its name, how bytes go in, and what it may refuse them with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ledger.codec import strict_json
from ledger.errors import BadEvidenceError, LedgerError, NoAnswerError, RequestRefusedError
from ledger.types import JsonValue

REFUSALS: tuple[type[LedgerError], ...] = (RequestRefusedError, BadEvidenceError)
"""What bytes that somebody hands in are refused with."""

NO_ANSWER: tuple[type[LedgerError], ...] = (RequestRefusedError, NoAnswerError)
"""What a node's answers, and the files of one's own keys, are refused with: they say nothing about evidence."""


@dataclass(frozen=True)
class Parser:
    """``dump`` writes what ``parse`` read; where ``canonical``, in the one spelling that is read."""

    name: str
    parse: Callable[[bytes], Any]
    seeds: tuple[bytes, ...]
    refusals: tuple[type[LedgerError], ...] = REFUSALS
    dump: Callable[[Any], bytes] | None = None
    canonical: bool = False

    def hold(self, data: bytes) -> bool:
        """Whether the bytes are read: then, if there is a writer, also what it writes, as the same value.

        Any error but a refusal goes through: it is what the tests look for.
        """
        try:
            value = self.parse(data)
        except self.refusals:
            return False
        if self.dump is not None:
            again = self.dump(value)
            assert self.parse(again) == value
            assert again == data or not self.canonical
        return True


def of_json(function: Callable[[Any], Any]) -> Callable[[bytes], Any]:
    """``function`` of the strict JSON that the bytes hold."""

    def parse(data: bytes) -> Any:
        value: JsonValue = strict_json.parse(data)
        return function(value)

    return parse


def of_text(function: Callable[[str], Any]) -> Callable[[bytes], Any]:
    """``function`` of the bytes as text, such as the command line gives: with lone surrogates for what is no UTF-8."""
    return lambda data: function(data.decode("utf-8", "surrogateescape"))


def written(text: str) -> bytes:
    """The bytes that `of_text` reads as ``text``."""
    return text.encode("utf-8", "surrogateescape")
