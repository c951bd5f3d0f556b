"""One devnet for each worker, and the libraries of the contracts opened to calls on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.adapters.compiler import CompilerUnavailableError
from ledger.adapters.devnet import Devnet
from ledger.adapters.rpc_values import hexed
from tests.builders import contract
from tests.contracts.onchain import Node, OnChain, compile_harnesses

HARNESSES = ("helpers/RFC9162Harness.sol", "helpers/StatementsHarness.sol", "harness/DigestHarness.sol")


@pytest.fixture(scope="session")
def devnet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Devnet]:
    with Devnet(tmp_path_factory.mktemp("devnet")) as running:
        yield running


@pytest.fixture(scope="session")
def node(devnet: Devnet) -> Iterator[Node]:
    """The devnet, mining only when told."""
    node = Node(devnet)
    node.hold()
    yield node
    node.release()
    node.rpc.close()


@pytest.fixture(scope="session")
def harnesses(node: Node) -> dict[str, OnChain]:
    """The test contracts of `HARNESSES`, by name."""
    try:
        compiled = compile_harnesses(*HARNESSES)
    except CompilerUnavailableError as error:
        pytest.skip(str(error))
    placed = {}
    for name, (abi, code) in compiled.items():
        placed[name] = OnChain(node, contract(name), abi)
        node.rpc.call("anvil_setCode", hexed(contract(name)), hexed(code))
    return placed
