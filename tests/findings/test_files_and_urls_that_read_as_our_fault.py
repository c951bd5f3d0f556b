"""Deep JSON in files of the home, URLs that cannot be sent and words of no UTF-8 read as a fault of this software."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.adapters.devnet_state import read_durable
from ledger.bootstrap.home import DEMO_MARK, Home
from ledger.cli import main
from ledger.cli.client import Client, running_url
from ledger.cli.exits import Exit
from ledger.config import Config
from ledger.errors import ChainUnavailableError, MalformedError, NoAnswerError

DEEP = "[" * 100_000


@pytest.fixture
def home(tmp_path: Path) -> Home:
    tmp_path.chmod(0o700)
    (tmp_path / DEMO_MARK).touch()
    return Home(Config(home=str(tmp_path)))


def test_a_deep_runtime_file(home: Home) -> None:
    (home.path / "runtime.json").write_text(DEEP)
    with pytest.raises(NoAnswerError):
        running_url(home.path)


def test_a_deep_accounts_file(home: Home) -> None:
    (home.path / "accounts.json").write_text(DEEP)
    with pytest.raises(MalformedError):
        home.accounts(home.keystore())


def test_a_block_at_infinity(tmp_path: Path) -> None:
    (tmp_path / "durable.json").write_text('{"state":"s","block":Infinity,"blockHash":"11","time":0}')
    with pytest.raises(ChainUnavailableError):
        read_durable(tmp_path)


@pytest.mark.parametrize("url", ["http://a..b", f"http://{'a' * 64}.example", "http://127.0.0.1/\u00fc", "http://b/ c"])
def test_a_url_that_cannot_be_sent(url: str) -> None:
    with pytest.raises(MalformedError):
        Client(url)


@pytest.mark.parametrize("words", [["log", "tile", "\udcff"], ["receipt", "\udcff", "--url", "http://127.0.0.1:1"]])
def test_a_word_that_is_no_utf_8(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == Exit.USAGE
    assert "not UTF-8" in capsys.readouterr().err
