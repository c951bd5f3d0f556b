"""A real service over a real chain, each a process of its own, and the command line of everyone around them.

The chain is killed and started again, held, reorganised and moved in time as a drill asks; the service is told nothing
of it. Nothing waits for a clock: what is to come is asked for until it is there.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

from ledger.adapters.devnet_process import AnvilProcess, start_anvil
from ledger.adapters.ethereum_network import EthereumNetwork
from ledger.adapters.key_files import write_private
from ledger.adapters.rpc_values import data
from ledger.bootstrap.home import Home
from ledger.cli import main
from ledger.config import Config
from ledger.service.deploy import deploy, dump_deployment
from ledger.service.transactions import Transactor
from tests.documents import environment
from tests.e2e.running import demo_home

CHAIN_ID = 91_919
DEPTH = 2
PROMISE_SECONDS = 60
OPERATOR = "0x" + "0f" * 32
PATIENCE_SECONDS = 60.0
SETTINGS = f"""
checkpoint_seconds = 0.1
anchor_seconds = 0.1
promise_seconds = {PROMISE_SECONDS}
finality = "depth:{DEPTH}"
custodian = "{OPERATOR}"
"""


class Anvil:
    """The chain process; `down` and `up` keep its state and its port, as a node that is started again."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._genesis_time = int(time.time()) - 60
        self._process = self._start(None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._process.port}"

    def _start(self, state: Path | None, port: int = 0) -> AnvilProcess:
        return start_anvil(CHAIN_ID, self._genesis_time, state, self._folder / "log", port)

    def rpc(self, method: str, *parameters: Any) -> Any:
        return self._process.rpc.call(method, *parameters)

    def down(self) -> None:
        dump = data(self.rpc("anvil_dumpState"), "the dump")
        (self._folder / "state.json").write_bytes(gzip.decompress(dump))
        self._process.kill()

    def up(self) -> None:
        self._process = self._start(self._folder / "state.json", self._process.port)
        self.rpc("evm_setTime", int(time.time()))

    def mine(self, blocks: int = 1) -> None:
        self.rpc("anvil_mine", hex(blocks))

    def pass_time(self, seconds: int) -> None:
        self.rpc("evm_increaseTime", seconds)

    def hold(self) -> None:
        self.rpc("evm_setAutomine", False)

    def release(self) -> None:
        self.rpc("evm_setAutomine", True)
        self.mine()

    def reorganise(self, depth: int) -> None:
        self.rpc("anvil_reorg", depth, [])

    def waiting(self) -> int:
        return int(self.rpc("txpool_status")["pending"], 16)

    def stop(self) -> None:
        self._process.kill()


@dataclass(frozen=True)
class Printed:
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Member:
    """A party with its cold key, the key it signs with, and the file of its API key."""

    id: str
    cold: str
    key: str
    api_key: str

    def speaks(self) -> tuple[str, ...]:
        return ("--party", self.id, "--role", "manufacturer", "--jurisdiction", "DE")


