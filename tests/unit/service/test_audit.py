"""An audit names the first bad index and what is wrong there, whatever was done to the store, and nothing else."""

from __future__ import annotations

import json
import shutil
import sqlite3
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.adapters.log_key import LogKey
from ledger.adapters.sql.evidence import HomeEvidence
from ledger.adapters.sql.store import SqlStore
from ledger.adapters.tile_files import TileFiles
from ledger.domain import facts
from ledger.domain.audit import Fault
from ledger.domain.tenure import Moment
from ledger.domain.verdict import Outcome
from ledger.errors import ConflictError, MalformedError, NoAnswerError, StoreUnavailableError
from ledger.ports.evidence import Extent
from ledger.service.audit import run
from ledger.service.audit.run import Ears
from ledger.service.erasure import erase
from ledger.service.publish import Publisher
from ledger.types import UnixTime
from tests.adapters.stored import new_event
from tests.builders import World, address, hash_of, party
from tests.unit.service.audit_home import LARGE, SMALL, AuditHome, make_home


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> AuditHome:
    return make_home(tmp_path_factory.mktemp("sound"))


@pytest.fixture(scope="module")
def sound_large(tmp_path_factory: pytest.TempPathFactory) -> AuditHome:
    return make_home(tmp_path_factory.mktemp("large"), LARGE)


@pytest.fixture
def home(sound: AuditHome, tmp_path: Path) -> AuditHome:
    return sound.copy(tmp_path / "home")


@pytest.fixture
def large(sound_large: AuditHome, tmp_path: Path) -> AuditHome:
    return sound_large.copy(tmp_path / "home")


def kinds(home: AuditHome) -> tuple[int | None, set[str]]:
    report = home.audit()
    return report.tally.first_bad_index, {kind for kind, _ in report.tally.kinds}


def column(home: AuditHome, name: str, index: int, value: object) -> None:
    """Put another value into one column of an event."""
    connection = sqlite3.connect(home.database)
    connection.execute("DROP TRIGGER IF EXISTS events_no_update")
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute(f"UPDATE events SET {name} = ? WHERE leaf_index = ?", (value, index))
    connection.commit()
    connection.close()


def stored(home: AuditHome, name: str, index: int) -> bytes:
    connection = sqlite3.connect(home.database)
    value = connection.execute(f"SELECT CAST({name} AS BLOB) FROM events WHERE leaf_index = ?", (index,)).fetchone()[0]
    connection.close()
    return bytes(value)


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


# --- nothing is wrong ---


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_sound_log_audits_clean_in_any_number_of_processes(
    sound_large: AuditHome, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "RANGE", 256)
    report = sound_large.audit(jobs=jobs)
    assert (report.outcome, report.tally.kinds.total()) == (Outcome.VERIFIED, 0)
    assert (report.tally.records, report.tally.events) == (LARGE[-1], LARGE[-1])
    assert report.as_json()["anchored"] == LARGE[1]


def test_a_log_audits_clean_while_its_service_holds_it_open(home: AuditHome) -> None:
    store = SqlStore(home.database)
    assert store.record_count() == SMALL[-1]
    assert home.audit().outcome is Outcome.VERIFIED
    store.close()


def test_what_a_service_adds_while_the_audit_runs_is_no_loss(home: AuditHome) -> None:
    class Growing(HomeEvidence):
        """Evidence of a store that grows as soon as its extent is known."""

        def extent(self) -> Extent:
            extent = super().extent()
            store, world = SqlStore(home.database), home.world
            store.append([new_event(number) for number in range(20)], world.now)
            log_key = LogKey(hash_of(f"log key of {world.origin}"))
            publisher = Publisher(store, TileFiles(home.log), log_key, world.origin, lambda: world.now)
            assert (publisher.integrate(), publisher.checkpoint() is not None) == (SMALL[-1] + 20, True)
            store.close()
            return extent

    report = home.audit(open_evidence=lambda: Growing(home.database, home.log))
    assert (report.outcome, report.tally.records) == (Outcome.VERIFIED, SMALL[-1])


