"""``python -m scripts.fuzz [--seconds N] [--target NAME …]``: fuzz each parser with atheris, guided by what it reaches.

The parsers and the property they must hold are those of ``tests/property/fuzz``. Where atheris is not installed (it
has wheels for Linux alone and is no dependency) the command says so in one sentence. It ends with 1 at a finding,
whose bytes it prints.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import subprocess
import sys
import tempfile
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from tests.property.fuzz.parsers import PARSERS

ABSENT = "atheris is not installed (pip install atheris): the properties of tests/property/fuzz draw without guidance"
SECONDS = 60
MOST_MEGABYTES = 2_048
MOST_SECONDS_AN_INPUT = 20
MOST_BYTES = 1 << 16

_EXECUTED = re.compile(r"stat::number_of_executed_units:\s*([0-9]+)")


@dataclass(frozen=True, slots=True)
class Ending:
    """How the fuzzing of one parser ended."""

    executions: int
    finding: bytes | None
    output: str


def fuzz(name: str, seconds: int) -> Ending:
    """Return what ``seconds`` of fuzzing the parser of this name came to."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as room:
        corpus, findings = Path(room, "corpus"), Path(room, "findings")
        corpus.mkdir()
        findings.mkdir()
        for place, seed in enumerate(PARSERS[name].seeds):
            (corpus / f"seed-{place}").write_bytes(seed)
        limits = (
            f"-max_total_time={seconds}", f"-rss_limit_mb={MOST_MEGABYTES}", f"-timeout={MOST_SECONDS_AN_INPUT}",
            f"-max_len={MOST_BYTES}", f"-artifact_prefix={findings}/", "-print_final_stats=1",
        )  # fmt: skip
        command = [sys.executable, "-m", "scripts.fuzz.target", name, *limits, str(corpus)]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        found = next((path.read_bytes() for path in findings.iterdir()), b"" if done.returncode else None)
    executed = _EXECUTED.search(done.stderr)
    return Ending(int(executed[1]) if executed else 0, found, done.stdout + done.stderr)


def main() -> None:
    """Fuzz the parsers that are named, all unless named, and print one line each."""
    parser = argparse.ArgumentParser(prog="python -m scripts.fuzz")
    parser.add_argument("--seconds", type=int, default=SECONDS, help=f"for each parser (default: {SECONDS})")
    parser.add_argument("--target", action="append", choices=PARSERS, metavar="NAME", help="one parser (repeatable)")
    arguments = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        sys.exit(ABSENT)
    findings = 0
    for name in arguments.target or PARSERS:
        ending = fuzz(name, arguments.seconds)
        print(f"{ending.executions:>12,}  {'FINDING' if ending.finding is not None else 'ok':7}  {name}", flush=True)
        if ending.finding is not None:
            findings += 1
            print(f"{ending.output}\nbytes in base64: {b64encode(ending.finding).decode()}", flush=True)
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
