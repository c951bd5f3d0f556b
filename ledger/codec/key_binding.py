"""The key binding: what a key signs so that `PartyRegistry` binds it to a party (EIP-712).

It shows that the key is possessed, by whoever the registry is told holds it: the custodian, or (zero) the party itself.
Signing is left to whoever holds the key, who is given `typed_data`; whether the party agrees, to its cold key.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.codec.hex_strict import encode_hex
from ledger.codec.keccak import keccak256
from ledger.codec.statement import DOMAIN_NAME, DOMAIN_VERSION, Domain
from ledger.types import Address, Hash32, JsonObject, PartyId

NO_CUSTODIAN = PartyId(bytes(32))

_TYPE_HASH = keccak256(b"KeyBinding(bytes32 party,address key,bytes32 custodian)")


@dataclass(frozen=True, slots=True)
class KeyBinding:
    """``key`` speaks for ``party`` and is held by ``custodian``."""

    party: PartyId
    key: Address
    custodian: PartyId = NO_CUSTODIAN


def eip712_hash(binding: KeyBinding, domain: Domain) -> Hash32:
    """Return the digest that the key signs."""
    words = _TYPE_HASH + binding.party + binding.key.rjust(32, b"\0") + binding.custodian
    return keccak256(b"\x19\x01" + domain.separator + keccak256(words))


def typed_data(binding: KeyBinding, domain: Domain) -> JsonObject:
    """Return what a wallet signs by ``eth_signTypedData_v4``, as EIP-712 writes it in JSON."""
    return {
        "types": {
            "EIP712Domain": [
                {"name": "name", "type": "string"},
                {"name": "version", "type": "string"},
                {"name": "chainId", "type": "uint256"},
                {"name": "verifyingContract", "type": "address"},
            ],
            "KeyBinding": [
                {"name": "party", "type": "bytes32"},
                {"name": "key", "type": "address"},
                {"name": "custodian", "type": "bytes32"},
            ],
        },
        "primaryType": "KeyBinding",
        "domain": {
            "name": DOMAIN_NAME,
            "version": DOMAIN_VERSION,
            "chainId": domain.chain_id,
            "verifyingContract": encode_hex(domain.verifying_contract),
        },
        "message": {
            "party": encode_hex(binding.party),
            "key": encode_hex(binding.key),
            "custodian": encode_hex(binding.custodian),
        },
    }
