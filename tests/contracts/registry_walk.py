"""A walk through a deployed `PartyRegistry`: everyone does anything to anyone, mostly what they may.

An act is drawn from a seeded source, addressed mostly at what it can be about and sent mostly by whoever is entitled
to it. It waits in the pool until a block is made: of one act or of several, at any later time, or at the very second
at which something begins or ends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

from ledger.adapters.ethereum import EthereumChain
from ledger.codec.statement import Domain
from ledger.domain.tenure import Moment
from ledger.service.registry import parse_facts
from ledger.types import Address, Hash32, PartyId
from tests.builders import DAY, party
from tests.contracts.onchain import Node, OnChain
from tests.contracts.registry_cast import (
    ACCOUNT_OF,
    ACCOUNTS,
    AUTHORITIES,
    GLN_DIGITS,
    JURISDICTIONS,
    KEYS,
    NAMES,
    NOBODY,
    OVERLAP,
    PARTIES,
    ROLES,
    Known,
    address,
    possession,
)

T = TypeVar("T")

SPANS = (1, 60, 3_600, DAY, 5 * DAY, 60 * DAY, 60 * DAY)
STEPS = (1, 1, 1, 12, 12, 60, 60, 3_600, DAY)
GLNS = ("4012345000009", "4012345000016", "0012345000003")
SENSE = 0.85
"""How often an act is one that can succeed."""


class Walk:
    """One registry, from its deployment on; `known` is what its facts tell."""

    def __init__(self, node: Node, read: Callable[[Address, int], EthereumChain], seed: int) -> None:
        self._random = Random(seed)
        self._node = node
        self.contract: OnChain = node.create("PartyRegistry", address("root"), OVERLAP)
        self.domain = Domain(node.chain_id, self.contract.address)
        self.at = self._moment()
        self.chain = read(self.contract.address, self.at.block)
        self._queue: list[tuple[str, Hash32]] = []
        self.count: Counter[str] = Counter()
        self.known = Known()
        self.known.learn(parse_facts(self.chain, self.at.block, self.at.block))
        self._people_it()

    def close(self) -> None:
        self.chain.close()

    def block(self) -> None:
        """Have some acts, often none, carried out in the next block."""
        for _ in range(self._random.choice((0, 1, 1, 1, 2, 3, 5))):
            self._random.choices(*zip(*_ACTS, strict=True))[0](self)
        self._mine(self._pause())

    def draw(self, choices: Sequence[T]) -> T:
        return self._random.choice(choices)

    def _people_it(self) -> None:
        for where, name in AUTHORITIES.items():
            cold = address(f"cold {where}")
            self._tell(address("root"), "accreditAuthority", party(name), where.encode(), cold, name)
        for where, name in (("CN", "maker"), ("CN", "platform"), ("NL", "carrier")):
            cold = address("cold maker" if name == "maker" else "cold other")
            self._tell(address(f"cold {where}"), "accreditParty", party(name), where.encode(), cold, name)
        for key, name in (("key 0", "maker"), ("key 1", "platform"), ("key 2", "carrier")):
            cold = address("cold maker" if name == "maker" else "cold other")
            proof = possession(self.domain, key, party(name), NOBODY)
            self._tell(cold, "addKey", party(name), address(key), NOBODY, proof)
            self._tell(address("cold CN"), "grantRole", party(name), "seller", b"CN", 0, 2**64 - 1)
        self._mine(1)

    # --- drawing ---

    def _mostly(self) -> bool:
        return self._random.random() < SENSE

    def _pick(self, sensible: Sequence[T], any_: Sequence[T]) -> T:
        return self.draw(sensible if sensible and self._mostly() else any_)

    def _sender(self, entitled: Address) -> Address:
        """The account that may act, or another."""
        return entitled if entitled in ACCOUNT_OF and self._mostly() else address(self.draw((*ACCOUNTS, *KEYS)))

    def _party(self) -> str:
        return self._pick(self.known.standing(self.at), PARTIES)

    def _prefix(self) -> str:
        if self._random.random() < 0.2:
            return self.draw(GLNS)
        return f"{self._random.randrange(4000, 4060)}{self._random.randrange(10)}9"[: self.draw((4, 5, 5, 6, 6))]

    def _pause(self) -> int:
        """Seconds to the next block: mostly to one at which, or beside which, something begins or ends."""
        target = self._pick(self.known.times(), (0,)) + self.draw((-1, 0, 0, 1))
        return target - self.at.time if 0 < target - self.at.time < 10 * DAY else self.draw(STEPS)

    # --- acts ---

    def accredit_authority(self) -> None:
        who, where, cold = party(self.draw(PARTIES)), self.draw(JURISDICTIONS), address(self.draw(ACCOUNTS))
        self._tell(self._sender(self.known.root), "accreditAuthority", who, where.encode(), cold, self.draw(NAMES))

    def accredit_party(self) -> None:
        who, where, cold = party(self.draw(PARTIES)), self.draw(JURISDICTIONS), address(self.draw(ACCOUNTS))
        sender = self._sender(self.known.authority_account(where))
        self._tell(sender, "accreditParty", who, where.encode(), cold, self.draw(NAMES))

    def end_accreditation(self) -> None:
        who = self.draw((party(self._party()), self.draw((*self.known.authority.values(),))))
        self._tell(self._sender(self.known.accreditor_account(who)), "endAccreditation", who)

    def propose_root(self) -> None:
        self._tell(self._sender(self.known.root), "proposeRootAuthority", address(self.draw(("root", "next root"))))

    def accept_root(self) -> None:
        self._tell(self._sender(self.known.proposed_root), "acceptRootAuthority")

    def propose_cold_key(self) -> None:
        who = party(self._party())
        self._tell(self._sender(self.known.cold_key(who)), "proposeColdKey", who, address(self.draw(ACCOUNTS)))

    def accept_cold_key(self) -> None:
        who, proposed = self._pick([*self.known.proposed_cold.items()], [(party(self._party()), address("stranger"))])
        self._tell(self._sender(proposed), "acceptColdKey", who)

    def grant_role(self) -> None:
        anew = self._party(), self.draw(ROLES), self._pick(list(self.known.authority), JURISDICTIONS)
        lapsed = [role for role in self.known.roles() if not self.known.runs(role, self.at)]
        who, role, where = self.draw((anew, self._pick(lapsed, [anew])))
        begin = self.at.time + self.draw((-DAY, 0, 1, 3_600, DAY))
        end = begin + self.draw(SPANS) if self._mostly() else self.draw((0, begin, 2**64 - 1))
        sender = self._sender(self.known.authority_account(where))
        self._tell(sender, "grantRole", party(who), role, where.encode(), begin, end)

    def revoke_role(self) -> None:
        running = [role for role in self.known.roles() if self.known.runs(role, self.at)]
        any_ = [*self.known.roles(), (self._party(), self.draw(ROLES), self.draw(JURISDICTIONS))]
        who, role, where = self._pick(running, any_)
        self._tell(self._sender(self.known.authority_account(where)), "revokeRole", party(who), role, where.encode())

    def add_key(self) -> None:
        who, key = self._party(), self._pick(self.known.free_keys(), KEYS)
        custodian = party(self._party()) if self._random.random() < 0.4 else NOBODY
        proof = possession(self.domain, self._pick((key,), KEYS), party(who), custodian)
        self._tell(self._sender(self.known.cold_key(party(who))), "addKey", party(who), address(key), custodian, proof)

    def rotate_key(self) -> None:
        old, new = self._pick(self.known.good_keys(self.at), KEYS), self._pick(self.known.free_keys(), KEYS)
        who = self.known.holder(old)
        proof = possession(self.domain, self._pick((new,), KEYS), who, self.known.custodian(old))
        sender = self._sender(self.draw((address(old), self.known.cold_key(who))))
        self._tell(sender, "rotateKey", address(old), address(new), proof)

    def declare_compromise(self) -> None:
        key = self._pick(self.known.good_keys(self.at), KEYS)
        who = self.known.holder(key)
        sender = self._sender(self.draw((self.known.accreditor_account(who), self.known.cold_key(who))))
        self._tell(sender, "declareCompromise", address(key), self.at.time - self._pick(SPANS, (-DAY,)))

    def revoke_key(self) -> None:
        key = self._pick(self.known.good_keys(self.at), KEYS)
        self._tell(self._sender(self.known.cold_key(self.known.holder(key))), "revokeKey", address(key))

    def begin_recovery(self) -> None:
        who, key = party(self._party()), self._pick(self.known.free_keys(), KEYS)
        self._tell(self._sender(self.known.cold_key(who)), "beginRecovery", who, address(key))

    def complete_recovery(self) -> None:
        pending = [(who, ACCOUNT_OF.get(key, KEYS[0])) for who, key in self.known.recovery.items()]
        who, key = self._pick(pending, [(party(self._party()), self.draw(KEYS))])
        self._tell(address("stranger"), "completeRecovery", who, possession(self.domain, key, who, NOBODY))

    def cancel_recovery(self) -> None:
        who = self._pick(list(self.known.recovery), [party(self._party())])
        self._tell(self._sender(self.known.cold_key(who)), "cancelRecovery", who)

    def claim_prefix(self) -> None:
        who, prefix = party(self._party()), self._prefix()
        digits, length = int(prefix), len(prefix)
        hint = self._pick((self.known.before(digits * 10 ** (GLN_DIGITS - length)),), (7, *self.known.claims))
        self._tell(self._sender(self.known.accreditor_account(who)), "claimPrefix", who, digits, length, hint)

    def release_prefix(self) -> None:
        nothing: list[tuple[int, int, PartyId]] = [(4012, 4, NOBODY)]
        digits, length, who = self._pick(list(self.known.claims.values()), nothing)
        hint = self._pick((self.known.before(digits * 10 ** (GLN_DIGITS - length)),), (7, *self.known.claims))
        sender = self._sender(self.draw((self.known.cold_key(who), self.known.accreditor_account(who))))
        self._tell(sender, "releasePrefix", digits, length, hint)

    # --- blocks ---

    def _tell(self, sender: Address, function: str, *arguments: object) -> None:
        self._queue.append((function, self.contract.tell(sender, function, *arguments)))

    def _mine(self, seconds: int) -> None:
        block = self._node.mine(self.at.time + seconds)
        facts = parse_facts(self.chain, self.at.block + 1, block.number)
        self.at = Moment(block.number, block.time)
        done = self._node.outcomes([transaction for _, transaction in self._queue])
        self.count.update(
            f"{act} {'done' if succeeded else 'refused'}" for (act, _), succeeded in zip(self._queue, done, strict=True)
        )
        self._queue.clear()
        assert len(facts) == sum(done)  # one fact an act; none where it was refused
        self.known.learn(facts)

    def _moment(self) -> Moment:
        block = self._node.latest()
        return Moment(block.number, block.time)


_ACTS: tuple[tuple[Callable[[Walk], None], int], ...] = (
    (Walk.accredit_authority, 4),
    (Walk.accredit_party, 6),
    (Walk.end_accreditation, 1),
    (Walk.propose_root, 1),
    (Walk.accept_root, 1),
    (Walk.propose_cold_key, 2),
    (Walk.accept_cold_key, 2),
    (Walk.grant_role, 20),
    (Walk.revoke_role, 7),
    (Walk.add_key, 14),
    (Walk.rotate_key, 5),
    (Walk.declare_compromise, 2),
    (Walk.revoke_key, 2),
    (Walk.begin_recovery, 2),
    (Walk.complete_recovery, 3),
    (Walk.cancel_recovery, 1),
    (Walk.claim_prefix, 12),
    (Walk.release_prefix, 5),
)
