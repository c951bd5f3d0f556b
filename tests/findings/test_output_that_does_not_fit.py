"""A command whose output could not be written, as onto a full disk, ended with the code of bad evidence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")
COMMAND = (sys.executable, "-m", "ledger.cli")

pytestmark = pytest.mark.skipif(not FULL.exists(), reason="no /dev/full on this system")


def test_onto_a_full_disk_it_reads_could_not() -> None:
    with FULL.open("wb") as full:
        ended = subprocess.run([*COMMAND, "--version"], check=False, stdout=full)
    assert ended.returncode == 3


def test_a_refusal_that_cannot_be_told_reads_could_not() -> None:
    with FULL.open("wb") as full:
        ended = subprocess.run([*COMMAND, "verify", "none", "--trust-root", "none"], check=False, stderr=full)
    assert ended.returncode == 3