def test_an_audit_writes_nothing(home: AuditHome) -> None:
    def contents() -> dict[str, bytes]:
        files = (file for file in home.folder.rglob("*") if file.is_file() and not file.name.endswith(("-shm", "-wal")))
        return {str(file): file.read_bytes() for file in files}

    before = contents()
    home.audit()
    assert contents() == before


def test_an_empty_log_has_nothing_to_be_wrong(tmp_path: Path) -> None:
    world = World.with_maker()
    SqlStore(tmp_path / "ledger.db").close()
    with pytest.raises(NoAnswerError, match="no log that has signed"):
        AuditHome(tmp_path, world, world.trust_root()).audit()


# --- every row is one thing done to a store: the words, what is done, the first bad index, and the kinds found ---

Row = tuple[str, Callable[[AuditHome], None], int | None, set[str]]

ROWS: list[Row] = [
    (
        "a byte of the event is edited",
        lambda home: column(home, "event_bytes", 7, stored(home, "event_bytes", 7).replace(b"19.5", b"29.5")),
        7,
        {"event-digest", "event-hash"},
    ),
    (
        "white space is put into the event, which says the same",
        lambda home: column(home, "event_bytes", 7, stored(home, "event_bytes", 7) + b" "),
        None,
        set(),
    ),
    (
        "the event is cut off",
        lambda home: column(home, "event_bytes", 7, stored(home, "event_bytes", 7)[:-1]),
        7,
        {"event-form"},
    ),
    ("the event is emptied", lambda home: column(home, "event_bytes", 7, b""), 7, {"event-missing"}),
    ("the seed is another", lambda home: column(home, "seed", 7, hash_of("another")), 7, {"event-digest"}),
    ("the seed is short", lambda home: column(home, "seed", 7, b"short"), 7, {"event-digest"}),
    (
        "the statement is edited",
        lambda home: column(home, "statement", 7, stored(home, "statement", 7).replace(b'"DE"', b'"FR"').decode()),
        7,
        {"record", "signer"},
    ),
    ("the statement is no JSON", lambda home: column(home, "statement", 7, "{"), 7, {"statement"}),
    ("the statement is no text", lambda home: column(home, "statement", 7, b"\xff\x00"), 7, {"statement"}),
    (
        "the signature is edited",
        lambda home: column(home, "signature", 7, flipped(stored(home, "signature", 7), 40)),
        7,
        {"record", "signer"},
    ),
    ("the signature is cut", lambda home: column(home, "signature", 7, bytes(64)), 7, {"record", "signature"}),
    ("the digest column is edited", lambda home: column(home, "event_digest", 7, hash_of("another")), 7, {"row"}),
    ("the eventID column is edited", lambda home: column(home, "event_id", 7, "urn:uuid:another"), 7, {"row"}),
    ("the party column is edited", lambda home: column(home, "party", 7, party("rival")), 7, {"row"}),
    ("an event is passed off as a correction", lambda home: column(home, "has_declaration", 7, 1), 7, {"row"}),
    ("the CBV hash is edited", lambda home: column(home, "event_hash", 7, "ni:///sha-256;00"), 7, {"event-hash"}),
    (
        "the rules of the CBV hash are not known",
        lambda home: column(home, "event_hash_rules", 7, "CBV9"),
        7,
        {"event-hash"},
    ),
    ("an event is dropped", lambda home: home.by_hand("DELETE FROM events WHERE leaf_index = 7"), 7, {"event-missing"}),
    (
        "a record is dropped",
        lambda home: home.by_hand("DELETE FROM records WHERE leaf_index = 7"),
        7,
        {"record-missing"},
    ),
    (
        "event and record are dropped",
        lambda home: home.by_hand(
            "DELETE FROM events WHERE leaf_index = 7", "DELETE FROM records WHERE leaf_index = 7"
        ),
        7,
        {"record-missing", "event-missing"},
    ),
    (
        "the newest event and record are dropped",
        lambda home: home.by_hand(
            "DELETE FROM events WHERE leaf_index = 11", "DELETE FROM records WHERE leaf_index = 11"
        ),
        11,
        {"record-missing"},
    ),
    (
        "the log is rolled back below an anchored head",
        lambda home: home.by_hand(
            "DELETE FROM events WHERE leaf_index >= 8", "DELETE FROM records WHERE leaf_index >= 8"
        ),
        8,
        {"record-missing"},
    ),
    (
        "two records are swapped",
        lambda home: home.by_hand(
            "UPDATE records SET record = (SELECT record FROM records r WHERE r.leaf_index = 15 - records.leaf_index)"
            " WHERE leaf_index IN (5, 10)"
        ),
        5,
        {"record"},
    ),
    (
        "two events are swapped",
        lambda home: home.by_hand(
            "UPDATE events SET leaf_index = -1 WHERE leaf_index = 5",
            "UPDATE events SET leaf_index = 5 WHERE leaf_index = 10",
            "UPDATE events SET leaf_index = 10 WHERE leaf_index = -1",
        ),
        5,
        {"record"},
    ),
    (
        "a foreign record is put at the end",
        lambda home: home.by_hand("INSERT INTO records VALUES (12, randomblob(32))"),
        12,
        {"event-missing"},
    ),
    (
        "an event is logged a second time",
        lambda home: home.by_hand(
            "INSERT INTO records SELECT 12, record FROM records WHERE leaf_index = 7",
            "CREATE TABLE copied AS SELECT * FROM events",
            "UPDATE copied SET leaf_index = 12 WHERE leaf_index = 7",
            "DROP TABLE events",
            "CREATE TABLE events AS SELECT * FROM copied",
            "INSERT INTO events SELECT 7, captured_at, event_bytes, event_id, has_declaration, event_digest, seed,"
            " statement, signature, party, event_hash, event_hash_rules, deviations FROM copied WHERE leaf_index = 12",
        ),
        12,
        {"double"},
    ),
    (
        "a stored checkpoint is edited",
        lambda home: home.by_hand("UPDATE checkpoints SET note = CAST(note || ' ' AS BLOB) WHERE tree_size = 4"),
        None,
        {"checkpoint"},
    ),
    (
        "a stored checkpoint stands under another size",
        lambda home: home.by_hand("UPDATE checkpoints SET tree_size = 5 WHERE tree_size = 4"),
        None,
        {"checkpoint"},
    ),
    (
        "the published checkpoint is edited",
        lambda home: home.edit("checkpoint", lambda data: data.replace(b"12", b"13")),
        None,
        {"checkpoint"},
    ),
    (
        "a final anchor is edited",
        lambda home: home.by_hand("UPDATE anchors SET root_hash = zeroblob(32) WHERE tree_size = 4"),
        None,
        {"anchor"},
    ),
    (
        "a final anchor is made up",
        lambda home: home.by_hand("UPDATE anchors SET tree_size = 3 WHERE tree_size = 4"),
        None,
        {"anchor"},
    ),
    (
        "an erasure is claimed and the values are kept",
        lambda home: home.by_hand("INSERT INTO erasures VALUES (7, 1790000000, 'a basis')"),
        7,
        {"erasure"},
    ),
    (
        "the store says that more is in tiles than there are records",
        lambda home: home.by_hand("UPDATE progress SET integrated_size = 13"),
        12,
        {"record-missing"},
    ),
]

