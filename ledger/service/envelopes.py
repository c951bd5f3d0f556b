"""What callers hand in: signed envelopes (spec §4.1), alone or in an array, each kept with the exact bytes of its event.

A body is parsed strictly once, as a whole; a second, plain pass finds where each event begins and ends. Whether what an envelope says
is true is `acceptance`'s to judge.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ledger.codec.hex_strict import decode_hex
from ledger.codec.json_shape import closed_object, open_object
from ledger.codec.salts import SEED_BYTES
from ledger.codec.signature import SIGNATURE_BYTES
from ledger.codec.statement import Statement, statement_from_json
from ledger.types import JsonObject, JsonValue, Seed

_MEMBERS: Final = frozenset({"event", "seed", "statement", "signature"})
_SPACES: Final = frozenset(" \t\n\r")  # RFC 8259 §2
_SCANNER: Final = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Envelope:
    """A signed submission. ``event_bytes`` is the event as it stood in the envelope, or as the service signed it."""

    event: JsonObject
    event_bytes: bytes
    seed: Seed
    statement: Statement
    signature: bytes


def is_envelope(value: JsonValue) -> bool:
    """Say whether ``value`` is meant to be an envelope: no EPCIS event or document has these members."""
    return isinstance(value, dict) and not _MEMBERS.isdisjoint(value) and "type" not in value


def read_envelope(value: JsonValue, event_bytes: bytes) -> Envelope:
    """Return the envelope that ``value`` is; refuse any other form. ``event_bytes`` is its event as it stands in the text."""
    members = closed_object(value, "", _MEMBERS)
    return Envelope(
        event=open_object(members["event"], "/event"),
        event_bytes=event_bytes,
        seed=Seed(decode_hex(members["seed"], SEED_BYTES, "/seed")),
        statement=statement_from_json(members["statement"], "/statement"),
        signature=decode_hex(members["signature"], SIGNATURE_BYTES, "/signature"),
    )


def event_sources(body: bytes) -> Iterator[bytes]:
    """Yield the exact bytes of the event of each envelope in ``body``, strict JSON that is an envelope or an array of them.

    For what has no member ``event`` nothing is yielded but no bytes.
    """
    text = body.decode("utf-8")
    at = _skip(text, 0)
    if text[at] == "{":
        yield _event_source(text, at)[0]
        return
    at = _skip(text, at + 1)
    while text[at] != "]":
        source, at = _event_source(text, at)
        yield source
        at = _skip(text, at)
        at = _skip(text, at + 1) if text[at] == "," else at


def _event_source(text: str, at: int) -> tuple[bytes, int]:
    """Return the source of the member ``event`` of the value at ``at``, and where that value ends."""
    source = b""
    if text[at] != "{":
        return source, _SCANNER.raw_decode(text, at)[1]
    at = _skip(text, at + 1)
    while text[at] != "}":
        name, at = _SCANNER.raw_decode(text, at)
        start = _skip(text, _skip(text, at) + 1)  # behind the colon
        _, at = _SCANNER.raw_decode(text, start)
        if name == "event":
            source = text[start:at].encode()
        at = _skip(text, at)
        at = _skip(text, at + 1) if text[at] == "," else at
    return source, at + 1


def _skip(text: str, at: int) -> int:
    """Return where the next character stands that is no space; in strict JSON there is one, or the end."""
    while text[at : at + 1] in _SPACES:
        at += 1
    return at
