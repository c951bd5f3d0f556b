"""Anchoring from the first head to a final one, through crashes, reorganisations, outages and other histories.

On the chain in memory and on a real anvil.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Thread

import pytest

from ledger.adapters.devnet import Devnet
from ledger.adapters.ethereum_finality import DurableHeight
from ledger.adapters.log_key import LogKey
from ledger.adapters.memory import MemoryStore, MemoryTileStore
from ledger.codec.merkle import leaf_hash
from ledger.errors import ChainUnavailableError
from ledger.ports import RECEIPT_LAG_SECONDS, Anchor, AnchoredHead, AnchorState, StoredCheckpoint
from ledger.service.anchor import RAISE_AFTER_SECONDS, Anchorer, AnchorEvent, AnchorNotice
from ledger.service.publish import Publisher
from ledger.types import Hash32, UnixTime
from tests.adapters.chains import DEPTH, MIN_INTERVAL, ORIGIN, ChainWorld, anvil_world, memory_world
from tests.adapters.stored import new_event

NOW = UnixTime(1_795_000_000)


@pytest.fixture(scope="session")
def devnet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Devnet]:
    with Devnet(tmp_path_factory.mktemp("devnet")) as running:
        yield running


@pytest.fixture(params=["memory", "anvil"])
def world(request: pytest.FixtureRequest) -> Iterator[ChainWorld]:
    if request.param == "memory":
        yield memory_world()
    else:
        with anvil_world(request.getfixturevalue("devnet")) as on_anvil:
            yield on_anvil


class Log:
    """A log that is published, and its anchorer."""

    def __init__(self, world: ChainWorld) -> None:
        self.world = world
        self.store = MemoryStore()
        self.tiles = MemoryTileStore()
        self.publisher = Publisher(self.store, self.tiles, LogKey(b"\x01" * 32), ORIGIN, lambda: NOW)
        self.now = NOW
        self.restart()

    def restart(self) -> None:
        self.anchorer = Anchorer(
            self.store, self.tiles, self.world.chain, self.world.signer, self.world.log_id, self.world.anchorer
        )

    def grow(self, records: int = 3) -> StoredCheckpoint:
        first = self.store.record_count()
        self.store.append([new_event(number) for number in range(first, first + records)], NOW)
        self.publisher.integrate()
        checkpoint = self.publisher.checkpoint()
        assert checkpoint is not None
        return checkpoint

    def step(self, seconds: int = 0) -> list[AnchorEvent]:
        return [notice.event for notice in self.notices(seconds)]

    def notices(self, seconds: int = 0) -> tuple[AnchorNotice, ...]:
        self.now = UnixTime(self.now + seconds)
        return self.anchorer.step(self.now)

    def settled(self) -> None:
        """Wait until what was sent is mined."""
        for anchor in self.store.open_anchors():
            if anchor.state is AnchorState.SUBMITTED:
                self.world.mined(anchor.transactions[-1])

    def anchor(self, records: int = 3) -> AnchoredHead:
        """Grow and anchor, all the way to ANCHORED."""
        checkpoint = self.grow(records)
        self.world.controls.pass_time(MIN_INTERVAL)
        assert AnchorEvent.SUBMITTED in self.step()
        self.settled()
        assert AnchorEvent.ANCHORED in self.step()
        head = self.world.chain.head(self.world.log_id)
        assert head is not None and head.tree_size == checkpoint.tree_size
        return head

    def latest(self) -> Anchor:
        anchor = self.store.latest_anchor()
        assert anchor is not None
        return anchor


@pytest.fixture
def log(world: ChainWorld) -> Log:
    return Log(world)


class TestStraightOn:
    def test_a_checkpoint_becomes_anchored_and_final(self, log: Log) -> None:
        assert log.step() == []  # nothing to anchor yet
        checkpoint = log.grow()

        assert log.step() == [AnchorEvent.SUBMITTED]
        log.settled()
        assert log.step() == [AnchorEvent.ANCHORED]
        head, anchor = log.world.chain.head(log.world.log_id), log.latest()
        assert head == AnchoredHead(
            checkpoint.tree_size, checkpoint.root_hash, anchor.block or 0, anchor.time or NOW, anchor.transactions[-1]
        )
        assert log.step() == []
        log.world.controls.mine(DEPTH)
        assert log.step() == [AnchorEvent.FINAL]
        assert log.store.final_size() == checkpoint.tree_size
        assert log.step() == []

    def test_each_head_extends_the_one_on_chain(self, log: Log) -> None:
        sizes = [log.anchor(records).tree_size for records in (1, 300, 5)]

        heads = log.world.chain.heads(log.world.log_id, 0, log.world.latest().number)
        assert [head.tree_size for head in heads] == sizes == [1, 301, 306]
        assert log.store.anchored_covering(1) == replace(log.store.anchored_covering(1), tree_size=301)  # type: ignore[type-var]

    def test_what_comes_too_soon_waits(self, log: Log) -> None:
        log.anchor()
        log.grow()

        (notice,) = log.notices()
        assert notice.event is AnchorEvent.WAITING and notice.detail.startswith("TooSoon(")
        log.world.controls.pass_time(MIN_INTERVAL)
        assert log.step() == [AnchorEvent.SUBMITTED]

    def test_one_anchor_is_on_its_way_at_a_time(self, log: Log) -> None:
        log.world.controls.hold()
        log.grow()
        assert log.step() == [AnchorEvent.SUBMITTED]
        log.grow()

        assert log.step() == log.step() == []
        assert len(log.store.open_anchors()) == 1

    def test_two_steps_at_once_are_one(self, log: Log) -> None:
        log.grow()
        start = Barrier(2)
        done: list[AnchorNotice] = []

        def step() -> None:
            start.wait()
            done.extend(log.anchorer.step(NOW))

        threads = [Thread(target=step) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        log.settled()
        log.step()

        assert [notice.event for notice in done].count(AnchorEvent.SUBMITTED) == 1
        assert len(log.world.chain.heads(log.world.log_id, 0, log.world.latest().number)) == 1


class TestCrashes:
    def test_a_crash_before_the_transaction_is_sent(self, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
        log.grow()
        with monkeypatch.context() as patch:
            patch.setattr(log.world.chain, "broadcast", _crash)
            with pytest.raises(KeyboardInterrupt):
                log.step()
        (kept,) = log.store.open_anchors()
        log.restart()

        assert log.step() == []  # it is sent again, as it was
        log.settled()
        assert log.step() == [AnchorEvent.ANCHORED]
        assert log.latest().transactions == kept.transactions

    def test_a_crash_after_the_transaction_is_sent(self, log: Log) -> None:
        log.grow()
        log.step()
        log.settled()
        log.restart()

        assert log.step() == [AnchorEvent.ANCHORED]
        assert log.step() == []

    def test_a_head_on_chain_that_the_store_lost_is_adopted(self, log: Log) -> None:
        head = log.anchor()
        log.store._anchors.clear()
        log.restart()

        assert log.step() == [AnchorEvent.ADOPTED]
        adopted = log.latest()
        assert (adopted.tree_size, adopted.block, adopted.time) == (head.tree_size, head.block, head.time)
        assert adopted.transactions == (head.transaction,) and adopted.state is AnchorState.ANCHORED
        log.world.controls.mine(DEPTH)
        assert log.step() == [AnchorEvent.FINAL]

    def test_an_adopted_head_that_is_lost_again_is_anchored_anew(self, log: Log) -> None:
        log.anchor()
        log.store._anchors.clear()
        log.step()
        log.world.controls.reorganise(1)

        assert log.step() == [AnchorEvent.REORGED, AnchorEvent.ABANDONED, AnchorEvent.SUBMITTED]


class TestFees:
    def test_an_unmined_anchor_offers_more_under_its_nonce(self, log: Log) -> None:
        log.world.controls.hold()
        log.grow()
        log.step()
        (first,) = log.store.open_anchors()

        assert log.step(RAISE_AFTER_SECONDS - 1) == []
        assert log.step(1) == [AnchorEvent.RAISED]
        (raised,) = log.store.open_anchors()
        assert raised.nonce == first.nonce and len(raised.transactions) == 2
        log.world.controls.mine()
        log.world.mined(raised.transactions[-1])
        assert log.step() == [AnchorEvent.ANCHORED]
        assert log.latest().transactions[-1] == raised.transactions[-1]

    def test_an_earlier_attempt_may_be_the_one_that_is_mined(self, log: Log) -> None:
        log.world.controls.hold()
        log.grow()
        log.step()
        log.step(RAISE_AFTER_SECONDS)
        (raised,) = log.store.open_anchors()
        swapped = replace(raised, transactions=raised.transactions[::-1])
        log.store.put_anchor(swapped)
        log.world.controls.mine()
        log.world.mined(raised.transactions[-1])

        assert log.step() == [AnchorEvent.ANCHORED]
        assert log.latest().transactions[-1] == raised.transactions[-1]  # the one on chain stands last

    def test_a_lost_pool_is_filled_again(self, log: Log) -> None:
        log.world.controls.hold()
        log.grow()
        log.step()
        (sent,) = log.store.open_anchors()
        log.world.controls.lose_pool()

        assert log.step() == []
        log.world.controls.mine()
        log.world.mined(sent.transactions[-1])
        assert log.step() == [AnchorEvent.ANCHORED]

    def test_a_nonce_that_something_else_used(self, log: Log) -> None:
        log.world.controls.hold()
        log.grow()
        log.step()
        log.world.controls.lose_pool()
        log.world.controls.release()
        log.world.act(log.world.anchorer, "openLog", "another.example", b"\x01" * 32, log.world.anchorer)

        assert log.step() == []  # its receipt may be behind
        assert log.step(RECEIPT_LAG_SECONDS) == [AnchorEvent.ABANDONED, AnchorEvent.SUBMITTED]
        log.settled()
        assert log.step() == [AnchorEvent.ANCHORED]

    def test_an_anchor_behind_a_gap_is_made_anew(self, log: Log) -> None:
        log.world.controls.hold()
        log.grow()
        log.step()
        (sent,) = log.store.open_anchors()
        log.store._anchors.clear()
        log.store.put_anchor(replace(sent, nonce=sent.nonce + 3))
        log.world.controls.lose_pool()

        assert log.step() == [AnchorEvent.ABANDONED, AnchorEvent.SUBMITTED]


class TestReorganisations:
    def test_an_anchor_whose_block_is_gone_is_sent_again(self, log: Log, caplog: pytest.LogCaptureFixture) -> None:
        before = log.anchor()
        log.world.controls.hold()
        log.world.controls.reorganise(1)

        assert log.step() == [AnchorEvent.REORGED]
        assert "its block is gone" in caplog.text
        (anchor,) = log.store.open_anchors()
        assert anchor.state is AnchorState.SUBMITTED and anchor.block is None
        assert log.store.latest_anchor() is None
        log.world.controls.mine()
        log.world.mined(anchor.transactions[-1])
        assert log.step() == [AnchorEvent.ANCHORED]
        after = log.world.chain.head(log.world.log_id)
        assert after is not None and after.root_hash == before.root_hash and after.block != before.block

    def test_a_deep_one_takes_several_back_and_all_records_are_anchored_in_the_end(self, log: Log) -> None:
        for _ in range(3):
            head = log.anchor()
        log.world.controls.reorganise(DEPTH)  # no deeper than what is final
        seen: list[AnchorEvent] = []
        for _ in range(12):
            log.world.controls.pass_time(MIN_INTERVAL)
            seen += log.step()
            log.settled()
            newest = log.store.latest_anchor()
            if newest is not None and newest.tree_size == head.tree_size:
                break

        assert seen.count(AnchorEvent.REORGED) == DEPTH
        on_chain = log.world.chain.head(log.world.log_id)
        assert on_chain is not None and on_chain.root_hash == head.root_hash
        assert log.anchorer.refusal is None

    def test_a_final_anchor_is_left_alone(self, log: Log) -> None:
        log.anchor()
        log.world.controls.mine(DEPTH)
        log.step()

        assert log.store.open_anchors() == () and log.step() == []


class TestOutages:
    def test_everything_stays_queued(self, log: Log) -> None:
        log.grow()
        with log.world.controls.outage():
            for _ in range(2):
                with pytest.raises(ChainUnavailableError):
                    log.step()
            log.grow()
        assert log.store.open_anchors() == ()

        assert log.step() == [AnchorEvent.SUBMITTED]
        log.settled()
        assert log.step() == [AnchorEvent.ANCHORED]
        assert log.latest().tree_size == 6

    def test_an_outage_while_an_anchor_is_on_its_way(self, log: Log) -> None:
        log.grow()
        log.step()
        log.settled()
        with log.world.controls.outage(), pytest.raises(ChainUnavailableError):
            log.step()

        assert log.step() == [AnchorEvent.ANCHORED]


class TestOtherHistories:
    def refused(self, log: Log, caplog: pytest.LogCaptureFixture) -> str:
        """The step says so once, loudly, and nothing is sent any more."""
        nonce = log.world.chain.nonce(log.world.anchorer)
        with caplog.at_level(logging.CRITICAL):
            assert log.step() == [AnchorEvent.REFUSED]
        assert "REFUSED" in caplog.text
        log.world.controls.pass_time(MIN_INTERVAL)
        assert log.step() == log.step() == []
        assert log.world.chain.nonce(log.world.anchorer) == nonce
        assert log.anchorer.refusal is not None
        return log.anchorer.refusal

    def test_a_chain_that_knows_more_than_this_log(self, log: Log, caplog: pytest.LogCaptureFixture) -> None:
        log.grow(2)
        log.world.mined(log.world.send_anchor(5, leaf_hash(b"five"), []))

        assert "5 records, this log has signed 2" in self.refused(log, caplog)

    def test_a_chain_that_knows_an_empty_log_to_be_full(self, log: Log, caplog: pytest.LogCaptureFixture) -> None:
        log.world.mined(log.world.send_anchor(5, leaf_hash(b"five"), []))

        assert "this log has signed 0" in self.refused(log, caplog)

    @pytest.mark.parametrize("records", [3, 5])
    def test_another_root_for_the_same_records(self, log: Log, caplog: pytest.LogCaptureFixture, records: int) -> None:
        log.grow(records)
        log.world.mined(log.world.send_anchor(3, Hash32(leaf_hash(b"another history")), []))

        assert "another root for 3 records" in self.refused(log, caplog)

    def test_an_account_that_may_not_anchor(self, log: Log, caplog: pytest.LogCaptureFixture) -> None:
        log.world.act(log.world.owner, "replaceAnchorer", log.world.log_id, log.world.others[0])
        log.grow()

        assert self.refused(log, caplog).startswith("NotAnchorer(")

    def test_an_anchor_that_reverts_on_chain_is_told_and_made_anew(self, log: Log) -> None:
        log.world.controls.hold()
        log.grow()
        log.step()
        (sent,) = log.store.open_anchors()
        log.world.controls.lose_pool()
        log.world.controls.release()
        log.world.act(log.world.owner, "replaceAnchorer", log.world.log_id, log.world.others[0])
        log.step()  # sent again
        log.world.mined(sent.transactions[-1])
        log.world.act(log.world.owner, "replaceAnchorer", log.world.log_id, log.world.anchorer)

        abandoned, submitted = log.notices()
        assert abandoned.event is AnchorEvent.ABANDONED and "NotAnchorer(" in abandoned.detail
        assert submitted.event is AnchorEvent.SUBMITTED

    def test_the_next_account_takes_over(self, log: Log) -> None:
        before = log.anchor()
        log.world.controls.pass_time(MIN_INTERVAL)
        log.world.controls.hold()
        log.grow()
        log.step()  # sent, and never mined
        log.world.controls.lose_pool()
        log.world.controls.release()
        successor = log.world.others[0]
        log.world.act(log.world.owner, "replaceAnchorer", log.world.log_id, successor)
        log.world.anchorer = successor
        log.restart()

        abandoned, submitted = log.notices()
        assert "another account" in abandoned.detail and submitted.event is AnchorEvent.SUBMITTED
        log.settled()
        assert AnchorEvent.ANCHORED in log.step()
        assert log.latest().account == successor
        assert log.store.anchored_covering(0).tree_size == before.tree_size  # type: ignore[union-attr]


class TestDevelopmentChain:
    def test_what_a_killed_anvil_forgot_is_anchored_again_and_final_on_an_idle_chain(self, tmp_path: Path) -> None:
        with Devnet(tmp_path) as devnet, anvil_world(devnet, DurableHeight(devnet.durable_block)) as world:
            devnet.flush()
            log = Log(world)
            log.grow()
            with devnet._keeping:  # no dump while it is anchored
                log.step()
                log.settled()
                assert log.step() == [AnchorEvent.ANCHORED]
                os.kill(devnet.pid, signal.SIGKILL)
            seen: list[AnchorEvent] = []
            deadline = time.monotonic() + 20
            while AnchorEvent.FINAL not in seen and time.monotonic() < deadline:
                with suppress(ChainUnavailableError):
                    seen += log.step()

            assert seen == [AnchorEvent.REORGED, AnchorEvent.ANCHORED, AnchorEvent.FINAL]
            head = world.chain.head(world.log_id)
            assert head is not None and head.tree_size == log.store.final_size() == 3


def _crash(*_: object) -> None:
    raise KeyboardInterrupt
