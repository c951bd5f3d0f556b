"""A home that lost its password, log key or accounts drew new ones, and went on as another log in the same store."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.bootstrap.home import DEMO_MARK, Home
from ledger.config import Config
from ledger.errors import ContinuityError, SignerUnavailableError


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home of which a service has run: the log's folder is the last that is made."""
    (tmp_path / "home").mkdir(mode=0o700)
    (tmp_path / "home" / DEMO_MARK).touch()
    home = Home(Config(home=str(tmp_path / "home")))
    home.log_key()
    home.accounts(home.keystore())
    home.log.mkdir()
    return home


@pytest.mark.parametrize("name", ["log-key.json", "accounts.json"])
def test_what_the_log_was_opened_with_is_not_made_anew(home: Home, name: str) -> None:
    keystore = home.keystore()
    (home.path / name).unlink()
    with pytest.raises(ContinuityError, match=f"{name} is gone"):
        home.log_key() if name == "log-key.json" else home.accounts(keystore)
    assert not (home.path / name).exists()


def test_contracts_are_not_deployed_anew(home: Home) -> None:
    with pytest.raises(ContinuityError, match=r"deployment\.json is gone"):
        home.require(home.deployment)


def test_a_password_is_not_drawn_where_keys_want_theirs(home: Home) -> None:
    (home.path / "password").unlink()
    with pytest.raises(SignerUnavailableError, match="want their password"):
        home.keystore()
    assert not (home.path / "password").exists()
