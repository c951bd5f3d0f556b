"""What an act makes of the state before it, or why it counts nowhere (spec §4.3).

One table, the same in `CustodyLedger`:

==================  ===========  ==========  ==========================================================
act                 by           while       what follows
==================  ===========  ==========  ==========================================================
open                anybody      not opened  held by the signer
split, merge, make  the holder   held, each  each parent has less, or is consumed; the new one is held
offer               the holder   held        offered to another
accept              the taker    offered     held by the taker
refuse              the taker    offered     held as before
withdraw            the holder   offered     held as before
loss, destruction,
end                 the holder   held        over
==================  ===========  ==========  ==========================================================

Every act but an opening names as ``previous`` the statement that the state follows, and a derivation names one for each
parent. That the signer was entitled is judged before; that the terms are those signed, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeAlias

from ledger.codec.statement import CUSTODY_ROLES
from ledger.codec.terms import TERMS_OF_ACT, Derivation, Goods, Merge, Offer, Open, Split, Transform
from ledger.domain.custody.acts import Act
from ledger.domain.custody.consignment import STATUS_AFTER, Consignment, Status
from ledger.types import Hash32, PartyId


class Fault(Enum):
    """Why a statement counts nowhere. It is shown as a claim and blocks nobody."""

    ROLE = "role"
    """The role does not take part in custody."""
    TERMS = "terms"
    """The act has terms, and they are not shown or not of this act."""
    OPENED_BEFORE = "opened-before"
    """Its subject was opened before."""
    NOT_OPENED = "not-opened"
    """Its subject, or a parent, was never opened."""
    TOO_LATE = "too-late"
    """It follows a statement after which another counted first, or one that is not of this consignment."""
    OVER = "over"
    """The consignment is over."""
    OFFERED = "offered"
    """An offer is open: the taker answers, or the holder withdraws."""
    NOT_OFFERED = "not-offered"
    """No offer is open."""
    NOT_HOLDER = "not-holder"
    """Only the holder may do this."""
    NOT_TAKER = "not-taker"
    """Only the named taker may do this."""
    SELF_HANDOVER = "self-handover"
    """The holder offers to itself."""
    UNKNOWN_TAKER = "unknown-taker"
    """The registry does not know the party to which it is offered."""
    UNIT = "unit"
    """A split or a merge keeps its unit."""
    NOT_ENOUGH = "not-enough"
    """More is taken of a parent than it has left."""
    OUTPUT = "output"
    """More comes out than went in, times the stated yield."""


@dataclass(frozen=True, slots=True)
class Refused:
    """That an act counts nowhere, and about which subject: its own, or a parent's."""

    fault: Fault
    subject: Hash32


Consignments: TypeAlias = Mapping[Hash32, Consignment]
"""The state, by subject."""


def judge(act: Act, state: Consignments, *, knows_taker: bool = True) -> tuple[Consignment, ...] | Refused:
    """Return each consignment that the act changes, as it is after it; or why it changes none.

    ``knows_taker`` says whether the registry knows the party to which an offer is made.
    """
    statement = act.statement
    if statement.role not in CUSTODY_ROLES:
        return Refused(Fault.ROLE, statement.subject)
    if type(act.terms) is not TERMS_OF_ACT.get(statement.act, type(None)):
        return Refused(Fault.TERMS, statement.subject)
    match act.terms:
        case Open(goods):
            return _open(act, goods, state)
        case Split() | Merge() | Transform() as terms:
            return _derive(act, terms, state)
        case Offer() as terms:
            return _offer(act, terms, state, knows_taker=knows_taker)
        case _:
            return _end(act, state) if statement.act in STATUS_AFTER else _answer(act, state)


def _open(act: Act, goods: Goods, state: Consignments) -> tuple[Consignment, ...] | Refused:
    subject = act.statement.subject
    if subject in state:
        return Refused(Fault.OPENED_BEFORE, subject)
    party = act.statement.party
    return (Consignment(subject, act.statement_hash, party, act.at, Status.HELD, goods.quantity, goods.unit),)


