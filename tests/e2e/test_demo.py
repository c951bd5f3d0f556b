"""The demo: every honest record verifies, every lie is caught and named, and it ends with 0."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIES = (
    "edits the country of origin",
    "drops record",
    "puts departure before export clearance",
    "dates it thirty days back",
    "shows somebody else a log of the same size",
    "promises to anchor it within a second, and does not",
)


def test_the_demo_tells_its_story_to_the_end(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scripts.demo", "--home", str(tmp_path / "demo")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    assert "11 of 11 records check out" in done.stdout
    lines = done.stdout.splitlines()
    for lie in LIES:
        (place,) = [number for number, line in enumerate(lines) if lie in line]
        assert lines[place + 1].strip().startswith("Caught: "), lie
    assert done.stdout.count("the promise is broken") == 3
    assert "refuses to anchor it: Fork" in done.stdout
    assert "the contract says TooLate" in done.stdout
    assert "the contract says NotTaker" in done.stdout
    assert "Contract and log agree: DEMO East Sea Lines holds 750 kg" in done.stdout
    assert "Traceback" not in done.stderr
