"""The record: the 32 bytes that the log holds in place of a statement, telling nothing of goods or signer.

A tag at the front keeps the two kinds apart; a contract can compute both. Where a record stands, and whether it
stands in the log at all, is left to `merkle`.
"""

from __future__ import annotations

from hashlib import sha256

from ledger.codec.merkle import MAX_TREE_SIZE
from ledger.errors import MalformedError
from ledger.types import Hash32, LogId

_STATEMENT_TAG = b"tradeledger/record/statement/1"
_PREDECESSOR_TAG = b"tradeledger/record/predecessor/1"


def statement_record(eip712_hash: Hash32, signature: bytes) -> Hash32:
    """Return the record of a signed statement."""
    return Hash32(sha256(_STATEMENT_TAG + eip712_hash + sha256(signature).digest()).digest())


def predecessor_record(log_id: LogId, tree_size: int, root_hash: Hash32) -> Hash32:
    """Return the record of a closed log's head, always leaf 0 of its successor."""
    if not 0 <= tree_size <= MAX_TREE_SIZE:
        raise MalformedError("/treeSize", "a size from 0 to 2^64-1", "another number")
    return Hash32(sha256(_PREDECESSOR_TAG + log_id + tree_size.to_bytes(8, "big") + root_hash).digest())
