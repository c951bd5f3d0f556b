"""Verification opens no socket: it runs where `socket.socket` raises, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ledger.domain.receipt import dump_receipt
from ledger.domain.trust_root import dump_trust_root
from tests.builders import World

WITHOUT_NETWORK = """
import socket, sys
def refuse(*arguments, **named): raise AssertionError("a socket was opened")
socket.socket = socket.create_connection = socket.getaddrinfo = refuse
sys.addaudithook(lambda event, _: refuse() if event.startswith("socket.") else None)

from pathlib import Path
from ledger.domain.report import render_text
from ledger.domain.verify import verify_files
receipt, trust_root, now = sys.argv[1:]
print(render_text(verify_files(Path(receipt).read_bytes(), Path(trust_root).read_bytes(), int(now))), end="")
forbidden = {"web3", "sqlalchemy", "fastapi", "http", "urllib.request", "ssl", "asyncio"} & sys.modules.keys()
assert not forbidden, forbidden
"""


def test_a_receipt_is_verified_without_a_network(tmp_path: Path) -> None:
    world = World.with_maker()
    logged = world.record()
    world.anchor()
    receipt, trust_root = tmp_path / "receipt.json", tmp_path / "trust-root.json"
    receipt.write_bytes(dump_receipt(world.receipt(logged)))
    trust_root.write_bytes(dump_trust_root(world.trust_root()))
    command = [sys.executable, "-c", WITHOUT_NETWORK, str(receipt), str(trust_root), str(world.now)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path.cwd())
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Records check out.")
