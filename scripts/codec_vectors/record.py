"""The cases of tests/vectors/record.json: records and log ids in the specification's words, by hashlib and eth-abi."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from scripts.codec_vectors.case import ORIGIN, Case, digest, hexadecimal, word
from scripts.codec_vectors.statement import statement_case


def vectors() -> Case:
    """Return the content of record.json."""
    signed = statement_case("")
    eip712_hash, signature = (bytes.fromhex(signed[name][2:]) for name in ("eip712Hash", "signature"))
    cases = {
        "signed-statement": (eip712_hash, signature),
        "signature-twin": (eip712_hash, signature[:64] + bytes([55 - signature[64]])),
        "another-statement": (digest("another"), signature),
    }
    return {
        "format": "tradeledger-vectors/record/1",
        "about": "Records, docs/spec.md §5, in base64, and log ids, §6, by eth-abi. Tree sizes and chain ids are "
        "decimal strings, for they pass 2^53. No two records are the same.",
        "statements": [
            {
                "name": name,
                "eip712Hash": hexadecimal(hashed),
                "signature": hexadecimal(by),
                "record": hashed_base64(b"tradeledger/record/statement/1" + hashed + sha256(by).digest()),
            }
            for name, (hashed, by) in cases.items()
        ],
        "predecessors": [
            {
                "logId": word("log id"),
                "treeSize": str(size),
                "rootHash": b64encode(digest("root")).decode(),
                "record": hashed_base64(
                    b"tradeledger/record/predecessor/1" + digest("log id") + size.to_bytes(8, "big") + digest("root")
                ),
            }
            for size in (0, 1, 2**53 + 1, 2**64 - 1)
        ],
        "badTreeSizes": ["-1", str(2**64)],
        "logIds": [
            log_id_case(origin, chain)
            for origin in (ORIGIN, "", "o" * 32, "o" * 33, "\u8bb0\u5f55")
            for chain in (1, 2**64)
        ],
    }


def hashed_base64(data: bytes) -> str:
    """Return the SHA-256 of ``data`` in base64."""
    return b64encode(sha256(data).digest()).decode()


def log_id_case(origin: str, chain_id: int) -> Case:
    """Return a log with its id."""
    registry, owner, key = digest("checkpoint registry")[:20], digest("owner")[:20], digest("log key")
    encoded = encode(["uint256", "address", "address", "string", "bytes32"], [chain_id, registry, owner, origin, key])
    return {
        "chainId": str(chain_id),
        "registry": hexadecimal(registry),
        "owner": hexadecimal(owner),
        "origin": origin,
        "logKey": hexadecimal(key),
        "logId": hexadecimal(keccak(encoded)),
    }
