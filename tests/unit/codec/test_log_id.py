"""The log id against the published vectors and eth-abi."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from ledger.codec.log_id import log_id
from ledger.errors import MalformedError
from ledger.types import Address

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "record.json").read_text(encoding="utf-8"))

TYPES = ["uint256", "address", "address", "string", "bytes32"]
addresses = st.binary(min_size=20, max_size=20)
REGISTRY, OWNER, KEY = Address(b"\x01" * 20), Address(b"\x02" * 20), b"\x03" * 32


@pytest.mark.parametrize("case", VECTORS["logIds"], ids=lambda case: f"{case['origin']!r} on {case['chainId']}")
def test_published_log_id(case: dict[str, Any]) -> None:
    registry, owner, key = (bytes.fromhex(case[name][2:]) for name in ("registry", "owner", "logKey"))
    found = log_id(int(case["chainId"]), Address(registry), Address(owner), case["origin"], key)
    assert "0x" + found.hex() == case["logId"]


@given(st.integers(0, 2**256 - 1), addresses, addresses, st.text(max_size=70), st.binary(min_size=32, max_size=32))
def test_log_id_is_that_of_abi_encode(chain_id: int, registry: bytes, owner: bytes, origin: str, key: bytes) -> None:
    encoded = encode(TYPES, [chain_id, registry, owner, origin, key])
    assert log_id(chain_id, Address(registry), Address(owner), origin, key) == keccak(encoded)


def test_registry_and_owner_are_not_exchanged() -> None:
    assert log_id(1, REGISTRY, OWNER, "o", KEY) != log_id(1, OWNER, REGISTRY, "o", KEY)


@pytest.mark.parametrize(
    ("chain_id", "registry", "owner", "key", "pointer"),
    [
        (-1, REGISTRY, OWNER, KEY, "/chainId"),
        (2**256, REGISTRY, OWNER, KEY, "/chainId"),
        (1, bytes(32), OWNER, KEY, "/registry"),
        (1, REGISTRY, bytes(19), KEY, "/owner"),
        (1, REGISTRY, OWNER, bytes(33), "/key"),
    ],
)
def test_other_widths_are_refused(chain_id: int, registry: bytes, owner: bytes, key: bytes, pointer: str) -> None:
    with pytest.raises(MalformedError) as caught:
        log_id(chain_id, Address(registry), Address(owner), "o", key)
    assert caught.value.pointer == pointer
