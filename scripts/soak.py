"""``make soak``: the long forms of what `make test` runs once: everything that draws at random, and the matrices.

Rounds follow one another for as long as the environment variable MINUTES asks (30), each with new draws; one that has
begun is finished. It ends with the count of rounds, or at once with the first failure, whose reproduction the round
itself prints. ``python -m scripts.soak NAME...`` runs the named parts only.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time

PARTS = (
    ("properties", [sys.executable, "-m", "pytest", "-q", "-n", "2", "tests/property"]),
    ("contracts", ["node", "node_modules/hardhat/dist/src/cli.js", "test", "solidity"]),
    ("matrices", [sys.executable, "-m", "tests.matrices"]),
    ("drills", [sys.executable, "-m", "pytest", "-q", "-n", "0", "tests/drills"]),
    ("API description", [sys.executable, "-m", "pytest", "-q", "-n", "0", "tests/api/test_schemathesis.py"]),
    ("two verifiers", [sys.executable, "-m", "tests.web.differential", "--rounds", "5000", "--seed", "SEED"]),
    ("fuzzing", [sys.executable, "-m", "scripts.fuzz", "--seconds", "20"]),
    ("crashes", [sys.executable, "-m", "tests.crash", "--rounds", "1"]),
)
"""Name and command of each part; ``SEED`` becomes a number that no earlier round had."""

LONG = {"API_EXAMPLES": "200"}
"""What the environment says where a part's short form is a test."""

DEFAULT_MINUTES = "30"


def main() -> None:
    """Run rounds until the time is over; exit with 1 at the first that fails."""
    parser = argparse.ArgumentParser(prog="python -m scripts.soak", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="NAME", help=f"of {', '.join(name for name, _ in PARTS)}")
    wanted = parser.parse_args().parts
    parts = [part for part in PARTS if not wanted or part[0] in wanted]
    minutes = float(os.environ.get("MINUTES", DEFAULT_MINUTES))
    start, rounds = time.monotonic(), 0
    while time.monotonic() < start + 60 * minutes:
        for name, command in parts:
            run(name, command, rounds)
        rounds += 1
        print(f"soak: round {rounds} passed, minute {(time.monotonic() - start) / 60:.0f} of {minutes:g}", flush=True)
    print(f"soak: {rounds} rounds, no failure")


def run(name: str, command: list[str], rounds: int) -> None:
    """Run one part to its end; exit with what it printed where it fails."""
    drawn = [str(1_000_000 + 5_000 * rounds) if word == "SEED" else word for word in command]
    start = time.monotonic()
    done = subprocess.run(
        drawn, env={**os.environ, **LONG}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{done.stdout}\nsoak: {name} failed in round {rounds + 1}")
    print(f"soak: {name} passed in {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
