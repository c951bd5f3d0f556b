"""Who could sign what: the contract on a real chain, and Python from the facts it announced, never differ.

After each block of a walk:

- what the contract says of standing, keys, entitlement and claims, the replayed facts say as well;
- what they say of an earlier block is what they said then;
- an act that was refused left no fact, one that was carried out left one;
- for an earlier time the contract grants nothing that the facts do not, and it hashes the statement alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from ledger.adapters.devnet import Devnet
from ledger.adapters.ethereum import EthereumChain
from ledger.adapters.ethereum_finality import Depth
from ledger.adapters.ethereum_network import EthereumNetwork
from ledger.codec.statement import eip712_hash
from ledger.domain.parties import Registry, replay
from ledger.domain.signer import judge_signer
from ledger.domain.tenure import Moment
from ledger.domain.trust_root import dump_trust_root, parse_trust_root
from ledger.ports import Deployment
from ledger.service.registry import parse_facts
from ledger.service.trust import export_trust_root
from ledger.types import Address, PartyId, UnixTime
from tests.builders import hash_of, party, sign
from tests.contracts.onchain import Node, Refused
from tests.contracts.registry_cast import (
    KEYS,
    NOBODY,
    OVERLAP,
    Question,
    address,
    python_answers,
    questions,
    statement,
)
from tests.contracts.registry_walk import Walk
from tests.contracts.test_statement_parity import struct

Chains = Callable[[Address, int], EthereumChain]
Said = list[tuple[Moment, dict[Question, object]]]

SEEDS = range(5)
BLOCKS = 50
EARLIER_TIMES = 3


@pytest.fixture(scope="module")
def chain(devnet: Devnet) -> Chains:
    """The shipped adapter, for any `PartyRegistry` and the first block to read."""

    def read(registry: Address, first_block: int) -> EthereumChain:
        with closing(EthereumNetwork(devnet.url)) as network:
            identity, code = network.network(), network.code_hash(registry)
        assert code is not None
        deployment = Deployment(identity, registry, code, registry, code, first_block, address("root"), OVERLAP, 5)
        return EthereumChain(devnet.url, deployment, Depth(0))

    return read


@pytest.fixture
def walk(node: Node, chain: Chains, request: pytest.FixtureRequest) -> Iterator[Walk]:
    with closing(Walk(node, chain, getattr(request, "param", 0))) as walk:
        yield walk


@pytest.mark.parametrize("walk", SEEDS, indirect=True)
def test_the_contract_and_the_replayed_facts_never_differ(walk: Walk) -> None:
    said: Said = []
    for _ in range(BLOCKS):
        walk.block()
        said.append((walk.at, agree(walk)))
        unchanged(walk, said)
        for _ in range(EARLIER_TIMES):
            grants_no_more(walk, said)
    exported = from_file(walk.chain)
    for at, then in said:
        assert python_answers(walk.known.registry, list(then), at) == then
        assert python_answers(exported, list(then), at) == then
    worth_walking(walk.count)


def agree(walk: Walk) -> dict[Question, object]:
    """Assert that both say the same as of the latest block; return what."""
    asked = questions(walk.known)
    python = python_answers(walk.known.registry, asked, walk.at)
    on_chain = walk.contract.ask_all([contract_call(walk, question) for question in asked])
    assert python == dict(zip(asked, on_chain, strict=True))
    walk.count.update(f"{what} {'no' if answer in (False, NOBODY) else 'yes'}" for (what, _), answer in python.items())
    return python


def contract_call(walk: Walk, question: Question) -> tuple[str, tuple[object, ...]]:
    match question:
        case ("isEntitled", (key, who, role, str() as where)):
            return "isEntitled", (key, who, role, where.encode())
        case ("claimant", (int() as number,)):
            return "claimant", (number, walk.known.before(number + 1))
        case (what, about):
            return what, (*about, walk.at.time)


def unchanged(walk: Walk, said: Said) -> None:
    at, then = walk.draw(said)
    assert python_answers(walk.known.registry, list(then), at) == then


def grants_no_more(walk: Walk, said: Said) -> None:
    at, _ = walk.draw(said)
    who, role, where = walk.draw(walk.known.roles())
    key = walk.draw([key for key in KEYS if walk.known.holder(key) == party(who)] or KEYS)
    asked = statement(party(who), role, where)
    digest = eip712_hash(asked, walk.domain)
    answer = walk.contract.ask("checkStatementAt", struct(asked), sign(digest, key), at.time)
    entitled = judge_signer(walk.known.registry, asked, address(key), at).entitled
    assert answer == digest or isinstance(answer, Refused)
    assert entitled or answer != digest
    if at == walk.at:
        assert entitled == (answer == digest)
    walk.count[f"earlier time {'granted' if answer == digest else 'not granted'}"] += 1


def from_file(chain: EthereumChain) -> Registry:
    """The registry that a trust root leads to, exported from the chain and read from its file."""
    exported = export_trust_root(chain, (), UnixTime(0))
    return replay(parse_trust_root(dump_trust_root(exported)).facts)


def worth_walking(count: Counter[str]) -> None:
    done = sum(number for what, number in count.items() if what.endswith(" done"))
    refused = sum(number for what, number in count.items() if what.endswith(" refused"))
    assert min(done, refused) > BLOCKS // 3, count
    assert all(count[f"{what} {answer}"] for what in ("isStanding", "isActive") for answer in ("yes", "no")), count


HOSTILE = (b"\xff\xfe", b"\xed\xa0\x80", b"\0", b"\xf4\x90\x80\x80", b'"\\')


def test_a_name_that_is_no_text_keeps_nobody_from_reading_the_registry(walk: Walk, node: Node) -> None:
    for name in HOSTILE:
        letters = "N" * len(name)
        call = walk.contract.abi.encode_call(
            "accreditParty", (hash_of(name.hex()), b"CN", address("stranger"), letters)
        )
        before, found, padding = call.rpartition(letters.encode())
        assert found
        node.send(address("cold CN"), walk.contract.address, before + name + padding)
    block = node.mine(walk.at.time + 1)
    walk.known.learn(parse_facts(walk.chain, walk.at.block + 1, block.number))
    exported = from_file(walk.chain)
    for name in HOSTILE:
        known = exported.party(PartyId(hash_of(name.hex())))
        assert known is not None
        assert known == walk.known.registry.party(known.id)


def test_two_blocks_of_one_second_are_one_moment_to_the_contract_and_two_to_python(walk: Walk, node: Node) -> None:
    """Some networks have them. What the contract says of a second is then what stood at its end."""
    before, key = walk.at, address("key 0")
    walk.contract.tell(address("cold maker"), "revokeKey", key)
    block = node.mine(before.time)
    after = Moment(block.number, block.time)
    walk.known.learn(parse_facts(walk.chain, after.block, after.block))
    asked: list[Question] = [("isActive", (key,))]
    assert before.time == after.time
    assert list(python_answers(walk.known.registry, asked, before).values()) == [True]
    assert list(python_answers(walk.known.registry, asked, after).values()) == [False]
    assert walk.contract.ask("isActive", key, before.time) is False
