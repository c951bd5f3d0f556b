"""Proofs: the verdicts of Solidity on a real chain are those of the published vectors, and those of Python.

The harness opens the library itself to every case that its types admit. The deployed `CheckpointRegistry` is shown
those cases whose head it can hold: `includes` judges inclusion proofs, `anchor` consistency proofs.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ledger.codec.keccak import keccak256
from ledger.codec.merkle import leaf_hash, node_hash, verify_consistency, verify_inclusion
from ledger.errors import ProofError, RootMismatchError
from tests import oracle
from tests.builders import contract, hash_of
from tests.contracts.onchain import Node, OnChain, Refused

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "merkle.json").read_text(encoding="utf-8"))
MIN_INTERVAL = 5
NO_HEAD = (0, bytes(32), 0, 0)
OWNER = contract("owner")

Head = tuple[int, bytes, int, int]


def unhex(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def inclusion(case: Any) -> tuple[int, int, bytes, list[bytes], bytes]:
    proof = [unhex(each) for each in case["proof"]]
    return int(case["leafIndex"]), int(case["treeSize"]), unhex(case["leafHash"]), proof, unhex(case["rootHash"])


def consistency(case: Any) -> tuple[int, int, list[bytes], bytes, bytes]:
    proof = [unhex(each) for each in case["proof"]]
    return int(case["size1"]), int(case["size2"]), proof, unhex(case["root1"]), unhex(case["root2"])


def inexpressible(numbers: Sequence[int], hashes: Sequence[bytes]) -> str | None:
    """Say why a case cannot be put to Solidity at all, if so."""
    if any(len(each) != 32 for each in hashes):
        return "a hash that is not 32 bytes, where bytes32 stands"
    if any(not 0 <= number < 2**64 for number in numbers):
        return "a size or an index beyond uint64"
    return None


def verdict_of(answer: Any) -> str:
    """Solidity's verdict in the words of the vectors."""
    if isinstance(answer, Refused):
        return "proof"
    return "valid" if answer else "root"


def python_verdict(verify: Any, *arguments: Any) -> str:
    try:
        verify(*arguments)
    except ProofError:
        return "proof"
    except RootMismatchError:
        return "root"
    return "valid"


# --- the library ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def library(harnesses: dict[str, OnChain]) -> OnChain:
    return harnesses["RFC9162Harness"]


def test_the_library_gives_every_verdict_of_the_inclusion_vectors(library: OnChain) -> None:
    skipped: Counter[str] = Counter()
    for case in VECTORS["inclusion"]:
        index, size, leaf, proof, root = inclusion(case)
        why = inexpressible((index, size), (leaf, root, *proof))
        if why is not None:
            skipped[why] += 1
            continue
        answer = library.ask("verifyInclusion", index, size, leaf, proof, root)
        assert verdict_of(answer) == case["verdict"], (case["name"], answer)
    assert skipped == {
        "a hash that is not 32 bytes, where bytes32 stands": 13,
        "a size or an index beyond uint64": 1,
    }


def test_the_library_gives_every_verdict_of_the_consistency_vectors(library: OnChain) -> None:
    skipped: Counter[str] = Counter()
    for case in VECTORS["consistency"]:
        size1, size2, proof, root1, root2 = consistency(case)
        why = inexpressible((size1, size2), (root1, root2, *proof))
        if why is None and size1 == 0:
            why = "an empty first tree, from which the library takes no proof"
            assert library.ask("verifyConsistency", size1, size2, proof, root1, root2) == Refused("EmptyTree()")
        if why is not None:
            skipped[why] += 1
            continue
        answer = library.ask("verifyConsistency", size1, size2, proof, root1, root2)
        assert verdict_of(answer) == case["verdict"], (case["name"], answer)
    assert skipped == {
        "a hash that is not 32 bytes, where bytes32 stands": 16,
        "a size or an index beyond uint64": 1,
        "an empty first tree, from which the library takes no proof": 5,
    }


