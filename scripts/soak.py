"""``make soak``: repeat what draws at random (properties, state machines, Solidity fuzz), with new draws each round.

`make test` runs each of these once; here they run for as long as the environment variable MINUTES asks (30). It ends
with the count of rounds, or at once with the first failure, whose reproduction pytest or Hardhat prints.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

ROUNDS = (
    ("properties", [sys.executable, "-m", "pytest", "-q", "-n", "2", "tests/property"]),
    ("contracts", ["node", "node_modules/hardhat/dist/src/cli.js", "test", "solidity"]),
)
DEFAULT_MINUTES = "30"


def main() -> None:
    """Run rounds until the time is over; exit with 1 at the first that fails."""
    minutes = float(os.environ.get("MINUTES", DEFAULT_MINUTES))
    end, rounds = time.monotonic() + 60 * minutes, 0
    while time.monotonic() < end:
        for name, command in ROUNDS:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            if done.returncode:
                sys.exit(f"{done.stdout}\nsoak: {name} failed in round {rounds + 1}")
        rounds += 1
        print(f"soak: round {rounds} passed, {max(0.0, end - time.monotonic()) / 60:.0f} minutes left", flush=True)
    print(f"soak: {rounds} rounds in {minutes:g} minutes, no failure")


if __name__ == "__main__":
    main()
