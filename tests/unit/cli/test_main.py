"""The frame of every command: help, exit codes by family of error, one line each, broken pipes, narrow terminals."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.cli import COMMANDS, main, parser_of
from ledger.cli.exits import Exit, exit_of, refusal_text
from ledger.errors import (
    AnchorRefusedError,
    BadEvidenceError,
    ChainUnavailableError,
    ConflictError,
    IdempotencyKeyReusedError,
    InternalError,
    LedgerError,
    MalformedError,
    NotAllowedError,
    NotFoundError,
    ProofError,
    SignerUnavailableError,
    TooLargeError,
)
from tests.documents import environment

ENDINGS: list[tuple[LedgerError, Exit, str]] = [
    (MalformedError("/a", "b", "c"), Exit.USAGE, "refused: /a: expected b, found c"),
    (NotAllowedError("", "b", "c"), Exit.NOT_ALLOWED, "refused: "),
    (NotFoundError("", "b", "c"), Exit.USAGE, "refused: "),
    (ConflictError("", "b", "c"), Exit.USAGE, "refused: "),
    (IdempotencyKeyReusedError("", "b", "c"), Exit.USAGE, "refused: "),
    (TooLargeError("", "b", "c"), Exit.USAGE, "refused: "),
    (BadEvidenceError("it is not so"), Exit.MISMATCH, "the evidence does not match: it is not so"),
    (ProofError("it is not so"), Exit.MISMATCH, "the evidence does not match: "),
    (ChainUnavailableError("no node"), Exit.COULD_NOT_CHECK, "could not be done now: no node"),
    (AnchorRefusedError("Fork"), Exit.COULD_NOT_CHECK, "could not be done now: "),
    (SignerUnavailableError("locked"), Exit.COULD_NOT_CHECK, "could not be done now: "),
    (InternalError("two and two"), Exit.INTERNAL, "a fault of this software: "),
]


@pytest.mark.parametrize(("error", "code", "text"), ENDINGS)
def test_each_family_has_its_code_and_its_words(error: LedgerError, code: Exit, text: str) -> None:
    assert exit_of(error) is code
    assert refusal_text(error).startswith(text)


def test_the_codes_are_these_for_ever() -> None:
    assert {code.name: code.value for code in Exit} == {
        "OK": 0, "MISMATCH": 1, "USAGE": 2, "COULD_NOT_CHECK": 3, "NOT_ALLOWED": 4, "NOT_FINAL": 5, "WITHDRAWN": 6,
        "SIGNER_UNKNOWN": 7, "INTERNAL": 70,
    }  # fmt: skip


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"], ["--version"], *([name, "--help"] for name in COMMANDS)])
def test_help_goes_to_standard_output_and_is_no_failure(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    printed = capsys.readouterr()
    assert (bool(printed.out), printed.err) == (True, "")


@pytest.mark.parametrize(
    "words", [["dance"], ["verify"], ["party"], ["party", "dance"], ["epcis", "hash", "x", "--cbv", "9"]]
)
def test_wrong_usage_is_2_and_says_so_on_standard_error(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == Exit.USAGE
    printed = capsys.readouterr()
    assert (printed.out, bool(printed.err)) == ("", True)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_argument_says_what_it_is_for(command: str) -> None:
    parsers = [parser_of(command)]
    while parsers:
        for action in parsers.pop()._actions:
            choices = action.choices or {}
            if isinstance(choices, dict):
                parsers += [each for each in choices.values() if hasattr(each, "_actions")]
            assert action.help or action.dest in ("action", "api_action"), (command, action.dest)


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(_arguments: object) -> int:
        raise KeyError("price 19.50")

    monkeypatch.setattr("ledger.cli.config.run", run)


@pytest.mark.usefixtures("faulty")
def test_an_unforeseen_error_is_one_line_and_70(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "show"]) == Exit.INTERNAL
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == "tradeledger: a fault of this software: KeyError (TRADELEDGER_DEBUG=1 shows where)\n"


@pytest.mark.usefixtures("faulty")
def test_whoever_wants_to_know_sees_where_it_came_from(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADELEDGER_DEBUG", "1")
    assert main(["config", "show"]) == Exit.INTERNAL
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_is_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(_arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("ledger.cli.config.run", run)
    assert main(["config", "show"]) == 130


def test_a_disk_that_refuses_is_could_not(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert main(["key", "list", "--home", str(tmp_path / "file" / "home")]) == Exit.COULD_NOT_CHECK
    assert "could not be done now" in capsys.readouterr().err


def test_a_package_that_is_missing_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(_arguments: object) -> int:
        raise ModuleNotFoundError("No module named 'web3'", name="web3.main")

    monkeypatch.setattr("ledger.cli.config.run", run)
    assert main(["config", "show"]) == Exit.USAGE
    assert "pip install 'tradeledger[service]' (web3.main is not installed)" in capsys.readouterr().err


def test_a_reader_that_has_seen_enough_is_no_reason_to_complain(tmp_path: Path) -> None:
    (tmp_path / "many.json").write_text("[" + ",".join('{"type": "ObjectEvent"}' for _ in range(400)) + "]")
    command = [sys.executable, "-m", "ledger.cli", "epcis", "check", str(tmp_path / "many.json"), "--format", "json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert (process.stderr.read(), process.wait()) == (b"", 141)
    process.stderr.close()


def test_a_narrow_terminal_gets_what_it_can_show() -> None:
    command = [sys.executable, "-m", "ledger.cli", "config", "show", "--home", "/nowhere/水壶"]
    plain = environment(PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    done = subprocess.run(command, capture_output=True, env=plain, check=False)
    assert (done.returncode, b"\\u6c34" in done.stdout) == (0, True)


def test_nothing_is_said_on_standard_error_where_nobody_watches(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ledger.cli", "config", "show", "--home", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, env=environment(), check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert os.linesep.encode() in done.stdout
