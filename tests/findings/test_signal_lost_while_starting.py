"""A SIGTERM while ``tradeledger up`` was starting was raised where nobody hears it, and the service ran on."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.e2e.running import demo_home, launch


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_at_the_moment_of_the_announcement_ends_it(tmp_path: Path, by: signal.Signals) -> None:
    home = demo_home(tmp_path / "home")
    process = launch(home)
    while not (home / "runtime.json").exists():
        assert process.poll() is None, process.communicate()
    process.send_signal(by)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, (home / "runtime.json").exists()) == (0, False), err
