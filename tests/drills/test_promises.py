"""Promises under outage, reorganisation, a cheating operator and a slow chain: one breach file for each broken one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.adapters.tile_files import TileFiles
from ledger.bootstrap.home import Home
from ledger.codec.checkpoint import Checkpoint, format_checkpoint
from ledger.codec.merkle import leaf_hash
from ledger.codec.note import sign_note
from ledger.codec.promise import Promise, parse_promise
from ledger.codec.tiles import BundleId, encode_bundle
from ledger.codec.tree import EMPTY_EDGE, append
from ledger.config import Config
from ledger.domain.fields import note_text
from ledger.types import Hash32
from tests.documents import environment
from tests.drills.stage import PROMISE_SECONDS, Member, Stage, stage, until


@pytest.fixture(scope="module")
def theatre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("promises")) as opened:
        yield opened


@pytest.fixture(scope="module")
def maker(theatre: Stage) -> Member:
    return theatre.member()


class Client:
    """Who captured something and keeps what it was promised."""

    def __init__(self, theatre: Stage, maker: Member, folder: Path) -> None:
        folder.mkdir()
        self._theatre = theatre
        self._maker = maker
        self.folder = folder
        self.results: list[Any] = []

    def capture(self, count: int) -> None:
        for _ in range(count):
            result = self._theatre.capture(self._maker, self._maker.key)
            (self.folder / f"job-{len(self.results)}.json").write_text(json.dumps({"results": [result]}), "utf-8")
            self.results.append(result)

    def in_step(self) -> bool:
        """Whether the service has seen what time an earlier drill made it on the chain."""
        newest = self._theatre.chain.rpc("eth_getBlockByNumber", "latest", False)
        probe = self._theatre.capture(self._maker, self._maker.key)
        deadline = parse_promise(note_text(probe["promise"].encode())).deadline
        return deadline >= int(newest["timestamp"], 16) + PROMISE_SECONDS

    def promises(self) -> list[Promise]:
        return [parse_promise(note_text(result["promise"].encode())) for result in self.results]

    def watch(self, log: str = "") -> Any:
        words = ("--log", log or f"{self._theatre.url}/log", "--format", "json")
        printed = self._theatre.run("watch", str(self.folder), *words)
        return printed.json()["promises"] if printed.out else printed

    def states(self, log: str = "") -> list[str]:
        """How the promises stand by index."""
        watched = sorted(self.watch(log), key=lambda each: int(each["promise"]["leafIndex"]))
        return [each["state"] for each in watched]

    def come_to(self, *states: str) -> bool:
        return bool(until(lambda: self.states() == list(states)))

    def breaches(self) -> list[Path]:
        return sorted(self.folder.glob("breach-*"))

    def breaches_hold(self) -> bool:
        root = self._theatre.trust_root()
        told = [
            self._theatre.run("verify", str(path), "--trust-root", root, "--format", "json") for path in self.breaches()
        ]
        return all(printed.code == 0 and printed.json()["outcome"] == "broken" for printed in told)


@pytest.fixture
def client(theatre: Stage, maker: Member, tmp_path: Path) -> Client:
    client = Client(theatre, maker, tmp_path / "promises")
    until(client.in_step)
    return client


def test_an_outage_beyond_the_promised_time(theatre: Stage, client: Client) -> None:
    client.capture(2)
    assert all(theatre.anchored(result) for result in client.results)
    assert client.come_to("kept", "kept")
    command = [sys.executable, "-m", "ledger.cli", "watch", str(client.folder), "--every", "1"]
    command += ["--home", str(theatre.home), "--rpc", theatre.chain.url]
    command += ["--deployment", str(theatre.home / "deployment.json")]
    with subprocess.Popen(
        command, env=environment(TRADELEDGER_FINALITY="depth:2"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as watchdog:
        theatre.chain.down()
        client.capture(3)
        assert client.watch().code == 3
        assert client.breaches() == []
        theatre.chain.up()
        theatre.chain.pass_time(2 * PROMISE_SECONDS)
        theatre.chain.mine()
        assert all(theatre.anchored(result) for result in client.results)
        assert until(lambda: len(client.breaches()) == 3)
        assert watchdog.poll() is None
        watchdog.terminate()
    first = {path: path.read_bytes() for path in client.breaches()}
    assert client.states() == ["kept", "kept", "broken", "broken", "broken"]
    assert {path: path.read_bytes() for path in client.breaches()} == first
    assert client.breaches_hold()


@pytest.mark.parametrize("late", [True, False])
def test_a_head_that_is_reorganised_out(late: bool, theatre: Stage, client: Client) -> None:
    client.capture(1)

    assert until(lambda: theatre.receipt(client.results[0]))
    theatre.chain.hold()
    theatre.chain.reorganise(1)

    theatre.chain.pass_time(2 * PROMISE_SECONDS if late else 1)
    assert until(theatre.chain.waiting)
    theatre.chain.release()
    assert theatre.anchored(client.results[0])
    theatre.chain.pass_time(2 * PROMISE_SECONDS)
    theatre.chain.mine(3)
    assert client.come_to("broken" if late else "kept")
    assert len(client.breaches()) == late
    assert client.breaches_hold()


def test_a_log_that_is_slow_and_in_time(theatre: Stage, client: Client) -> None:
    theatre.chain.hold()
    client.capture(2)
    theatre.chain.pass_time(PROMISE_SECONDS // 2)
    assert client.states() == ["pending", "pending"]
    theatre.chain.release()
    assert all(theatre.anchored(result) for result in client.results)
    theatre.chain.pass_time(2 * PROMISE_SECONDS)
    theatre.chain.mine(3)
    assert client.come_to("kept", "kept")
    assert client.breaches() == []


@pytest.mark.parametrize("how", ["dropped", "replaced"])
def test_an_operator_that_serves_another_log(how: str, theatre: Stage, client: Client, tmp_path: Path) -> None:
    client.capture(2)
    assert all(theatre.anchored(result) for result in client.results)
    first = client.promises()[0].leaf_index
    forked = _forked(theatre, tmp_path / "forked", first, how)
    expected = ["broken", "broken"] if how == "dropped" else ["broken", "could-not-check"]
    assert client.states(forked) == expected
    kinds = [json.loads(path.read_bytes())["kind"] for path in client.breaches()]
    assert kinds == ["other-record"] * expected.count("broken")
    assert client.states() == [state.replace("could-not-check", "kept") for state in expected]
    assert client.breaches_hold()


def _forked(theatre: Stage, folder: Path, index: int, how: str) -> str:
    """The log without, or with another record at, one index, in files and under a checkpoint signed by its key."""
    home = Home(Config(home=str(theatre.home)))
    origin = Config().origin
    true = TileFiles(home.log, make=False)
    note = true.read_checkpoint()
    assert note is not None
    size = int(note.split(b"\n")[1])
    bundle = true.read(BundleId(0, size))
    records = [Hash32(bundle[34 * place + 2 : 34 * place + 34]) for place in range(size)]
    other = Hash32(b"\x77" * 32)
    changed = [*records[:index], *records[index + 1 :], other] if how == "dropped" else [
        *records[:index], other, *records[index + 1 :],
    ]  # fmt: skip
    edge, tiles = append(EMPTY_EDGE, [leaf_hash(record) for record in changed])
    files, key = TileFiles(folder), home.log_key()
    files.write([(BundleId(0, size), encode_bundle(changed)), *tiles.items()])
    text = format_checkpoint(Checkpoint(origin, size, edge.root_hash))
    files.write_checkpoint(sign_note(text, origin, key.sign, key.public_key))
    return str(folder)