def _derive(act: Act, terms: Derivation, state: Consignments) -> tuple[Consignment, ...] | Refused:
    inputs = terms.inputs
    parents: list[Consignment] = []
    for parent, head, quantity in zip(inputs.parents, inputs.heads, inputs.quantities, strict=True):
        found = _input(act, terms, _held(parent, head, state, act.statement.party), quantity)
        if isinstance(found, Refused):
            return found
        parents.append(found)
    opened = _open(act, terms.goods, state)
    if isinstance(opened, Refused):
        return opened
    if _exceeds(terms, parents):
        return Refused(Fault.OUTPUT, act.statement.subject)
    taken = zip(parents, inputs.quantities, strict=True)
    return (*(_less(parent, quantity, act.statement_hash) for parent, quantity in taken), *opened)


def _input(act: Act, terms: Derivation, parent: Consignment | Refused, quantity: int) -> Consignment | Refused:
    """Return a parent from which so much can be taken."""
    if isinstance(parent, Refused):
        return parent
    if quantity > parent.quantity:
        return Refused(Fault.NOT_ENOUGH, parent.subject)
    keeps_unit = act.statement.act != "transform goods"
    return Refused(Fault.UNIT, parent.subject) if keeps_unit and parent.unit != terms.goods.unit else parent


def _exceeds(terms: Derivation, parents: list[Consignment]) -> bool:
    """Say whether more comes out than went in of the unit of the first parent, times the stated yield."""
    given = zip(parents, terms.inputs.quantities, strict=True)
    total = sum(quantity for parent, quantity in given if parent.unit == parents[0].unit)
    if isinstance(terms, Transform):
        return terms.goods.quantity * terms.yield_input > terms.yield_output * total
    return terms.goods.quantity > total


def _less(parent: Consignment, quantity: int, head: Hash32) -> Consignment:
    left = parent.quantity - quantity
    return replace(parent, head=head, quantity=left, status=Status.HELD if left else Status.CONSUMED)


def _offer(act: Act, terms: Offer, state: Consignments, *, knows_taker: bool) -> tuple[Consignment, ...] | Refused:
    statement = act.statement
    found = _held(statement.subject, statement.previous, state, statement.party)
    if isinstance(found, Refused):
        return found
    if not knows_taker:
        return Refused(Fault.UNKNOWN_TAKER, statement.subject)
    if terms.to == found.holder:
        return Refused(Fault.SELF_HANDOVER, statement.subject)
    return (replace(found, head=act.statement_hash, status=Status.OFFERED, taker=terms.to),)


def _answer(act: Act, state: Consignments) -> tuple[Consignment, ...] | Refused:
    """Accept, refuse or withdraw: what ends an offer."""
    statement = act.statement
    found = _following(statement.subject, statement.previous, state)
    if isinstance(found, Refused):
        return found
    if found.status is not Status.OFFERED:
        return Refused(Fault.OVER if found.status.is_over else Fault.NOT_OFFERED, found.subject)
    is_by_holder = statement.act == "withdraw offer"
    if statement.party != (found.holder if is_by_holder else found.taker):
        return Refused(Fault.NOT_HOLDER if is_by_holder else Fault.NOT_TAKER, found.subject)
    after = replace(found, head=act.statement_hash, status=Status.HELD, taker=None)
    return (replace(after, holder=statement.party, since=act.at) if statement.act == "accept handover" else after,)


def _end(act: Act, state: Consignments) -> tuple[Consignment, ...] | Refused:
    statement = act.statement
    found = _held(statement.subject, statement.previous, state, statement.party)
    if isinstance(found, Refused):
        return found
    return (replace(found, head=act.statement_hash, status=STATUS_AFTER[statement.act]),)


def _held(subject: Hash32, previous: Hash32, state: Consignments, party: PartyId) -> Consignment | Refused:
    """Return a consignment that ``party`` holds, while nothing is offered."""
    found = _following(subject, previous, state)
    if isinstance(found, Refused):
        return found
    if found.status is not Status.HELD:
        return Refused(Fault.OVER if found.status.is_over else Fault.OFFERED, subject)
    return found if found.holder == party else Refused(Fault.NOT_HOLDER, subject)


def _following(subject: Hash32, previous: Hash32, state: Consignments) -> Consignment | Refused:
    found = state.get(subject)
    if found is None:
        return Refused(Fault.NOT_OPENED, subject)
    return found if found.head == previous else Refused(Fault.TOO_LATE, subject)
