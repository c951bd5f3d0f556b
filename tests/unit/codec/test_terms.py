"""Terms: hashed as eth-account hashes them, read back as written, refused with the pointer of each fault."""

from __future__ import annotations

from typing import Any

import pytest
from eth_account.messages import encode_typed_data

from ledger.codec.keccak import keccak256
from ledger.codec.subject import subject_of
from ledger.codec.terms import (
    TERMS_OF_ACT,
    Accept,
    Erase,
    Goods,
    Inputs,
    Merge,
    Offer,
    Open,
    Split,
    Terms,
    Transform,
    terms_from_json,
    terms_hash,
    terms_to_json,
    type_string,
)
from ledger.errors import MalformedError
from tests.builders import contract, hash_of, party

GOODS = Goods(hash_of("contents"), 12_500, "KGM")
PARENTS = tuple(sorted(hash_of(f"parent {number}") for number in range(3)))
SALT = hash_of("salt")


def inputs(count: int) -> Inputs:
    return Inputs(PARENTS[:count], tuple(hash_of(f"head {n}") for n in range(count)), tuple(range(1, count + 1)))


EXAMPLES: dict[str, Terms] = {
    "open consignment": Open(GOODS, SALT),
    "split consignment": Split(GOODS, inputs(1), SALT),
    "merge consignments": Merge(GOODS, inputs(3), SALT),
    "transform goods": Transform(GOODS, inputs(2), 9, 10, SALT),
    "offer handover": Offer(party("taker"), hash_of("seals"), hash_of("condition"), SALT),
    "accept handover": Accept(hash_of("seals"), hash_of("condition"), SALT),
    "erase data": Erase(hash_of("event"), ("a", "é"), "GDPR art. 17", SALT),
}


def test_every_act_with_terms_has_an_example() -> None:
    assert EXAMPLES.keys() == TERMS_OF_ACT.keys()


@pytest.mark.parametrize("act", EXAMPLES)
def test_hashed_as_eth_account_hashes_them(act: str) -> None:
    terms = EXAMPLES[act]
    name, _, listed = type_string(type(terms)).rstrip(")").partition("(")
    members = [dict(zip(("type", "name"), member.split(" "), strict=True)) for member in listed.split(",")]
    document = {
        "types": {"EIP712Domain": [{"name": "name", "type": "string"}], name: members},
        "primaryType": name,
        "domain": {"name": "any"},
        "message": terms_to_json(terms),
    }
    assert terms_hash(terms) == encode_typed_data(full_message=document).body


@pytest.mark.parametrize("act", EXAMPLES)
def test_read_back_as_written(act: str) -> None:
    assert terms_from_json(act, terms_to_json(EXAMPLES[act])) == EXAMPLES[act]


FAULTS: dict[str, tuple[str, dict[str, Any], str]] = {
    "a member too many": ("open consignment", {"note": "x"}, "/note"),
    "a quantity of zero": ("open consignment", {"quantity": 0}, "/quantity"),
    "a quantity beyond 2^53 - 1": ("open consignment", {"quantity": 2**53}, "/quantity"),
    "a quantity in words": ("open consignment", {"quantity": "1"}, "/quantity"),
    "a unit of one sign": ("open consignment", {"unit": "K"}, "/unit"),
    "a unit in small letters": ("open consignment", {"unit": "kgm"}, "/unit"),
    "contents that are no hash": ("open consignment", {"contents": "0x00"}, "/contents"),
    "a split of two": ("split consignment", terms_to_json(EXAMPLES["transform goods"]), "/yieldOutput"),
    "a merge of one": ("merge consignments", {"parents": ["0x" + PARENTS[0].hex()]}, "/parents"),
    "parents that descend": ("transform goods", {"parents": ["0x" + p.hex() for p in PARENTS[1::-1]]}, "/parents"),
    "one parent twice": ("transform goods", {"parents": ["0x" + PARENTS[0].hex()] * 2}, "/parents"),
    "a head too few": ("transform goods", {"heads": ["0x" + SALT.hex()]}, "/heads"),
    "a quantity too many": ("transform goods", {"quantities": [1, 2, 3]}, "/quantities"),
    "nothing taken": ("transform goods", {"quantities": [1, 0]}, "/quantities/1"),
    "a yield of zero": ("transform goods", {"yieldInput": 0}, "/yieldInput"),
    "an offer to nobody": ("offer handover", {"to": "0x" + "00" * 32}, "/to"),
    "members out of order": ("erase data", {"members": ["b", "a"]}, "/members"),
    "a member twice": ("erase data", {"members": ["a", "a"]}, "/members"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_refused_with_its_pointer(fault: str) -> None:
    act, change, pointer = FAULTS[fault]
    with pytest.raises(MalformedError) as refused:
        terms_from_json(act, terms_to_json(EXAMPLES[act]) | change, "/terms")
    assert refused.value.pointer == f"/terms{pointer}"


def test_a_subject_is_that_of_one_party_one_event_and_one_ledger() -> None:
    ledger, event = contract("ledger"), hash_of("event")
    words = keccak256(b"tradeledger/subject/1") + bytes(12) + ledger + party("maker") + event
    assert subject_of(ledger, party("maker"), event) == keccak256(words)
    assert len({subject_of(contract(a), party(b), hash_of(c)) for a in "xy" for b in "xy" for c in "xy"}) == 8
