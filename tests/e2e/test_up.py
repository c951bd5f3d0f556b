"""``tradeledger up``: what it prints, and that it ends cleanly and starts again where it ended."""

from __future__ import annotations

import json
import signal
import socket
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ledger.adapters.devnet_state import read_durable
from tests.e2e.running import demo_home, launch, running


def answers(url: str) -> bool:
    try:
        socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), 1).close()  # type: ignore[type-var]
    except OSError:
        return False
    return True


def parameters(url: str) -> object:
    with urllib.request.urlopen(f"{url}/log") as reply:
        return json.load(reply)


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_and_starts_again_as_the_same_log(tmp_path: Path, by: int) -> None:
    home = demo_home(tmp_path / "home")
    with running(home) as first:
        url, chain = first.runtime["url"], first.runtime["chainUrl"]
        before = parameters(url)
        code, out, err = first.end(by)
    assert (code, (home / "runtime.json").exists(), answers(url), answers(chain)) == (0, False, False, False), err
    assert f"Trade Ledger answers at {url}" in out
    assert "DEVELOPMENT CHAIN" in out
    assert "docs/first-receipt.md" in out
    assert "Traceback" not in err
    durable = read_durable(home / "devnet")
    assert durable is not None
    with running(home) as again:
        assert parameters(again.runtime["url"]) == before


def test_a_home_serves_one_service_at_a_time(tmp_path: Path) -> None:
    home = demo_home(tmp_path / "home")
    with running(home) as first:
        second = launch(home)
        _, err = second.communicate(timeout=60)
        assert (second.returncode, "refused" in err) == (2, True)
        assert json.loads((home / "runtime.json").read_bytes()) == first.runtime


def test_a_taken_port_is_refused_before_anything_is_opened(tmp_path: Path) -> None:
    home = demo_home(tmp_path / "home")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = launch(home, "--port", str(taken.getsockname()[1]))
        _, err = process.communicate(timeout=60)
    assert (process.returncode, "/port" in err, (home / "ledger.db").exists()) == (2, True, False)


def test_a_custodian_that_is_no_party_id_is_refused_and_nothing_stays_open(tmp_path: Path) -> None:
    process = launch(demo_home(tmp_path / "home"), "--custodian", "0x12")
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err.splitlines()[-1].startswith("tradeledger: refused: /custodian")) == (2, True)
    assert "Traceback" not in err
    with running(tmp_path / "home"):
        pass  # no lock was left, nor half a chain


def test_a_node_that_does_not_answer_is_could_not(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    flags = ("--chain-url", f"http://127.0.0.1:{port}", "--finality", "finalized")
    process = launch(demo_home(tmp_path / "home"), *flags)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, "could not be done now" in err) == (3, True)
