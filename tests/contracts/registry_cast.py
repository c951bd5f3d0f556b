"""Everyone who acts in a walk through a `PartyRegistry`: what they know of it, and whose account may do what.

What they know comes from the facts alone, read through the Ethereum adapter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product

from ledger.codec.key_binding import KeyBinding
from ledger.codec.key_binding import eip712_hash as key_binding_hash
from ledger.codec.statement import ZERO32, Domain, Statement
from ledger.domain import facts
from ledger.domain.facts import Fact
from ledger.domain.parties import Registry, replay
from ledger.domain.signer import judge_signer
from ledger.domain.tenure import Moment
from ledger.types import Address, LogId, PartyId, UnixTime
from tests import builders
from tests.builders import DAY, party, sign

NOBODY = PartyId(bytes(32))
NO_ACCOUNT = Address(bytes(20))
NO_CLAIM_BEFORE = 10**13
GLN_DIGITS = 13
OVERLAP = 2 * DAY

AUTHORITIES = {"CN": "authority of CN", "NL": "authority of NL"}
PARTIES = (
    *AUTHORITIES.values(),
    *("second authority", "third authority", "fourth authority"),
    *("maker", "carrier", "platform", "late", "later"),
)
KEYS = tuple(f"key {number}" for number in range(16))
ACCOUNTS = ("root", "next root", "cold CN", "cold NL", "cold maker", "cold other", "stranger")
NAMES = ("Maker GmbH", "制造商有限公司", 'a "name" \\ of \0 signs', "n" * 256, "n" * 257, "")
ROLES = ("seller", "customs", "arbiter")
JURISDICTIONS = ("CN", "NL", "DE")
address = lru_cache(builders.address)
ACCOUNT_OF = {address(name): name for name in (*ACCOUNTS, *KEYS)}

_NOT_STANDING = frozenset(
    {"signer.party-unknown", "signer.party-later", "signer.party-ended", "signer.accreditor-ended"}
)


def statement(who: PartyId, role: str, jurisdiction: str) -> Statement:
    return Statement("record event", who, role, jurisdiction, ZERO32, LogId(ZERO32), UnixTime(0))


def possession(domain: Domain, key: str, who: PartyId, custodian: PartyId) -> bytes:
    return sign(key_binding_hash(KeyBinding(who, address(key), custodian), domain), key)


@dataclass
class Known:
    """The registry as its facts tell it."""

    facts: list[Fact] = field(default_factory=list)
    registry: Registry = field(default_factory=Registry)
    root: Address = NO_ACCOUNT
    proposed_root: Address = NO_ACCOUNT
    cold: dict[PartyId, Address] = field(default_factory=dict)
    proposed_cold: dict[PartyId, Address] = field(default_factory=dict)
    authority: dict[str, PartyId] = field(default_factory=dict)
    recovery: dict[PartyId, Address] = field(default_factory=dict)
    claims: dict[int, tuple[int, int, PartyId]] = field(default_factory=dict)

    def learn(self, new: tuple[Fact, ...]) -> None:
        self.facts.extend(new)
        self.registry = replay(self.facts)
        for fact in new:
            self._note(fact)

    def _note(self, fact: Fact) -> None:
        match fact.announcement:
            case facts.RootAuthorityProposed(proposed):
                self.proposed_root = proposed
            case facts.RootAuthorityChanged(_, current):
                self.root = current
            case facts.AuthorityAccredited(who, jurisdiction, cold, _):
                self.authority[jurisdiction], self.cold[who] = who, cold
            case facts.PartyAccredited(who, _, _, cold, _) | facts.ColdKeyChanged(who, cold):
                self.cold[who] = cold
            case facts.ColdKeyProposed(who, proposed):
                self.proposed_cold[who] = proposed
            case facts.RecoveryBegun(who, key, _):
                self.recovery[who] = key
            case facts.RecoveryCompleted(who, _) | facts.RecoveryCancelled(who):
                self.recovery.pop(who, None)
            case facts.PrefixClaimed(who, digits, length):
                self.claims[digits * 10 ** (GLN_DIGITS - length)] = digits, length, who
            case facts.PrefixReleased(_, digits, length):
                del self.claims[digits * 10 ** (GLN_DIGITS - length)]
            case _:
                pass

    # --- whose account may act ---

    def authority_account(self, jurisdiction: str) -> Address:
        return self.cold.get(self.authority.get(jurisdiction, NOBODY), address("stranger"))

    def cold_key(self, who: PartyId) -> Address:
        return self.cold.get(who, address("stranger"))

    def accreditor_account(self, who: PartyId) -> Address:
        known = self.registry.party(who)
        if known is None:
            return address("stranger")
        return self.root if known.accreditor is None else self.cold_key(known.accreditor)

    def holder(self, key: str) -> PartyId:
        known = self.registry.key(address(key))
        return NOBODY if known is None else known.party

    def custodian(self, key: str) -> PartyId:
        known = self.registry.key(address(key))
        return NOBODY if known is None or known.custodian is None else known.custodian

    # --- what an act may be about ---

    def standing(self, at: Moment) -> list[str]:
        return [name for name in PARTIES if _answer(self.registry, "isStanding", (party(name),), at)]

    def good_keys(self, at: Moment) -> list[str]:
        return [key for key in KEYS if _answer(self.registry, "isActive", (address(key),), at)]

    def free_keys(self) -> list[str]:
        return [key for key in KEYS if self.registry.key(address(key)) is None]

    def roles(self) -> list[tuple[str, str, str]]:
        """Each party with a role and a jurisdiction that it was ever granted."""
        return [(name, *role) for name in PARTIES for role in self.registry.roles_of(party(name))]

    def runs(self, role: tuple[str, str, str], at: Moment) -> bool:
        name, word, jurisdiction = role
        return any(grant.held_at(at) for grant in self.registry.grants(party(name), word, jurisdiction))

    # --- hints for the list of claims ---

    def before(self, start: int) -> int:
        return max((each for each in self.claims if each < start), default=NO_CLAIM_BEFORE)

    def numbers(self) -> list[int]:
        """The first and last number of each claim there ever was, and their neighbours."""
        claimed = (fact.announcement for fact in self.facts if isinstance(fact.announcement, facts.PrefixClaimed))
        sizes = [(each.digits, 10 ** (GLN_DIGITS - each.length)) for each in claimed]
        edges = {edge for digits, size in sizes for edge in (digits * size, (digits + 1) * size)}
        return sorted({n for edge in edges for n in (edge - 1, edge) if 0 <= n < NO_CLAIM_BEFORE})[-24:]

    def times(self) -> list[int]:
        """Every time that a fact names: when a role begins or ends, when a rotated key does."""
        named: set[int] = set()
        for fact in self.facts:
            match fact.announcement:
                case facts.RoleGranted(_, _, _, begin, end):
                    named |= {begin, end}
                case facts.KeyRotated(_, _, _, _, end):
                    named.add(end)
                case _:
                    pass
        return sorted(named)


Question = tuple[str, tuple[object, ...]]


def questions(known: Known) -> list[Question]:
    """What the contract is asked in each block."""
    asked: list[Question] = [("isStanding", (party(name),)) for name in PARTIES]
    asked += [("isActive", (address(key),)) for key in KEYS]
    asked += [("claimant", (number,)) for number in known.numbers()]
    bound = [(address(key), known.holder(key)) for key in KEYS if known.holder(key) != NOBODY]
    asked += [("isEntitled", (*key, *where)) for key, where in product(bound, product(ROLES, JURISDICTIONS))]
    asked += [("isEntitled", (address(key), party("maker"), "seller", "CN")) for key in KEYS]
    return asked


def python_answers(registry: Registry, asked: list[Question], at: Moment) -> dict[Question, object]:
    """What the replayed facts answer, for the moment ``at``."""
    return {question: _answer(registry, *question, at) for question in asked}


def _answer(registry: Registry, what: str, about: tuple[object, ...], at: Moment) -> object:
    match what, about:
        case "isStanding", (bytes() as who,):
            finding = judge_signer(registry, statement(PartyId(who), "seller", "CN"), address("stranger"), at).finding
            return finding.reason.key not in _NOT_STANDING
        case "isActive", (bytes() as key,):
            known = registry.key(Address(key))
            return known is not None and known.added.block <= at.block and known.end_at(at) is None
        case "isEntitled", (bytes() as key, bytes() as who, str() as role, str() as jurisdiction):
            return judge_signer(registry, statement(PartyId(who), role, jurisdiction), Address(key), at).entitled
        case "claimant", (int() as number,):
            return registry.holder(f"{number:0{GLN_DIGITS}d}", at) or NOBODY
        case _:
            raise AssertionError(what)