FILE_ROWS: list[Row] = [
    ("a tile is edited", lambda large: large.edit("tile/0/000", lambda data: flipped(data, 32 * 7)), 7, {"tile"}),
    (
        "the edge's tile is edited",
        lambda large: large.edit("tile/0/001.p/44", lambda data: flipped(data, 1)),
        256,
        {"tile"},
    ),
    (
        "a narrower tile is edited",
        lambda large: large.edit("tile/0/001.p/24", lambda data: flipped(data, 33)),
        257,
        {"tile"},
    ),
    ("a tile above is edited", lambda large: large.edit("tile/1/000.p/1", lambda data: flipped(data, 1)), 0, {"tile"}),
    ("a tile is cut", lambda large: large.edit("tile/0/000", lambda data: data[: 32 * 9]), 9, {"tile"}),
    ("a tile is gone", lambda large: (large.log / "tile/0/000").unlink(), 0, {"tile"}),
    (
        "a bundle is edited",
        lambda large: large.edit("tile/entries/000", lambda data: flipped(data, 34 * 7 + 2)),
        7,
        {"bundle"},
    ),
    ("a bundle is cut", lambda large: large.edit("tile/entries/000", lambda data: data[:-1]), 0, {"bundle"}),
    (
        "a narrower bundle is edited",
        lambda large: large.edit("tile/entries/001.p/24", lambda data: flipped(data, 34 + 2)),
        257,
        {"bundle"},
    ),
    ("a bundle is gone", lambda large: (large.log / "tile/entries/001.p/44").unlink(), 280, {"bundle"}),
]


