"""No byte of a receipt can change and the receipt still be verified, unless it still holds the same JSON.

The one exception is ``/anchor/transaction``, a hint where to look on chain: nothing a verifier holds could contradict
it.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.codec.jcs import canonicalize
from ledger.codec.strict_json import parse
from ledger.domain.receipt import EvidenceOnly, dump_receipt
from ledger.domain.trust_root import dump_trust_root
from ledger.domain.verdict import Outcome
from ledger.domain.verify import Verifier, verify_files
from ledger.errors import RequestRefusedError
from tests.builders import World, object_event, view_of

WORLD = World.with_maker()
WORLD.fill(5)
LOGGED = WORLD.record(object_event(epcList=[f"urn:epc:id:sgtin:4012345.011122.{serial}" for serial in range(2)]))
WORLD.fill(7)
WORLD.anchor()
TRUST_ROOT = dump_trust_root(WORLD.trust_root())
VERIFIER = Verifier(WORLD.trust_root())
RECEIPTS = {
    "whole": dump_receipt(WORLD.receipt(LOGGED, size=9)),
    "view": dump_receipt(WORLD.receipt(LOGGED, view_of(LOGGED, epcList=frozenset({1})), size=9)),
    "bare": dump_receipt(WORLD.receipt(LOGGED, EvidenceOnly(), size=9)),
}


def meaning(data: bytes) -> bytes | None:
    """What a receipt says, its hint apart, in one spelling; ``None`` where it is no JSON."""
    try:
        value = parse(data)
        assert isinstance(value, dict)
        if isinstance(anchor := value.get("anchor"), dict):
            anchor.pop("transaction", None)
        return canonicalize(value)
    except (RequestRefusedError, AssertionError):
        return None


def never_verified_unless_the_same(original: bytes, mutated: bytes) -> None:
    if VERIFIER.verify_receipt(mutated, WORLD.now).outcome is Outcome.VERIFIED:
        assert meaning(mutated) == meaning(original)


@pytest.mark.parametrize("kind", RECEIPTS)
def test_the_originals_are_verified(kind: str) -> None:
    assert VERIFIER.verify_receipt(RECEIPTS[kind], WORLD.now).outcome is Outcome.VERIFIED


@pytest.mark.parametrize("kind", ["whole", "bare"])
def test_every_byte_with_its_last_bit_flipped(kind: str) -> None:
    original = RECEIPTS[kind]
    for place in range(len(original)):
        mutated = bytearray(original)
        mutated[place] ^= 1
        never_verified_unless_the_same(original, bytes(mutated))


@settings(max_examples=250)
@given(st.sampled_from(sorted(RECEIPTS)), st.data())
def test_any_bytes_replaced_inserted_or_left_out(kind: str, data: st.DataObject) -> None:
    original = RECEIPTS[kind]
    start = data.draw(st.integers(0, len(original)))
    end = data.draw(st.integers(start, min(len(original), start + 40)))
    piece = data.draw(st.binary(max_size=8) | st.sampled_from([b'"', b",", b"{}", b"0", b" ", b"null"]))
    never_verified_unless_the_same(original, original[:start] + piece + original[end:])


@settings(max_examples=100)
@given(st.sampled_from(sorted(RECEIPTS)), st.data())
def test_any_two_pieces_swapped(kind: str, data: st.DataObject) -> None:
    original = RECEIPTS[kind]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(original)), min_size=4, max_size=4)))
    parts = [original[a:b] for a, b in zip([0, *cuts], [*cuts, len(original)], strict=True)]
    never_verified_unless_the_same(original, parts[0] + parts[3] + parts[2] + parts[1] + parts[4])


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_any_bytes_get_an_answer(data: bytes) -> None:
    assert VERIFIER.verify_receipt(data, WORLD.now).outcome is Outcome.MISMATCH
    assert verify_files(RECEIPTS["bare"], data, WORLD.now).outcome is Outcome.COULD_NOT_CHECK


@settings(max_examples=100)
@given(st.data())
def test_a_trust_root_with_any_byte_changed_is_never_used(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(TRUST_ROOT) - 1))
    mutated = bytearray(TRUST_ROOT)
    mutated[place] ^= data.draw(st.integers(1, 255))
    outcome = verify_files(RECEIPTS["bare"], bytes(mutated), WORLD.now).outcome
    if outcome is not Outcome.COULD_NOT_CHECK:
        assert canonicalize(parse(bytes(mutated))) == canonicalize(parse(TRUST_ROOT))
