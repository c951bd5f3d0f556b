"""Opening the chain of a home: what a file names is there, whenever the power went."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from ledger.adapters import devnet as devnet_module
from ledger.adapters.devnet import Devnet
from ledger.adapters.key_files import write_private
from ledger.bootstrap import chain as chain_module
from ledger.bootstrap.chain import OpenChain, open_chain
from ledger.bootstrap.home import DEMO_MARK, Home
from ledger.config import Config
from ledger.errors import ChainUnavailableError


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "home").mkdir(mode=0o700)
    (tmp_path / "home" / DEMO_MARK).touch()
    return Home(Config(home=str(tmp_path / "home"), origin="home.example/log"))


def opened(home: Home) -> OpenChain:
    keystore = home.keystore()
    config = Config(home=str(home.path), origin="home.example/log")
    return open_chain(config, home, keystore, home.accounts(keystore), home.log_key().public_key)


def test_a_log_is_there_again(home: Home) -> None:
    first = opened(home)
    identity = first.chain.identity()
    first.close()
    second = opened(home)
    assert (second.chain.identity(), second.log_id) == (identity, first.log_id)
    second.close()


def test_contracts_outlive_a_kill_right_after_the_file_that_names_them(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    running: list[Devnet] = []

    def started(folder: Path) -> Devnet:
        running.append(Devnet(folder))
        return running[-1]

    def write_and_kill(path: Path, text: str) -> None:
        write_private(path, text)
        os.kill(running[0].pid, signal.SIGKILL)
        raise ChainUnavailableError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(devnet_module, "CADENCE_SECONDS", 600.0)  # no dump but those that are asked for
        patched.setattr(chain_module, "Devnet", started)
        patched.setattr(chain_module, "write_private", write_and_kill)
        with pytest.raises(ChainUnavailableError, match="killed"):
            opened(home)

    again = opened(home)
    assert again.chain.identity().party_registry == again.chain._deployment.party_registry
    again.close()
