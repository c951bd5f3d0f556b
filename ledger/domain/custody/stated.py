"""Whether a statement fits its event: the act, the terms and what they commit to (spec §4.2; check 5).

Judged alike before an event is logged and by every verifier, from what is shown of the event. Whether the act counts is
another question, `law`'s: also a claim must be well made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ledger.codec.commitments import Commitments
from ledger.codec.hex_strict import encode_hex
from ledger.codec.json_shape import member_pointer
from ledger.codec.statement import CUSTODY_ROLES, MOVING_ACTS, OPENING_ACTS, ZERO32, Statement
from ledger.codec.subject import subject_of
from ledger.codec.terms import (
    TERMS,
    TERMS_OF_ACT,
    Accept,
    Derivation,
    Erase,
    Offer,
    Open,
    Terms,
    terms_from_json,
    terms_hash,
)
from ledger.errors import MalformedError
from ledger.types import Address, Hash32, JsonObject

DECLARE_ERROR = "declare error"


@dataclass(frozen=True, slots=True)
class Told:
    """What is shown of the event that a statement is over: members, names hidden, and how to get its commitments."""

    members: JsonObject
    hidden: tuple[str, ...]
    commitments: Callable[[], Commitments]

    def has(self, name: str) -> bool:
        """Say whether the event has this member, shown or not."""
        return name in self.members or name in self.hidden


def require_stated(statement: Statement, told: Told, ledger: Address | None) -> Terms | None:
    """Return the terms that are shown; refuse a statement that does not fit its event.

    ``ledger`` is the `CustodyLedger` in which consignments are named; without one no act of custody fits.
    """
    require_act(statement, has_declaration=told.has("errorDeclaration"))
    require_places(statement, ledger)
    if statement.act not in TERMS_OF_ACT:
        return None
    if not told.has(TERMS):
        raise MalformedError(member_pointer("/event", TERMS), "the terms of this act", "no such member")
    if TERMS not in told.members:
        return None
    terms = terms_from_json(statement.act, told.members[TERMS], member_pointer("/event", TERMS))
    if terms_hash(terms) != statement.terms:
        raise MalformedError("/statement/terms", encode_hex(terms_hash(terms)), encode_hex(statement.terms))
    _require_commitments(terms, told)
    return terms


def require_act(statement: Statement, *, has_declaration: bool) -> None:
    """Refuse an act that does not fit an event with, or without, an errorDeclaration."""
    if (statement.act == DECLARE_ERROR) != has_declaration:
        expected = f'"{DECLARE_ERROR}"' if has_declaration else "an act for an event without an errorDeclaration"
        raise MalformedError("/statement/act", expected, f'"{statement.act}"')


def require_places(statement: Statement, ledger: Address | None) -> None:
    """Refuse a statement whose subject, previous and terms are not those of its act, whatever its event says."""
    if statement.act not in TERMS_OF_ACT:
        _require_zero(statement, "terms")
    if statement.act in OPENING_ACTS:
        _require_zero(statement, "previous")
        _require_custody(statement)
        opened = None if ledger is None else subject_of(ledger, statement.party, statement.event_digest)
        if statement.subject != opened:
            expected = "no act of custody where there is no ledger" if opened is None else encode_hex(opened)
            raise MalformedError("/statement/subject", expected, encode_hex(statement.subject))
    elif statement.act in MOVING_ACTS:
        _require_custody(statement)
        for name in ("subject", "previous"):
            if getattr(statement, name) == ZERO32:
                raise MalformedError(f"/statement/{name}", "this member", "no such member")
    else:
        for name in ("subject", "previous"):
            _require_zero(statement, name)


def _require_custody(statement: Statement) -> None:
    if statement.role not in CUSTODY_ROLES:
        raise MalformedError("/statement/role", f"one of {', '.join(sorted(CUSTODY_ROLES))}", statement.role)


def _require_zero(statement: Statement, name: str) -> None:
    if getattr(statement, name) != ZERO32:
        raise MalformedError(f"/statement/{name}", "no such member for this act", "one")


def _require_commitments(terms: Terms, told: Told) -> None:
    if isinstance(terms, Erase):
        return
    for name, stated, computed in _commitments(terms, told.commitments()):
        if computed is not None and stated != computed:
            pointer = f"{member_pointer('/event', TERMS)}/{name}"
            raise MalformedError(pointer, encode_hex(computed), encode_hex(stated))


def _commitments(
    terms: Open | Derivation | Offer | Accept, of_event: Commitments
) -> tuple[tuple[str, Hash32, Hash32 | None], ...]:
    if isinstance(terms, Offer | Accept):
        return (("seals", terms.seals, of_event.seals), ("condition", terms.condition, of_event.condition))
    return (("contents", terms.goods.contents, of_event.contents),)
