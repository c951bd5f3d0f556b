"""A node showed a nonce as used a moment before it had the receipt, and the service said that another had used it.

anvil writes the state of a block before its receipts; nodes behind one address do not move in step.
"""

from __future__ import annotations

import pytest

from ledger.adapters.memory_chain import MemoryChain
from ledger.ports import RegistryCall, TransactionReceipt
from ledger.service.anchor import AnchorEvent
from ledger.service.transactions import Transactor
from ledger.types import Hash32
from tests.adapters.chains import ChainWorld, memory_world
from tests.unit.service.test_anchor import Log


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> ChainWorld:
    """A chain whose receipts are readable only when they are asked for again."""
    asked: set[Hash32] = set()
    answer = MemoryChain.receipt

    def late(chain: MemoryChain, transaction: Hash32) -> TransactionReceipt | None:
        if transaction in asked:
            return answer(chain, transaction)
        asked.add(transaction)
        return None

    monkeypatch.setattr(MemoryChain, "receipt", late)
    return memory_world()


def test_a_transaction_waits_for_its_receipt(world: ChainWorld) -> None:
    call = RegistryCall("CheckpointRegistry", "openLog", ("another.example", b"\x01" * 32, world.anchorer))
    transactor = Transactor(world.chain, world.signer, lambda _: None)

    assert transactor.run(
        "openLog", world.owner, lambda nonce, fees: world.chain.call_transaction(call, world.owner, nonce, fees)
    ).succeeded


def test_an_anchor_waits_for_its_receipt(world: ChainWorld) -> None:
    log = Log(world)
    log.grow()

    assert log.step() == [AnchorEvent.SUBMITTED]
    assert log.step() == []
    assert log.step() == [AnchorEvent.ANCHORED]
