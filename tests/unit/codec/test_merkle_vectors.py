"""The shared Merkle vectors (tests/vectors/merkle.json), as Python reads them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.codec.merkle import leaf_hashes, verify_consistency, verify_inclusion
from ledger.codec.tree import EMPTY_EDGE, append
from ledger.errors import ProofError, RootMismatchError

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "merkle.json").read_text(encoding="utf-8"))


def unhex(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def judge(verdict: str, verify: Callable[..., None], *arguments: Any) -> None:
    if verdict == "valid":
        verify(*arguments)
    else:
        with pytest.raises({"proof": ProofError, "root": RootMismatchError}[verdict]):
            verify(*arguments)


@pytest.mark.parametrize("vector", VECTORS["roots"], ids=lambda vector: f"{len(vector['entries'])}-entries")
def test_root(vector: Any) -> None:
    edge, _ = append(EMPTY_EDGE, leaf_hashes(map(unhex, vector["entries"])))
    assert edge.root_hash == unhex(vector["rootHash"])


@pytest.mark.parametrize("vector", VECTORS["inclusion"], ids=lambda vector: vector["name"])
def test_inclusion(vector: Any) -> None:
    index, size, proof = int(vector["leafIndex"]), int(vector["treeSize"]), [unhex(each) for each in vector["proof"]]
    leaf, root = unhex(vector["leafHash"]), unhex(vector["rootHash"])
    judge(vector["verdict"], verify_inclusion, index, size, leaf, proof, root)


@pytest.mark.parametrize("vector", VECTORS["consistency"], ids=lambda vector: vector["name"])
def test_consistency(vector: Any) -> None:
    size1, size2, proof = int(vector["size1"]), int(vector["size2"]), [unhex(each) for each in vector["proof"]]
    root1, root2 = unhex(vector["root1"]), unhex(vector["root2"])
    judge(vector["verdict"], verify_consistency, size1, size2, proof, root1, root2)