def test_roots_of_the_vectors_are_made_of_the_librarys_hashes(library: OnChain) -> None:
    def root(entries: list[bytes]) -> bytes:
        if len(entries) == 1:
            return bytes(library.ask("leafHash", entries[0]))
        k = oracle.split(len(entries))
        return bytes(library.ask("nodeHash", root(entries[:k]), root(entries[k:])))

    for case in VECTORS["roots"]:
        if case["entries"]:  # the root of no leaf at all is never on chain
            assert root([unhex(each) for each in case["entries"]]) == unhex(case["rootHash"])


def changed(random_: random.Random, proof: Sequence[bytes]) -> list[bytes]:
    """The proof as it is, or with one fault."""
    place = random_.randrange(len(proof) + 1)
    faults = [
        [*proof],
        [*proof[:place], hash_of("another"), *proof[place:]],
        [*proof[:place], *proof[place + 1 :]],
        [*proof[:place], *(hash_of("changed") for _ in proof[place : place + 1]), *proof[place + 1 :]],
    ]
    return random_.choice(faults)


def sizes(random_: random.Random) -> tuple[int, int]:
    """Two numbers up to 2^64-1, small or huge, often powers of two or next to one."""
    drawn = [
        min(2**64 - 1, max(0, (1 << random_.randrange(65)) + random_.choice((-1, 0, 0, 1, random_.randrange(9)))))
        for _ in range(2)
    ]
    return min(drawn), max(drawn)


def test_both_languages_agree_on_random_inclusion_proofs(library: OnChain) -> None:
    random_ = random.Random(9162)
    seen: Counter[str] = Counter()
    for _ in range(400):
        index, size = sizes(random_)
        leaf = hash_of("leaf")
        whole = oracle.inclusion_length(index, size) if index < size else random_.randrange(4)
        proof = [hash_of(f"sibling {n}") for n in range(whole)]
        root = oracle.root_along_inclusion(index, size, leaf, proof) if index < size else leaf
        shown = changed(random_, proof)
        expected = python_verdict(verify_inclusion, index, size, leaf, shown, root)
        assert verdict_of(library.ask("verifyInclusion", index, size, leaf, shown, root)) == expected
        seen[expected] += 1
    assert min(seen[verdict] for verdict in ("valid", "proof", "root")) > 40, seen


def test_both_languages_agree_on_random_consistency_proofs(library: OnChain) -> None:
    random_ = random.Random(21412)
    seen: Counter[str] = Counter()
    for _ in range(400):
        size1, size2 = (max(1, size) for size in sizes(random_))
        proof = [hash_of(f"sibling {n}") for n in range(oracle.consistency_length(size1, size2))]
        known = hash_of("root") if size1 == size2 or size1 & (size1 - 1) == 0 else None
        root1, root2 = oracle.roots_along_consistency(size1, size2, known, proof)
        if random_.random() < 0.1:
            size1, size2 = size2, size1
        shown = changed(random_, proof)
        expected = python_verdict(verify_consistency, size1, size2, shown, root1, root2)
        assert verdict_of(library.ask("verifyConsistency", size1, size2, shown, root1, root2)) == expected
        seen[expected] += 1
    assert min(seen[verdict] for verdict in ("valid", "proof", "root")) > 40, seen


# --- the deployed registry ------------------------------------------------------------------------------------------


