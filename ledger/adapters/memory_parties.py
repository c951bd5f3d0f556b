"""The `PartyRegistry` in memory: who may do what to whom, and the facts that come of it.

The rules are those of ``contracts/registry``, told a second time and shorter: who may act, standing, one party a key,
possession. Custody of keys that speak for the public, and overlap of prefixes, are left to the contract and its own
tests.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger.adapters.memory_checkpoints import RevertError
from ledger.codec.key_binding import NO_CUSTODIAN, KeyBinding, eip712_hash
from ledger.codec.signature import recover
from ledger.codec.statement import ROLES, Domain
from ledger.errors import SignatureError
from ledger.ports import Block
from ledger.types import Address, JsonObject, JsonValue, PartyId

_NOBODY = Address(bytes(20))


@dataclass(slots=True)
class _Party:
    jurisdiction: str
    cold_key: Address
    accreditor: PartyId | None
    ended: bool = False
    epoch: int = 0
    recovery_key: Address | None = None


@dataclass(slots=True)
class _Key:
    party: PartyId
    custodian: PartyId
    valid_until: int | None = None

    def is_good(self, block: Block) -> bool:
        return self.valid_until is None or block.time < self.valid_until


@dataclass(slots=True)
class MemoryParties:
    """One registry. Each act takes its sender, its block and the contract's arguments, and adds to ``facts``."""

    domain: Domain
    root: Address
    rotation_overlap: int
    facts: list[JsonObject] = field(default_factory=list)
    _parties: dict[PartyId, _Party] = field(default_factory=dict)
    _authorities: dict[str, PartyId] = field(default_factory=dict)
    _keys: dict[Address, _Key] = field(default_factory=dict)
    _grants: dict[tuple[PartyId, str, str], int] = field(default_factory=dict)
    _claims: dict[tuple[int, int], PartyId] = field(default_factory=dict)

    def begin(self, block: Block) -> None:
        """State what the constructor does."""
        self._tell(block, "RootAuthorityChanged", previous=_NOBODY, current=self.root)

    def accredit_authority(
        self, sender: Address, block: Block, party: bytes, jurisdiction: bytes, cold_key: bytes, name: str
    ) -> None:
        if sender != self.root:
            raise RevertError(f"NotRootAuthority({_hex(sender)})")
        place = jurisdiction.decode()
        current = self._authorities.get(place)
        if current is not None and self._stands(current):
            raise RevertError(f"JurisdictionTaken({_hex(jurisdiction)}, {_hex(current)})")
        self._open(PartyId(party), _Party(place, Address(cold_key), None))
        self._authorities[place] = PartyId(party)
        self._tell(block, "AuthorityAccredited", party=party, jurisdiction=place, coldKey=cold_key, name=name)

    def accredit_party(
        self, sender: Address, block: Block, party: bytes, jurisdiction: bytes, cold_key: bytes, name: str
    ) -> None:
        place = jurisdiction.decode()
        authority = self._require_authority(sender, block, place)
        self._open(PartyId(party), _Party(place, Address(cold_key), authority))
        self._tell(
            block, "PartyAccredited",
            party=party, jurisdiction=place, accreditor=authority, coldKey=cold_key, name=name,
        )  # fmt: skip

    def end_accreditation(self, sender: Address, block: Block, party: bytes) -> None:
        known = self._require_accreditor(sender, block, PartyId(party))
        if known.ended:
            raise RevertError(f"AlreadyEnded({_hex(party)}, {block.time})")
        known.ended = True
        self._tell(block, "AccreditationEnded", party=party)

    def grant_role(
        self, sender: Address, block: Block, party: bytes, role: str, jurisdiction: bytes, begins: int, ends: int
    ) -> None:
        place, begins = jurisdiction.decode(), max(begins, block.time)
        if role not in ROLES:
            raise RevertError(f"UnknownRole({role})")
        self._require_authority(sender, block, place)
        if ends <= begins:
            raise RevertError(f"EmptyWindow({begins}, {ends})")
        self._require_standing(PartyId(party))
        held_until = self._grants.get((PartyId(party), role, place), 0)
        if block.time < held_until:
            raise RevertError(f"RoleAlreadyGranted({_hex(party)}, {role}, {_hex(jurisdiction)}, {held_until})")
        self._grants[PartyId(party), role, place] = ends
        self._tell(
            block, "RoleGranted", party=party, role=role, jurisdiction=place, validFrom=begins, validUntil=ends
        )  # fmt: skip

    def revoke_role(self, sender: Address, block: Block, party: bytes, role: str, jurisdiction: bytes) -> None:
        place = jurisdiction.decode()
        self._require_authority(sender, block, place)
        if self._grants.pop((PartyId(party), role, place), None) is None:
            raise RevertError(f"RoleNotHeld({_hex(party)}, {role}, {_hex(jurisdiction)}, {block.time})")
        self._tell(block, "RoleRevoked", party=party, role=role, jurisdiction=place)

    def add_key(
        self, sender: Address, block: Block, party: bytes, key: bytes, custodian: bytes, possession: bytes
    ) -> None:
        self._require_cold_key(sender, PartyId(party))
        self._bind(KeyBinding(PartyId(party), Address(key), PartyId(custodian)), possession)
        self._tell(block, "KeyAdded", party=party, key=key, custodian=custodian)

    def rotate_key(self, sender: Address, block: Block, old_key: bytes, new_key: bytes, possession: bytes) -> None:
        old = self._require_key(Address(old_key))
        if sender not in (old_key, self._parties[old.party].cold_key):
            raise RevertError(f"NotKeyHolder({_hex(sender)}, {_hex(old_key)})")
        if not old.is_good(block):
            raise RevertError(f"KeyNotActive({_hex(old_key)}, {block.time})")
        self._bind(KeyBinding(old.party, Address(new_key), old.custodian), possession)
        old.valid_until = block.time + self.rotation_overlap
        self._tell(
            block, "KeyRotated", party=old.party, oldKey=old_key, newKey=new_key, custodian=old.custodian,
            oldKeyValidUntil=old.valid_until,
        )  # fmt: skip

    def declare_compromise(self, sender: Address, block: Block, key: bytes, claimed_since: int) -> None:
        if claimed_since > block.time:
            raise RevertError(f"TimeInFuture({block.time}, {claimed_since})")
        known = self._require_key(Address(key))
        if sender != self._parties[known.party].cold_key:
            self._require_accreditor(sender, block, known.party)
        known.valid_until = block.time
        self._tell(block, "KeyCompromised", party=known.party, key=key, claimedSince=claimed_since)

    def revoke_key(self, sender: Address, block: Block, key: bytes) -> None:
        known = self._require_key(Address(key))
        self._require_cold_key(sender, known.party)
        if not known.is_good(block):
            raise RevertError(f"KeyNotActive({_hex(key)}, {block.time})")
        known.valid_until = block.time
        self._tell(block, "KeyRevoked", party=known.party, key=key)

    def begin_recovery(self, sender: Address, block: Block, party: bytes, new_key: bytes) -> None:
        holder = self._require_cold_key(sender, PartyId(party))
        if holder.recovery_key is not None:
            raise RevertError(f"RecoveryPending({_hex(party)}, {_hex(holder.recovery_key)})")
        self._require_free(Address(new_key))
        holder.recovery_key, holder.epoch = Address(new_key), holder.epoch + 1
        for key in self._keys.values():
            if key.party == party and key.is_good(block):
                key.valid_until = block.time
        self._tell(block, "RecoveryBegun", party=party, newKey=new_key, epoch=holder.epoch)

    def complete_recovery(self, _: Address, block: Block, party: bytes, possession: bytes) -> None:
        new_key = self._recovery_key(PartyId(party))
        self._bind(KeyBinding(PartyId(party), new_key), possession)
        self._parties[PartyId(party)].recovery_key = None
        self._tell(block, "RecoveryCompleted", party=party, newKey=new_key)

    def cancel_recovery(self, sender: Address, block: Block, party: bytes) -> None:
        holder = self._require_cold_key(sender, PartyId(party))
        self._recovery_key(PartyId(party))
        holder.recovery_key = None
        self._tell(block, "RecoveryCancelled", party=party)

    def claim_prefix(self, sender: Address, block: Block, party: bytes, digits: int, length: int, _: int) -> None:
        self._require_accreditor(sender, block, PartyId(party))
        self._require_standing(PartyId(party))
        if (digits, length) in self._claims:
            raise RevertError(f"PrefixOverlap({digits}, {length}, {_hex(self._claims[digits, length])})")
        self._claims[digits, length] = PartyId(party)
        self._tell(block, "PrefixClaimed", party=party, digits=digits, length=length)

    def release_prefix(self, sender: Address, block: Block, digits: int, length: int, _: int) -> None:
        party = self._claims.get((digits, length))
        if party is None:
            raise RevertError(f"UnknownClaim({digits}, {length})")
        if self._stands(party) and sender != self._parties[party].cold_key:
            self._require_accreditor(sender, block, party)
        del self._claims[digits, length]
        self._tell(block, "PrefixReleased", party=party, digits=digits, length=length)

    def _tell(self, block: Block, event: str, **arguments: bytes | str | int) -> None:
        shown: dict[str, JsonValue] = {
            name: _hex(value) if isinstance(value, bytes) else value for name, value in arguments.items()
        }
        self.facts.append({"fact": event, "block": block.number, "time": block.time, **shown})

    def _open(self, party: PartyId, new: _Party) -> None:
        if party in self._parties:
            raise RevertError(f"PartyExists({_hex(party)})")
        self._parties[party] = new

    def _bind(self, binding: KeyBinding, possession: bytes) -> None:
        try:
            signer = recover(eip712_hash(binding, self.domain), possession)
        except SignatureError:
            raise RevertError("SignatureUnrecoverable()") from None
        if signer != binding.key:
            raise RevertError(f"NotPossessed({_hex(binding.key)}, {_hex(signer)})")
        self._require_standing(binding.party)
        if binding.custodian != NO_CUSTODIAN:
            self._require_standing(binding.custodian)
        self._require_free(binding.key)
        self._keys[binding.key] = _Key(binding.party, binding.custodian)

    def _stands(self, party: PartyId | None) -> bool:
        known = None if party is None else self._parties.get(party)
        return known is not None and not known.ended and (known.accreditor is None or self._stands(known.accreditor))

    def _require_standing(self, party: PartyId) -> None:
        if not self._stands(party):
            raise RevertError(f"NotStanding({_hex(party)})")

    def _require_authority(self, sender: Address, block: Block, jurisdiction: str) -> PartyId:
        authority = self._authorities.get(jurisdiction, PartyId(bytes(32)))
        known, key = self._parties.get(authority), self._keys.get(sender)
        is_its_key = key is not None and key.party == authority and key.is_good(block)
        if known is None or (sender != known.cold_key and not is_its_key):
            raise RevertError(f"NotAuthority({_hex(sender)}, {_hex(authority)})")
        self._require_standing(authority)
        return authority

    def _require_accreditor(self, sender: Address, block: Block, party: PartyId) -> _Party:
        known = self._parties.get(party)
        if known is None:
            raise RevertError(f"UnknownParty({_hex(party)})")
        if known.accreditor is not None:
            self._require_authority(sender, block, self._parties[known.accreditor].jurisdiction)
        elif sender != self.root:
            raise RevertError(f"NotRootAuthority({_hex(sender)})")
        return known

    def _require_cold_key(self, sender: Address, party: PartyId) -> _Party:
        known = self._parties.get(party)
        if known is None or known.cold_key != sender:
            raise RevertError(f"NotColdKey({_hex(sender)}, {_hex(party)})")
        return known

    def _require_key(self, key: Address) -> _Key:
        known = self._keys.get(key)
        if known is None:
            raise RevertError(f"UnknownKey({_hex(key)})")
        return known

    def _require_free(self, key: Address) -> None:
        known = self._keys.get(key)
        if known is not None:
            raise RevertError(f"KeyTaken({_hex(key)}, {_hex(known.party)})")

    def _recovery_key(self, party: PartyId) -> Address:
        known = self._parties.get(party)
        if known is None or known.recovery_key is None:
            raise RevertError(f"NoRecovery({_hex(party)})")
        return known.recovery_key


def _hex(value: bytes) -> str:
    return "0x" + value.hex()
