"""The second process: sends prepared captures when they are due, and watches the log grow. Standard library alone.

Times are counted from the moment a request was due, not from when a client was free to send it: a service that falls
behind shows it. A receipt can be had once a checkpoint covers the event, which is seen by asking for the checkpoint.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

POLL_SECONDS = 0.02
PATIENCE_SECONDS = 30.0


@dataclass
class Run:
    """What was sent and seen. ``sent``: due, answered, indexes; ``seen``: when, size of the log then."""

    port: int
    key: str
    per_second: float
    bodies: list[bytes]
    start: float = 0.0
    sent: list[tuple[float, float, list[int]]] = field(default_factory=list)
    seen: list[tuple[float, int]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    turn: count[int] = field(default_factory=count)
    ended: threading.Event = field(default_factory=threading.Event)

    def connect(self) -> http.client.HTTPConnection:
        """Return a connection, kept alive."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)

    def send(self) -> None:
        """Send what is due, one after the other, until nothing is left."""
        connection = self.connect()
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        while (number := next(self.turn)) < len(self.bodies):
            due = self.start + number / self.per_second
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                connection.request("POST", "/capture", self.bodies[number], headers)
                reply = connection.getresponse()
                job = json.loads(reply.read())
                indexes = [result["leafIndex"] for result in job["results"]] if job.get("success") else []
            except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
                self.errors.append(type(error).__name__)
                connection = self.connect()
                continue
            if not indexes:
                self.errors.append(f"status {reply.status}")
            self.sent.append((due, time.monotonic(), indexes))
        connection.close()

    def watch(self) -> None:
        """Note how the published log grows."""
        connection = self.connect()
        while not self.ended.is_set():
            connection.request("GET", "/log/checkpoint")
            reply = connection.getresponse()
            lines = reply.read().split(b"\n")
            if reply.status == 200:
                self.seen.append((time.monotonic(), int(lines[1])))
            time.sleep(POLL_SECONDS)
        connection.close()

    def covered(self) -> bool:
        """Say whether the published log holds everything that was sent."""
        last = max((max(indexes) for _, _, indexes in self.sent if indexes), default=-1)
        return bool(self.seen) and self.seen[-1][1] > last


def main() -> None:
    """Run the plan of standard input: port, key, clients, bodies a second, and a file with a body a line."""
    plan = json.load(sys.stdin)
    bodies = Path(plan["bodies"]).read_bytes().splitlines()
    run = Run(plan["port"], plan["key"], plan["perSecond"], bodies)
    run.start = time.monotonic() + 0.2
    watcher = threading.Thread(target=run.watch)
    clients = [threading.Thread(target=run.send) for _ in range(plan["clients"])]
    for thread in (watcher, *clients):
        thread.start()
    for thread in clients:
        thread.join()
    ended = time.monotonic()
    while not run.covered() and time.monotonic() < ended + PATIENCE_SECONDS:
        time.sleep(POLL_SECONDS)
    run.ended.set()
    watcher.join()
    result = {"start": run.start, "ended": ended, "sent": run.sent, "seen": run.seen, "errors": run.errors}
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
