"""The development chain: what was final stays, however anvil or this process ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.adapters.devnet import Devnet
from ledger.errors import ChainUnavailableError
from ledger.types import Address

SOMEBODY = Address(b"\x11" * 20)


def height(devnet: Devnet) -> int:
    return int(str(devnet.rpc("eth_blockNumber")), 16)


def genesis(devnet: Devnet) -> object:
    block = devnet.rpc("eth_getBlockByNumber", "0x0", False)
    assert isinstance(block, dict)
    return block["hash"]


def balance(devnet: Devnet) -> int:
    return int(str(devnet.rpc("eth_getBalance", "0x" + SOMEBODY.hex(), "latest")), 16)


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def answers(devnet: Devnet) -> bool:
    try:
        devnet.rpc("eth_blockNumber")
    except ChainUnavailableError:
        return False
    return True


def kill_anvil(devnet: Devnet) -> None:
    """Kill it as the kernel would, and wait until it is there again."""
    pid = devnet.pid
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: devnet.pid != pid and answers(devnet))


def test_an_idle_chain_becomes_durable_by_itself(tmp_path: Path) -> None:
    with Devnet(tmp_path) as devnet:
        devnet.rpc("evm_mine")
        wait_for(lambda: devnet.durable_block().number == 1)


def test_everything_is_there_after_a_stop(tmp_path: Path) -> None:
    with Devnet(tmp_path) as devnet:
        chain_id, first = devnet.chain_id, genesis(devnet)
        devnet.fund(SOMEBODY, wei=5)
        devnet.rpc("anvil_mine", "0x3")
    with Devnet(tmp_path) as devnet:
        assert (devnet.chain_id, genesis(devnet)) == (chain_id, first)
        assert height(devnet) == devnet.durable_block().number == 3
        assert balance(devnet) == 5


def test_a_killed_anvil_is_back_at_its_durable_block(tmp_path: Path) -> None:
    with Devnet(tmp_path) as devnet:
        devnet.rpc("anvil_mine", "0x3")
        devnet.flush()
        durable, url = devnet.durable_block(), devnet.url
        with devnet._keeping:  # no dump of what comes now
            devnet.rpc("anvil_mine", "0x4")
            assert height(devnet) == 7 and devnet.durable_block() == durable
            os.kill(pid := devnet.pid, signal.SIGKILL)
        wait_for(lambda: devnet.pid != pid and answers(devnet))

        assert devnet.durable_block().number in (3, 7)  # the kill may come after a dump that was due
        assert height(devnet) == devnet.durable_block().number
        assert devnet.url == url


def test_a_chain_killed_before_its_first_block_starts_alike(tmp_path: Path) -> None:
    with Devnet(tmp_path) as devnet:
        first = genesis(devnet)
        for name in ("durable.json", devnet._folder.durable().file.name):  # type: ignore[union-attr]
            (tmp_path / name).unlink()
        kill_anvil(devnet)

        assert genesis(devnet) == first


def test_two_supervisors_do_not_share_a_folder(tmp_path: Path) -> None:
    with Devnet(tmp_path), pytest.raises(ChainUnavailableError, match="another process"):
        Devnet(tmp_path)
    with Devnet(tmp_path):
        pass  # the lock went with the first


@pytest.mark.parametrize("file", ["chain.json", "durable.json"])
@pytest.mark.parametrize("content", ["", "{}", "[]", '{"chainId": "many"}'])
def test_a_damaged_folder_is_refused_by_name(tmp_path: Path, file: str, content: str) -> None:
    with Devnet(tmp_path):
        pass
    (tmp_path / file).write_text(content)
    with pytest.raises(ChainUnavailableError, match=f"{file} is damaged"):
        Devnet(tmp_path)


def test_a_torn_dump_is_refused(tmp_path: Path) -> None:
    with Devnet(tmp_path) as devnet:
        devnet.rpc("evm_mine")
    state = tmp_path / json.loads((tmp_path / "durable.json").read_text())["state"]
    state.write_bytes(state.read_bytes()[:-100])
    with pytest.raises(ChainUnavailableError, match="does not start"):
        Devnet(tmp_path)


def test_one_dump_is_kept(tmp_path: Path) -> None:
    with Devnet(tmp_path) as devnet:
        for _ in range(3):
            devnet.rpc("evm_mine")
            devnet.flush()
    assert len(list(tmp_path.glob("state-*.json"))) == 1


def test_no_account_is_known_to_the_world(tmp_path: Path) -> None:
    with Devnet(tmp_path) as devnet:
        assert devnet.rpc("eth_accounts") == []
        assert 1 << 30 <= devnet.chain_id < 1 << 31


def test_it_says_what_it_is(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with Devnet(tmp_path):
        assert "DEVELOPMENT CHAIN" in caplog.text


def test_anvil_dies_with_its_supervisor(tmp_path: Path) -> None:
    program = (
        "import os, sys, pathlib; from ledger.adapters.devnet import Devnet;"
        "devnet = Devnet(pathlib.Path(sys.argv[1])); print(devnet.pid, flush=True); sys.stdin.read()"
    )
    supervisor = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert supervisor.stdout is not None and supervisor.stdin is not None
    anvil = int(supervisor.stdout.readline())
    supervisor.kill()
    supervisor.wait()
    supervisor.stdout.close()
    supervisor.stdin.close()

    wait_for(lambda: not _runs(anvil))
    with Devnet(tmp_path):
        pass  # nor is the folder locked


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False
