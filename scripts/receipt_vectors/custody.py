"""Statements about consignments that the story logs: sound ones of every act, and one for each fault of check 5."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ledger.codec.commitments import Commitments
from ledger.codec.disclosure import event_digest
from ledger.codec.statement import MOVING_ACTS, OPENING_ACTS, ZERO32
from ledger.codec.subject import subject_of
from ledger.codec.terms import (
    TERMS,
    Accept,
    Goods,
    Inputs,
    Merge,
    Offer,
    Open,
    Split,
    Terms,
    Transform,
    terms_from_json,
    terms_hash,
    terms_to_json,
)
from ledger.domain.custody.drafting import draft, told
from ledger.errors import MalformedError
from ledger.types import Hash32, JsonObject, Seed
from tests.builders import contract, hash_of, object_event, party

if TYPE_CHECKING:  # which logs these
    from scripts.receipt_vectors.story import Story

LEDGER: Final = contract("custody ledger")
NAMESPACE: Final = "https://tradeledger.example/ns/"
SALT: Final = hash_of("salt of terms")
PARENTS: Final = tuple(sorted(hash_of(f"parent {number}") for number in range(2)))
NO_CHANGE: Final[dict[str, Any]] = {}


def goods(commitments: Commitments) -> Goods:
    """Return five units of what the event lists."""
    return Goods(told(commitments.contents), 5_000, "KGM")


def inputs(count: int) -> Inputs:
    """Return that many parents."""
    return Inputs(PARENTS[:count], tuple(hash_of(f"head {n}") for n in range(count)), (5_000,) * count)


def terms_of(act: str, commitments: Commitments) -> Terms:
    """Return sound terms of an act."""
    match act:
        case "open consignment":
            return Open(goods(commitments), SALT)
        case "split consignment":
            return Split(goods(commitments), inputs(1), SALT)
        case "merge consignments":
            return Merge(goods(commitments), inputs(2), SALT)
        case "transform goods":
            return Transform(goods(commitments), inputs(2), 9, 10, SALT)
        case "offer handover":
            return Offer(party("client"), told(commitments.seals), told(commitments.condition), SALT)
    return Accept(told(commitments.seals), told(commitments.condition), SALT)


WITH_TERMS: Final = (
    "open consignment",
    "split consignment",
    "merge consignments",
    "transform goods",
    "offer handover",
    "accept handover",
)
WITHOUT_TERMS: Final = tuple(sorted(MOVING_ACTS.difference(WITH_TERMS)))


def log(story: Story) -> None:
    """Log every act of custody soundly, and one statement for each fault."""
    for act in (*WITH_TERMS, *WITHOUT_TERMS):
        _log(story, act, act)
    _log(story, "opened with another subject", "open consignment", subject=hash_of("another"))
    _log(story, "opened after something", "open consignment", previous=hash_of("something"))
    _log(story, "opened by an auditor", "open consignment", role="auditor")
    _log(story, "offered of nothing", "offer handover", subject=ZERO32)
    _log(story, "offered after nothing", "offer handover", previous=ZERO32)
    _log(story, "ended with terms", "end consignment", terms=hash_of("terms"))
    _log(story, "terms of another hash", "offer handover", terms=hash_of("terms"))
    _log(story, "terms that are not there", "offer handover", TERMS)
    for name, change in FAULTS.items():
        act = "merge consignments" if "parents" in change or "heads" in change else "open consignment"
        _log(story, name, "offer handover" if "seals" in change else act, told_otherwise=change)


FAULTS: Final[dict[str, JsonObject]] = {
    "terms with a member too many": {"note": "all is well"},
    "terms of no quantity": {"quantity": 0},
    "terms of a quantity in words": {"quantity": "five"},
    "terms of an unknown form of unit": {"unit": "kilogram"},
    "terms of other contents": {"contents": "0x" + "11" * 32},
    "terms of other seals": {"seals": "0x" + "11" * 32},
    "terms of parents that descend": {"parents": ["0x" + each.hex() for each in reversed(PARENTS)]},
    "terms of one parent twice": {"parents": ["0x" + PARENTS[0].hex()] * 2},
    "terms of a head too few": {"heads": ["0x" + "22" * 32]},
}
"""What is changed in the terms, which are then hashed and signed as they are, where they can be."""


def _log(
    story: Story, name: str, act: str, without: str = "", told_otherwise: JsonObject = NO_CHANGE, **changes: Any
) -> None:
    seed = Seed(hash_of(f"seed {len(story.world.records)}"))  # as the world will draw it
    seals: JsonObject = {NAMESPACE + "seals": ["CN-88210"], NAMESPACE + "condition": {"dry": True}}
    event_id = f"urn:uuid:{hash_of(name)[:4].hex()}-0000-4000-8000-{hash_of(name)[4:10].hex()}"
    event: JsonObject = object_event(eventID=event_id, action="OBSERVE", bizStep="shipping", **seals)
    said: dict[str, Any] = {"act": act, "subject": hash_of("consignment"), "previous": hash_of("before")}
    if act in WITH_TERMS:
        drafted = draft(event, seed, lambda commitments: terms_of(act, commitments))
        stated = terms_to_json(drafted.terms) | told_otherwise
        event = {**drafted.event, TERMS: stated}
        said["terms"] = _hash_of_terms(act, stated)
    event = {key: value for key, value in event.items() if key != without}
    if act in OPENING_ACTS:
        subject = subject_of(LEDGER, party("maker"), event_digest(event, seed))
        said |= {"previous": ZERO32, "subject": subject}
    story.log(name, event, **said | changes)


def _hash_of_terms(act: str, stated: JsonObject) -> Hash32:
    """Return the hash of the terms as they are stated; of any, where they cannot be terms."""
    try:
        return terms_hash(terms_from_json(act, stated))
    except MalformedError:
        return hash_of("terms that are none")
