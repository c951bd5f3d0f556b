"""The CBV event hash against values that others published, and the collisions for which it is not what is signed.

The documents stand outside the project; without them these tests are skipped.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ledger.epcis.documents import complete_events
from ledger.epcis.event_hash import event_hash
from ledger.epcis.validation import validate_event

VECTORS = Path(__file__).resolve().parents[4] / "shared" / "vectors"
DOCUMENTS = VECTORS / "epcis-event-hash"
COLLISIONS = VECTORS / "cbv-hash-collisions.json"


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


EXPECTED = load(DOCUMENTS / "expected.json")
PAIRS = load(COLLISIONS)
CASES = [] if EXPECTED is None else [(case["document"], case["hashes"]) for case in EXPECTED["vectors"]]
PAIR_CASES = [] if PAIRS is None else PAIRS["pairs"]

needs_documents = pytest.mark.skipif(
    EXPECTED is None, reason="no ../shared/vectors/epcis-event-hash beside the checkout"
)
needs_pairs = pytest.mark.skipif(
    PAIRS is None, reason="no ../shared/vectors/cbv-hash-collisions.json beside the checkout"
)


@needs_documents
@pytest.mark.parametrize(("name", "hashes"), CASES)
def test_published_values_are_reproduced(name: str, hashes: list[str]) -> None:
    document = load(DOCUMENTS / name)
    assert [event_hash(placed.event) for placed in complete_events(document)] == hashes  # type: ignore[arg-type]


@needs_documents
def test_all_twenty_three_values_were_there() -> None:
    assert sum(len(hashes) for _, hashes in CASES) == 23


@needs_documents
@pytest.mark.parametrize(("name", "hashes"), CASES)
def test_published_documents_are_valid(name: str, hashes: list[str]) -> None:
    for placed in complete_events(load(DOCUMENTS / name)):
        assert validate_event(placed.event, pointer=placed.pointer) == ()
    assert hashes


@needs_pairs
@pytest.mark.parametrize("pair", PAIR_CASES, ids=[pair["name"] for pair in PAIR_CASES])
@pytest.mark.parametrize("cbv", ["2.0", "2.1"])
def test_different_valid_events_share_a_hash(pair: Any, cbv: Any) -> None:
    assert pair["a"] != pair["b"]
    assert validate_event(pair["a"]) == validate_event(pair["b"]) == ()
    assert event_hash(pair["a"], pair["@context"], cbv) == event_hash(pair["b"], pair["@context"], cbv)


@needs_pairs
def test_all_twelve_pairs_were_there() -> None:
    assert len(PAIR_CASES) == 12
