"""Clients as the spec wants them: they sign once, keep what they signed until it is answered, resend it unchanged, and
keep every promise and every checkpoint that they were ever given.
"""

from __future__ import annotations

import http.client
import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import urlsplit

from ledger.codec.checkpoint import Checkpoint, parse_checkpoint
from ledger.codec.note import open_note
from ledger.codec.promise import Promise, parse_promise
from ledger.service.signing import dump_envelope, sign_event
from ledger.types import UnixTime
from tests.api.house import some_event
from tests.crash.world import World

NO_ANSWER = 0
TIMEOUT_SECONDS = 20
CUSTODIAL = "courier"


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    content: Any


@dataclass(slots=True)
class Submission:
    """What one party hands in: the bytes, sent as often as needed, and the first answer that counts."""

    party: str
    body: bytes
    event_ids: tuple[str, ...]
    idempotency_key: str | None
    results: list[dict[str, Any]] | None = None


@dataclass(slots=True)
class Clients:
    """Everybody who speaks to one home, across all its deaths."""

    world: World
    submissions: list[Submission] = field(default_factory=list)
    notes: set[bytes] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    # --- what they hold ---

    def answered(self) -> list[Submission]:
        return [submission for submission in self.submissions if submission.results is not None]

    def promises(self) -> Iterator[tuple[str, Promise]]:
        """Every promise handed out, with the eventID it was given for."""
        for submission in self.answered():
            for result in submission.results or ():
                text = open_note(result["promise"].encode(), [self.world.log_key]).text
                yield result["eventID"], parse_promise(text)

    def heads(self) -> set[Checkpoint]:
        return {parse_checkpoint(open_note(note, [self.world.log_key]).text) for note in self.notes}

    # --- what they do ---

    def submit(self, url: str, party: str, events: int = 1, *, keyed: bool = False) -> Submission:
        """Hand in new events; without an answer they are kept to be sent again."""
        submission = self._draw(party, events, keyed=keyed)
        with self._lock:
            self.submissions.append(submission)
        self.send(url, submission)
        return submission

    def send(self, url: str, submission: Submission) -> Reply:
        """Send, and keep what was answered first; a later answer has to give the same places and promises."""
        headers = {"Authorization": f"Bearer {self.world.api_keys[submission.party]}"}
        if submission.idempotency_key is not None:
            headers["Idempotency-Key"] = submission.idempotency_key
        reply = ask(url, "POST", "/capture", submission.body, headers)
        if reply.status == 202:
            self._keep(submission, reply.content["results"])
        elif reply.status not in (NO_ANSWER, 503):
            self.faults.append(f"a good submission was answered with {reply.status}: {reply.content}")
        return reply

    def resend(self, url: str) -> None:
        """Send again what was not answered, and the last of what was."""
        open_ones = [submission for submission in self.submissions if submission.results is None]
        for submission in (*open_ones, *self.answered()[-3:]):
            self.send(url, submission)

    def look(self, url: str) -> None:
        """Fetch and keep the checkpoint."""
        reply = ask(url, "GET", "/log/checkpoint")
        if reply.status == 200:
            self.notes.add(reply.content)

    @contextmanager
    def traffic(self, url: str) -> Iterator[None]:
        """Every party hands in events, one submission after another, and somebody watches the checkpoint."""
        stopping = Event()
        threads = [
            Thread(target=self._repeat, args=(stopping, url, party), name=party) for party in self.world.api_keys
        ]
        threads.append(Thread(target=self._watch, args=(stopping, url), name="watcher"))
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stopping.set()
            for thread in threads:
                thread.join()

    def _repeat(self, stopping: Event, url: str, party: str) -> None:
        round_ = 0
        while not stopping.is_set():
            round_ += 1
            if self.submit(url, party, events=1 + round_ % 3, keyed=round_ % 2 == 0).results is None:
                stopping.wait(0.1)  # it is dead, or its disk is full

    def _watch(self, stopping: Event, url: str) -> None:
        while not stopping.is_set():
            self.look(url)
            stopping.wait(0.02)

    def _draw(self, party: str, events: int, *, keyed: bool) -> Submission:
        drawn = [some_event() for _ in range(events)]
        ids = tuple(str(event["eventID"]) for event in drawn)
        key = str(uuid.uuid4()) if keyed or party == CUSTODIAL else None  # whoever does not sign needs one to resend
        if party == CUSTODIAL:
            return Submission(party, json.dumps(drawn).encode(), ids, key)
        mandate, now = self.world.mandates[party], UnixTime(int(time.time()))
        signed = [sign_event(event, mandate, self.world.keystore, self.world.terms, now) for event in drawn]
        return Submission(party, b"[" + b",".join(map(dump_envelope, signed)) + b"]", ids, key)

    def _keep(self, submission: Submission, results: list[dict[str, Any]]) -> None:
        if unpromised := [result for result in results if "promise" not in result]:
            self.faults.append(f"a good submission was refused: {unpromised}")
        elif submission.results is None:
            submission.results = results
        elif places(results) != places(submission.results):
            self.faults.append(f"doubled: sent again it stands elsewhere: {results} and {submission.results}")


def places(results: list[dict[str, Any]]) -> list[tuple[str, int, str]]:
    return [(result["eventID"], result["leafIndex"], result["promise"]) for result in results]


def ask(url: str, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Reply:
    """What came back, JSON parsed; `NO_ANSWER` where nothing whole did."""
    sent = {"Content-Type": "application/json", **(headers or {})} if body is not None else headers or {}
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=TIMEOUT_SECONDS)
    try:
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        content = answer.read()
        is_json = "json" in answer.getheader("Content-Type", "")
        return Reply(answer.status, json.loads(content) if is_json else content)
    except (OSError, http.client.HTTPException):
        return Reply(NO_ANSWER, None)
    finally:
        connection.close()


def url_of(home: Path) -> str:
    return str(json.loads((home / "runtime.json").read_bytes())["url"])


def chain_url_of(home: Path) -> str:
    return str(json.loads((home / "runtime.json").read_bytes())["chainUrl"])
