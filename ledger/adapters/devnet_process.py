"""One anvil process: the binary for this platform, started on loopback, and gone at the latest when this process is.

The binary is run itself, never through node: a kill by process id must reach it. It keeps nothing on disk; that is left
to `devnet_state`, and when to restart it to `devnet`.
"""

from __future__ import annotations

import os
import platform
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ledger.adapters.json_rpc import JsonRpc
from ledger.adapters.rpc_values import quantity
from ledger.errors import ChainUnavailableError

START_SECONDS = ANSWER_SECONDS = 60.0
"""A state of a hundred thousand slots takes some seconds to load, and to dump."""

KEPT_STATES = 16
"""States kept in memory for answers about recent blocks; anvil would keep all, gigabytes after some thousand blocks."""

_POLL_SECONDS = 0.01
_PORT_ATTEMPTS = 5
_ARCHITECTURES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
_FLAGS = (
    "--host", "127.0.0.1", "--no-cors", "--quiet",
    "--accounts", "0",  # no account whose key the world knows
    "--prune-history", str(KEPT_STATES),
    "--enable-tx-gas-limit",  # EIP-7825
    "--base-fee", "7", "--disable-min-priority-fee",  # what is drawn here for nothing shall last
)  # fmt: skip

# prctl(PR_SET_PDEATHSIG, SIGKILL), then anvil in place of this launcher. A parent that died before is noticed too.
_LAUNCHER = """
import ctypes, os, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
if os.getppid() != int(sys.argv[1]):
    sys.exit("the parent is gone")
os.execv(sys.argv[2], sys.argv[2:])
"""


def find_anvil() -> Path:
    """Return the anvil binary of this platform: of the npm package in this checkout, else the one on PATH."""
    architecture = _ARCHITECTURES.get(platform.machine().lower(), platform.machine())
    package = f"@foundry-rs/anvil-{sys.platform}-{architecture}"
    binary = Path(__file__).parents[2] / "node_modules" / package / "bin" / "anvil"
    if binary.exists():
        return binary
    on_path = shutil.which("anvil")
    if on_path is None:
        raise ChainUnavailableError(f"no development chain: npm package {package} is not installed (make setup)")
    return Path(on_path)


class AnvilProcess:
    """A running anvil. Start it from a thread that lives as long as it shall: it dies with that thread."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process = process
        self.port = port
        self.rpc = JsonRpc(f"http://127.0.0.1:{port}", ANSWER_SECONDS)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """End it at once; nothing is lost that was durable."""
        self.rpc.close()
        self._process.kill()
        self._process.wait()


def start_anvil(chain_id: int, genesis_time: int, state: Path | None, log: Path, port: int = 0) -> AnvilProcess:
    """Return an anvil that answers, with the dumped ``state`` or at its genesis, on ``port`` or any free one."""
    arguments = ["--chain-id", str(chain_id), "--timestamp", str(genesis_time), *_FLAGS]
    if state is not None:
        arguments += ["--load-state", str(state)]
    for _ in range(_PORT_ATTEMPTS):
        chosen = port or _free_port()
        anvil = AnvilProcess(_spawn([*arguments, "--port", str(chosen)], log), chosen)
        if _answers(anvil, chain_id):
            return anvil
        anvil.kill()
    reason = log.read_text(errors="replace").strip().splitlines()[-1:] or ["no reason given"]
    raise ChainUnavailableError(f"the development chain does not start: {reason[0]}")


def _spawn(arguments: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    launcher = [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(os.getpid()), str(find_anvil())]
    try:
        with log.open("wb") as output:
            return subprocess.Popen(
                [*launcher, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # an interrupt at the terminal is for the service, which stops its chain last
            )
    except OSError as error:  # no process or no file can be had now
        raise ChainUnavailableError(f"the development chain does not start: {error.strerror}") from None


def _answers(anvil: AnvilProcess, chain_id: int) -> bool:
    """Wait until it answers with its chain id; return whether it did before it ended (its port was taken)."""
    deadline = time.monotonic() + START_SECONDS
    while anvil.is_running and time.monotonic() < deadline:
        try:
            return quantity(anvil.rpc.call("eth_chainId"), "the chain id") == chain_id
        except ChainUnavailableError:
            time.sleep(_POLL_SECONDS)  # not listening yet
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
