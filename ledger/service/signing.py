"""Signing an event as a party does (spec §3, §4): draw the seed, compute the digest, sign, keep the bytes.

Used by whoever holds the key: the party's own command line, or a custodian.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from ledger.codec.commitments import Commitments
from ledger.codec.disclosure import event_digest
from ledger.codec.event_leaves import MAX_EVENT_BYTES
from ledger.codec.hex_strict import encode_hex
from ledger.codec.jcs import canonicalize
from ledger.codec.salts import SEED_BYTES
from ledger.codec.statement import OPENING_ACTS, ZERO32, Statement, statement_to_json, typed_data
from ledger.codec.subject import subject_of
from ledger.codec.terms import Terms as ActTerms
from ledger.codec.terms import terms_hash
from ledger.domain.custody.drafting import draft
from ledger.errors import TooLargeError
from ledger.ports import Signer
from ledger.service.acceptance import Terms
from ledger.service.envelopes import Envelope
from ledger.types import Address, Hash32, JsonObject, PartyId, Seed, UnixTime


@dataclass(frozen=True, slots=True)
class Capacity:
    """In what role, granted in which jurisdiction, a party speaks."""

    role: str
    jurisdiction: str


@dataclass(frozen=True, slots=True)
class Mandate:
    """A party for which a key signs, in what capacity."""

    party: PartyId
    key: Address
    capacity: Capacity


def sign_event(event: JsonObject, mandate: Mandate, signer: Signer, terms: Terms, clock: UnixTime) -> Envelope:
    """Return the envelope of a complete event, signed."""
    event_bytes = canonicalize(event)
    if len(event_bytes) > MAX_EVENT_BYTES:
        raise TooLargeError("", f"an event of at most {MAX_EVENT_BYTES} bytes", f"{len(event_bytes)} bytes")
    seed = Seed(secrets.token_bytes(SEED_BYTES))
    statement = Statement(
        act="declare error" if "errorDeclaration" in event else "record event",
        party=mandate.party,
        role=mandate.capacity.role,
        jurisdiction=mandate.capacity.jurisdiction,
        event_digest=event_digest(event, seed),
        log_id=terms.log_id,
        signed_at=clock,
    )
    signature = signer.sign_typed_data(mandate.key, typed_data(statement, terms.domain))
    return Envelope(event, event_bytes, seed, statement, signature)


@dataclass(frozen=True, slots=True)
class Move:
    """What is stated about a consignment: the act, and for one that exists, which it is and what the act follows.

    ``make`` returns the act's terms from what the event commits to; ``None`` for an act that has none.
    """

    act: str
    subject: Hash32 = ZERO32
    previous: Hash32 = ZERO32
    make: Callable[[Commitments], ActTerms] | None = None


def sign_move(
    event: JsonObject, move: Move, mandate: Mandate, signer: Signer, terms: Terms, clock: UnixTime
) -> Envelope:
    """Return the envelope of a statement about a consignment, its terms written into the event."""
    seed = Seed(secrets.token_bytes(SEED_BYTES))
    stated = ZERO32
    if move.make is not None:
        drafted = draft(event, seed, move.make)
        event, stated = drafted.event, terms_hash(drafted.terms)
    digest = event_digest(event, seed)
    subject = move.subject
    if move.act in OPENING_ACTS and terms.custody_ledger is not None:
        subject = subject_of(terms.custody_ledger, mandate.party, digest)
    statement = Statement(
        act=move.act,
        party=mandate.party,
        role=mandate.capacity.role,
        jurisdiction=mandate.capacity.jurisdiction,
        event_digest=digest,
        log_id=terms.log_id,
        signed_at=clock,
        subject=subject,
        previous=move.previous,
        terms=stated,
    )
    signature = signer.sign_typed_data(mandate.key, typed_data(statement, terms.domain))
    return Envelope(event, canonicalize(event), seed, statement, signature)


def dump_envelope(envelope: Envelope) -> bytes:
    """Return the envelope as it is handed in, with the event's bytes as they were signed."""
    others = {
        "seed": encode_hex(envelope.seed),
        "statement": statement_to_json(envelope.statement),
        "signature": encode_hex(envelope.signature),
    }
    return b'{"event":' + envelope.event_bytes + b"," + json.dumps(others).encode()[1:]
