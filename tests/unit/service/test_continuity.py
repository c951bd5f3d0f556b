"""A store has to prove what its log has shown: on the chain in memory, with every way to be older or another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.adapters.log_key import LogKey
from ledger.adapters.memory import MemoryStore, MemoryTileStore
from ledger.codec.note import VerifierKey
from ledger.codec.tree import root_hash
from ledger.errors import ContinuityError, InternalError, RootMismatchError
from ledger.ports import AnchorState, NewEvent
from ledger.service.anchor import Anchorer
from ledger.service.continuity import RootWalk, prove_copy, require_continuity
from ledger.service.publish import Publisher
from ledger.service.rebuild import adopt_anchors, rebuild_files
from tests import oracle
from tests.adapters.chains import MIN_INTERVAL, ORIGIN, ChainWorld, memory_world
from tests.adapters.stored import AT, new_event
from tests.builders import hash_of

SIGNER = LogKey(b"\x01" * 32)
KEY = VerifierKey(ORIGIN, SIGNER.public_key)


class Log:
    """A log on a chain, of which an older copy can be kept."""

    def __init__(self, world: ChainWorld, store: MemoryStore | None = None) -> None:
        self.world = world
        self.store, self.tiles = store or MemoryStore(), MemoryTileStore()

    def grow(self, count: int, signer: str = "maker") -> None:
        first = self.store.record_count()
        self.store.append([new_event(number, signer) for number in range(first, first + count)], AT)

    def publish(self) -> None:
        publisher = Publisher(self.store, self.tiles, SIGNER, ORIGIN, lambda: AT)
        publisher.integrate()
        publisher.checkpoint()

    def anchor(self) -> None:
        world = self.world
        world.controls.pass_time(MIN_INTERVAL)
        anchorer = Anchorer(self.store, self.tiles, world.chain, world.signer, world.log_id, world.anchorer)
        anchorer.step(AT)
        anchorer.step(AT)

    def check(self) -> None:
        require_continuity(self.store, self.tiles, self.world.chain, self.world.log_id, KEY)


def copy_of(log: Log) -> MemoryStore:
    """The store as it is now."""
    copy, old = MemoryStore(), log.store
    events: list[NewEvent] = []
    for index in range(old.record_count()):
        stored = old.event_at(index)
        assert stored is not None
        events.append(stored.event)
    copy.append(events, AT)
    copy.set_integrated_size(old.integrated_size())
    for checkpoint in old.checkpoints(0, 1 << 40):
        copy.put_checkpoint(checkpoint)
    for anchor in old._anchors.values():
        copy.put_anchor(anchor)
    return copy


@pytest.fixture
def log() -> Log:
    return Log(memory_world())


def grown(log: Log, *counts: int) -> None:
    for count in counts:
        log.grow(count)
        log.publish()
        log.anchor()


def test_an_empty_log_goes_on(log: Log) -> None:
    log.check()


@pytest.mark.parametrize("cut", ["sequenced", "published", "anchored"])
def test_a_log_that_was_killed_goes_on(log: Log, cut: str) -> None:
    grown(log, 3, 300)
    log.grow(4)
    if cut != "sequenced":
        log.publish()
    if cut == "anchored":
        log.anchor()
    log.check()


def test_a_checkpoint_kept_and_not_published_goes_on(log: Log) -> None:
    grown(log, 3)
    published = log.tiles.read_checkpoint()
    log.grow(2)
    log.publish()
    assert published is not None
    log.tiles.write_checkpoint(published)
    log.check()


def another_history(log: Log) -> None:
    signed = log.store.latest_checkpoint()
    log.store = MemoryStore()
    log.grow(3, "carrier")
    assert signed is not None
    log.store.put_checkpoint(signed)


def a_checkpoint_of_another_root(log: Log) -> None:
    signed = log.store.latest_checkpoint()
    assert signed is not None
    log.store._checkpoints[signed.tree_size] = replace(signed, root_hash=hash_of("other"))


def records_that_are_gone(log: Log) -> None:
    del log.store._records[-1:]


def a_log_folder_of_another_log(log: Log) -> None:
    other = Log(log.world)
    other.grow(1)
    publisher = Publisher(other.store, other.tiles, LogKey(b"\x02" * 32), ORIGIN, lambda: AT)
    publisher.integrate()
    publisher.checkpoint()
    log.tiles = other.tiles


@pytest.mark.parametrize(
    "fault", [another_history, a_checkpoint_of_another_root, records_that_are_gone, a_log_folder_of_another_log]
)
def test_a_store_that_is_not_its_logs_is_refused(log: Log, fault: Callable[[Log], None]) -> None:
    grown(log, 3)
    fault(log)
    with pytest.raises(ContinuityError, match="log succeed"):
        log.check()


def test_a_copy_older_than_the_chain_is_refused_and_says_what_to_do(log: Log) -> None:
    grown(log, 3)
    older = copy_of(log)
    grown(log, 2)
    log.store, log.tiles = older, MemoryTileStore()  # the chain alone is newer
    with pytest.raises(ContinuityError, match=r"on chain is of 5 records, the store knows of a head of 3: .* succeed"):
        log.check()


def test_a_copy_older_than_the_published_checkpoint_is_refused(log: Log) -> None:
    grown(log, 3)
    older = copy_of(log)
    log.grow(2)
    log.publish()
    log.store = older
    with pytest.raises(ContinuityError, match="the published checkpoint is of 5 records"):
        log.check()


def test_a_copy_with_all_records_of_the_head_that_forgot_signing_it_is_refused(log: Log) -> None:
    grown(log, 3)
    log.grow(2)
    older = copy_of(log)  # five records, of which three are signed
    log.publish()
    log.anchor()
    log.grow(1)  # promised, and in no copy
    log.store, log.tiles = older, MemoryTileStore()
    with pytest.raises(ContinuityError, match="knows of a head of 3"):
        log.check()


@settings(max_examples=30, deadline=None)
@given(
    steps=st.lists(st.sampled_from(["grow", "publish", "anchor", "keep"]), max_size=12),
    loses_files=st.booleans(),
)
def test_a_copy_that_a_shown_head_contradicts_never_goes_on(steps: list[str], *, loses_files: bool) -> None:
    log = Log(memory_world())
    kept = copy_of(log)
    for step in steps:
        match step:
            case "grow":
                log.grow(1)
            case "publish":
                log.publish()
            case "anchor":
                log.anchor()
            case _:
                kept = copy_of(log)
    log.check()  # whoever lost nothing goes on
    head, published = log.world.chain.head(log.world.log_id), log.store.latest_checkpoint()
    shown = [head.tree_size if head else 0, published.tree_size if published and not loses_files else 0]
    older = Log(log.world, kept)
    older.tiles = MemoryTileStore() if loses_files else log.tiles
    newest = kept.latest_checkpoint()
    if max(shown) > (newest.tree_size if newest else 0):
        with pytest.raises(ContinuityError):
            older.check()
    else:
        older.check()


# --- a copy that is put back ---


def proved(log: Log) -> tuple[int, int, int, int]:
    reach = prove_copy(log.store, log.world.chain, log.world.log_id, KEY)
    return reach.records, reach.checkpoints, len(reach.heads), len(reach.beyond)


def test_an_older_copy_is_proved_as_far_as_it_reaches(log: Log) -> None:
    grown(log, 3, 2)
    older = copy_of(log)
    grown(log, 4)
    assert proved(log) == (9, 3, 3, 0)
    log.store = older
    assert proved(log) == (5, 2, 2, 1)


@pytest.mark.parametrize("fault", [another_history, a_checkpoint_of_another_root, records_that_are_gone])
def test_a_copy_of_another_history_is_not_proved(log: Log, fault: Callable[[Log], None]) -> None:
    grown(log, 3)
    fault(log)
    with pytest.raises(RootMismatchError):
        proved(log)


def test_a_head_that_was_final_and_is_gone_from_the_chain_is_not_proved(log: Log) -> None:
    grown(log, 3)
    anchor = log.store.latest_anchor()
    assert anchor is not None
    log.store.put_anchor(replace(anchor, tree_size=4, nonce=99, state=AnchorState.FINAL))
    with pytest.raises(RootMismatchError, match="rewritten"):
        proved(log)


def test_roots_are_those_of_the_records(log: Log) -> None:
    log.grow(300)
    walk, records = RootWalk(log.store), list(log.store.records(0, 300))
    for size in (0, 1, 2, 255, 256, 257, 300):
        assert walk.at(size) == oracle.root(records[:size])
    assert walk.at(301) is None


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 600])
def test_files_made_again_are_those_that_were_published(size: int) -> None:
    log = Log(memory_world())
    log.grow(size)
    log.publish()
    tiles = MemoryTileStore()
    rebuild_files(log.store, tiles)
    assert (tiles._files, tiles.read_checkpoint()) == (log.tiles._files, log.tiles.read_checkpoint())
    assert root_hash(size, tiles.read) == oracle.root(list(log.store.records(0, size)))


def test_a_store_of_fewer_records_than_it_integrated_makes_no_files(log: Log) -> None:
    grown(log, 3)
    records_that_are_gone(log)
    with pytest.raises(InternalError):
        rebuild_files(log.store, MemoryTileStore())


def test_anchors_become_what_the_chain_holds(log: Log) -> None:
    grown(log, 3)
    older = copy_of(log)  # its newest anchor is not yet known to be mined
    anchor = older.latest_anchor()
    assert anchor is not None
    older.put_anchor(replace(anchor, state=AnchorState.SUBMITTED, block=None, block_hash=None, time=None))
    older.put_anchor(replace(anchor, nonce=50, tree_size=2, state=AnchorState.SUBMITTED))
    log.world.controls.mine(10)
    reach = prove_copy(older, log.world.chain, log.world.log_id, KEY)
    for _ in range(2):
        adopt_anchors(older, log.world.chain, reach.heads, AT)
        assert older.open_anchors() == ()
        assert older.final_size() == 3
        found = older.anchored_covering(0)
        assert found is not None and (found.tree_size, found.transactions) == (3, anchor.transactions)
