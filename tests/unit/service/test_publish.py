"""Publishing: tiles and heads as an independent recursion has them, after any crash; and no head over a damaged log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.adapters.log_key import LogKey
from ledger.adapters.memory import MemoryStore, MemoryTileStore
from ledger.adapters.sql.store import SqlStore
from ledger.adapters.tile_files import TileFiles
from ledger.codec.checkpoint import open_note, parse_checkpoint
from ledger.codec.note import VerifierKey
from ledger.codec.record import predecessor_record
from ledger.codec.tiles import BundleId, TileId, decode_bundle
from ledger.errors import InternalError, StoreUnavailableError
from ledger.ports import Store, StoredCheckpoint, TileStore
from ledger.service import publish
from ledger.service.publish import Publisher, begin_after
from ledger.types import LogId
from tests import oracle
from tests.adapters.stored import AT, new_event
from tests.builders import hash_of

ORIGIN = "log.example/one"
KEY = LogKey(hash_of("log key"))


@dataclass
class Log:
    """A log whose every part can be thrown away and opened again."""

    store: Store
    tiles: TileStore

    def __post_init__(self) -> None:
        self.records: list[bytes] = list(self.store.records(0, 1 << 20))
        self.restart()

    def restart(self) -> None:
        self.publisher = Publisher(self.store, self.tiles, KEY, ORIGIN, lambda: AT)

    def grow(self, count: int) -> None:
        events = [new_event(len(self.records) + n) for n in range(count)]
        self.store.append(events, AT)
        self.records += [event.record for event in events]

    def publish(self) -> StoredCheckpoint | None:
        self.publisher.integrate()
        return self.publisher.checkpoint()

    def check(self, checkpoint: StoredCheckpoint | None, size: int) -> None:
        assert checkpoint is not None
        text = open_note(checkpoint.note, [VerifierKey(ORIGIN, KEY.public_key)]).text
        stated = parse_checkpoint(text)
        assert (stated.origin, stated.tree_size, stated.root_hash) == (ORIGIN, size, oracle.root(self.records[:size]))
        assert (checkpoint.tree_size, checkpoint.root_hash) == (size, stated.root_hash)
        assert self.store.latest_checkpoint() == checkpoint
        assert self.tiles.read_checkpoint() == checkpoint.note


@pytest.fixture(params=["memory", "disk"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Log]:
    if request.param == "memory":
        yield Log(MemoryStore(), MemoryTileStore())
        return
    store = SqlStore(tmp_path / "ledger.db")
    yield Log(store, TileFiles(tmp_path / "log"))
    store.close()


def test_an_empty_log_has_no_checkpoint(log: Log) -> None:
    assert log.publish() is None
    assert log.tiles.read_checkpoint() is None


def test_heads_are_those_of_the_records(log: Log) -> None:
    for count in (1, 1, 5, 249, 1, 300):
        log.grow(count)
        log.check(log.publish(), len(log.records))


def test_tiles_and_bundles_are_as_c2sp_has_them(log: Log) -> None:
    log.grow(300)
    log.publish()
    log.grow(250)
    log.publish()
    leaves = [oracle.leaf(record) for record in log.records]
    for index, width in ((0, 256), (1, 256), (2, 38)):
        start = index * 256
        assert log.tiles.read(TileId(0, index, width)) == b"".join(leaves[start : start + width])
        bundle = decode_bundle(log.tiles.read(BundleId(index, width)), width)
        assert bundle == log.records[start : start + width]
    level_1 = b"".join(oracle.root(log.records[start : start + 256]) for start in (0, 256))
    assert log.tiles.read(TileId(1, 0, 2)) == level_1


def test_nothing_new_signs_nothing_new(log: Log) -> None:
    log.grow(3)
    first = log.publish()
    assert log.publish() == first
    log.restart()
    assert log.publish() == first


def test_a_checkpoint_covers_what_is_integrated_and_no_more(log: Log) -> None:
    log.grow(3)
    assert log.publisher.checkpoint() is None
    assert log.publisher.integrate() == 3
    log.grow(2)
    log.check(log.publisher.checkpoint(), 3)


def test_more_records_than_one_chunk(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "CHUNK", 256)
    log.grow(10)
    log.publish()
    log.grow(800)
    log.check(log.publish(), 810)


# --- crashes: the step is cut off, every object is dropped, and the step done again ---


class CrashError(Exception):
    """The process ends here."""


def cut_off(log: Log, monkeypatch: pytest.MonkeyPatch, owner: str, step: str, after: bool) -> None:
    """End the process just before or just after a step of the next publication."""
    target = getattr(log, owner)
    real: Callable[..., Any] = getattr(target, step)

    def dying(*arguments: Any) -> None:
        if after:
            real(*arguments)
        raise CrashError

    with monkeypatch.context() as crash:
        crash.setattr(target, step, dying)
        with pytest.raises(CrashError):
            log.publish()
    log.restart()


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("owner", "step"),
    [("tiles", "write"), ("store", "set_integrated_size"), ("store", "put_checkpoint"), ("tiles", "write_checkpoint")],
)
@pytest.mark.parametrize("grown", [(3, 0), (200, 100), (256, 256)])
def test_a_crash_anywhere_and_then_the_same_again(
    log: Log, monkeypatch: pytest.MonkeyPatch, owner: str, step: str, after: bool, grown: tuple[int, int]
) -> None:
    log.grow(10)
    log.publish()
    log.grow(grown[0])
    cut_off(log, monkeypatch, owner, step, after)
    log.grow(grown[1])
    log.check(log.publish(), 10 + sum(grown))


@settings(max_examples=25)
@given(growth=st.lists(st.integers(1, 300), min_size=1, max_size=5), data=st.data())
def test_however_it_grows_and_restarts_the_head_is_that_of_the_records(growth: list[int], data: st.DataObject) -> None:
    log = Log(MemoryStore(), MemoryTileStore())
    for count in growth:
        log.grow(count)
        if data.draw(st.booleans()):
            log.restart()
        if data.draw(st.booleans()):
            log.publisher.integrate()
        if data.draw(st.booleans()):
            log.publish()
    log.check(log.publish(), len(log.records))


# --- a damaged log: nothing is signed ---


class OtherRecords(MemoryStore):
    """A store in which one record was changed by hand."""

    changed = -1

    def records(self, start: int, end: int) -> tuple[Any, ...]:
        found = super().records(start, end)
        return tuple(hash_of("forged") if n == self.changed else each for n, each in enumerate(found, start))


@pytest.mark.parametrize("index", [4, 5, 9])
def test_a_record_changed_in_the_store_after_integration_is_not_signed(index: int) -> None:
    store = OtherRecords()
    log = Log(store, MemoryTileStore())
    log.grow(4)
    signed = log.publish()
    log.grow(6)
    log.publisher.integrate()
    store.changed = index
    with pytest.raises(InternalError, match="different roots"):
        log.publisher.checkpoint()
    assert store.latest_checkpoint() == signed
    assert log.tiles.read_checkpoint() == (signed.note if signed else None)


def test_records_gone_from_the_store_after_integration_are_not_signed() -> None:
    log = Log(MemoryStore(), MemoryTileStore())
    log.grow(6)
    log.publisher.integrate()
    assert isinstance(log.store, MemoryStore)
    del log.store._records[4:]
    with pytest.raises(InternalError, match="no record at 4"):
        log.publisher.checkpoint()


@pytest.mark.parametrize("size_before", [0, 4, 300])
@pytest.mark.parametrize("grown", [1, 5, 300])
def test_any_hash_changed_in_the_tiles_at_the_edge_is_not_signed(tmp_path: Path, size_before: int, grown: int) -> None:
    log = Log(MemoryStore(), TileFiles(tmp_path))
    log.grow(size_before)
    log.publish()
    log.grow(grown)
    log.publisher.integrate()
    log.restart()
    size = size_before + grown
    last = TileId(0, (size - 1) // 256, size % 256 or 256)
    damaged = bytearray(log.tiles.read(last))
    damaged[-1] ^= 1
    log.tiles.write([(last, bytes(damaged))])
    with pytest.raises(InternalError):
        log.publisher.checkpoint()


def test_history_rewritten_in_store_and_tiles_alike_is_not_signed() -> None:
    log = Log(MemoryStore(), MemoryTileStore())
    log.grow(5)
    signed = log.publish()
    forged = Log(MemoryStore(), MemoryTileStore())
    forged.store.append([new_event(n, "carrier") for n in range(8)], AT)
    assert signed is not None
    forged.store.put_checkpoint(signed)
    forged.publisher.integrate()
    with pytest.raises(InternalError, match="not what was signed"):
        forged.publisher.checkpoint()


def test_a_database_put_back_from_a_copy_signs_no_second_history() -> None:
    log = Log(MemoryStore(), MemoryTileStore())
    log.grow(5)
    log.publish()
    older = Log(MemoryStore(), log.tiles)  # its tables know nothing of the published head
    older.grow(3)
    older.publisher.integrate()
    with pytest.raises(InternalError, match="3 records are integrated, and a head of 5 was signed"):
        older.publisher.checkpoint()
    older.store.append([new_event(n, "carrier") for n in range(4)], AT)
    older.publisher.integrate()
    with pytest.raises(InternalError, match="not what was signed"):
        older.publisher.checkpoint()


def test_a_published_checkpoint_of_another_key_is_not_built_upon() -> None:
    log = Log(MemoryStore(), MemoryTileStore())
    log.grow(2)
    log.publish()
    other = Publisher(log.store, log.tiles, LogKey(hash_of("another key")), ORIGIN, lambda: AT)
    with pytest.raises(InternalError):
        other.checkpoint()


def test_a_torn_tile_is_not_built_upon(tmp_path: Path) -> None:
    log = Log(MemoryStore(), TileFiles(tmp_path))
    log.grow(2)
    log.publish()
    (tmp_path / "tile/0/000.p/2").write_bytes(b"torn")
    log.restart()
    log.grow(1)
    with pytest.raises(InternalError):
        log.publisher.integrate()
    assert log.store.integrated_size() == 2


def test_tiles_that_do_not_answer_sign_nothing() -> None:
    log = Log(MemoryStore(), MemoryTileStore())
    log.grow(2)
    log.publisher.integrate()
    log.tiles = MemoryTileStore()
    log.restart()
    with pytest.raises(StoreUnavailableError):
        log.publisher.checkpoint()
    assert log.store.latest_checkpoint() is None


# --- succession ---


def test_a_successor_begins_with_the_closed_logs_head(log: Log) -> None:
    closed = (LogId(hash_of("closed")), 7, hash_of("root"))
    for _ in range(2):  # again after a crash
        begin_after(log.store, *closed)
    assert log.store.records(0, 9) == (predecessor_record(*closed),)
    log.records = list(log.store.records(0, 1))
    log.grow(2)
    log.check(log.publish(), 3)


def test_a_log_that_has_begun_takes_no_predecessor(log: Log) -> None:
    log.grow(1)
    with pytest.raises(InternalError):
        begin_after(log.store, LogId(hash_of("closed")), 7, hash_of("root"))
