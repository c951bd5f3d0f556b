"""The watchdog: each promise as it stands, one breach file for a broken one, and none on any fault of reading."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ledger.adapters.breach_folder import BreachFolder
from ledger.adapters.memory import MemoryStore, MemoryTileStore
from ledger.codec.merkle import leaf_hash
from ledger.codec.note import VerifierKey, sign_note
from ledger.codec.tiles import TILE_WIDTH, BundleId, TileId, encode_bundle
from ledger.codec.tree import EMPTY_EDGE, append
from ledger.domain.breach import BreachOutcome, verify_breach
from ledger.errors import NoAnswerError
from ledger.ports import AnchorState, LogFile
from ledger.service.watchdog import State, Watchdog, Watched, breach_name, overdue, read_promises
from ledger.types import Hash32, UnixTime
from tests.adapters.stored import anchor, new_event
from tests.builders import DAY, World, hash_of

Records = list[Hash32]


@pytest.fixture
def world() -> World:
    """A log of ten records, anchored."""
    world = World.with_maker()
    world.fill(10)
    world.anchor()
    return world


def published(world: World, records: Records | None = None) -> MemoryTileStore:
    """The public files of a log as its operator would write them, under a checkpoint that the log has signed."""
    records = world.records if records is None else records
    files, (_, tiles) = MemoryTileStore(), append(EMPTY_EDGE, [leaf_hash(record) for record in records])
    for start in range(0, len(records), TILE_WIDTH):
        part = records[start : start + TILE_WIDTH]
        files.write([(BundleId(start // TILE_WIDTH, len(part)), encode_bundle(part))])
    files.write(list(tiles.items()))
    other = World(records=records)
    files.write_checkpoint(other.checkpoint())
    return files


class Breaches:
    def __init__(self, place: Path) -> None:
        self.place = place / "breaches"

    def watch(self, world: World, note: bytes, files: Any = None, fault: str | None = None, **root: Any) -> Watched:
        logs = {} if files is None else {world.origin: files}
        return Watchdog(world.trust_root(**root), world.now, BreachFolder(self.place), logs, fault).watch(note)

    def names(self) -> list[str]:
        return sorted(path.name for path in self.place.iterdir()) if self.place.exists() else []


@pytest.fixture
def breaches(tmp_path: Path) -> Breaches:
    return Breaches(tmp_path)


def test_a_promise_that_is_kept(world: World, breaches: Breaches) -> None:
    note = world.promise(4, world.now)
    for files, reason in ((published(world), "watch.kept"), (None, "watch.kept-by-head")):
        watched = breaches.watch(world, note, files)
        assert (watched.state, watched.reason.key, breaches.names()) == (State.KEPT, reason, [])


def test_a_promise_whose_time_has_not_come(world: World, breaches: Breaches) -> None:
    watched = breaches.watch(world, world.promise(12, world.now + DAY, hash_of("later")), published(world))
    assert (watched.state, breaches.names()) == (State.PENDING, [])


@pytest.mark.parametrize("size", [0, 1])
def test_a_record_anchored_too_late_is_one_breach(size: int, world: World, breaches: Breaches) -> None:
    note = world.promise(10, world.now, hash_of("promised"))
    world.wait(DAY)
    if size:
        world.fill(size)
        world.anchor()
    for _ in range(3):
        watched = breaches.watch(world, note)
        assert (watched.state, breaches.names()) == (State.BROKEN, [breach_name(note)])
    shown = verify_breach((breaches.place / breach_name(note)).read_bytes(), world.trust_root(), world.now)
    assert shown.outcome is BreachOutcome.BROKEN


def test_another_record_at_the_index_is_one_breach(world: World, breaches: Breaches) -> None:
    note = world.promise(4, world.now + DAY, hash_of("promised"))
    for _ in range(2):
        watched = breaches.watch(world, note, published(world))
        assert (watched.state, watched.breach, breaches.names()) == (State.BROKEN, breach_name(note), [watched.breach])
    kept = json.loads((breaches.place / breach_name(note)).read_bytes())
    assert kept["kind"] == "other-record"


def test_a_record_dropped_from_a_forked_log_is_a_breach(world: World, breaches: Breaches) -> None:
    forked = [*world.records[:4], *world.records[5:], hash_of("one more")]
    watched = breaches.watch(world, world.promise(4, world.now), published(world, forked))
    assert (watched.state, watched.reason.key) == (State.BROKEN, "breach.other-record")


def test_a_breach_stays_one_after_the_log_was_mended(world: World, breaches: Breaches) -> None:
    note = world.promise(4, world.now, world.records[4])
    forked = [*world.records[:4], *world.records[5:], hash_of("one more")]
    breaches.watch(world, note, published(world, forked))
    watched = breaches.watch(world, note, published(world))
    assert (watched.state, watched.reason.key, len(breaches.names())) == (State.BROKEN, "watch.kept-breach", 1)


def test_a_damaged_file_in_the_place_of_a_breach_convinces_nobody(world: World, breaches: Breaches) -> None:
    note = world.promise(4, world.now)
    breaches.place.mkdir()
    (breaches.place / breach_name(note)).write_bytes(b'{"format": "tradeledger-breach/1"}')
    assert breaches.watch(world, note, published(world)).state is State.KEPT


def test_signatures_of_others_make_no_second_breach(world: World, breaches: Breaches) -> None:
    note = world.promise(4, world.now + DAY, hash_of("promised"))
    other = VerifierKey("witness.example", World(origin="other").log_public)
    assert other.name
    more = note + sign_note("x\n", "witness.example", world.log_secret.sign, world.log_public).rpartition(b"\n\n")[2]
    for each in (note, more):
        assert breaches.watch(world, each, published(world)).state is State.BROKEN
    assert len(breaches.names()) == 1


# --- what cannot be told ----------------------------------------------------------------------------------------------


class Broken:
    """Files of a log that cannot be had, or are not what they should be."""

    def __init__(self, files: MemoryTileStore, **changed: bytes | None) -> None:
        self._files = files
        self._changed = changed

    def read(self, file: LogFile) -> bytes:
        kind = "tile" if isinstance(file, TileId) else "bundle"
        if kind not in self._changed:
            return self._files.read(file)
        return self._given(kind) or b""

    def read_checkpoint(self) -> bytes | None:
        return self._given("checkpoint") if "checkpoint" in self._changed else self._files.read_checkpoint()

    def _given(self, kind: str) -> bytes | None:
        data = self._changed[kind]
        if data == b"away":
            raise NoAnswerError("no answer")
        return data


@pytest.mark.parametrize("kind", ["tile", "bundle", "checkpoint"])
@pytest.mark.parametrize("data", [b"away", b"", b"\xff", b"\0" * 40, b"x" * 100_000])
@pytest.mark.parametrize("promised", ["own", "other"])
def test_what_cannot_be_read_is_no_breach(
    kind: str, data: bytes, promised: str, world: World, breaches: Breaches
) -> None:
    if (kind, data, promised) == ("tile", b"", "own"):
        data = b"away"
    note = world.promise(4, world.now, None if promised == "own" else hash_of("promised"))
    watched = breaches.watch(world, note, Broken(published(world), **{kind: data}))
    assert (watched.state, breaches.names()) == (State.COULD_NOT_CHECK, [])


def test_a_log_that_was_named_and_not_read_is_said(world: World, breaches: Breaches) -> None:
    watched = breaches.watch(world, world.promise(4, world.now), None, "no answer")
    assert (watched.state, watched.reason.key) == (State.COULD_NOT_CHECK, "watch.log-unreadable")


def test_a_checkpoint_by_another_key_is_no_evidence(world: World, breaches: Breaches) -> None:
    note = world.promise(4, world.now, hash_of("promised"))
    forged = World(origin="log.example/two", records=world.records).checkpoint()
    assert breaches.watch(world, note, Broken(published(world), checkpoint=forged)).state is State.COULD_NOT_CHECK


def test_bundles_that_lie_about_tiles_are_no_evidence(world: World, breaches: Breaches) -> None:
    lies = encode_bundle([hash_of(f"lie {place}") for place in range(10)])
    watched = breaches.watch(world, world.promise(4, world.now), Broken(published(world), bundle=lies))
    assert (watched.state, watched.reason.key, breaches.names()) == (State.COULD_NOT_CHECK, "watch.log-unproved", [])


def test_bundles_with_the_promised_record_over_a_forked_log_do_not_keep_the_promise(
    world: World, breaches: Breaches
) -> None:
    forked = [*world.records[:4], hash_of("another"), *world.records[5:]]
    files = Broken(published(world, forked), bundle=encode_bundle(world.records))
    assert breaches.watch(world, world.promise(4, world.now), files).state is State.COULD_NOT_CHECK


@pytest.mark.parametrize(
    ("root", "reason"),
    [
        ({"expires_at": UnixTime(0), "stale_after": UnixTime(0), "issued_at": UnixTime(0)}, "trust-root.expired"),
        ({"logs": ()}, "trust-root.log"),
    ],
)
def test_a_trust_root_that_does_not_do_is_no_breach(
    root: dict[str, Any], reason: str, world: World, breaches: Breaches
) -> None:
    note = world.promise(10, world.now - DAY, hash_of("promised"))
    watched = breaches.watch(world, note, **root)
    assert (watched.state, watched.reason.key, breaches.names()) == (State.COULD_NOT_CHECK, reason, [])


def test_a_trust_root_without_all_heads_is_no_breach(world: World, breaches: Breaches) -> None:
    note = world.promise(10, world.now - DAY, hash_of("promised"))
    watched = breaches.watch(world, note, logs=(world.trusted_log(heads_complete=False),))
    assert (watched.state, breaches.names()) == (State.COULD_NOT_CHECK, [])


def test_what_the_log_has_not_signed_is_no_promise(world: World, breaches: Breaches) -> None:
    text = world.promise(10, world.now - DAY, hash_of("x")).partition(b"\n\n")[0].decode() + "\n"
    forged = World(origin="log.example/two").note(text)
    assert (breaches.watch(world, forged).state, breaches.names()) == (State.NO_PROMISE, [])


# --- files and counts -------------------------------------------------------------------------------------------------


def test_promises_are_found_in_notes_and_in_answers(world: World) -> None:
    one, two = (world.promise(index, 7) for index in (1, 2))
    job = {"success": True, "results": [{"promise": one.decode()}, {"promise": two.decode()}, {"error": {}}]}
    assert read_promises(one) == (one,)
    assert read_promises(json.dumps(job).encode()) == (one, two)
    assert read_promises(json.dumps([job, job]).encode()) == (one, two)
    assert [read_promises(data) for data in (b"", b"a checkpoint\n", b"\xff", b"{}", b'{"promise": 7}')] == [()] * 5


def test_a_breach_file_promises_nothing_again(world: World, breaches: Breaches) -> None:
    note = world.promise(4, world.now + DAY, hash_of("promised"))
    breaches.watch(world, note, published(world))
    assert read_promises((breaches.place / breach_name(note)).read_bytes()) == ()


def test_what_is_overdue_is_counted() -> None:
    store = MemoryStore()
    store.append_record(hash_of("the predecessor's head"))
    for number, captured_at in enumerate((100, 100, 150, 200)):
        store.append([new_event(number)], UnixTime(captured_at))
    assert [overdue(store, 50, UnixTime(now)) for now in (0, 150, 151, 200, 201, 251)] == [0, 0, 2, 2, 3, 4]
    store.put_anchor(anchor(0, 3, AnchorState.ANCHORED))
    assert [overdue(store, 50, UnixTime(now)) for now in (0, 151, 201, 251)] == [0, 0, 1, 2]
