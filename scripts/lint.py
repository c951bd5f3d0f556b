"""Run every check of `make lint`, as many at a time as there are cores, and say which failed.

A generated file is checked fresh by its generator: `python -m scripts.NAME --check` exits with a sentence when what it
would write differs from what is there. Every `scripts/make_*.py` is such a generator; others stand in ``GENERATORS``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent
GENERATORS = ["export_artifacts", "gas", *sorted(path.stem for path in SCRIPTS.glob("make_*.py"))]

CHECKS: dict[str, list[str]] = {
    "types (mypy)": ["mypy"],
    "Solidity style (prettier)": ["prettier", "--check", "--log-level", "warn", "."],
    "Solidity rules (solhint)": ["solhint", "--noPoster", "--disc", "--max-warnings", "0", "contracts/**/*.sol"],
    **{f"fresh ({name})": [sys.executable, "-m", f"scripts.{name}", "--check"] for name in GENERATORS},
    "rules (ruff check)": ["ruff", "check", "--output-format", "concise", "."],
    "style (ruff format)": ["ruff", "format", "--check", "--output-format", "concise", "."],
    "layers (import-linter)": ["lint-imports", "--no-logo"],
    "locks": [sys.executable, "-m", "scripts.check_locks"],
}


def check(command: list[str]) -> tuple[int, str, float]:
    """Return the exit code, the output and the seconds of one check."""
    start = time.monotonic()
    done = subprocess.run(
        command, cwd=SCRIPTS.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return done.returncode, done.stdout, time.monotonic() - start


def main() -> None:
    """Run all checks; exit with 1 when one fails."""
    failed = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, (code, output, seconds) in zip(CHECKS, pool.map(check, CHECKS.values()), strict=True):
            print(f"{'FAILED' if code else 'ok':6}  {seconds:5.1f} s  {name}", flush=True)
            if code:
                failed.append(name)
                print(output, flush=True)
    sys.exit(f"lint failed: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
