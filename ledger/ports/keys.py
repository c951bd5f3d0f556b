"""Keys that sign: those of accounts and parties, and the log's own."""

from __future__ import annotations

from typing import Protocol

from ledger.types import Address, JsonObject


class Signer(Protocol):
    """secp256k1 keys. Every method may raise `SignerUnavailableError`, also for an address it has no key for."""

    def addresses(self) -> tuple[Address, ...]:
        """Return the addresses that it has keys for, in ascending order."""

    def sign_typed_data(self, address: Address, typed_data: JsonObject) -> bytes:
        """Return the 65-byte EIP-712 signature (v 27 or 28, low s), as eth_signTypedData_v4 does."""

    def sign_transaction(self, address: Address, transaction: JsonObject) -> bytes:
        """Return the raw signed transaction; ``transaction`` in the field names of JSON-RPC, numbers as integers."""


class LogSigner(Protocol):
    """The log's Ed25519 key."""

    @property
    def public_key(self) -> bytes:
        """The 32 bytes that verify its signatures."""

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature over a message (RFC 8032)."""
