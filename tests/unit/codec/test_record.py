"""Records against the published vectors: one for each statement and signature, and never the same twice."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from ledger.codec.record import predecessor_record, statement_record
from ledger.errors import MalformedError
from ledger.types import Hash32, LogId

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "record.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", VECTORS["statements"], ids=lambda case: case["name"])
def test_published_statement_record(case: dict[str, Any]) -> None:
    eip712_hash, signature = (bytes.fromhex(case[name][2:]) for name in ("eip712Hash", "signature"))
    assert statement_record(Hash32(eip712_hash), signature) == b64decode(case["record"])


@pytest.mark.parametrize("case", VECTORS["predecessors"], ids=lambda case: case["treeSize"])
def test_published_predecessor_record(case: dict[str, Any]) -> None:
    log_id, root_hash = LogId(bytes.fromhex(case["logId"][2:])), Hash32(b64decode(case["rootHash"]))
    assert predecessor_record(log_id, int(case["treeSize"]), root_hash) == b64decode(case["record"])


@pytest.mark.parametrize("tree_size", VECTORS["badTreeSizes"])
def test_tree_size_beyond_64_bits_is_refused(tree_size: str) -> None:
    with pytest.raises(MalformedError):
        predecessor_record(LogId(bytes(32)), int(tree_size), Hash32(bytes(32)))


def test_no_two_published_records_are_the_same() -> None:
    records = [case["record"] for kind in ("statements", "predecessors") for case in VECTORS[kind]]
    assert len(set(records)) == len(records)
