"""Who could sign what: the contract on a real chain, and Python from the facts it announced, never differ.

After each block of a walk:

- what the contract says of standing, keys, entitlement and claims, the replayed facts say as well;
- what they say of an earlier block is what they said then;
- an act that was refused left no fact, one that was carried out left one;
- for an earlier time the contract grants nothing that the facts do not, and it hashes the statement alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from ledger.adapters.devnet import Devnet
from ledger.adapters.ethereum import EthereumChain
from ledger.adapters.ethereum_finality import Depth
from ledger.adapters.ethereum_network import EthereumNetwork
from ledger.codec.statement import eip712_hash
from ledger.domain.signer import judge_signer
from ledger.domain.tenure import Moment
from ledger.ports import Deployment
from ledger.types import Address
from tests.builders import address, hash_of, sign
from tests.contracts.onchain import Node, Refused
from tests.contracts.registry_cast import (
    JURISDICTIONS,
    KEYS,
    NOBODY,
    OVERLAP,
    ROLES,
    Question,
    python_answers,
    questions,
    statement,
)
from tests.contracts.registry_walk import Walk
from tests.contracts.test_statement_parity import struct

Chains = Callable[[Address, int], EthereumChain]
Said = list[tuple[Moment, dict[Question, object]]]

SEEDS = range(8)
BLOCKS = 60
EARLIER_TIMES = 3


@pytest.fixture(scope="module")
def chain(devnet: Devnet) -> Chains:
    """The shipped adapter, for any `PartyRegistry` and the first block to read."""
    network = EthereumNetwork(devnet.url)
    identity = network.network()
    network.close()
    unused, code = Address(bytes(20)), hash_of("code")

    def read(registry: Address, first_block: int) -> EthereumChain:
        deployment = Deployment(identity, registry, code, unused, code, first_block, address("root"), OVERLAP, 5)
        return EthereumChain(devnet.url, deployment, Depth(0))

    return read


@pytest.mark.parametrize("seed", SEEDS)
def test_the_contract_and_the_replayed_facts_never_differ(node: Node, chain: Chains, seed: int) -> None:
    walk = Walk(node, chain, seed)
    said: Said = []
    for _ in range(BLOCKS):
        walk.block()
        said.append((walk.at, agree(walk)))
        unchanged(walk, said)
        for _ in range(EARLIER_TIMES):
            grants_no_more(walk, said)
    for at, then in said:
        assert python_answers(walk.known.registry, list(then), at) == then
    walk.close()
    tell(walk.count)


def agree(walk: Walk) -> dict[Question, object]:
    """Assert that both say the same as of the latest block; return what."""
    asked = questions(walk.known)
    python = python_answers(walk.known.registry, asked, walk.at)
    on_chain = walk.contract.ask_all([call(walk, question) for question in asked])
    assert python == dict(zip(asked, on_chain, strict=True))
    walk.count.update(f"{what} {'no' if answer in (False, NOBODY) else 'yes'}" for (what, _), answer in python.items())
    return python


def call(walk: Walk, question: Question) -> tuple[str, tuple[object, ...]]:
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
    key = walk.draw([key for key in KEYS if walk.known.holder(key) != NOBODY] or KEYS)
    asked = statement(walk.known.holder(key), walk.draw(ROLES), walk.draw(JURISDICTIONS[:2]))
    digest = eip712_hash(asked, walk.domain)
    answer = walk.contract.ask("checkStatementAt", struct(asked), sign(digest, key), at.time)
    entitled = judge_signer(walk.known.registry, asked, address(key), at).entitled
    assert answer == digest or isinstance(answer, Refused)
    assert entitled or answer != digest
    if at == walk.at:
        assert entitled == (answer == digest)
    walk.count[f"earlier time {'granted' if answer == digest else 'not granted'}"] += 1


def tell(count: Counter[str]) -> None:
    """Assert that the walk was worth walking."""
    done = sum(number for what, number in count.items() if what.endswith(" done"))
    refused = sum(number for what, number in count.items() if what.endswith(" refused"))
    assert min(done, refused) > BLOCKS // 3, count
    assert all(count[f"{what} {answer}"] for what in ("isStanding", "isActive") for answer in ("yes", "no")), count
