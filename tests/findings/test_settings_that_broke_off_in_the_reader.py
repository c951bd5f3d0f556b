"""Settings that ended in a fault of this software, or in none for a minute, instead of a refusal.

``tomllib`` takes 70 seconds for a megabyte of ``a=a=…``; an interval beyond what a timer can wait ended its thread
without a word; `pathlib` and the system have errors of their own for what is no path.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ledger.bootstrap.home import Home
from ledger.config import MAX_FILE_BYTES, MAX_SECONDS, Config, config_of, load_settings
from ledger.errors import MalformedError, RequestRefusedError, TooLargeError


@pytest.fixture
def home(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return tmp_path


def settings_in(home: Path, text: str) -> Config:
    (home / "config.toml").write_text(text)
    return config_of(load_settings({"home": str(home)}, {}))


@pytest.mark.parametrize("path", ["~nobody-of-this-name/x", "a\0b", "x" * 5_000])
def test_a_home_that_is_no_path(path: str) -> None:
    with pytest.raises(RequestRefusedError):
        load_settings({"home": path}, {})


def test_a_password_file_of_an_unknown_user(home: Path) -> None:
    config = settings_in(home, 'password_file = "~nobody-of-this-name/password"')
    with pytest.raises(MalformedError):
        Home(config).password()


@pytest.mark.parametrize(
    "line",
    ['host = "a\\u0000b"', "port = " + "9" * 5_000, f"promise_seconds = {2**64}", f"anchor_seconds = {MAX_SECONDS}1"],
)
def test_a_value_that_nothing_can_hold(home: Path, line: str) -> None:
    with pytest.raises(MalformedError):
        settings_in(home, line)


def test_a_file_that_takes_the_square_of_its_size(home: Path) -> None:
    (home / "config.toml").write_bytes(b"a=" * MAX_FILE_BYTES)
    with pytest.raises(TooLargeError):
        load_settings({"home": str(home)}, {})


def test_the_longest_interval_can_be_waited_for(home: Path) -> None:
    assert settings_in(home, f"anchor_seconds = {MAX_SECONDS}").anchor_seconds == MAX_SECONDS
    assert time.monotonic() + MAX_SECONDS < 2**63 / 10**9  # what `threading` can wait for, in nanoseconds
