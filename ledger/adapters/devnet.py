"""A development chain that this process runs itself: anvil, watched, restarted, dumped so that what was final stays.

Only blocks at or below the last durable dump are final (`Devnet.durable_block`); whoever reads the chain sees a crash
of anvil as a reorganisation of newer ones. A changed chain is dumped within a fraction of a second, so that an idle one
becomes final too.

**It proves nothing to others**: whoever runs it can rewrite it. It says so in the log, and verdicts over it say so.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, RLock, Thread
from types import TracebackType
from typing import Self

from ledger.adapters.devnet_process import AnvilProcess, start_anvil
from ledger.adapters.devnet_state import DevnetFolder
from ledger.adapters.rpc_values import data, hash32, member, object_of, quantity
from ledger.errors import ChainUnavailableError, LedgerError
from ledger.ports import Block
from ledger.types import Address, JsonValue, UnixTime

CADENCE_SECONDS = 0.1
"""How often the chain is looked at; an unchanged one is not dumped."""

DUMP_SHARE = 0.2
"""Dumps, which grow with the chain, take at most this part of the time."""

MAX_REST_SECONDS = 5.0
"""Between two dumps at most: one that took long because the chain hung says nothing about its size."""

FUNDING_WEI = 10**24

_QUIET_ATTEMPTS = 20
_STOP_SECONDS = 30.0

logger = logging.getLogger(__name__)


class Devnet:
    """A running development chain. Use it as a context manager, or call `stop`."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._folder = DevnetFolder(folder)
        try:
            self._identity = self._folder.identity(UnixTime(int(clock())))
        except LedgerError:
            self._folder.close()
            raise
        self._process: AnvilProcess | None = None
        self._durable: Block | None = None
        self._failure: LedgerError | None = None
        self._keeping = RLock()
        self._started, self._stopping = Event(), Event()
        self._thread = Thread(target=self._supervise, name="devnet", daemon=True)
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            raise self._failure

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def chain_id(self) -> int:
        return self._identity.chain_id

    @property
    def url(self) -> str:
        """Where it listens, on loopback; a restart keeps the port."""
        return f"http://127.0.0.1:{self._running().port}"

    @property
    def pid(self) -> int:
        """The process id of anvil itself."""
        return self._running().pid

    def durable_block(self) -> Block:
        """Return the block of the last durable dump: the newest that no crash can take back."""
        if self._durable is None:
            raise ChainUnavailableError("the development chain has not started")
        return self._durable

    def rpc(self, method: str, *parameters: JsonValue) -> JsonValue:
        """Return what anvil answers, also to its own ``anvil_*`` and ``evm_*`` methods."""
        return self._running().rpc.call(method, *parameters)

    def fund(self, *accounts: Address, wei: int = FUNDING_WEI) -> None:
        """Give accounts coins that are worth nothing, durable on return."""
        for account in accounts:
            self.rpc("anvil_setBalance", "0x" + account.hex(), hex(wei))
        self.flush()

    def flush(self) -> None:
        """Dump now; on return the latest block is durable, unless the chain never stood still meanwhile."""
        with self._keeping:
            for _ in range(_QUIET_ATTEMPTS):
                if self._keep():
                    return

    def stop(self) -> None:
        """Dump, end anvil, and let another process use the folder; again is harmless."""
        self._stopping.set()
        self._thread.join(_STOP_SECONDS)

    # The supervising thread: it starts anvil, since anvil dies with the thread that started it.

    def _supervise(self) -> None:
        try:
            self._launch()
            self.flush()
            logger.warning("DEVELOPMENT CHAIN %d: run by this process, it proves nothing to others", self.chain_id)
        except LedgerError as error:
            self._failure = error
            self._end()
            return
        finally:
            self._started.set()
        pause = CADENCE_SECONDS
        while not self._stopping.wait(pause):
            pause = self._look()
        self._last_dump()
        self._end()

    def _launch(self) -> None:
        durable = self._folder.durable()
        self._process = start_anvil(
            self._identity.chain_id,
            self._identity.genesis_time,
            durable.file if durable else None,
            self._folder.log,
            self._process.port if self._process else 0,
        )
        if durable is not None and self._latest() != durable.block:
            raise ChainUnavailableError("the development chain does not start at its durable block")
        self.rpc(
            "evm_setTime", int(max(self._clock(), durable.block.time + 1 if durable else 0))
        )  # else it starts at genesis time again

    def _look(self) -> float:
        """Restart a dead anvil, dump a changed one; return for how long to leave it alone."""
        begun = time.monotonic()
        try:
            if not self._running().is_running:
                logger.error("anvil died: starting again from block %d", self.durable_block().number)
                self._running().kill()  # reaps it
                self._launch()
            elif self._latest() != self._durable:
                with self._keeping:
                    self._keep()
        except ChainUnavailableError:
            logger.exception("the development chain does not answer")
        return min(max(CADENCE_SECONDS, (time.monotonic() - begun) / DUMP_SHARE), MAX_REST_SECONDS)

    def _keep(self) -> bool:
        """Dump the chain; return whether the dump is of one block and was kept.

        Anvil reads the height and the state one after the other. A transaction leaves the pool only after its block is
        there, so an empty pool and the same latest block, before and after, mean that no block was in the making.
        """
        before = self._standing()
        if before is None:
            return False
        dump = data(self.rpc("anvil_dumpState"), "the dump")
        if before != self._standing():
            return False
        self._folder.keep(dump, before)
        self._durable = before
        return True

    def _standing(self) -> Block | None:
        """Return the latest block if nothing waits to be mined."""
        pool = object_of(self.rpc("txpool_status"), "the state of the pool")
        waiting = quantity(member(pool, "pending"), "the pool")
        return None if waiting else self._latest()

    def _latest(self) -> Block:
        block = object_of(self.rpc("eth_getBlockByNumber", "latest", False), "a block")
        return Block(
            quantity(member(block, "number"), "the block number"),
            hash32(member(block, "hash"), "the block hash"),
            UnixTime(quantity(member(block, "timestamp"), "the block time")),
        )

    def _last_dump(self) -> None:
        try:
            self.flush()
        except ChainUnavailableError:
            logger.exception("the development chain stops at block %d", self.durable_block().number)

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
        self._folder.close()

    def _running(self) -> AnvilProcess:
        if self._process is None:
            raise ChainUnavailableError("the development chain has not started")
        return self._process
