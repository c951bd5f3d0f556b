"""secp256k1 signatures as contracts take them: 65 bytes ``r ‖ s ‖ v``, v 27 or 28, s in the lower half of the order.

One signature has one spelling: its twin with the other s, or with v 0 or 1, is refused, as OpenZeppelin's ECDSA does.
Whether the address may speak for a party is left to the caller; signing, to whoever holds the key.
"""

from __future__ import annotations

from coincurve import PublicKey

from ledger.codec.keccak import keccak256
from ledger.errors import MalformedError, SignatureError
from ledger.types import Address, Hash32

SIGNATURE_BYTES = 65

_ORDER = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141  # SEC 2 §2.4.1, n
_LARGEST_S = _ORDER // 2  # EIP-2


def recover(digest: Hash32, signature: bytes) -> Address:
    """Return the address whose key signed ``digest``; refuse any signature that is not canonical."""
    if len(signature) != SIGNATURE_BYTES:
        raise SignatureError("a signature of the wrong length", f"{SIGNATURE_BYTES} bytes", f"{len(signature)} bytes")
    v = signature[64]
    if v not in (27, 28):
        raise SignatureError("a signature with another v", "27 or 28", str(v))
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big")
    if r == 0 or s == 0:
        raise SignatureError("a signature with a zero", "r and s above zero", "r zero" if r == 0 else "s zero")
    if s > _LARGEST_S:
        raise SignatureError("a signature with a high s", "s in the lower half of the order", "s in the upper half")
    try:
        key = PublicKey.from_signature_and_message(signature[:64] + bytes([v - 27]), digest, hasher=None)
    except ValueError:  # r not below the order, or no point of the curve has it
        raise SignatureError("a signature by no key", "a signature of this digest", "one of no digest") from None
    return _address(key)


def address_of(public_key: bytes) -> Address:
    """Return the address of a public key, given in SEC 1 form: 33 bytes, or 65."""
    try:
        return _address(PublicKey(public_key))
    except ValueError:
        raise MalformedError("", "a secp256k1 public key of 33 or 65 bytes", f"{len(public_key)} other bytes") from None


def _address(key: PublicKey) -> Address:
    return Address(keccak256(key.format(compressed=False)[1:])[-20:])  # Ethereum Yellow Paper, appendix F