@pytest.mark.parametrize(("done", "index", "found"), [pytest.param(*row[1:], id=row[0]) for row in ROWS])
def test_what_is_done_to_a_store_is_found(
    home: AuditHome, done: Callable[[AuditHome], object], index: int | None, found: set[str]
) -> None:
    done(home)
    assert kinds(home) == (index, found)


@pytest.mark.parametrize(("done", "index", "found"), [pytest.param(*row[1:], id=row[0]) for row in FILE_ROWS])
def test_what_is_done_to_the_logs_files_is_found(
    large: AuditHome, done: Callable[[AuditHome], object], index: int | None, found: set[str]
) -> None:
    done(large)
    assert kinds(large) == (index, found)


def test_every_mutation_is_a_row_of_its_own() -> None:
    assert len({row[0] for row in ROWS + FILE_ROWS}) == len(ROWS + FILE_ROWS)


# --- the roots: whoever changes all of it at once still meets what was signed and anchored ---


def test_a_log_rewritten_throughout_meets_its_own_checkpoints_and_the_chain(home: AuditHome, tmp_path: Path) -> None:
    other = make_home(tmp_path / "other", price=20.5)
    copied = sqlite3.connect(other.database)
    copied.execute("ATTACH ? AS first", (str(home.database),))
    copied.execute("DROP TRIGGER checkpoints_no_delete")
    copied.execute("DELETE FROM checkpoints")
    copied.execute("INSERT INTO checkpoints SELECT * FROM first.checkpoints")
    copied.commit()
    copied.close()
    shutil.copy(home.log / "checkpoint", other.log / "checkpoint")
    report = AuditHome(other.folder, home.world, home.trust_root).audit()
    assert report.outcome is Outcome.MISMATCH
    assert report.tally.first_bad_index == 0
    assert {kind for kind, _ in report.tally.kinds} >= {"root", "head"}
    assert "among 0 to 3" in str(report.as_json())


# --- the trust root ---


def test_a_trust_root_of_another_log_says_nothing_against_this_one(sound: AuditHome) -> None:
    other = World.with_maker(origin="log.example/other")
    with pytest.raises(NoAnswerError, match="no log that has signed"):
        sound.audit(trust_root=other.trust_root())


def test_an_expired_trust_root_checks_nothing(sound: AuditHome) -> None:
    with pytest.raises(NoAnswerError, match="expired"):
        sound.audit(now=UnixTime(sound.world.now + 40 * 86_400))


def test_a_trust_root_with_facts_in_disorder_checks_nothing(sound: AuditHome) -> None:
    damaged = replace(sound.trust_root, facts=sound.trust_root.facts[2:])
    with pytest.raises(NoAnswerError, match="cannot be used"):
        sound.audit(trust_root=damaged)


def test_a_head_of_another_root_in_the_trust_root_is_named(sound: AuditHome) -> None:
    [log] = sound.trust_root.logs
    forged = replace(log, heads=(replace(log.heads[0], root_hash=hash_of("another")), *log.heads[1:]))
    report = sound.audit(trust_root=replace(sound.trust_root, logs=(forged,)))
    assert {kind for kind, _ in report.tally.kinds} == {"head", "anchor"}
    assert report.outcome is Outcome.MISMATCH


def test_a_signer_that_was_not_entitled_is_named_as_a_receipt_would(sound: AuditHome) -> None:
    block = sound.trust_root.logs[0].heads[0].block - 1
    ended = facts.Fact(block, sound.world.now, facts.KeyRevoked(party("maker"), address("maker")))
    before = [fact for fact in sound.trust_root.facts if Moment(fact.block, fact.time).block < ended.block]
    report = sound.audit(trust_root=replace(sound.trust_root, facts=(*before, ended)))
    assert report.outcome is Outcome.COULD_NOT_CHECK  # the newest are not anchored: perhaps a later registry knows more
    assert report.tally.kinds == {
        ("signer", Outcome.SIGNER_UNKNOWN): SMALL[1],
        ("signer", Outcome.COULD_NOT_CHECK): SMALL[2] - SMALL[1],
    }
    assert "signer at index 0: Not shown before" in report.in_words()


