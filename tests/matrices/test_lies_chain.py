"""No lie to the chain, or by it, is believed: the contract refuses, or who reads the chain says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.adapters.devnet import Devnet
from ledger.service.trust import export_trust_root
from tests.adapters.chains import anvil_world
from tests.matrices.lies_chain import LIES, Anchored, ChainLie
from tests.unit.service.test_anchor import NOW


@pytest.fixture(scope="module")
def devnet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Devnet]:
    with Devnet(tmp_path_factory.mktemp("devnet")) as running:
        yield running


@pytest.fixture
def anchored(devnet: Devnet) -> Iterator[Anchored]:
    with anvil_world(devnet) as world:
        yield Anchored(world)


def test_the_truth_is_believed(anchored: Anchored) -> None:
    heads = export_trust_root(anchored.world.chain, [anchored.world.log_id], NOW).logs[0].heads
    assert [head.tree_size for head in heads] == [3, 7]
    anchored.log.grow(2)
    assert anchored.log.step() and anchored.log.anchorer.refusal is None


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.sentence)
def test_a_lie_is_caught(anchored: Anchored, lie: ChainLie) -> None:
    assert lie.words in lie.caught(anchored)
