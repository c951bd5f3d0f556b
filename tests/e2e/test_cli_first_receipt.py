"""The commands of docs/first-receipt.md run as they are printed, against the service that its first one starts."""

from __future__ import annotations

from pathlib import Path

from tests.documents import environment, run, shell_blocks
from tests.e2e.running import demo_home, running


def test_from_nothing_to_a_verified_receipt(tmp_path: Path) -> None:
    start, *others = shell_blocks("first-receipt.md")
    assert start == "tradeledger up\n"
    home = demo_home(tmp_path / "home")
    with running(home):
        done = run("\n".join(others), tmp_path, environment(TRADELEDGER_HOME=str(home)))
    assert done.returncode == 0, done.stderr
    assert "Records check out. The step is signed by a known party." in done.stdout
    assert "exit code 1" in done.stdout
    assert "worth nothing" in done.stderr  # the coins of a development chain
    assert (tmp_path / "maker.key").stat().st_mode & 0o077 == 0