class Stage:
    """One service over one chain."""

    def __init__(self, place: Path, settings: str = "") -> None:
        self.place = place
        self.chain = Anvil(place / "chain")
        self.home = demo_home(place / "home")
        (self.home / "config.toml").write_text(f'{SETTINGS}chain_url = "{self.chain.url}"\n{settings}', "utf-8")
        self._log = (place / "service.log").open("ab")
        self._process: subprocess.Popen[bytes] | None = None
        self.authority = ""

    @property
    def url(self) -> str:
        """Where the service answers."""
        return str(json.loads((self.home / "runtime.json").read_bytes())["url"])

    def open(self) -> None:
        home = Home(Config(home=str(self.home)))
        keystore = home.keystore()
        accounts = home.accounts(keystore)
        for account in (accounts.anchorer, accounts.log_owner, accounts.root_authority):
            self.fund("0x" + account.hex())
        network = EthereumNetwork(self.chain.url)
        deployed = deploy(
            network, Transactor(network, keystore), accounts.anchorer, accounts.root_authority, min_interval=1
        )
        network.close()
        write_private(home.deployment, dump_deployment(deployed).decode())
        self.start()
        self.authority = self.say("key", "new")
        named = ("--jurisdiction", "DE", "--cold-key", self.authority, "--name", "Authority")
        self.say("party", "accredit", "--authority", "--by", "root-authority", *named)
        self.fund(self.authority)

    def start(self) -> None:
        command = [sys.executable, "-m", "ledger.cli", "up", "--home", str(self.home), "--port", "0"]
        process = self._process = subprocess.Popen(command, stdout=self._log, stderr=self._log, env=environment())
        until((self.home / "runtime.json").exists, lambda: process.poll() is None)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            assert self._process.wait(PATIENCE_SECONDS) == 0

    def restart(self) -> None:
        self.stop()
        self.start()

    def close(self) -> None:
        try:
            self.stop()
        finally:
            self._log.close()
            self.chain.stop()

    def fund(self, account: str) -> None:
        self.chain.rpc("anvil_setBalance", account, hex(10**24))

    # What people type

    def run(self, *words: str) -> Printed:
        out, err = StringIO(), StringIO()
        with patch.dict(os.environ, TRADELEDGER_HOME=str(self.home)), redirect_stdout(out), redirect_stderr(err):
            code = main(list(words))
        return Printed(code, out.getvalue(), err.getvalue())

    def say(self, *words: str) -> str:
        printed = self.run(*words)
        assert printed.code == 0, printed.err
        return printed.out.strip()

    def member(self, custodian: str = "", key: str = "") -> Member:
        """A party that may sign as manufacturer."""
        cold, key = self.say("key", "new"), key or self.say("key", "new")
        self.fund(cold)
        self.fund(key)
        named = ("--jurisdiction", "DE", "--cold-key", cold, "--name", f"Maker {uuid.uuid4()}")
        party = self.say("party", "accredit", "--by", self.authority, *named)
        api_key = str(self.place / f"{uuid.uuid4()}.key")
        self.say("key", "api", "make", "--party", party, "-o", api_key)
        maker = Member(party, cold, key, api_key)
        self.say("party", "grant", "--by", self.authority, *maker.speaks())
        held = ("--custodian", custodian) if custodian else ()
        self.say("key", "add", "--by", cold, "--party", party, "--key", key, *held)
        return maker

    def event(self) -> str:
        """The file of a new event."""
        event = {
            "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
            "type": "ObjectEvent",
            "eventID": uuid.uuid4().urn,
            "action": "OBSERVE",
            "bizStep": "inspecting",
            "eventTime": "2026-11-02T09:30:00Z",
            "eventTimeZoneOffset": "+01:00",
            "epcList": ["https://id.gs1.org/01/09521141123454/21/K001"],
        }
        path = self.place / f"{uuid.uuid4()}.json"
        path.write_text(json.dumps(event), encoding="utf-8")
        return str(path)

    def try_capture(self, maker: Member, key: str = "", file: str = "") -> Printed:
        """Hand an event in: signed here with this key, or without one for the service to sign."""
        signing = ("--sign-with", key, *maker.speaks()) if key else ()
        return self.run("capture", file or self.event(), *signing, "--api-key-file", maker.api_key, "--format", "json")

    def capture(self, maker: Member, key: str = "") -> Any:
        """The result of an event that is logged, at the latest once the service knows what the registry says."""
        return until(lambda: self._captured(maker, key))["results"][0]

    def _captured(self, maker: Member, key: str) -> Any:
        printed = self.try_capture(maker, key)
        assert printed.code in (0, 4), printed.err
        return printed.json() if printed.code == 0 else None

    def refuses(self, maker: Member, key: str = "") -> bool:
        """Whether events of this key are refused, at the latest once the service knows what the registry says."""
        return bool(until(lambda: self.try_capture(maker, key).code == 4))

    def anchored(self, result: Any) -> bool:
        """Wait until the event of a result stands in an anchored head that is final."""
        until(lambda: self.receipt(result))
        self.chain.mine(DEPTH)
        return True

    def receipt(self, result: Any) -> Path | None:
        """The receipt of an event whose head is anchored; ``None`` where it is not, as the service sees it now."""
        path = self.place / f"{uuid.uuid4()}.receipt.json"
        printed = self.run("receipt", result["eventDigest"], "--view", "bare", "-o", str(path))
        return path if printed.code == 0 and json.loads(path.read_bytes())["anchor"] is not None else None

    def verdict(self, result: Any) -> Any:
        """What the receipt of an event comes to, against a trust root of this moment."""
        self.anchored(result)
        receipt = until(lambda: self.receipt(result))
        printed = self.run("verify", str(receipt), "--trust-root", self.trust_root(), "--format", "json")
        return printed.json()

    def trust_root(self) -> str:
        path = str(self.place / f"{uuid.uuid4()}.trust.json")
        until(lambda: self.run("trust", "export", "-o", path).code == 0)  # while the chain moves it could not
        return path


def until(ask: Callable[[], Any], still: Callable[[], bool] = lambda: True) -> Any:
    """The first answer that says something."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (answer := ask()):
        assert still(), "it ended"
        assert time.monotonic() < deadline, "it does not come"
        time.sleep(0.05)
    return answer


@contextmanager
def stage(place: Path, settings: str = "") -> Iterator[Stage]:
    set_up = Stage(place, settings)
    try:
        set_up.open()
        yield set_up
    finally:
        set_up.close()
