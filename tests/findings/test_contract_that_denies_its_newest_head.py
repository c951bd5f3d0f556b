"""A contract whose storage no longer held the head that it had announced answered `NotLatest`, which heals by itself
where another anchor was faster: the anchorer waited for ever without a word.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.adapters.devnet import Devnet
from ledger.codec.keccak import keccak256
from ledger.errors import ChainUnavailableError
from tests.adapters.chains import MIN_INTERVAL, ChainWorld, anvil_world
from tests.unit.service.test_anchor import Log


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChainWorld]:
    with Devnet(tmp_path_factory.mktemp("devnet")) as devnet, anvil_world(devnet) as opened:
        yield opened


def log_slots(world: ChainWorld) -> int:
    """Where the contract keeps a log: `_logs` is its first variable (Solidity, layout of mappings)."""
    return int.from_bytes(keccak256(world.log_id + bytes(32)), "big")


def test_it_is_said(world: ChainWorld) -> None:
    log = Log(world)
    log.anchor(3)
    log.grow(2)
    slot = log_slots(world)
    contract = "0x" + world.deployment.checkpoint_registry.hex()
    head = world.chain.head(world.log_id)
    assert head is not None
    daily = keccak256((head.time // 86_400).to_bytes(32, "big") + (slot + 3).to_bytes(32, "big"))
    rpc = world.chain.rpc  # type: ignore[attr-defined]
    assert int(str(rpc.call("eth_getStorageAt", contract, "0x" + daily.hex(), "latest")), 16)
    rpc.call("anvil_setStorageAt", contract, "0x" + daily.hex(), "0x" + "11" * 32)
    world.controls.pass_time(MIN_INTERVAL)
    with pytest.raises(ChainUnavailableError, match="denies the newest head"):
        log.step()
    assert log.latest().tree_size == head.tree_size
