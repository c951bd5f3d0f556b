"""``python -m scripts.load [--seconds N] [--clients N] [--rate N] [--batch N] [--write]``: three phases, one table."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scripts.load import report
from scripts.load.world import World

PATIENCE_SECONDS = 120.0
PHASES = ("up", "down", "back")


def main() -> int:
    """Measure, print the table, and say whether anything was lost."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as place:
        home, bodies = Path(place) / "home", [Path(place) / name for name in PHASES]
        world = World(home)
        requests = max(1, round(arguments.seconds / len(PHASES) * arguments.rate / arguments.batch))
        print(f"signing {len(PHASES) * requests * arguments.batch:,} events …", file=sys.stderr)
        for path in bodies:
            world.write_bodies(path, requests, arguments.batch)
        with _service(home) as (url, pid):
            plan = {
                "port": urlsplit(url).port, "key": world.api_key, "clients": arguments.clients,
                "perSecond": arguments.rate / arguments.batch,
            }  # fmt: skip
            phases = list(_phases(plan, bodies, _chain_of(pid)))
            after, is_whole = _afterwards(url, home, phases)
    text = (
        f"{arguments.rate:,} events a second due, {arguments.batch} a capture, {arguments.clients} clients, "
        f"{arguments.seconds / len(PHASES):.0f} seconds a phase."
    )
    print("\n".join([text, *report.rows(phases), after]))
    if arguments.write:
        report.PAGE.write_text(report.page(text, phases, after), encoding="utf-8")
    return 0 if is_whole else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.load")
    parser.add_argument("--seconds", type=float, default=60.0, help="for all three phases")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--rate", type=int, default=200, help="events that are due in a second")
    parser.add_argument("--batch", type=int, default=10, help="events in a capture")
    parser.add_argument("--write", action="store_true", help=f"write {report.PAGE.name} too")
    return parser.parse_args()


@contextmanager
def _service(home: Path) -> Iterator[tuple[str, int]]:
    """The service as an operator starts it, its log lines in a file."""
    command = [sys.executable, "-m", "ledger.cli", "up", "--home", str(home), "--port", "0"]
    with (home.parent / "log").open("wb") as lines:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=lines)
    try:
        yield _url(home, process), process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_SECONDS)


def _url(home: Path, process: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (home / "runtime.json").exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise TimeoutError((home.parent / "log").read_text())
        time.sleep(0.05)
    url = str(json.loads((home / "runtime.json").read_text())["url"])
    while _health(url)["reasons"]:
        time.sleep(0.05)
    return url


def _chain_of(pid: int) -> int:
    """Return the process id of the development chain that a service runs."""
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, children.read_text().split()):
            if b"anvil" in Path(f"/proc/{child}/cmdline").read_bytes():
                return child
    raise LookupError("the service runs no chain")


def _phases(plan: dict[str, Any], bodies: list[Path], chain: int) -> Iterator[report.Phase]:
    for name, path in zip(PHASES, bodies, strict=True):
        if name != "up":
            os.kill(chain, signal.SIGSTOP if name == "down" else signal.SIGCONT)
        print(f"chain {name} …", file=sys.stderr)
        asked = json.dumps(plan | {"bodies": str(path)}).encode()
        command = [sys.executable, "-m", "scripts.load.drive"]
        try:
            told = subprocess.run(command, input=asked, capture_output=True, check=True).stdout
        except BaseException:
            os.kill(chain, signal.SIGCONT)
            raise
        yield report.phase_of(name, json.loads(told))


def _afterwards(url: str, home: Path, phases: list[report.Phase]) -> tuple[str, bool]:
    """Wait until everything is final; say how long that took, and whether the log holds what was promised."""
    start, promised = time.monotonic(), sum(phase.events for phase in phases)
    while (records := _health(url)["records"])["final"] < records["sequenced"]:
        if time.monotonic() > start + PATIENCE_SECONDS:
            break
        time.sleep(0.1)
    with sqlite3.connect(f"file:{home / 'ledger.db'}?mode=ro", uri=True) as database:
        kept, distinct = database.execute("SELECT count(*), count(DISTINCT event_id) FROM events").fetchone()
    is_whole = records["final"] == records["sequenced"] == kept == distinct == promised
    seconds = time.monotonic() - start
    text = (
        f"Promised {promised:,} events; the log holds {kept:,}, each once ({distinct:,} eventIDs), and "
        f"{records['final']:,} were final {seconds:.1f} seconds after the last phase. Lost: {promised - kept}."
    )
    return text, is_whole


def _health(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{url}/health") as reply:  # noqa: S310  it is our own
        health: dict[str, Any] = json.load(reply)
    return health


if __name__ == "__main__":
    sys.exit(main())
