"""Whatever is done in whatever order, and however often it is reopened: SQLite and the store in memory never differ."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ledger.adapters.memory import MemoryStore
from ledger.adapters.sql.store import SqlStore
from ledger.errors import ConflictError, InternalError
from ledger.ports import AnchorState, NewEvent, Store, Submission
from ledger.types import Address, UnixTime
from tests.adapters.stored import anchor, checkpoint, job, new_event
from tests.builders import hash_of, party

SMALL = st.integers(0, 12)
ACCOUNTS = st.sampled_from([Address(b"\x0a" * 20), Address(b"\x0b" * 20)])
TIMES = st.integers(0, 2**40).map(UnixTime)
EVENTS = st.builds(
    lambda number, signer, declares, record: replace(
        new_event(number, signer), has_declaration=declares, record=hash_of(f"record {record}")
    ),
    st.integers(0, 20),
    st.sampled_from(["maker", "carrier"]),
    st.booleans(),
    st.integers(),
)
SUBMISSIONS = st.builds(Submission, st.lists(EVENTS, max_size=5).map(tuple), st.booleans())


class Stores(RuleBasedStateMachine):
    """Does everything to both stores and compares what they answer, refusals included."""

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.memory, self.sql = MemoryStore(), SqlStore(self.folder / "ledger.db")
        self.seen: list[NewEvent] = []

    def teardown(self) -> None:
        self.sql.close()
        shutil.rmtree(self.folder)

    def same(self, act: Callable[[Store], Any]) -> Any:
        answers = [_answer(act, store) for store in (self.memory, self.sql)]
        assert answers[0] == answers[1]
        return answers[0]

    @rule(submissions=st.lists(SUBMISSIONS, max_size=4), at=TIMES)
    def append(self, submissions: list[Submission], at: UnixTime) -> None:
        self.same(lambda store: store.append_all(submissions, at))
        self.seen += [event for submission in submissions for event in submission.events]

    @rule()
    def append_record(self) -> None:
        self.same(lambda store: store.append_record(hash_of("head")))

    @rule(size=SMALL)
    def integrate(self, size: int) -> None:
        self.same(lambda store: store.set_integrated_size(size))

    @rule(number=SMALL, key=st.none() | st.sampled_from("abc"))
    def put_job(self, number: int, key: str | None) -> None:
        self.same(lambda store: store.put_job(job(number, key)))
        self.same(lambda store: store.job(f"job-{number}"))
        self.same(lambda store: store.job_by_key(party("maker"), key or "a"))

    @rule(size=SMALL, root=st.sampled_from(["root", "fork"]))
    def put_checkpoint(self, size: int, root: str) -> None:
        self.same(lambda store: store.put_checkpoint(checkpoint(size, root)))
        self.same(lambda store: store.checkpoint(size))

    @rule(account=ACCOUNTS, nonce=SMALL, size=SMALL, state=st.sampled_from(AnchorState))
    def put_anchor(self, account: Address, nonce: int, size: int, state: AnchorState) -> None:
        self.same(lambda store: store.put_anchor(anchor(nonce, size, state, account=account)))

    @rule(leaf_index=SMALL)
    def anchored_covering(self, leaf_index: int) -> None:
        self.same(lambda store: getattr(store.anchored_covering(leaf_index), "tree_size", None))

    @rule(start=SMALL, end=SMALL)
    def read(self, start: int, end: int) -> None:
        self.same(lambda store: store.records(start, end))
        self.same(lambda store: store.event_at(start))

    @precondition(lambda self: self.seen)
    @rule(data=st.data())
    def look_up(self, data: st.DataObject) -> None:
        event = data.draw(st.sampled_from(self.seen))
        self.same(lambda store: store.events_by_id(event.event_id))
        self.same(lambda store: store.event_by_digest(event.event_digest))

    @rule(closed=st.booleans())
    def reopen(self, closed: bool) -> None:
        if closed:
            self.sql.close()
        self.sql = SqlStore(self.folder / "ledger.db")

    @invariant()
    def agree(self) -> None:
        if hasattr(self, "sql"):
            self.same(lambda store: store.record_count())
            self.same(lambda store: store.integrated_size())
            self.same(lambda store: store.latest_checkpoint())
            self.same(lambda store: store.open_anchors())
            self.same(lambda store: getattr(store.latest_anchor(), "tree_size", None))
            self.same(lambda store: store.final_size())


def _answer(act: Callable[[Store], Any], store: Store) -> Any:
    try:
        return act(store)
    except (ConflictError, InternalError) as error:
        return type(error)


TestStores = Stores.TestCase
TestStores.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