class Logs:
    """The deployed `CheckpointRegistry`, with a log for each head that a case starts from."""

    def __init__(self, node: Node) -> None:
        self.registry = node.create("CheckpointRegistry", MIN_INTERVAL)
        self._node = node
        self._ids: dict[tuple[int, bytes], bytes] = {}
        self._heads: dict[tuple[int, bytes], Head] = {}

    def hold(self, heads: set[tuple[int, bytes]]) -> None:
        """Open a log for each head and anchor it there."""
        for size, root in sorted(heads - self._heads.keys()):
            arguments = (f"log.example/{size}", root, OWNER)
            self._ids[size, root] = self.registry.ask("openLog", *arguments, sender=OWNER)
            self.registry.tell(OWNER, "openLog", *arguments)
        self._node.mine(self._node.latest().time + 1)
        new = sorted(self._ids.keys() - self._heads.keys())
        anchors = [self.registry.tell(OWNER, "anchor", self._ids[head], NO_HEAD, *head, []) for head in new]
        block = self._node.mine(self._node.latest().time + 1)
        assert all(self._node.outcomes(anchors))
        self._heads |= {(size, root): (size, root, block.number, block.time) for size, root in new}
        self._node.mine(block.time + MIN_INTERVAL)

    def includes(self, index: int, size: int, record: bytes, proof: list[bytes], root: bytes) -> Any:
        return self.registry.ask("includes", self._ids[size, root], self._heads[size, root], index, record, proof)

    def anchor(self, size1: int, size2: int, proof: list[bytes], root1: bytes, root2: bytes) -> Any:
        last = self._heads[size1, root1]
        return self.registry.ask("anchor", self._ids[size1, root1], last, size2, root2, proof, sender=OWNER)


@pytest.fixture(scope="module")
def logs(node: Node) -> Logs:
    return Logs(node)


ENTRIES = [unhex(entry) for entry in VECTORS["roots"][-1]["entries"]]
INNER = node_hash(leaf_hash(ENTRIES[0]), leaf_hash(ENTRIES[1]))
RECORD_OF: dict[bytes, bytes] = {leaf_hash(record): record for record in (*ENTRIES, INNER)}
"""The records behind the leaf hashes of the cases, as far as they can be known: `includes` hashes the leaf itself."""


def test_the_deployed_registry_gives_the_verdicts_of_the_inclusion_vectors(logs: Logs) -> None:
    cases = [(case, inclusion(case)) for case in VECTORS["inclusion"]]
    cases = [
        (case, (index, size, leaf, proof, root))
        for case, (index, size, leaf, proof, root) in cases
        if inexpressible((index, size), (leaf, root, *proof)) is None and size > 0 and leaf in RECORD_OF
    ]
    assert len(cases) == 58  # not the leaves whose record nobody knows, nor the empty tree, which is never anchored
    logs.hold({(size, root) for _, (_, size, _, _, root) in cases})
    for case, (index, size, leaf, proof, root) in cases:
        answer = logs.includes(index, size, RECORD_OF[leaf], proof, root)
        assert verdict_of(answer) == case["verdict"], (case["name"], answer)


NOT_FROM_THERE = {"NotConsistent": "root", "Fork": "root"}
"""Refusals of `anchor` that mean another root; all others are for the form of the proof or the sizes."""

NO_CHANGE = "same-size-with-proof"
"""The head that is anchored already, once more: no change, whatever comes with it."""


def test_the_deployed_registry_gives_the_verdicts_of_the_consistency_vectors(logs: Logs) -> None:
    cases = [(case, consistency(case)) for case in VECTORS["consistency"]]
    cases = [
        (case, (size1, size2, proof, root1, root2))
        for case, (size1, size2, proof, root1, root2) in cases
        if inexpressible((size1, size2), (root1, root2, *proof)) is None and size1 > 0
    ]
    assert len(cases) == 43
    logs.hold({(size1, root1) for _, (size1, _, _, root1, _) in cases})
    for case, (size1, size2, proof, root1, root2) in cases:
        answer = logs.anchor(size1, size2, proof, root1, root2)
        verdict = NOT_FROM_THERE.get(answer.name, "proof") if isinstance(answer, Refused) else "valid"
        expected = "valid" if case["name"] == NO_CHANGE else case["verdict"]
        assert verdict == expected, (case["name"], answer)


def test_a_head_is_kept_under_the_hash_that_the_specification_gives(logs: Logs, harnesses: dict[str, OnChain]) -> None:
    logs.hold({(3, hash_of("root"))})
    head = logs._heads[3, hash_of("root")]
    assert logs.registry.ask("holds", logs._ids[3, hash_of("root")], head) is True
    size, root, block, time = head
    words = size.to_bytes(32, "big") + root + block.to_bytes(32, "big") + time.to_bytes(32, "big")
    assert harnesses["DigestHarness"].ask("headHash", head) == keccak256(words)
