"""One run on one home: start the service, provoke something, start it again, wait until all is final, and judge."""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ledger.codec.checkpoint import parse_checkpoint
from ledger.codec.note import open_note
from ledger.service.trust import export_trust_root
from ledger.types import UnixTime
from tests.crash.clients import CUSTODIAL, Clients, ask, chain_url_of, url_of
from tests.crash.disk import Kept, read_kept
from tests.crash.invariants import Standing, violations
from tests.crash.points import ARMED, STRUCK
from tests.crash.victim import ORDINARY, Life, Plan, wait_until
from tests.crash.world import World

STRIKE_SECONDS = 20.0
"""How long traffic goes on before a point that was not reached fails the row."""


@dataclass
class Run:
    """A home, the process that serves it, the clients that speak to it, and what was on disk at each death."""

    world: World
    home: Path
    clients: Clients
    deaths: list[Kept] = field(default_factory=list)
    started: bool = False
    life: Life = field(init=False)

    # --- the process ---

    @property
    def url(self) -> str:
        return url_of(self.home)

    @property
    def pid(self) -> int:
        assert self.life.process.pid is not None
        return self.life.process.pid

    def start(self, plan: Plan = ORDINARY) -> None:
        """Start the service and wait until it answers."""
        self.begin(plan)
        self.life.wait_until_announced()

    def begin(self, plan: Plan = ORDINARY) -> None:
        """Start the service, which may die before it answers."""
        for mark in (ARMED, STRUCK):
            (self.home / mark).unlink(missing_ok=True)
        self.life, self.started = Life(self.home, plan), True

    def arm(self) -> None:
        (self.home / ARMED).touch()

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def must_die(self) -> None:
        """Wait for the death by SIGKILL, and keep what is on disk then."""
        code = self.life.wait_until_dead(STRIKE_SECONDS)
        assert code == -signal.SIGKILL, f"it ended with {code} instead: {self.life.errors}"
        self.deaths.append(read_kept(self.home))
        self.started = False

    def must_be_struck(self, times: int = 1) -> None:
        struck = self.home / STRUCK
        wait_until(lambda: struck.exists() and len(struck.read_bytes()) >= times, lambda: "not reached", STRIKE_SECONDS)

    def end(self) -> None:
        code = self.life.end()
        assert code == 0, f"it ended with {code}: {self.life.errors}"
        self.started = False

    # --- what happens around it ---

    @contextmanager
    def traffic(self) -> Iterator[None]:
        with self.clients.traffic(self.url):
            yield

    @contextmanager
    def full_disk(self, limit: int = 0) -> Iterator[None]:
        """No file of the service can grow beyond ``limit`` bytes; its chain is another process and not concerned."""
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        try:
            yield
        finally:
            with suppress(ProcessLookupError):  # it may have ended over it
                resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    # --- the end ---

    def settle(self) -> None:
        """Everybody resends and goes on, on a service that runs undisturbed, until everything is final."""
        if not self.started:
            self.start()
        self.clients.resend(self.url)
        for party in self.world.api_keys:
            self.clients.submit(self.url, party, events=2, keyed=party == CUSTODIAL)
        wait_until(self._is_final, lambda: f"not everything becomes final: {self.health()} {self.life.errors}")
        wait_until(lambda: not read_kept(self.home).open_anchors(), lambda: "an anchor comes to no end")
        self.clients.look(self.url)

    def must_start_as_one_log(self) -> None:
        """An interrupted first start ends in one log, which every later start finds again."""
        self.start()
        parameters = ask(self.url, "GET", "/log")
        assert (parameters.status, self.health().get("status")) == (200, "ok"), self.life.errors
        self.end()
        self.start()
        assert ask(self.url, "GET", "/log") == parameters, "it starts as another log"

    def judge(self) -> dict[str, list[str]]:
        """What does not hold now, by column."""
        chain = self.world.chain(self.home, chain_url_of(self.home))
        log_id = self.world.terms.log_id
        note = ask(self.url, "GET", "/log/checkpoint").content
        try:
            return violations(
                Standing(
                    url=self.url,
                    clients=self.clients,
                    checkpoint=parse_checkpoint(open_note(note, [self.world.log_key]).text),
                    heads=chain.heads(log_id, chain.first_block(), chain.latest_block().number),
                    nonce=chain.nonce(self.world.accounts.anchorer),
                    trust_root=export_trust_root(chain, [log_id], UnixTime(int(time.time()))),
                    deaths=self.deaths,
                    kept=read_kept(self.home),
                )
            )
        finally:
            chain.close()

    def health(self) -> dict[str, Any]:
        reply = ask(self.url, "GET", "/health")
        return reply.content if reply.status == 200 else {"status": reply.status}

    def _is_final(self) -> bool:
        assert self.life.process.is_alive(), f"it ended: {self.life.errors}"
        records = self.health().get("records", {"final": 0, "sequenced": 1})
        unanswered = [submission for submission in self.clients.submissions if submission.results is None]
        for submission in unanswered:
            self.clients.send(self.url, submission)
        return not unanswered and bool(records["final"] == records["sequenced"])
