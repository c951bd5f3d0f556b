"""Deployed code against an artifact: what counts as the same contract."""

from __future__ import annotations

import pytest

from ledger.contracts import Artifact, CodeRange
from ledger.contracts.compare import Comparison, Outcome, compare_deployed
from ledger.types import Hash32

INSTRUCTIONS = bytes(range(1, 41))
METADATA = b"\xa1\x64ipfs"
TAIL = METADATA + len(METADATA).to_bytes(2, "big")
ARTIFACT = Artifact(
    contract_name="Example",
    source_name="project/contracts/Example.sol",
    compiler="0.8.37+commit.f401782d",
    input_hash=Hash32(bytes(32)),
    abi=[],
    bytecode=b"",
    deployed_bytecode=INSTRUCTIONS[:8] + bytes(4) + INSTRUCTIONS[12:] + TAIL,
    deployed_code_hash=Hash32(bytes(32)),
    immutables=(CodeRange(8, 4),),
)
OTHER_TAIL = b"\xa1\x64bzzr" + TAIL[-2:]
LONGER_TAIL = b"\xa1\x65ipfs2" + (len(METADATA) + 1).to_bytes(2, "big")

ROWS = {
    "no code": (b"", Comparison(Outcome.NO_CODE)),
    "the constructor filled in its immutables": (INSTRUCTIONS + TAIL, Comparison(Outcome.EQUAL)),
    "other sources, same instructions": (INSTRUCTIONS + OTHER_TAIL, Comparison(Outcome.METADATA_DIFFERS, 42)),
    "a longer tail": (INSTRUCTIONS + LONGER_TAIL, Comparison(Outcome.METADATA_DIFFERS, 41)),
    "the first byte": (b"\x00" + INSTRUCTIONS[1:] + TAIL, Comparison(Outcome.DIFFERS, 0)),
    "the byte after an immutable": (
        INSTRUCTIONS[:12] + b"\x00" + INSTRUCTIONS[13:] + TAIL,
        Comparison(Outcome.DIFFERS, 12),
    ),
    "cut inside an immutable": (INSTRUCTIONS[:10], Comparison(Outcome.DIFFERS, 10)),
    "one byte": (b"\x01", Comparison(Outcome.DIFFERS, 1)),
    "something appended": (INSTRUCTIONS + TAIL + b"\x00", Comparison(Outcome.DIFFERS, len(INSTRUCTIONS + TAIL))),
}


@pytest.mark.parametrize(("found", "expected"), ROWS.values(), ids=ROWS.keys())
def test_how_code_at_an_address_relates_to_the_artifact(found: bytes, expected: Comparison) -> None:
    assert compare_deployed(ARTIFACT, found) == expected