# --- erasure ---


def test_an_erased_event_reads_so_and_everything_else_still_proves(home: AuditHome) -> None:
    store = SqlStore(home.database)
    at = UnixTime(home.world.now)
    erase(store, 7, "GDPR Art. 17(1)(a)", at)
    store.close()
    report = home.audit()
    assert report.outcome is Outcome.VERIFIED
    assert "index 7: erased on 2026-" in report.in_words()
    assert ", basis GDPR Art. 17(1)(a)" in report.in_words()
    listed = report.as_json()["erased"]
    assert listed == {"total": 1, "listed": [report.tally.erasures[0].as_json()]}


def test_an_erasure_with_an_edited_signature_is_no_way_out(home: AuditHome) -> None:
    store = SqlStore(home.database)
    erase(store, 7, "a basis", UnixTime(home.world.now))
    store.close()
    column(home, "signature", 7, flipped(stored(home, "signature", 7), 40))
    assert kinds(home) == (7, {"record", "signer"})


# --- going on ---


def test_an_interrupted_audit_goes_on_and_finds_what_a_whole_one_does(
    home: AuditHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "RANGE", 3)
    monkeypatch.setattr(run, "RANGES_A_SAVE", 1)
    for index in (3, 6, 11):
        column(home, "party", index, party("rival"))
    whole = home.audit()
    states: list[bytes] = []
    home.audit(Ears(state=states.append))
    assert len(states) == 5
    for state in states:
        seen: list[Fault] = []
        again = home.audit(Ears(fault=seen.append), state)
        assert again.as_json() == whole.as_json()
        assert len(seen) < 3 or state is states[0]


def test_a_finished_audit_goes_on_with_what_came_later(home: AuditHome) -> None:
    states: list[bytes] = []
    home.audit(Ears(state=states.append))
    seen: list[tuple[int, int]] = []
    home.audit(Ears(progress=lambda done, size: seen.append((done, size))), states[-1])
    assert seen == []
    home.by_hand("INSERT INTO records VALUES (12, randomblob(32))")
    assert home.audit(state=states[-1]).tally.first_bad_index == 12


def test_a_state_of_another_store_or_trust_root_is_refused(home: AuditHome, sound: AuditHome) -> None:
    states: list[bytes] = []
    home.audit(Ears(state=states.append))
    with pytest.raises(ConflictError, match="/store"):
        sound.audit(state=states[-1])
    with pytest.raises(ConflictError, match="/trustRoot"):
        home.audit(state=states[-1], trust_root=sound.world.trust_root(issued_at=UnixTime(sound.world.now - 1)))


@pytest.mark.parametrize(
    "change",
    [
        {"format": "tradeledger-audit-state/2"},
        {"nextIndex": 11},
        {"peaks": [b64encode(bytes(31)).decode()] * 2},
        {"kinds": [["row", "unheard-of", 1]]},
        {"kinds": [["row"]]},
        {"faults": [{}]},
        {"more": 1},
    ],
)
def test_a_damaged_state_is_refused(home: AuditHome, change: dict[str, object]) -> None:
    states: list[bytes] = []
    home.audit(Ears(state=states.append))
    with pytest.raises(MalformedError):
        home.audit(state=json.dumps({**json.loads(states[-1]), **change}).encode())


# --- what cannot be read ---


def test_a_store_of_an_older_version_is_not_judged(home: AuditHome) -> None:
    home.by_hand("DROP TABLE erasures")
    with pytest.raises(StoreUnavailableError, match="brings it up"):
        home.audit()


def test_no_database_is_no_answer_and_none_is_made(home: AuditHome) -> None:
    home.database.unlink()
    with pytest.raises(StoreUnavailableError):
        home.audit()
    assert not home.database.exists()
