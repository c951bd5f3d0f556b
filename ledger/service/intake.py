"""The body of a capture, taken apart: one item an event, each read and held to its form only when its turn comes.

A body that cannot be taken apart is refused as a whole; what is wrong with one event is that event's refusal. Signed
and unsigned events do not mix: the first one of a body says what the others must be.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Final, TypeAlias

from ledger.codec.jcs import canonicalize
from ledger.codec.json_shape import open_object
from ledger.codec.strict_json import MAX_DOCUMENT_BYTES, parse
from ledger.epcis.deviation import Mode
from ledger.epcis.documents import PlacedEvent, complete_events, validate_document
from ledger.errors import TooLargeError
from ledger.service.acceptance import Formed, check_form, check_limits
from ledger.service.custodian import complete
from ledger.service.envelopes import Envelope, event_sources, is_envelope, read_envelope
from ledger.types import JsonObject, JsonValue, PartyId

MAX_CAPTURE_EVENTS: Final = 1_000
"""Events in one capture (GS1-EPCIS-Capture-Limit): about a second's work, for which one caller keeps others waiting."""

MAX_CAPTURE_BYTES: Final = MAX_DOCUMENT_BYTES
"""Bytes of one capture (GS1-EPCIS-Capture-File-Size-Limit)."""

Sign: TypeAlias = Callable[[JsonObject], Envelope]
"""Signs a complete event for the caller's party."""

DrawEventId: TypeAlias = Callable[[int], str]
"""Gives the event at this place of a body the eventID it lacks."""


@dataclass(frozen=True, slots=True)
class Item:
    """One event of a body: where it stands, and how to come by it. ``signed_here``: the service signs it."""

    pointer: str
    read: Callable[[], Formed]
    signed_here: bool = False


def items_of(body: bytes, mode: Mode, sign: Callable[[], Sign], draw_event_id: DrawEventId) -> list[Item]:
    """Return the items of a body; ``sign`` is asked for only where events come without a signature."""
    value = parse(body, MAX_CAPTURE_BYTES)
    if is_envelope(value[0] if isinstance(value, list) and value else value):
        found = _signed(value, body, mode)
    else:
        validate_document(value, mode)  # what it tolerates around the events is no event's deviation
        found = _unsigned(value, mode, sign(), draw_event_id)
    items = list(islice(found, MAX_CAPTURE_EVENTS + 1))  # of millions of elements, no more than that are ever made
    if len(items) > MAX_CAPTURE_EVENTS:
        raise TooLargeError("", f"at most {MAX_CAPTURE_EVENTS} events", "more")
    return items


def event_id_drawer(party: PartyId, body: bytes, idempotency_key: str | None) -> DrawEventId:
    """Return what gives events their eventIDs: random ones, or with an idempotency key the same ones each time.

    So a caller who repeats a request that was cut off before its job was kept finds the events logged, not logged
    twice.
    """
    if idempotency_key is None:
        return lambda _place: uuid.uuid4().urn
    seed = sha256(party + sha256(body).digest() + idempotency_key.encode()).digest()
    return lambda place: _uuid_of(sha256(seed + place.to_bytes(4, "big")).digest()).urn


def _uuid_of(digest: bytes) -> uuid.UUID:
    """Return a UUID of 122 bits of a hash (RFC 9562 §5.8, version 8)."""
    bits = bytearray(digest[:16])
    bits[6] = 0x80 | bits[6] & 0x0F
    bits[8] = 0x80 | bits[8] & 0x3F
    return uuid.UUID(bytes=bytes(bits))


def _signed(value: JsonValue, body: bytes, mode: Mode) -> Iterator[Item]:
    envelopes: Iterable[tuple[str, JsonValue]] = [("", value)]
    if isinstance(value, list):
        envelopes = ((f"/{place}", each) for place, each in enumerate(value))
    for (pointer, envelope), source in zip(envelopes, event_sources(body), strict=True):
        yield Item(pointer, _reading(envelope, source, mode))


def _reading(value: JsonValue, event_bytes: bytes, mode: Mode) -> Callable[[], Formed]:
    def read() -> Formed:
        envelope = read_envelope(value, event_bytes)
        check_limits(envelope.event, event_bytes, "/event")
        return Formed(envelope, check_form(envelope.event, mode, "/event"))

    return read


def _unsigned(document: JsonValue, mode: Mode, sign: Sign, draw: DrawEventId) -> Iterator[Item]:
    for place, placed in enumerate(complete_events(document)):
        yield Item(placed.pointer, _signing(placed, mode, sign, draw(place)), signed_here=True)


def _signing(placed: PlacedEvent, mode: Mode, sign: Sign, event_id: str) -> Callable[[], Formed]:
    def read() -> Formed:
        event = complete(open_object(placed.event, ""), event_id)
        check_limits(event, canonicalize(event), "")
        deviations = check_form(event, mode, "")
        return Formed(sign(event), deviations)

    return read
