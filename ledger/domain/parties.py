"""Who could sign what at a block: the registry replayed from its facts (spec §8, and §10 check 10).

A fact acts from its own block on, never before, so that the answer for a block never changes later. Ended is ended:
party ids and keys are never used twice, and a recovery that was called off does not bring keys back. Whether a
statement may be signed is `ledger.domain.signer`'s question.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ledger.domain.facts import (
    AccreditationEnded,
    AuthorityAccredited,
    ColdKeyChanged,
    ColdKeyProposed,
    Fact,
    KeyAdded,
    KeyCompromised,
    KeyRevoked,
    KeyRotated,
    PartyAccredited,
    PrefixClaimed,
    PrefixReleased,
    RecoveryBegun,
    RecoveryCancelled,
    RecoveryCompleted,
    RoleGranted,
    RoleRevoked,
    RootAuthorityChanged,
    RootAuthorityProposed,
)
from ledger.domain.tenure import Claim, Grant, Key, KeyEnd, Moment, Party, Period
from ledger.errors import MalformedError
from ledger.types import Address, PartyId

NO_PARTY = PartyId(bytes(32))
"""What the contract writes where there is none: a key without a custodian."""


class Registry:
    """The registry's history. `apply` adds the next fact; every question names the moment it is asked for."""

    def __init__(self) -> None:
        self._parties: dict[PartyId, Party] = {}
        self._keys: dict[Address, Key] = {}
        self._keys_of: dict[PartyId, list[Key]] = {}
        self._grants: dict[tuple[PartyId, str, str], list[Grant]] = {}
        self._claims: dict[int, dict[int, list[Claim]]] = {}

    def party(self, party: PartyId) -> Party | None:
        """Return what is known of a party, whenever it was accredited."""
        return self._parties.get(party)

    def parties(self) -> tuple[Party, ...]:
        """Return all parties that were ever accredited, in that order."""
        return tuple(self._parties.values())

    def roles_of(self, party: PartyId) -> tuple[tuple[str, str], ...]:
        """Return each (role, jurisdiction) that a party was ever granted."""
        return tuple((role, jurisdiction) for granted, role, jurisdiction in self._grants if granted == party)

    def key(self, key: Address) -> Key | None:
        """Return what is known of a key, whenever it was bound."""
        return self._keys.get(key)

    def grants(self, party: PartyId, role: str, jurisdiction: str) -> tuple[Grant, ...]:
        """Return all grants of this role, in the order they were made."""
        return tuple(self._grants.get((party, role, jurisdiction), ()))

    def holder(self, number: str, at: Moment) -> PartyId | None:
        """Return the party that could speak for a 13-digit number at ``at``, or ``None`` if nobody claimed it."""
        for length, claims in self._claims.items():
            for claim in claims.get(int(number[:length]), ()):
                if claim.period.covers(at):
                    return claim.party
        return None

    def name(self, party: PartyId) -> str:
        """Return the registered name of a party, or its id where it has none."""
        known = self._parties.get(party)
        return known.name if known else "0x" + party.hex()

    def apply(self, fact: Fact, pointer: str = "") -> None:
        """Add the next fact, which stands at ``pointer``; refuse one that cannot follow the facts before it."""
        at = Moment(fact.block, fact.time)
        match fact.announcement:
            case AuthorityAccredited() | PartyAccredited() | AccreditationEnded() as standing:
                self._apply_standing(standing, at, pointer)
            case RoleGranted() | RoleRevoked() as role:
                self._apply_role(role, at)
            case KeyAdded() | KeyRotated() | KeyCompromised() | KeyRevoked() as key:
                self._apply_key(key, at, pointer)
            case RecoveryBegun() | RecoveryCompleted() as recovery:
                self._apply_recovery(recovery, at, pointer)
            case PrefixClaimed() | PrefixReleased() as prefix:
                self._apply_prefix(prefix, at)
            case RootAuthorityProposed() | RootAuthorityChanged() | ColdKeyProposed() | ColdKeyChanged():
                pass  # who may write the other facts is for the contract to judge, and it has
            case RecoveryCancelled():
                pass  # the keys that the recovery ended stay ended

    def _apply_standing(
        self, fact: AuthorityAccredited | PartyAccredited | AccreditationEnded, at: Moment, pointer: str
    ) -> None:
        match fact:
            case AuthorityAccredited(party, jurisdiction, _, name):
                self._accredit(Party(party, name, jurisdiction, None, Period(at)), pointer)
            case PartyAccredited(party, jurisdiction, accreditor, _, name):
                self._known_party(accreditor, pointer)
                self._accredit(Party(party, name, jurisdiction, accreditor, Period(at)), pointer)
            case AccreditationEnded(party):
                _end(self._known_party(party, pointer).standing, at)

    def _apply_role(self, fact: RoleGranted | RoleRevoked, at: Moment) -> None:
        match fact:
            case RoleGranted(party, role, jurisdiction, valid_from, valid_until):
                grant = Grant(Period(at), valid_from, valid_until)
                self._grants.setdefault((party, role, jurisdiction), []).append(grant)
            case RoleRevoked(party, role, jurisdiction):
                _end_all(self._grants.get((party, role, jurisdiction), ()), at)

    def _apply_key(self, fact: KeyAdded | KeyRotated | KeyCompromised | KeyRevoked, at: Moment, pointer: str) -> None:
        match fact:
            case KeyAdded(party, key, custodian):
                self._bind(Key(key, party, _none_if_zero(custodian), at), pointer)
            case KeyRotated(party, old_key, new_key, custodian, valid_until):
                old = self._known_key(old_key, party, pointer)
                if old.rotated is not None:
                    raise MalformedError(pointer, "a key not replaced before", "one that was")
                old.rotated, old.valid_until = at, valid_until
                self._bind(Key(new_key, party, _none_if_zero(custodian), at), pointer)
            case KeyCompromised(party, key, claimed_since):
                known = self._known_key(key, party, pointer)
                if known.compromise is not None:
                    raise MalformedError(pointer, "a key not declared compromised before", "one that was")
                known.ends.append((at, KeyEnd.COMPROMISED))
                known.compromise, known.claimed_since = at, claimed_since
            case KeyRevoked(party, key):
                self._known_key(key, party, pointer).ends.append((at, KeyEnd.REVOKED))

    def _apply_recovery(self, fact: RecoveryBegun | RecoveryCompleted, at: Moment, pointer: str) -> None:
        match fact:
            case RecoveryBegun(party):
                for bound in self._keys_of.pop(party, ()):  # ended for ever: no later recovery needs them
                    bound.ends.append((at, KeyEnd.RECOVERY))
            case RecoveryCompleted(party, new_key):
                self._bind(Key(new_key, party, None, at), pointer)

    def _apply_prefix(self, fact: PrefixClaimed | PrefixReleased, at: Moment) -> None:
        match fact:
            case PrefixClaimed(party, digits, length):
                claim = Claim(party, Period(at))
                self._claims.setdefault(length, {}).setdefault(digits, []).append(claim)
            case PrefixReleased(_, digits, length):
                _end_all(self._claims.get(length, {}).get(digits, ()), at)

    def _accredit(self, party: Party, pointer: str) -> None:
        if party.id in self._parties:
            raise MalformedError(f"{pointer}/party", "a party id not used before", "one that was")
        self._parties[party.id] = party

    def _bind(self, key: Key, pointer: str) -> None:
        self._known_party(key.party, pointer)
        if key.address in self._keys:
            raise MalformedError(pointer, "a key not bound before", "one that was")
        self._keys[key.address] = key
        self._keys_of.setdefault(key.party, []).append(key)

    def _known_party(self, party: PartyId, pointer: str) -> Party:
        known = self._parties.get(party)
        if known is None:
            raise MalformedError(pointer, "a party accredited before", "another one")
        return known

    def _known_key(self, key: Address, party: PartyId, pointer: str) -> Key:
        known = self._keys.get(key)
        if known is None or known.party != party:
            raise MalformedError(pointer, "a key of this party", "another one")
        return known


def replay(facts: Iterable[Fact], pointer: str = "") -> Registry:
    """Return the registry that these facts, in chain order, lead to; refuse facts that cannot follow one another."""
    registry = Registry()
    for place, fact in enumerate(facts):
        registry.apply(fact, f"{pointer}/{place}")
    return registry


def _none_if_zero(party: PartyId) -> PartyId | None:
    return None if party == NO_PARTY else party


def _end_all(held: Sequence[Grant | Claim], at: Moment) -> None:
    """End what is still held: all that was added since the last end, so that replay looks at each but twice."""
    for each in reversed(held):
        if each.period.ended is not None:
            return
        each.period.ended = at


def _end(period: Period, at: Moment) -> None:
    if period.ended is None:
        period.ended = at
