"""Signed envelopes (spec §4.1), alone or in an array, each with the exact bytes of its event.

A body is parsed strictly once, as a whole; a second, plain pass finds where each event begins and ends. Whether what an
envelope says is true is `acceptance`'s to judge.
"""

from __future__ import annotations

import json
import re
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
_SPACES: Final = " \t\n\r"  # RFC 8259 §2
_GAP: Final = re.compile(f"[{_SPACES}]*[\\[{{,:]?[{_SPACES}]*")
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
    """Return the envelope that ``value`` is, its event kept as ``event_bytes``; refuse any other form."""
    members = closed_object(value, "", _MEMBERS)
    return Envelope(
        event=open_object(members["event"], "/event"),
        event_bytes=event_bytes,
        seed=Seed(decode_hex(members["seed"], SEED_BYTES, "/seed")),
        statement=statement_from_json(members["statement"], "/statement"),
        signature=decode_hex(members["signature"], SIGNATURE_BYTES, "/signature"),
    )


def event_sources(body: bytes) -> Iterator[bytes]:
    """Yield the bytes of the event of each envelope in ``body``, as they stand there; none for what has no event.

    ``body`` is an envelope or an array of them, and was parsed before: what follows rests on its being strict JSON.
    """
    text = body.decode("utf-8")
    if text.lstrip(_SPACES).startswith("{"):
        yield _event_source(text, text.index("{"))[0]
        return
    at = _after_gap(text, 0)
    while text[at] != "]":
        source, at = _event_source(text, at)
        yield source
        at = _after_gap(text, at)


def _event_source(text: str, at: int) -> tuple[bytes, int]:
    """Return the source of the member ``event`` of the value at ``at``, and where that value ends."""
    source = b""
    if text[at] != "{":
        return source, _SCANNER.raw_decode(text, at)[1]
    at = _after_gap(text, at)
    while text[at] != "}":
        name, at = _SCANNER.raw_decode(text, at)
        start = _after_gap(text, at)
        _, at = _SCANNER.raw_decode(text, start)
        if name == "event":
            source = text[start:at].encode()
        at = _after_gap(text, at)
    return source, at + 1


def _after_gap(text: str, at: int) -> int:
    """Return where the next value, or end of a container, begins: behind spaces and one bracket, comma or colon."""
    match = _GAP.match(text, at)
    return match.end() if match else at
