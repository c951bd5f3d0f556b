"""The sizes that `make bench` reports are promises, so they are tested; its speeds depend on the machine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_receipts_at_a_million_leaves_are_small() -> None:
    command = [sys.executable, "-m", "scripts.bench", "--quick", "--format", "json", "sizes"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    sizes = {figure["name"]: figure["value"] for figure in json.loads(done.stdout)["figures"]}
    assert sizes["receipt without the event's values, 1,000,000 leaves"] <= 2_048
    assert sizes["receipt of one serial of 10,000, 1,000,000 leaves"] <= 4_096
