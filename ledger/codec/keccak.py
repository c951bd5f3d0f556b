"""keccak-256 as Ethereum uses it: the Keccak submission with its own padding, not the SHA-3 of FIPS 202."""

from __future__ import annotations

import sha3  # type: ignore[import-untyped]  # safe-pysha3 has no types

from ledger.types import Hash32


def keccak256(data: bytes) -> Hash32:
    """Return the 32-byte hash of ``data``."""
    return Hash32(sha3.keccak_256(data).digest())
