"""A development chain that died while no process could be started was never started again: its supervisor had ended."""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ledger.adapters.devnet import Devnet

PATIENCE_SECONDS = 20.0


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "not within patience"
        time.sleep(0.02)


@contextmanager
def files_left(count: int) -> Iterator[None]:
    """This process can open ``count`` files more."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken = [os.open(os.devnull, os.O_RDONLY)]
    highest = max(int(path.name) for path in Path("/proc/self/fd").iterdir())
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 8, limits[1]))
    try:
        while True:
            taken.append(os.open(os.devnull, os.O_RDONLY))
    except OSError:
        for descriptor in taken[:count]:
            os.close(descriptor)
    try:
        yield
    finally:
        for descriptor in taken[count:]:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


@pytest.mark.parametrize("count", [0, 2])
def test_it_starts_again_once_files_can_be_opened(tmp_path: Path, caplog: pytest.LogCaptureFixture, count: int) -> None:
    with Devnet(tmp_path) as devnet:
        before = devnet.pid
        with files_left(count):
            os.kill(before, signal.SIGKILL)
            wait_until(lambda: "does not answer" in caplog.text)
        wait_until(lambda: devnet.pid != before)
        assert devnet.rpc("eth_chainId") == hex(devnet.chain_id)
