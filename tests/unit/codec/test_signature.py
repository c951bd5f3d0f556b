"""Signature recovery against eth-keys, and one refusal for each way in which a signature is not canonical."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from eth_keys import keys
from hypothesis import given
from hypothesis import strategies as st

from ledger.codec.signature import address_of, recover
from ledger.errors import MalformedError, SignatureError
from ledger.types import Hash32

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "statement.json").read_text(encoding="utf-8"))

REASONS = {
    "64-bytes": "a signature of the wrong length",
    "66-bytes": "a signature of the wrong length",
    "empty": "a signature of the wrong length",
    "v-0": "a signature with another v",
    "v-1": "a signature with another v",
    "v-26": "a signature with another v",
    "v-29": "a signature with another v",
    "r-zero": "a signature with a zero",
    "s-zero": "a signature with a zero",
    "s-in-the-upper-half": "a signature with a high s",
    "s-just-above-the-half": "a signature with a high s",
    "r-is-the-order": "a signature by no key",
    "r-of-no-point": "a signature by no key",
}

SIGNING = keys.PrivateKey(b"\x07" * 32)


def decode(case: dict[str, str]) -> tuple[Hash32, bytes]:
    return Hash32(bytes.fromhex(case["digest"][2:])), bytes.fromhex(case["signature"][2:])


@pytest.mark.parametrize("case", VECTORS["badSignatures"], ids=lambda case: case["name"])
def test_published_faulty_signature_is_refused_for_its_fault(case: dict[str, str]) -> None:
    with pytest.raises(SignatureError) as caught:
        recover(*decode(case))
    assert caught.value.reason == REASONS[case["name"]]


@pytest.mark.parametrize("case", VECTORS["otherSigners"], ids=lambda case: case["name"])
def test_published_signature_of_something_else_is_by_another_address(case: dict[str, str]) -> None:
    assert "0x" + recover(*decode(case)).hex() != VECTORS["signer"]


@given(st.binary(min_size=32, max_size=32), st.integers(1, 2**255))
def test_recovers_what_eth_keys_signs(digest: bytes, secret: int) -> None:
    key = keys.PrivateKey(secret.to_bytes(32, "big"))
    signature = key.sign_msg_hash(digest).to_bytes()
    assert (
        recover(Hash32(digest), signature[:64] + bytes([27 + signature[64]])) == key.public_key.to_canonical_address()
    )


@given(
    st.binary(max_size=66) | st.binary(min_size=64, max_size=64).map(lambda rs: rs + b"\x1b"), st.binary(max_size=33)
)
def test_any_bytes_recover_or_are_refused(signature: bytes, digest: bytes) -> None:
    try:
        address = recover(Hash32(digest), signature)
    except SignatureError:
        return
    assert len(address) == 20


@pytest.mark.parametrize("bit", range(0, 64 * 8, 7))
def test_any_bit_flipped_is_another_signer_or_none(bit: int) -> None:
    digest = Hash32(b"\x02" * 32)
    raw = bytearray(SIGNING.sign_msg_hash(digest).to_bytes())
    raw[64] += 27
    raw[bit // 8] ^= 1 << bit % 8
    try:
        address = recover(digest, bytes(raw))
    except SignatureError:
        return
    assert address != SIGNING.public_key.to_canonical_address()


def test_address_of_both_forms_of_a_public_key() -> None:
    public_key = SIGNING.public_key
    assert address_of(b"\x04" + public_key.to_bytes()) == public_key.to_canonical_address()
    assert address_of(public_key.to_compressed_bytes()) == public_key.to_canonical_address()


@pytest.mark.parametrize("public_key", [b"", bytes(33), b"\x04" + bytes(64), b"\x02" + b"\xff" * 32, bytes(64)])
def test_no_point_of_the_curve_has_no_address(public_key: bytes) -> None:
    with pytest.raises(MalformedError):
        address_of(public_key)
