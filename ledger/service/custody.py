"""Custody: who holds a consignment since when, what is pending, and what was claimed and counts nowhere (spec §4.3).

Of a consignment that was opened in the `CustodyLedger`, the contract says the state; of any other, the log that its
opening names, by index. Every statement of the log is shown with what became of it there. An act that is in the log can
be put to the contract, with its inclusion proof, by anybody; what it counts for is then the contract's to say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ledger.codec.json_shape import open_object
from ledger.codec.signature import recover
from ledger.codec.statement import CUSTODY_ACTS, Domain, Statement, eip712_hash, statement_from_json
from ledger.codec.strict_json import parse
from ledger.codec.terms import TERMS, TERMS_OF_ACT, Terms, terms_from_json
from ledger.domain.custody.acts import Act
from ledger.domain.custody.consignment import Consignment
from ledger.domain.custody.replay import History, replay
from ledger.domain.parties import Registry
from ledger.domain.receipt import Receipt, RoleView, WholeEvent
from ledger.domain.shown_part import part_of_view
from ledger.domain.signer import judge_signer
from ledger.domain.tenure import Moment
from ledger.errors import BadEvidenceError, MalformedError, NotFoundError, RequestRefusedError
from ledger.ports import AnchoredHead, CustodyChain, Inclusion, SignedAct, Store, StoredEvent
from ledger.service.acceptance import RegistryNow
from ledger.types import Hash32, JsonValue, PartyId


@dataclass(frozen=True, slots=True)
class Logged:
    """One statement of the log about a consignment, and why it could not be judged, if so."""

    stored: StoredEvent
    act: Act
    not_entitled: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """All that is known of a consignment: by the contract, by the log, and every statement with what it came to.

    ``on_chain`` is ``None`` where it was never opened there; then ``by_log`` decides.
    """

    subject: Hash32
    on_chain: Consignment | None
    by_log: Consignment | None
    statements: tuple[Logged, ...]
    history: History

    @property
    def consignment(self) -> Consignment | None:
        """The state that counts; ``None`` where nobody opened the consignment."""
        return self.on_chain or self.by_log


class Custody:
    """The consignments of one log. ``chain`` is ``None`` where the network has no `CustodyLedger`."""

    def __init__(
        self,
        store: Store,
        domain: Domain,
        registry: Callable[[], RegistryNow],
        chain: CustodyChain | None,
    ) -> None:
        self._store = store
        self._domain = domain
        self._registry = registry
        self._chain = chain

    def account(self, subject: Hash32) -> Account:
        """Return all that is known of a consignment; `NotFoundError` where nobody said anything of it."""
        on_chain = None if self._chain is None else self._chain.consignment(subject)
        statements = self._statements(subject)
        if on_chain is None and not statements:
            raise NotFoundError("", "the subject of a consignment", "another one")
        registry = self._registry().registry
        entitled = [each.act for each in statements if each.not_entitled is None]
        history = replay(entitled, lambda party: _knows(registry, party))
        return Account(subject, on_chain, history.state.get(subject), statements, history)

    def _statements(self, subject: Hash32) -> tuple[Logged, ...]:
        """Return the log's statements about a consignment and about those it came of, by index."""
        found: dict[int, StoredEvent] = {}
        asked, waiting = set[Hash32](), [subject]
        while waiting:
            current = waiting.pop()
            if current in asked:
                continue
            asked.add(current)
            for stored in self._store.events_about(current):
                found[stored.leaf_index] = stored
                waiting += _parents(stored)
        return tuple(self._judged(found[leaf_index]) for leaf_index in sorted(found))

    def _judged(self, stored: StoredEvent) -> Logged:
        act = act_of(stored, self._domain)
        now = self._registry()
        try:
            signer = recover(act.statement_hash, stored.event.signature)
        except BadEvidenceError as error:
            return Logged(stored, act, type(error).__name__)
        judgement = judge_signer(now.registry, act.statement, signer, self._moment(stored, now))
        return Logged(stored, act, None if judgement.entitled else judgement.finding.reason.text())

    def _moment(self, stored: StoredEvent, now: RegistryNow) -> Moment:
        """Return the moment at which a key is judged: of the earliest anchored head that shows it, else now."""
        anchor = self._store.anchored_covering(stored.leaf_index)
        if anchor is None or anchor.block is None or anchor.time is None:
            return now.at
        return Moment(anchor.block, anchor.time)


def signed_act(receipt: Receipt) -> SignedAct:
    """Return the act that a receipt proves, as it is put to the contract; `MalformedError` for one of none of custody.

    Where the receipt leads to an anchored head that is its checkpoint, the key is judged at that head, else now.
    """
    statement = receipt.statement
    if statement.act not in CUSTODY_ACTS:
        raise MalformedError("/statement/act", "an act of custody", f'"{statement.act}"')
    terms = None
    if statement.act in TERMS_OF_ACT:
        terms = terms_from_json(statement.act, _shown_terms(receipt), "/event")
    return SignedAct(statement, terms, receipt.signature, _inclusion(receipt))


def _shown_terms(receipt: Receipt) -> JsonValue:
    match receipt.shown:
        case WholeEvent(event) if TERMS in event:
            return event[TERMS]
        case RoleView(view) if TERMS in (members := part_of_view(view).members):
            return members[TERMS]
    raise MalformedError("/event", "a receipt that shows the terms of the act", "one that does not")


def _inclusion(receipt: Receipt) -> Inclusion | None:
    anchor = receipt.anchor
    if anchor is None or anchor.consistency_proof:
        return None
    head = AnchoredHead(anchor.tree_size, anchor.root_hash, anchor.block, anchor.time, anchor.transaction)
    return Inclusion(head, receipt.leaf_index, tuple(map(Hash32, receipt.inclusion_proof)))


def act_of(stored: StoredEvent, domain: Domain) -> Act:
    """Return what a logged statement says; its terms are ``None`` where its values were erased."""
    statement = statement_from_json(stored.event.statement)
    return Act(eip712_hash(statement, domain), statement, _terms(statement, stored), stored.captured_at)


def _terms(statement: Statement, stored: StoredEvent) -> Terms | None:
    if statement.act not in TERMS_OF_ACT or stored.erasure is not None:
        return None
    event = open_object(parse(stored.event.event_bytes), "")
    try:
        return terms_from_json(statement.act, event.get(TERMS))
    except RequestRefusedError:
        return None


def _parents(stored: StoredEvent) -> list[Hash32]:
    terms = _terms(statement_from_json(stored.event.statement), stored)
    inputs = getattr(terms, "inputs", None)
    return [] if inputs is None else [*inputs.parents]


def _knows(registry: Registry, party: PartyId) -> bool:
    return registry.party(party) is not None
