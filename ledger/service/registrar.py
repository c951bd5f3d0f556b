"""Acts in the registry: accredit, grant, bind and end keys, recover, claim prefixes; and their counterparts.

Each act is one transaction of the account that may do it (who that is stands in ``contracts/interfaces``), waited for
until mined, and refused by `RegistryRefusedError` with the contract's own reason. It acts from its block on.
"""

from __future__ import annotations

import re

from ledger.codec.key_binding import NO_CUSTODIAN, KeyBinding, typed_data
from ledger.codec.statement import Domain
from ledger.errors import MalformedError
from ledger.ports import AbiValue, Chain, RegistryCall, Signer, TransactionReceipt
from ledger.service.registry import RegistryIndex
from ledger.service.transactions import Transactor
from ledger.types import Address, PartyId, UnixTime

_JURISDICTION = re.compile("[A-Z]{2}")  # ISO 3166-1 alpha-2
_PREFIX = re.compile("[0-9]{4,13}")


class Registrar:
    """Sends the acts of those whose keys ``signer`` holds. The first argument of each is the account that acts."""

    def __init__(self, chain: Chain, index: RegistryIndex, signer: Signer, transactor: Transactor) -> None:
        self._chain = chain
        self._index = index
        self._signer = signer
        self._transactor = transactor

    # Accreditation

    def accredit_authority(
        self, root: Address, party: PartyId, jurisdiction: str, cold_key: Address, name: str
    ) -> TransactionReceipt:
        """Make ``party`` the authority of a jurisdiction. By the root authority."""
        return self._act(root, "accreditAuthority", party, _jurisdiction(jurisdiction), cold_key, name)

    def accredit_party(
        self, authority: Address, party: PartyId, jurisdiction: str, cold_key: Address, name: str
    ) -> TransactionReceipt:
        """Accredit a party in the jurisdiction of ``authority``."""
        return self._act(authority, "accreditParty", party, _jurisdiction(jurisdiction), cold_key, name)

    def end_accreditation(self, accreditor: Address, party: PartyId) -> TransactionReceipt:
        """End an accreditation, for ever. By the accreditor."""
        return self._act(accreditor, "endAccreditation", party)

    # Roles

    def grant_role(
        self,
        authority: Address,
        party: PartyId,
        role: str,
        jurisdiction: str,
        valid_from: UnixTime,
        valid_until: UnixTime,
    ) -> TransactionReceipt:
        """Let a party act as ``role`` in the jurisdiction of ``authority``, for a time."""
        return self._act(authority, "grantRole", party, role, _jurisdiction(jurisdiction), valid_from, valid_until)

    def revoke_role(self, authority: Address, party: PartyId, role: str, jurisdiction: str) -> TransactionReceipt:
        """End a grant."""
        return self._act(authority, "revokeRole", party, role, _jurisdiction(jurisdiction))

    # Keys. ``possession`` is the key's signature over its binding; without one, it is made with the key held here.

    def add_key(
        self,
        cold_key: Address,
        party: PartyId,
        key: Address,
        custodian: PartyId = NO_CUSTODIAN,
        possession: bytes | None = None,
    ) -> TransactionReceipt:
        """Bind a key to a party, held by ``custodian`` or, without one, by the party itself. By the cold key."""
        proof = possession or self.prove_possession(KeyBinding(party, key, custodian))
        return self._act(cold_key, "addKey", party, key, custodian, proof)

    def rotate_key(
        self, holder: Address, old_key: Address, new_key: Address, possession: bytes | None = None
    ) -> TransactionReceipt:
        """Replace a key by one of the same party and custodian. By the old key itself or the cold key."""
        if possession is None:
            known = self._index.refresh().registry.key(old_key)
            party, custodian = (known.party, known.custodian) if known else (NO_CUSTODIAN, None)
            possession = self.prove_possession(KeyBinding(party, new_key, custodian or NO_CUSTODIAN))
        return self._act(holder, "rotateKey", old_key, new_key, possession)

    def declare_compromise(self, by: Address, key: Address, claimed_since: UnixTime) -> TransactionReceipt:
        """End a key of which others may have made use since ``claimed_since``. By the cold key or the accreditor."""
        return self._act(by, "declareCompromise", key, claimed_since)

    def revoke_key(self, cold_key: Address, key: Address) -> TransactionReceipt:
        """End a key."""
        return self._act(cold_key, "revokeKey", key)

    def begin_recovery(self, cold_key: Address, party: PartyId, new_key: Address) -> TransactionReceipt:
        """End all keys of a party and name the one to start anew with. By the cold key."""
        return self._act(cold_key, "beginRecovery", party, new_key)

    def complete_recovery(
        self, payer: Address, party: PartyId, new_key: Address, possession: bytes | None = None
    ) -> TransactionReceipt:
        """Bind the key that was named. By anyone who has its signature, and pays."""
        proof = possession or self.prove_possession(KeyBinding(party, new_key))
        return self._act(payer, "completeRecovery", party, proof)

    def cancel_recovery(self, cold_key: Address, party: PartyId) -> TransactionReceipt:
        """Call a recovery off."""
        return self._act(cold_key, "cancelRecovery", party)

    def prove_possession(self, binding: KeyBinding) -> bytes:
        """Return the signature by which a key held here agrees to be bound."""
        identity = self._chain.identity()
        domain = Domain(identity.chain_id, identity.party_registry)
        return self._signer.sign_typed_data(binding.key, typed_data(binding, domain))

    # GS1 company prefixes and GLNs, as digits with their leading zeros

    def claim_prefix(self, accreditor: Address, party: PartyId, prefix: str) -> TransactionReceipt:
        """Let a party speak for a prefix. By its accreditor."""
        digits, length = _prefix(prefix)
        return self._act(accreditor, "claimPrefix", party, digits, length, self._index.prefix_hint(digits, length))

    def release_prefix(self, by: Address, prefix: str) -> TransactionReceipt:
        """Release a claim. By the cold key or the accreditor of its holder, or by anyone once that does not stand."""
        digits, length = _prefix(prefix)
        return self._act(by, "releasePrefix", digits, length, self._index.prefix_hint(digits, length))

    def _act(self, account: Address, function: str, *arguments: AbiValue) -> TransactionReceipt:
        call = RegistryCall("PartyRegistry", function, arguments)
        return self._transactor.run(
            function, account, lambda nonce, fees: self._chain.call_transaction(call, account, nonce, fees)
        )


def _jurisdiction(code: str) -> bytes:
    if not _JURISDICTION.fullmatch(code):
        raise MalformedError("/jurisdiction", "two letters A-Z", "another text")
    return code.encode()


def _prefix(text: str) -> tuple[int, int]:
    """Return the number and the length of a prefix; leading zeros count."""
    if not _PREFIX.fullmatch(text):
        raise MalformedError("/prefix", "4 to 13 digits", "another text")
    return int(text), len(text)
