"""A real ``tradeledger up`` in a process of its own, on a home of demo strength and any free port."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ledger.bootstrap.home import DEMO_MARK
from tests.documents import environment

PATIENCE_SECONDS = 60.0


class Running:
    """A started service: its process, its home, and what it wrote down about itself."""

    def __init__(self, process: subprocess.Popen[str], home: Path) -> None:
        self.process = process
        self.home = home
        self.runtime: dict[str, Any] = json.loads((home / "runtime.json").read_bytes())

    def end(self, by: int = signal.SIGTERM) -> tuple[int, str, str]:
        """The exit code and what was printed, after this signal."""
        self.process.send_signal(by)
        out, err = self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode, out, err


def demo_home(path: Path) -> Path:
    """A new home whose keys are sealed lightly."""
    path.mkdir(mode=0o700)
    (path / DEMO_MARK).touch()
    return path


def launch(home: Path, *flags: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "ledger.cli", "up", "--home", str(home), "--port", "0", *flags]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())


@contextmanager
def running(home: Path, *flags: str) -> Iterator[Running]:
    process = launch(home, *flags)
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (home / "runtime.json").exists():
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline, "it does not start"
            time.sleep(0.05)
        yield Running(process, home)
    finally:
        if process.poll() is None:
            process.terminate()
            process.communicate(timeout=PATIENCE_SECONDS)
