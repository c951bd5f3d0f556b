"""Compare the code found at an address with a compiled artifact.

Immutables are masked on both sides: what the constructor put there is not judged here. The compiler's metadata tail
(CBOR, its length in the last two bytes) names the sources' hashes; code that differs only there runs the same
instructions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from ledger.contracts import Artifact, CodeRange

_LENGTH_SIZE = 2  # the big-endian length at the end of the metadata, which does not count itself


class Outcome(Enum):
    """How deployed code relates to an artifact."""

    EQUAL = "equal"
    METADATA_DIFFERS = "differs only in metadata"
    DIFFERS = "differs"
    NO_CODE = "no code"


@dataclass(frozen=True, slots=True)
class Comparison:
    """An outcome, and the offset of the first byte that differs where one does."""

    outcome: Outcome
    first_difference: int | None = None


def compare_deployed(artifact: Artifact, deployed_code: bytes) -> Comparison:
    """Return how the code found at an address relates to the artifact, immutables masked."""
    if not deployed_code:
        return Comparison(Outcome.NO_CODE)
    expected = _masked(artifact.deployed_bytecode, artifact.immutables)
    found = _masked(deployed_code, artifact.immutables)
    offset = _first_difference(expected, found)
    if offset is None:
        return Comparison(Outcome.EQUAL)
    same_instructions = _without_metadata(expected) == _without_metadata(found)
    return Comparison(Outcome.METADATA_DIFFERS if same_instructions else Outcome.DIFFERS, offset)


def _masked(code: bytes, ranges: Iterable[CodeRange]) -> bytes:
    masked = bytearray(code)
    for each in ranges:
        present = len(masked[each.start : each.start + each.length])
        masked[each.start : each.start + each.length] = bytes(present)
    return bytes(masked)


def _first_difference(left: bytes, right: bytes) -> int | None:
    if left == right:
        return None
    shorter = min(len(left), len(right))
    return next((offset for offset in range(shorter) if left[offset] != right[offset]), shorter)


def _without_metadata(code: bytes) -> bytes:
    length = int.from_bytes(code[-_LENGTH_SIZE:], "big") + _LENGTH_SIZE
    return code[:-length] if length <= len(code) else code
