"""``tradeledger watch`` and ``verify`` of what it makes: each ending with its exit code, in both formats."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ledger.adapters.tile_files import TileFiles
from ledger.cli import main
from ledger.codec.merkle import leaf_hash
from ledger.codec.tiles import BundleId, encode_bundle
from ledger.codec.tree import EMPTY_EDGE, append
from ledger.domain.trust_root import dump_trust_root
from tests.builders import DAY, World, hash_of


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """A log of ten records, anchored, whose time is the commands' too."""
    world = World.with_maker()
    world.fill(10)
    world.anchor()
    for command in ("watch", "verify"):
        monkeypatch.setattr(f"ledger.cli.{command}.time", SimpleNamespace(time=lambda: float(world.now)))
    return world


class Desk:
    """A client's folder of promises, its trust root, and the log's files."""

    def __init__(self, world: World, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.world, self.place, self._capsys = world, place / "promises", capsys
        self.place.mkdir()
        self.root, self.log = place / "trust.json", place / "log"
        self.err = ""

    def promise(self, name: str, *promise: Any) -> None:
        (self.place / name).write_bytes(self.world.promise(*promise))

    def publish(self) -> str:
        files, records = TileFiles(self.log), self.world.records
        _, tiles = append(EMPTY_EDGE, [leaf_hash(record) for record in records])
        files.write([(BundleId(0, len(records)), encode_bundle(records)), *tiles.items()])
        files.write_checkpoint(self.world.checkpoint())
        return str(self.log)

    def watch(self, *flags: str) -> tuple[int, str]:
        self.root.write_bytes(dump_trust_root(self.world.trust_root()))
        return self.run("watch", str(self.place), "--trust-root", str(self.root), *flags)

    def run(self, *words: str) -> tuple[int, str]:
        code = main(list(words))
        printed = self._capsys.readouterr()
        self.err = printed.err
        return code, printed.out

    def breaches(self) -> list[Path]:
        return sorted(self.place.glob("breach-*"))


@pytest.fixture
def desk(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(world, tmp_path, capsys)


def test_promises_that_are_kept_or_pending_are_0(desk: Desk) -> None:
    desk.promise("one", 4, desk.world.now)
    desk.promise("two", 12, desk.world.now + DAY, hash_of("later"))
    code, out = desk.watch("--log", desk.publish())
    assert (code, "1 kept, 1 pending" in out, desk.breaches()) == (0, True, [])


def test_a_broken_promise_is_1_and_its_one_file_is_verified(desk: Desk) -> None:
    desk.promise("one", 4, desk.world.now + DAY, hash_of("promised"))
    for _ in range(2):
        assert desk.watch("--log", desk.publish())[0] == 1
        (breach,) = desk.breaches()
    verify = ("verify", str(breach), "--trust-root", str(desk.root))
    code, out = desk.run(*verify)
    assert (code, out.startswith("This file shows that a promise was broken.\n")) == (0, True)
    assert "at index 4 of the log log.example/one" in out
    assert desk.run(*verify, "--lang", "zh-CN")[1].startswith("此文件证明一项承诺已被违反。\n")
    code, out = desk.run(*verify, "--format", "json")
    verdict = json.loads(out)
    assert (verdict["outcome"], verdict["reasonId"]) == ("broken", "breach.other-record")
    assert verdict["promise"]["leafIndex"] == 4


def test_breach_files_go_where_they_are_wanted(desk: Desk, tmp_path: Path) -> None:
    desk.promise("one", 12, desk.world.now - 1, hash_of("promised"))
    assert desk.watch("--breaches", str(tmp_path / "elsewhere" / "deep"))[0] == 1
    assert (len(list((tmp_path / "elsewhere" / "deep").iterdir())), desk.breaches()) == (1, [])


def test_a_log_that_cannot_be_read_is_3_and_no_breach(desk: Desk, tmp_path: Path) -> None:
    desk.promise("one", 4, desk.world.now)
    (tmp_path / "empty").mkdir()
    for place in ("http://127.0.0.1:1/log", str(tmp_path / "empty")):
        code, out = desk.watch("--log", place)
        assert (code, "could-not-check" in out, desk.breaches()) == (3, True, [])


def test_what_nobody_signed_is_1_and_no_breach(desk: Desk) -> None:
    text = desk.world.promise(4, 7).partition(b"\n\n")[0].decode() + "\n"
    (desk.place / "one").write_bytes(World(origin="log.example/two").note(text))
    code, out = desk.watch()
    assert (code, "no-promise" in out, desk.breaches()) == (1, True, [])


def test_json_says_the_same(desk: Desk) -> None:
    desk.promise("one", 4, desk.world.now)
    code, out = desk.watch("--log", desk.publish(), "--format", "json")
    (promise,) = json.loads(out)["promises"]
    assert (code, promise["state"], promise["reasonId"], promise["breach"]) == (0, "kept", "watch.kept", None)


def test_files_without_a_promise_are_named(desk: Desk) -> None:
    desk.promise("one", 4, desk.world.now)
    (desk.place / "broken\x1b.json").write_bytes(b"{")
    assert desk.watch()[0] == 0
    assert "holds no promise" in desk.err and "\x1b" not in desk.err


@pytest.mark.parametrize("flags", [("--log", "/nowhere"), ("--log", "ftp://log.example"), ("--every", "0")])
def test_wrong_usage_is_2(desk: Desk, flags: tuple[str, ...]) -> None:
    desk.promise("one", 4, desk.world.now)
    assert desk.watch(*flags)[0] == 2


def test_a_folder_without_promises_is_2(desk: Desk) -> None:
    assert desk.watch()[0] == 2
    assert desk.run("watch", "/nowhere", "--trust-root", str(desk.root))[0] == 2


@pytest.mark.parametrize("root", [b"", b"{}", b"\xff"])
def test_what_is_no_trust_root_is_3(desk: Desk, root: bytes) -> None:
    desk.promise("one", 12, desk.world.now - 1, hash_of("promised"))
    assert desk.watch()[0] == 1
    (breach,) = desk.breaches()
    desk.root.write_bytes(root)
    assert desk.run("watch", str(desk.place), "--trust-root", str(desk.root))[0] == 3
    assert desk.run("verify", str(breach), "--trust-root", str(desk.root))[0] == 3


def test_a_breach_file_that_shows_nothing_is_1(desk: Desk) -> None:
    desk.promise("one", 12, desk.world.now - 1, hash_of("promised"))
    desk.watch()
    (breach,) = desk.breaches()
    for changed in (breach.read_bytes().replace(rb"\n12\n", rb"\n13\n"), b'{"format": "tradeledger-breach/1"}'):
        breach.write_bytes(changed)
        code, out = desk.run("verify", str(breach), "--trust-root", str(desk.root))
        assert (code, out.startswith("This file does not show")) == (1, True)
