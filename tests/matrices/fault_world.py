"""Who asks while a fault lasts, at a real anvil and a real service: what they say, and that nothing changes."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from ledger.adapters.devnet import Devnet
from ledger.adapters.ethereum import EthereumChain
from ledger.cli import main
from ledger.codec.hex_strict import encode_hex
from ledger.errors import NoAnswerError
from ledger.service.deploy import dump_deployment
from ledger.service.registry import RegistryIndex
from tests.adapters.chains import DEPTH, FINALITY, MIN_INTERVAL, anvil_world
from tests.adapters.proxy import Fault, Proxy
from tests.api.house import House
from tests.builders import party
from tests.matrices.faults import ANCHORING, EXPORT, FETCH, READS, REGISTRY, Row
from tests.unit.service.test_anchor import Log

COULD_NOT_CHECK = 3
IMPATIENCE, PATIENCE = 0.3, 10.0
NEXT = "Next: "


@dataclass(frozen=True)
class Ending:
    """How a question ended: by which outcome, in which words."""

    outcome: str
    words: str

    @property
    def could_not_check(self) -> bool:
        return self.outcome == "could not check"


class FaultWorld:
    """A chain with a history, a service with a receipt, and proxies before them."""

    def __init__(self, folder: Path) -> None:
        self._closing = ExitStack()
        self._folder = folder
        devnet = self._closing.enter_context(Devnet(folder / "devnet"))
        self.node = self._closing.enter_context(Proxy(devnet.url))
        self.second = self._closing.enter_context(Proxy(devnet.url))
        world = self._closing.enter_context(anvil_world(devnet, urls=self.node.url))
        self.world, self.log = world, Log(world)
        self._remember(world.others[0])
        (folder / "deployment.json").write_bytes(dump_deployment(world.deployment))

    def _remember(self, cold: Any) -> None:
        """Give the chain a past: registry facts, two heads, and a checkpoint that waits to be anchored."""
        act = self.world.registrar
        act.accredit_authority(self.world.root, party("authority"), "DE", cold, "Trade Authority")
        act.accredit_party(cold, party("maker"), "DE", cold, "Maker GmbH")
        self.log.anchor(3)
        self.log.anchor(4)
        self.world.controls.mine(DEPTH)
        self.log.step()
        self.log.grow(2)
        self.world.controls.pass_time(MIN_INTERVAL)
        self.world.controls.mine()

    @cached_property
    def house(self) -> House:
        opened = House(self._folder / "house")
        self._closing.callback(opened.close)
        return opened

    @cached_property
    def service(self) -> Proxy:
        return self._closing.enter_context(Proxy(f"http://127.0.0.1:{self.house.port}"))

    @cached_property
    def digest(self) -> str:
        """The digest of an event whose receipt is there."""
        logged = self.house.logged()
        self.house.wait_until_final(logged["leafIndex"])
        return str(logged["eventDigest"])

    def close(self) -> None:
        self._closing.close()

    # --- asking while a fault lasts ---

    def ask(self, row: Row, who: str, *, of_two: bool = False) -> Ending:
        """Return how it ends when ``who`` asks a server that has this fault, or two nodes of which one has it."""
        askers: Mapping[str, Callable[[str, float], Ending]] = {
            READS: self._read,
            EXPORT: self._export,
            ANCHORING: self._anchor,
            REGISTRY: self._refresh,
            FETCH: self._fetch,
        }
        patience = IMPATIENCE if row.is_silent else PATIENCE
        if who == FETCH:
            _ = self.digest  # before the fault begins
        faulty = self.service if who == FETCH else self.second if of_two else self.node
        urls = f"{self.node.url},{self.second.url}" if of_two else self.node.url
        chain = EthereumChain(urls, self.world.deployment, FINALITY, patience)
        chain.network()
        self._chain = chain
        try:
            with lasting(faulty, row.fault):
                return askers[who](urls, patience)
        finally:
            chain.close()

    def _read(self, _: str, __: float) -> Ending:
        """Every read must end so; the first that does not is told."""
        chain, world = self._chain, self.world
        questions: tuple[Callable[[], object], ...] = (
            chain.latest_block,
            chain.final_block,
            lambda: chain.heads(world.log_id, 0, chain.latest_block().number),
            lambda: chain.facts(0, chain.latest_block().number),
        )
        endings = [ended(question) for question in questions]
        return next((ending for ending in endings if not ending.could_not_check), endings[-1])

    def _export(self, urls: str, patience: float) -> Ending:
        output = self._folder / "trust-root.json"
        rpc = [word for url in urls.split(",") for word in ("--rpc", url)]
        log_id, deployment = encode_hex(self.world.log_id), str(self._folder / "deployment.json")
        named = ["--log", log_id, "--deployment", deployment, "--home", str(self._folder / "home")]
        with patch("ledger.cli.node.EthereumChain", partial(EthereumChain, timeout=patience)):
            return called(["trust", "export", *rpc, *named, "-o", str(output)], output)

    def _anchor(self, _: str, __: float) -> Ending:
        store = self.log.store
        before = store.open_anchors(), store.latest_anchor()
        with patch.object(self.world, "chain", self._chain):
            self.log.restart()
        ending = ended(lambda: self.log.anchorer.step(self.log.now))
        unchanged = (store.open_anchors(), store.latest_anchor()) == before and self.log.anchorer.refusal is None
        return ending if unchanged else Ending("CHANGED the queue of anchors", ending.words)

    def _refresh(self, _: str, __: float) -> Ending:
        return ended(RegistryIndex(self._chain).refresh)

    def _fetch(self, _: str, patience: float) -> Ending:
        output = self._folder / "receipt.json"
        with patch("ledger.cli.client.TIMEOUT_SECONDS", patience):
            return called(["receipt", self.digest, "--url", self.service.url, "-o", str(output)], output)


@contextmanager
def lasting(proxy: Proxy, fault: Fault | None) -> Iterator[None]:
    """Let a fault last; ``None`` is that nobody listens."""
    with proxy.away() if fault is None else proxy.suffering(fault):
        yield


def ended(question: Callable[[], object]) -> Ending:
    """Return how a question within this process ends."""
    try:
        answer = question()
    except NoAnswerError as error:
        return Ending("could not check", str(error))
    except Exception as error:  # noqa: BLE001  a fault of this software, which the matrix shows
        return Ending(f"FELL with {type(error).__name__}", str(error))
    return Ending("BELIEVED", repr(answer)[:200])


def called(words: list[str], output: Path) -> Ending:
    """Return how a command ends; it must leave no file and say what to do next."""
    output.unlink(missing_ok=True)
    said = io.StringIO()
    with patch.dict(os.environ, {"TRADELEDGER_FINALITY": f"depth:{DEPTH}"}), contextlib.redirect_stderr(said):
        code = main(words)
    text = said.getvalue().strip()
    if output.exists():
        return Ending(f"BELIEVED: it wrote a file, exit {code}", text)
    if code != COULD_NOT_CHECK:
        return Ending(f"exit {code}", text)
    return Ending("could not check" if NEXT in text else "no next step", text)
