"""Who holds what: the contract on a real chain and the law in Python never differ.

A walk of random statements by three parties, most of them plausible, many not: whatever one takes the other takes, with
the same consignments after it, and what one refuses the other refuses, for the reason that the table names.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

import pytest

from ledger.adapters.ethereum_abi import ContractAbi
from ledger.codec.keccak import keccak256
from ledger.codec.key_binding import NO_CUSTODIAN, KeyBinding
from ledger.codec.key_binding import eip712_hash as key_binding_hash
from ledger.codec.statement import OPENING_ACTS, ZERO32, Domain, Statement, eip712_hash
from ledger.codec.subject import subject_of
from ledger.codec.terms import Accept, Goods, Inputs, Merge, Offer, Open, Split, Terms, Transform, terms_hash
from ledger.contracts import load
from ledger.domain.custody.acts import Act
from ledger.domain.custody.consignment import Consignment, Status
from ledger.domain.custody.law import Refused as Unlawful
from ledger.domain.custody.law import judge
from ledger.types import Hash32, LogId, PartyId, UnixTime
from tests.builders import address, hash_of, party, sign
from tests.contracts.onchain import Node, OnChain, Refused

SEEDS = range(3)
ACTS = 150
PARTIES = ("maker", "carrier", "warehouse")
FUNCTIONS = {
    "open consignment": "open",
    "split consignment": "split",
    "merge consignments": "merge",
    "transform goods": "transform",
    "offer handover": "offer",
    "accept handover": "accept",
    "refuse handover": "refuse",
    "withdraw offer": "withdraw",
    "report loss": "reportLoss",
    "report destruction": "reportDestruction",
    "end consignment": "end",
}
REASONS = {
    "opened-before": {"SubjectOpened"},
    "not-opened": {"WrongStatus", "TooLate"},
    "too-late": {"TooLate"},
    "over": {"WrongStatus"},
    "offered": {"WrongStatus"},
    "not-offered": {"WrongStatus"},
    "not-holder": {"NotHolder"},
    "not-taker": {"NotTaker"},
    "self-handover": {"SelfHandover"},
    "unknown-taker": {"UnknownParty"},
    "unit": {"UnitDiffers"},
    "not-enough": {"NotEnoughLeft"},
    "output": {"OutputExceedsInput"},
}
STATUSES = ("none", "held", "offered", "lost", "destroyed", "ended", "consumed")
LOG = LogId(hash_of("log"))
LATER = 2**40


@dataclass
class Walk:
    """The ledger, what Python thinks of it, and a source of luck."""

    registry: OnChain
    ledger: OnChain
    luck: random.Random
    state: dict[Hash32, Consignment] = field(default_factory=dict)
    heads: list[Hash32] = field(default_factory=lambda: [ZERO32])
    events: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def step(self) -> None:
        act = self._act()
        lawful = judge(act, self.state, knows_taker=not isinstance(act.terms, Offer) or act.terms.to != party("nobody"))
        function, arguments = FUNCTIONS[act.statement.act], self._arguments(act)
        answer = self.ledger.ask(function, *arguments)
        if isinstance(lawful, Unlawful):
            assert isinstance(answer, Refused), (act, lawful)
            assert answer.name in REASONS[lawful.fault.value], (act, lawful, answer)
            self.reasons[lawful.fault.value] += 1
            return
        assert not isinstance(answer, Refused), (act, answer)
        self.ledger.tell(address("anybody"), function, *arguments)
        block = self.ledger.node.mine(self.ledger.node.latest().time + 1)
        self.reasons["lawful"] += 1
        self.heads.append(act.statement_hash)
        for after in lawful:
            self.state[after.subject] = after
            self._agree(after, block.time)

    def _agree(self, after: Consignment, time: int) -> None:
        status, holder, since, taker, quantity, unit, head = self.ledger.ask("getCustody", after.subject)
        assert STATUSES[status] == after.status.value
        assert (holder, head, quantity) == (after.holder, after.head, after.quantity)
        assert unit == after.unit.encode().ljust(3, b"\0")
        assert taker == (after.taker or ZERO32)
        assert since <= time

    def _act(self) -> Act:
        self.events += 1
        word = self.luck.choice([*FUNCTIONS, "open consignment", *["offer handover", "accept handover"] * 3])
        current = self._pick()
        terms = self._terms(word, current)
        who = self.luck.choice(PARTIES)
        if current is not None and self.luck.random() < 0.8:
            is_answer = word in ("accept handover", "refuse handover") and current.taker is not None
            who = next(name for name in PARTIES if party(name) == (current.taker if is_answer else current.holder))
        digest = hash_of(f"event {self.events}")
        opens = word in OPENING_ACTS
        subject = current.subject if current else hash_of("nothing")
        previous = current.head if current and self.luck.random() < 0.85 else self.luck.choice(self.heads[1:] or [LOG])
        statement = Statement(
            act=word,
            party=party(who),
            role="carrier",
            jurisdiction="CN",
            event_digest=digest,
            log_id=LOG,
            signed_at=UnixTime(1),
            subject=subject_of(self.ledger.address, party(who), digest) if opens else subject,
            previous=ZERO32 if opens else Hash32(previous),
            terms=ZERO32 if terms is None else terms_hash(terms),
        )
        return Act(eip712_hash(statement, self.domain), statement, terms, UnixTime(0))

    def _pick(self) -> Consignment | None:
        wanted = [Status.OFFERED] if self.luck.random() < 0.5 else [*Status]
        some = [each for each in self.state.values() if each.status in wanted] or list(self.state.values())
        return self.luck.choice(some) if some else None

    def _terms(self, word: str, current: Consignment | None) -> Terms | None:  # noqa: PLR0911  a table
        salt, luck = hash_of(f"salt {self.events}"), self.luck
        unit = luck.choice(["KGM", "EA", current.unit if current else "KGM"])
        goods = Goods(hash_of("contents"), luck.randint(1, 60), unit)
        match word:
            case "open consignment":
                return Open(goods, salt)
            case "split consignment":
                return Split(goods, self._inputs(1), salt)
            case "merge consignments":
                return Merge(goods, self._inputs(2), salt)
            case "transform goods":
                return Transform(goods, self._inputs(luck.randint(1, 3)), luck.randint(1, 3), luck.randint(1, 3), salt)
            case "offer handover":
                return Offer(party(luck.choice([*PARTIES, *PARTIES, "nobody"])), salt, salt, salt)
            case "accept handover":
                return Accept(salt, salt, salt)
        return None

    def _inputs(self, count: int) -> Inputs:
        held = [each for each in self.state.values() if each.status is Status.HELD]
        if len(held) < count or self.luck.random() < 0.2:
            held = [*self.state.values()]
        chosen = self.luck.sample(held, min(count, len(held)))
        known = {each.subject: each for each in chosen}
        subjects = sorted([*known, *(hash_of(f"nothing {place}") for place in range(count - len(known)))])
        return Inputs(
            tuple(subjects),
            tuple(known[subject].head if subject in known else ZERO32 for subject in subjects),
            tuple(self.luck.choice([self.luck.randint(1, 40), self._left(known.get(subject))]) for subject in subjects),
        )

    def _left(self, parent: Consignment | None) -> int:
        return max(1, parent.quantity if parent else 1)

    @property
    def domain(self) -> Domain:
        return Domain(self.ledger.node.chain_id, self.registry.address)

    def _arguments(self, act: Act) -> tuple[object, ...]:
        said = act.statement
        name = next(name for name in PARTIES if party(name) == said.party)
        role = keccak256(said.role.encode())
        signature = sign(act.statement_hash, name)
        words = (said.party, role, b"CN", said.event_digest, said.log_id, said.signed_at, signature, b"")
        match act.terms:
            case Open(goods, salt):
                return (words, _goods(goods), salt)
            case Split(goods, inputs, salt) | Merge(goods, inputs, salt):
                return (words, _goods(goods), _inputs(inputs), salt)
            case Transform(goods, inputs, yield_output, yield_input, salt):
                return (words, _goods(goods), _inputs(inputs), yield_output, yield_input, salt)
            case Offer(to, seals, condition, salt):
                return (said.subject, said.previous, words, (to, seals, condition, salt))
            case Accept(seals, condition, salt):
                return (said.subject, said.previous, words, (seals, condition, salt))
        return (said.subject, said.previous, words)


def _goods(goods: Goods) -> tuple[object, ...]:
    return (goods.contents, goods.quantity, goods.unit.encode().ljust(3, b"\0"))


def _inputs(inputs: Inputs) -> tuple[object, ...]:
    return (list(inputs.parents), list(inputs.heads), list(inputs.quantities))


def _register(registry: OnChain, name: str) -> None:
    member, cold = PartyId(party(name)), address(f"cold {name}")
    domain = Domain(registry.node.chain_id, registry.address)
    registry.tell(address("cold authority"), "accreditParty", member, b"CN", cold, name)
    registry.tell(address("cold authority"), "grantRole", member, "carrier", b"CN", 0, LATER)
    possession = sign(key_binding_hash(KeyBinding(member, address(name), NO_CUSTODIAN), domain), name)
    registry.tell(cold, "addKey", member, address(name), bytes(32), possession)
    registry.node.mine(registry.node.latest().time + 1)


@pytest.fixture(scope="module")
def contracts(node: Node) -> tuple[OnChain, OnChain]:
    registry = node.create("PartyRegistry", address("root"), 2 * 86_400)
    checkpoints = node.create("CheckpointRegistry", 1)
    ledger = node.create("CustodyLedger", registry.address, checkpoints.address)
    authority, cold = party("authority"), address("cold authority")
    registry.tell(address("root"), "accreditAuthority", authority, b"CN", cold, "Authority")
    node.mine(node.latest().time + 1)
    for name in PARTIES:
        _register(registry, name)
    errors = [entry for entry in load("PartyRegistry").abi if entry["type"] == "error"]
    return registry, OnChain(node, ledger.address, ContractAbi([*load("CustodyLedger").abi, *errors]))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_contract_and_the_law_never_differ(contracts: tuple[OnChain, OnChain], seed: int) -> None:
    walk = Walk(*contracts, random.Random(seed), events=seed * ACTS)
    for _ in range(ACTS):
        walk.step()
    assert walk.reasons["lawful"] > ACTS // 5, walk.reasons
