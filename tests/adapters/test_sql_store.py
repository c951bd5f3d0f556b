"""What only a store on disk does: it outlives its process, refuses to change the log, says when the disk fails."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.adapters.sql.store import SqlStore
from ledger.errors import ConflictError, InternalError, StoreUnavailableError
from ledger.ports import AnchorState, ApiKey, Sequenced
from tests.adapters.stored import AT, anchor, checkpoint, job, new_event
from tests.builders import hash_of, party

COPY = (
    "INSERT INTO events SELECT {leaf_index}, captured_at, event_bytes, {event_id}, has_declaration, event_digest, "
    "seed, statement, signature, party, event_hash, event_hash_rules, deviations FROM events"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqlStore]:
    opened = SqlStore(path)
    yield opened
    opened.close()


def by_hand(path: Path, *statements: str) -> list[tuple[object, ...]]:
    """Do to the database what this software never does."""
    connection = sqlite3.connect(path)
    try:
        return [row for statement in statements for row in connection.execute(statement).fetchall()]
    finally:
        connection.commit()
        connection.close()


def test_an_empty_file_becomes_a_store(path: Path) -> None:
    path.touch()
    store = SqlStore(path)
    assert store.append([new_event(0)], AT) == (Sequenced(0, AT),)
    store.close()


def test_everything_is_there_after_reopening(path: Path) -> None:
    first = SqlStore(path)
    first.append([new_event(n) for n in range(3)], AT)
    first.set_integrated_size(2)
    first.put_job(job(1, "key"))
    first.put_checkpoint(checkpoint(2))
    first.put_anchor(anchor(1, 2, AnchorState.FINAL))
    first.put_api_key(ApiKey(hash_of("secret"), party("maker"), "till", AT))
    del first  # as a killed process: nothing is closed

    second = SqlStore(path)
    assert second.record_count() == 3
    assert second.integrated_size() == 2
    assert second.job("job-1") == job(1, "key")
    assert second.latest_checkpoint() == checkpoint(2)
    assert second.latest_anchor() == anchor(1, 2, AnchorState.FINAL)
    assert second.api_key(hash_of("secret")) is not None
    assert second.append([new_event(3)], AT) == (Sequenced(3, AT),)
    second.close()


def test_two_stores_on_one_file_share_the_log(path: Path, store: SqlStore) -> None:
    other = SqlStore(path)
    store.append([new_event(0)], AT)
    assert other.append([new_event(1)], AT) == (Sequenced(1, AT),)
    assert store.record_count() == 2
    other.close()


def test_writes_are_synced_before_they_are_answered(store: SqlStore) -> None:
    with store._database.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


@pytest.mark.parametrize("table", ["records", "events", "checkpoints"])
@pytest.mark.parametrize("change", ["UPDATE {} SET rowid = rowid", "DELETE FROM {}"])
def test_the_log_cannot_be_changed(path: Path, store: SqlStore, table: str, change: str) -> None:
    store.append([new_event(0)], AT)
    store.put_checkpoint(checkpoint(1))
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        by_hand(path, change.format(table))


@pytest.mark.parametrize("leaf_index", [-1, 0, 2, 5])
def test_the_log_has_no_gap_and_no_index_twice(path: Path, store: SqlStore, leaf_index: int) -> None:
    store.append([new_event(0)], AT)
    with pytest.raises(sqlite3.IntegrityError):
        by_hand(path, f"INSERT INTO records VALUES ({leaf_index}, zeroblob(32))")


def test_a_record_is_32_bytes(store: SqlStore) -> None:
    with pytest.raises(InternalError):
        store.append([new_event(0, record=bytes(31))], AT)
    assert store.record_count() == 0


def test_an_event_stands_on_its_record(path: Path, store: SqlStore) -> None:
    store.append([new_event(0)], AT)
    copy = COPY.format(leaf_index=1, event_id="event_id")
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        by_hand(path, "INSERT INTO records VALUES (1, zeroblob(32))", copy)


@pytest.mark.parametrize("size", [0, 2])
def test_the_watermark_neither_goes_back_nor_beyond(path: Path, store: SqlStore, size: int) -> None:
    store.append([new_event(0)], AT)
    store.set_integrated_size(1)
    with pytest.raises(sqlite3.IntegrityError, match="integrated_size"):
        by_hand(path, f"UPDATE progress SET integrated_size = {size}")


def test_a_batch_that_fails_in_the_middle_leaves_nothing(store: SqlStore) -> None:
    with pytest.raises(InternalError):
        store.append([new_event(0), new_event(1, seed=b"short")], AT)
    assert store.record_count() == 0
    assert store.append([new_event(0)], AT) == (Sequenced(0, AT),)


def test_a_full_disk_is_no_answer_and_loses_nothing(store: SqlStore) -> None:
    store.append([new_event(0)], AT)
    with store._database.writing() as connection:  # the connection that writes: it stays the same one
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreUnavailableError, match="full"):
        store.append([new_event(1, event_bytes=bytes(1 << 20))], AT)
    assert store.record_count() == 1
    with store._database.writing() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    assert store.append([new_event(1)], AT) == (Sequenced(1, AT),)


def test_a_file_that_is_no_database_is_no_answer(path: Path) -> None:
    path.write_bytes(b"not a database " * 100)
    with pytest.raises(StoreUnavailableError):
        SqlStore(path)


def test_a_folder_that_is_not_there_is_no_answer(path: Path) -> None:
    with pytest.raises(StoreUnavailableError):
        SqlStore(path / "none" / "ledger.db")


def test_a_database_of_a_newer_version_is_no_answer(path: Path, store: SqlStore) -> None:
    store.close()
    by_hand(path, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreUnavailableError, match="newer version"):
        SqlStore(path)


def test_a_lost_table_is_no_answer(path: Path, store: SqlStore) -> None:
    by_hand(path, "DROP TABLE capture_jobs")
    with pytest.raises(StoreUnavailableError):
        store.put_job(job(0))
    with pytest.raises(StoreUnavailableError):
        store.job("job-0")


def test_an_error_repeats_no_value(path: Path, store: SqlStore) -> None:
    by_hand(path, "DROP TABLE capture_jobs")
    with pytest.raises(StoreUnavailableError) as refused:
        store.put_job(job(0, "secret key"))
    assert "secret key" not in str(refused.value)


def test_readers_cannot_write(store: SqlStore) -> None:
    with pytest.raises(StoreUnavailableError, match="readonly"), store._database.reading() as connection:
        connection.exec_driver_sql("DELETE FROM capture_jobs")


def test_seeds_are_for_the_owner_of_the_process_alone(path: Path, store: SqlStore) -> None:
    store.append([new_event(0)], AT)
    modes = {stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    assert modes == {0o600}


def test_what_is_erased_is_in_no_file_any_more(path: Path, store: SqlStore) -> None:
    marker, seed = b"a planted marker ", hash_of("a planted seed")
    others = [new_event(n, event_bytes=bytes(3_000)) for n in range(50)]
    store.append([*others, new_event(50, event_bytes=marker * 1_000, seed=seed, event_hash=marker.decode())], AT)
    store.append([new_event(51, event_bytes=b'{"short":"a planted marker "}')], AT)
    assert any(marker in file.read_bytes() for file in path.parent.iterdir())
    store.erase(50, "GDPR Art. 17(1)(a)", AT)
    store.erase(51, "GDPR Art. 17(1)(a)", AT)
    for file in path.parent.iterdir():
        assert marker not in file.read_bytes(), file.name
        assert seed not in file.read_bytes(), file.name


def test_an_erasure_under_a_long_reader_says_that_a_copy_is_left(path: Path, store: SqlStore) -> None:
    store.append([new_event(0, event_bytes=b"a planted marker")], AT)
    with store._database.writing() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    reader = sqlite3.connect(path)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM events").fetchall()
    with pytest.raises(StoreUnavailableError, match="erase again"):
        store.erase(0, "a basis", AT)
    assert store.event_at(0).erasure is not None  # type: ignore[union-attr]
    reader.close()
    with pytest.raises(ConflictError):
        store.erase(0, "a basis", AT)
    assert all(b"a planted marker" not in file.read_bytes() for file in path.parent.iterdir())


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE events SET event_bytes = x''",
        "INSERT INTO erasures VALUES (0, 1, 'a basis'); UPDATE events SET event_bytes = x'00'",
        "INSERT INTO erasures VALUES (0, 1, 'a basis'); UPDATE events SET signature = x'00'",
        "INSERT INTO erasures VALUES (0, 1, 'a basis'); DELETE FROM erasures",
        "INSERT INTO erasures VALUES (0, 1, 'a basis'); UPDATE erasures SET basis = 'another'",
        "INSERT INTO erasures VALUES (0, 1, '')",
        "INSERT INTO erasures VALUES (1, 1, 'of no event')",
    ],
)
def test_only_an_erasure_empties_an_event_and_it_stays(path: Path, store: SqlStore, change: str) -> None:
    store.append([new_event(0)], AT)
    with pytest.raises(sqlite3.IntegrityError):
        by_hand(path, "PRAGMA foreign_keys = ON", *change.split("; "))
