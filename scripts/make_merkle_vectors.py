"""Write tests/vectors/merkle.json: RFC 9162 proofs good and bad, for Python, Solidity and the browser alike.

    python -m scripts.make_merkle_vectors           write it
    python -m scripts.make_merkle_vectors --check   exit 1 if it would change

Every hash and proof comes from `tests.oracle`, the RFC's own recursion; none from the code under test.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests import oracle

TARGET = Path(__file__).parents[1] / "tests" / "vectors" / "merkle.json"

ABOUT = (
    "RFC 9162 proofs over SHA-256. Entries are 32 bytes, as the log's records are. Indexes and sizes are decimal "
    "strings, for they pass 2^53; hashes are hex. verdict: valid; proof (refused for its form, before any hashing); "
    "root (leads to another root). Where types exclude an input (bytes32, uint64), or a contract takes no empty tree, "
    "leave out the cases that show it."
)

ENTRIES = [sha256(b"entry %d" % index).digest() for index in range(16)]
OTHER = sha256(b"another").digest()
MANY = [sha256(b"hash %d" % index).digest() for index in range(65)]

INCLUSION_SIZES = (1, 2, 3, 5, 7, 8, 11)
CONSISTENCY_SIZES = ((1, 2), (1, 8), (2, 3), (3, 4), (3, 7), (4, 7), (6, 7), (6, 8), (7, 11), (8, 16), (5, 5))
HUGE_INCLUSIONS = (
    (0, 2**63),
    (2**53 + 1, 2**63),
    (2**63 - 1, 2**63),
    (2**63, 2**63 + 1),
    (2**63, 2**64 - 1),
    (2**64 - 2, 2**64 - 1),
)
HUGE_CONSISTENCIES = (
    (1, 2**63),
    (2**53 + 1, 2**63),
    (2**62, 2**63),
    (2**63 - 1, 2**63),
    (2**63, 2**63 + 1),
    (2**63 + 5, 2**64 - 1),
)

Case = dict[str, Any]


def inclusion_case(
    name: str, verdict: str, index: int, size: int, leaf: bytes, proof: list[bytes], root: bytes
) -> Case:
    """Return one inclusion vector."""
    return {
        "name": name,
        "verdict": verdict,
        "leafIndex": str(index),
        "treeSize": str(size),
        "leafHash": hexadecimal(leaf),
        "proof": [hexadecimal(each) for each in proof],
        "rootHash": hexadecimal(root),
    }


def consistency_case(
    name: str, verdict: str, size1: int, size2: int, proof: list[bytes], root1: bytes, root2: bytes
) -> Case:
    """Return one consistency vector."""
    return {
        "name": name,
        "verdict": verdict,
        "size1": str(size1),
        "size2": str(size2),
        "proof": [hexadecimal(each) for each in proof],
        "root1": hexadecimal(root1),
        "root2": hexadecimal(root2),
    }


def hexadecimal(data: bytes) -> str:
    """Return ``data`` as hex with its prefix."""
    return "0x" + data.hex()


def flipped(data: bytes) -> bytes:
    """Return ``data`` with its last bit the other way."""
    return data[:-1] + bytes([data[-1] ^ 1])


def faulty_proofs(proof: list[bytes]) -> Iterator[tuple[str, str, list[bytes]]]:
    """Yield each fault of a proof: its name, verdict, and the proof with it."""
    for at, each in enumerate(proof):
        before, after = proof[:at], proof[at + 1 :]
        yield f"proof[{at}]-bit-flipped", "root", [*before, flipped(each), *after]
        yield f"proof[{at}]-removed", "proof", [*before, *after]
        yield f"proof[{at}]-doubled", "proof", [*before, each, each, *after]
        yield f"proof[{at}]-31-bytes", "proof", [*before, each[:31], *after]
        yield f"proof[{at}]-33-bytes", "proof", [*before, each + b"\x00", *after]
        yield f"proof[{at}]-0-bytes", "proof", [*before, b"", *after]
    yield "trailing-hash", "proof", [*proof, OTHER]
    yield "leading-hash", "proof", [OTHER, *proof]


def good_inclusions() -> Iterator[Case]:
    """Yield every leaf of small trees, and some of huge ones."""
    for size in INCLUSION_SIZES:
        for index in range(size):
            proof = oracle.inclusion_proof(index, ENTRIES[:size])
            root = oracle.root(ENTRIES[:size])
            yield inclusion_case(f"{index}-of-{size}", "valid", index, size, oracle.leaf(ENTRIES[index]), proof, root)
    for index, size in HUGE_INCLUSIONS:
        proof = MANY[: oracle.inclusion_length(index, size)]
        root = oracle.root_along_inclusion(index, size, OTHER, proof)
        yield inclusion_case(f"{index}-of-{size}", "valid", index, size, OTHER, proof, root)


def bad_inclusions() -> Iterator[Case]:
    """Yield one vector per fault, each from leaf 4 of 7, whose path has left and right siblings."""
    index, size = 4, 7
    leaf, root = oracle.leaf(ENTRIES[index]), oracle.root(ENTRIES[:size])
    proof = oracle.inclusion_proof(index, ENTRIES[:size])
    for fault, verdict, faulty in faulty_proofs(proof):
        yield inclusion_case(fault, verdict, index, size, leaf, faulty, root)
    yield inclusion_case("another-leaf", "root", index, size, OTHER, proof, root)
    yield inclusion_case("entry-for-leaf-hash", "root", index, size, ENTRIES[index], proof, root)
    yield inclusion_case("another-root", "root", index, size, leaf, proof, OTHER)
    yield inclusion_case("root-of-another-size", "root", index, size, leaf, proof, oracle.root(ENTRIES[:8]))
    yield inclusion_case("leafIndex-plus-1", "root", index + 1, size, leaf, proof, root)
    yield inclusion_case("leafIndex-minus-1", "root", index - 1, size, leaf, proof, root)
    yield inclusion_case("leafIndex-of-a-shorter-path", "proof", size - 1, size, leaf, proof, root)
    yield inclusion_case("leafIndex-is-treeSize", "proof", size, size, leaf, proof, root)
    yield inclusion_case("leafIndex-beyond-treeSize", "proof", 2**63, size, leaf, proof, root)
    yield inclusion_case("treeSize-of-a-shorter-path", "proof", index, index + 1, leaf, proof, root)
    yield inclusion_case("treeSize-doubled", "proof", index, 2 * size, leaf, proof, root)
    yield inclusion_case("treeSize-0", "proof", 0, 0, leaf, [], oracle.root([]))
    yield inclusion_case("treeSize-2^64", "proof", 0, 2**64, leaf, MANY[:64], root)
    inner, beside = oracle.root(ENTRIES[:2]), oracle.root(ENTRIES[2:4])
    yield inclusion_case("inner-node-as-entry", "root", 0, 2, oracle.leaf(inner), [beside], oracle.root(ENTRIES[:4]))
    yield inclusion_case("leafHash-31-bytes", "proof", 0, 1, leaf[:31], [], leaf)
    yield inclusion_case("leafHash-0-bytes", "proof", 0, 1, b"", [], leaf)
    yield inclusion_case("rootHash-33-bytes", "proof", 0, 1, leaf, [], leaf + b"\x00")
    yield inclusion_case("all-hashes-0-bytes", "proof", 0, 1, b"", [], b"")


def good_consistencies() -> Iterator[Case]:
    """Yield pairs of small and huge trees, and those that need no proof."""
    empty, root = oracle.root([]), oracle.root(ENTRIES)
    yield consistency_case("0-to-0", "valid", 0, 0, [], empty, empty)
    yield consistency_case("0-to-16", "valid", 0, 16, [], empty, root)
    for size1, size2 in CONSISTENCY_SIZES:
        proof = oracle.consistency_proof(size1, ENTRIES[:size2])
        roots = oracle.root(ENTRIES[:size1]), oracle.root(ENTRIES[:size2])
        yield consistency_case(f"{size1}-to-{size2}", "valid", size1, size2, proof, *roots)
    for size1, size2 in HUGE_CONSISTENCIES:
        proof = MANY[: oracle.consistency_length(size1, size2)]
        known = OTHER if size1 & (size1 - 1) == 0 else None
        roots = oracle.roots_along_consistency(size1, size2, known, proof)
        yield consistency_case(f"{size1}-to-{size2}", "valid", size1, size2, proof, *roots)


def bad_consistencies() -> Iterator[Case]:
    """Yield one vector per fault, from 6 to 7 (whose proof starts inside) and 4 to 7 (a whole first tree)."""
    empty = oracle.root([])
    for size1, size2 in ((6, 7), (4, 7)):
        proof = oracle.consistency_proof(size1, ENTRIES[:size2])
        root1, root2 = oracle.root(ENTRIES[:size1]), oracle.root(ENTRIES[:size2])
        pair = f"{size1}-to-{size2}"
        for fault, verdict, faulty in faulty_proofs(proof):
            yield consistency_case(f"{pair}-{fault}", verdict, size1, size2, faulty, root1, root2)
        yield consistency_case(f"{pair}-another-root1", "root", size1, size2, proof, OTHER, root2)
        yield consistency_case(f"{pair}-another-root2", "root", size1, size2, proof, root1, OTHER)
        yield consistency_case(f"{pair}-roots-exchanged", "root", size1, size2, proof, root2, root1)
        yield consistency_case(f"{pair}-backwards", "proof", size2, size1, proof, root2, root1)
        yield consistency_case(f"{pair}-root1-31-bytes", "proof", size1, size2, proof, root1[:31], root2)
        yield consistency_case(f"{pair}-root2-0-bytes", "proof", size1, size2, proof, root1, b"")
    root = oracle.root(ENTRIES[:7])
    yield consistency_case("same-size-fork", "root", 7, 7, [], root, OTHER)
    yield consistency_case("same-size-with-proof", "proof", 7, 7, [OTHER], root, root)
    yield consistency_case("0-to-7-with-proof", "proof", 0, 7, [root], empty, root)
    yield consistency_case("0-to-7-from-another-root", "root", 0, 7, [], OTHER, root)
    yield consistency_case("0-to-0-with-another-root", "root", 0, 0, [], OTHER, OTHER)
    yield consistency_case("size2-2^64", "proof", 1, 2**64, MANY[:64], root, root)


def render() -> str:
    """Return the text of the file."""
    vectors = {
        "format": "tradeledger-vectors/merkle/1",
        "about": ABOUT,
        "roots": [
            {"entries": [*map(hexadecimal, ENTRIES[:size])], "rootHash": hexadecimal(oracle.root(ENTRIES[:size]))}
            for size in (0, 1, 2, 3, 7, 8, 16)
        ],
        "inclusion": [*good_inclusions(), *bad_inclusions()],
        "consistency": [*good_consistencies(), *bad_consistencies()],
    }
    return json.dumps(vectors, indent=1) + "\n"


def main(arguments: list[str]) -> int:
    """Write the vectors, or with ``--check`` say whether they are fresh."""
    text = render()
    if arguments == ["--check"]:
        return 0 if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text else 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
