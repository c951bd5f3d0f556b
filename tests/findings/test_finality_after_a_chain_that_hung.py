"""A dump that hung with the chain put off the next by five times as long: twenty seconds cost eighty of finality."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from ledger.adapters import devnet
from ledger.adapters.devnet import Devnet

HUNG_SECONDS, REST_SECONDS, PATIENCE_SECONDS = 3.0, 0.2, 12.0


def test_a_chain_that_hung_is_final_soon_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devnet, "MAX_REST_SECONDS", REST_SECONDS)
    with Devnet(tmp_path / "devnet") as chain:
        os.kill(chain.pid, signal.SIGSTOP)
        time.sleep(HUNG_SECONDS)  # a look at it hangs as long
        os.kill(chain.pid, signal.SIGCONT)
        chain.rpc("evm_mine")
        mined = int(str(chain.rpc("eth_blockNumber")), 16)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while chain.durable_block().number < mined:
            assert time.monotonic() < deadline
            time.sleep(0.02)
