"""keccak-256 against the test values of its authors, and against another library's."""

from __future__ import annotations

from hashlib import sha3_256

import pytest
from eth_utils.crypto import keccak

from ledger.codec.keccak import keccak256

# The known answers of the Keccak submission for the empty text and "abc"; below, the selector that every ERC-20 has.
KNOWN = {
    b"": "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
    b"abc": "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45",
}


@pytest.mark.parametrize("data", KNOWN)
def test_known_answers(data: bytes) -> None:
    assert keccak256(data).hex() == KNOWN[data]


def test_selector_of_erc20_transfer() -> None:
    assert keccak256(b"transfer(address,uint256)")[:4].hex() == "a9059cbb"


@pytest.mark.parametrize("length", [1, 31, 32, 135, 136, 137, 272, 1000])
def test_every_side_of_a_block_as_eth_utils(length: int) -> None:
    assert keccak256(b"\xa5" * length) == keccak(b"\xa5" * length)


def test_is_not_the_sha3_of_fips_202() -> None:
    assert keccak256(b"abc") != sha3_256(b"abc").digest()
