"""The digest of a typed-data document, judged by eth-account, and by what packs statements and bindings by hand."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from eth_account.messages import _hash_eip191_message, encode_typed_data

from ledger.codec import key_binding, statement
from ledger.codec.key_binding import KeyBinding
from ledger.codec.statement import Domain, Statement
from ledger.codec.typed_data import typed_data_hash
from ledger.errors import MalformedError
from ledger.types import Address, Hash32, LogId, PartyId, UnixTime

DOMAIN = Domain(2**53 - 1, Address(bytes(range(20))))
WORD = Hash32(bytes(range(32)))
STATEMENT = Statement("record event", PartyId(WORD), "customs", "CN", WORD, LogId(WORD), UnixTime(7), previous=WORD)
BINDING = KeyBinding(PartyId(WORD), Address(b"\xfe" * 20), PartyId(WORD))


def document() -> Any:
    return copy.deepcopy(statement.typed_data(STATEMENT, DOMAIN))


def test_is_that_of_what_packs_by_hand() -> None:
    assert typed_data_hash(document()) == statement.eip712_hash(STATEMENT, DOMAIN)
    assert typed_data_hash(key_binding.typed_data(BINDING, DOMAIN)) == key_binding.eip712_hash(BINDING, DOMAIN)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("string", ""), ("string", "收据 ☃ \0"), ("uint8", 255), ("uint256", 2**256 - 1), ("uint64", 0),
        ("bytes32", "0x" + "ff" * 32), ("address", "0x" + "ff" * 20),
    ],
)  # fmt: skip
def test_is_that_of_eth_account(kind: str, value: object) -> None:
    changed = document()
    changed["types"]["Statement"].append({"name": "more", "type": kind})
    changed["message"]["more"] = value
    assert typed_data_hash(changed).hex() == _hash_eip191_message(encode_typed_data(full_message=changed)).hex()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("types",), 7),
        (("types", "Statement"), None),
        (("types", "Statement"), [7]),
        (("types", "Statement", 0), {"name": "act"}),
        (("types", "Statement", 0, "type"), "bytes"),
        (("types", "Statement", 0, "type"), "uint7"),
        (("types", "Statement", 0, "type"), "uint264"),
        (("types", "Statement", 0, "name"), "party"),
        (("types", "EIP712Domain"), []),
        (("primaryType",), "Other"),
        (("domain", "chainId"), "1"),
        (("domain", "chainId"), -1),
        (("domain", "chainId"), True),
        (("domain", "verifyingContract"), "0x12"),
        (("message", "act"), 7),
        (("message", "act"), "\ud800"),
        (("message", "party"), "0x12"),
        (("message", "signedAt"), 2**64),
        (("message",), []),
        (("message", "more"), 1),
        (("more",), 1),
    ],
)
def test_refuses_what_is_no_flat_typed_data(path: tuple[Any, ...], value: object) -> None:
    changed = document()
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(MalformedError):
        typed_data_hash(changed)
