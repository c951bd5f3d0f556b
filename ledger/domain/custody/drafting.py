"""Writing terms into an event before it is signed: what they commit to is computed where they stand (spec §4.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ledger.codec.commitments import Commitments, commitments_of_event
from ledger.codec.terms import TERMS, Terms, terms_to_json
from ledger.errors import InternalError
from ledger.types import Hash32, JsonObject, Seed


@dataclass(frozen=True, slots=True)
class Drafted:
    """An event with the terms of the statement over it."""

    event: JsonObject
    terms: Terms


def draft(event: JsonObject, seed: Seed, make: Callable[[Commitments], Terms]) -> Drafted:
    """Return the event with the terms that ``make`` makes of its commitments under ``seed``."""
    terms = make(commitments_of_event({**event, TERMS: None}, seed))  # the salts go by the places of all names
    return Drafted({**event, TERMS: terms_to_json(terms)}, terms)


def told(commitment: Hash32 | None) -> Hash32:
    """Return a commitment of a whole event, which tells all of them."""
    if commitment is None:
        raise InternalError("a whole event that does not tell its commitments")
    return commitment
