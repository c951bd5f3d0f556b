"""Chains to test on: the one in memory and a real anvil, with the same controls and both registries fresh."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

from ledger.adapters.devnet import Devnet
from ledger.adapters.ethereum import EthereumChain
from ledger.adapters.ethereum_finality import Depth, Finality
from ledger.adapters.ethereum_network import EthereumNetwork
from ledger.adapters.keystore import MemorySigner
from ledger.adapters.memory_chain import MemoryChain
from ledger.ports import Block, Chain, Deployment, RegistryCall, TransactionReceipt
from ledger.service.deploy import deploy, open_log
from ledger.service.registrar import Registrar
from ledger.service.registry import RegistryIndex
from ledger.service.transactions import Transactor
from ledger.types import Address, Hash32, LogId

ORIGIN = "log.example/one"
LOG_KEY = b"\x51" * 32
MIN_INTERVAL = 5
DEPTH = 2
FINALITY = Depth(DEPTH)
IMPATIENCE = 0.15

T = TypeVar("T")


class Controls(Protocol):
    """What a test does to a chain."""

    def hold(self) -> None:
        """Mine nothing until told."""

    def release(self) -> None:
        """Mine with each transaction again."""

    def mine(self, blocks: int = 1) -> None: ...

    def pass_time(self, seconds: int) -> None: ...

    def reorganise(self, depth: int) -> None:
        """Replace the newest blocks by empty ones; their transactions are lost."""

    def lose_pool(self) -> None:
        """Forget what waits to be mined, as a node that is started anew."""

    def fund(self, account: Address, wei: int) -> None:
        """Let an account have this much."""

    @contextmanager
    def outage(self) -> Iterator[None]: ...


class MemoryControls:
    def __init__(self, chain: MemoryChain) -> None:
        self._chain = chain

    def hold(self) -> None:
        self._chain.automine = False

    def release(self) -> None:
        self._chain.automine = True

    def mine(self, blocks: int = 1) -> None:
        for _ in range(blocks):
            self._chain.mine()

    def pass_time(self, seconds: int) -> None:
        self._chain.pass_time(seconds)

    def reorganise(self, depth: int) -> None:
        self._chain.reorganise(depth)

    def lose_pool(self) -> None:
        self._chain.lose_pool()

    def fund(self, account: Address, wei: int) -> None:
        self._chain.balances[account] = wei

    @contextmanager
    def outage(self) -> Iterator[None]:
        self._chain.outage = True
        try:
            yield
        finally:
            self._chain.outage = False


class AnvilControls:
    def __init__(self, devnet: Devnet, chain: EthereumChain) -> None:
        self._devnet = devnet
        self._chain = chain

    def hold(self) -> None:
        self._devnet.rpc("evm_setAutomine", False)

    def release(self) -> None:
        self._devnet.rpc("evm_setAutomine", True)

    def mine(self, blocks: int = 1) -> None:
        for _ in range(blocks):
            self._devnet.rpc("evm_mine")

    def pass_time(self, seconds: int) -> None:
        self._devnet.rpc("evm_increaseTime", seconds)

    def reorganise(self, depth: int) -> None:
        self._devnet.rpc("anvil_reorg", depth, [])

    def lose_pool(self) -> None:
        self._devnet.rpc("anvil_dropAllTransactions")

    def fund(self, account: Address, wei: int) -> None:
        self._devnet.fund(account, wei=wei)

    @contextmanager
    def outage(self) -> Iterator[None]:
        rpc = self._chain.rpc
        patience, rpc.timeout = rpc.timeout, IMPATIENCE
        self._chain.close()
        os.kill(self._devnet.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self._devnet.pid, signal.SIGCONT)
            rpc.timeout = patience


class ChainWorld:
    """A chain with both registries and one log; every account has coins and a key in ``signer``."""

    def __init__(self, chain: Chain, controls: Controls, deployment: Deployment, signer: MemorySigner) -> None:
        self.chain = chain
        self.controls = controls
        self.deployment = deployment
        self.signer = signer
        self.root, self.owner, self.anchorer, *self.others = signer.addresses()
        self.transactor = Transactor(chain, signer, give_up_after=30.0)
        self.index = RegistryIndex(chain)
        self.registrar = Registrar(chain, self.index, signer, self.transactor)
        self.log_id: LogId = open_log(chain, self.transactor, self.owner, ORIGIN, LOG_KEY, self.anchorer)

    def act(self, sender: Address, function: str, *arguments: bytes | str | int) -> TransactionReceipt:
        """Have a function of the `CheckpointRegistry` called."""
        call = RegistryCall("CheckpointRegistry", function, arguments)
        return self.transactor.run(
            function, sender, lambda nonce, fees: self.chain.call_transaction(call, sender, nonce, fees)
        )

    def send_anchor(self, size: int, root: Hash32, proof: list[Hash32]) -> Hash32:
        """Broadcast an anchor on top of the newest head; return its transaction."""
        raw = self.raw_anchor(size, root, proof)
        return self.chain.broadcast(raw)

    def raw_anchor(self, size: int, root: Hash32, proof: list[Hash32]) -> bytes:
        nonce, fees, last = self.chain.nonce(self.anchorer), self.chain.fees(), self.chain.head(self.log_id)
        transaction = self.chain.anchor_transaction(
            self.log_id, last, size, root, proof, self.anchorer, nonce, fees
        )  # fmt: skip
        return self.signer.sign_transaction(self.anchorer, transaction)

    def mined(self, transaction: Hash32) -> TransactionReceipt:
        """Wait for a receipt."""
        receipt = until(lambda: self.chain.receipt(transaction))
        assert receipt is not None
        return receipt

    def latest(self) -> Block:
        return self.chain.latest_block()


def until(ask: Callable[[], T | None], seconds: float = 30.0) -> T | None:
    """Return the first answer that is not ``None``."""
    deadline = time.monotonic() + seconds
    while (answer := ask()) is None and time.monotonic() < deadline:
        time.sleep(0.005)
    return answer


def memory_world() -> ChainWorld:
    chain = MemoryChain(depth=DEPTH)
    signer = _signer()
    root, owner, *_ = signer.addresses()
    deployment = deploy(chain, Transactor(chain, signer), owner, root, min_interval=MIN_INTERVAL)
    return ChainWorld(chain, MemoryControls(chain), deployment, signer)


@contextmanager
def anvil_world(devnet: Devnet, finality: Finality = FINALITY, urls: str = "") -> Iterator[ChainWorld]:
    """A world on this devnet, read by these URLs, or its own."""
    signer = _signer()
    root, owner, *_ = signer.addresses()
    devnet.fund(*signer.addresses())
    network = EthereumNetwork(devnet.url)
    deployment = deploy(network, Transactor(network, signer), owner, root, min_interval=MIN_INTERVAL)
    network.close()
    chain = EthereumChain(urls or devnet.url, deployment, finality)
    controls = AnvilControls(devnet, chain)
    yield ChainWorld(chain, controls, deployment, signer)
    controls.release()
    chain.close()


def _signer() -> MemorySigner:
    signer = MemorySigner()
    for _ in range(7):
        signer.create()
    return signer
