"""Backup of a running service, restore elsewhere, what a restored copy does, and every way a backup is refused."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sqlite3
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ledger.adapters.backup_file import Manifest, check_backup
from ledger.adapters.sql.store import SqlStore
from ledger.bootstrap.backup import back_up
from ledger.bootstrap.restore import Restored, restore
from ledger.bootstrap.service import open_service, system_clock
from ledger.bootstrap.succession import begin_successor, close_log
from ledger.config import Config
from ledger.domain.verdict import Outcome
from ledger.errors import BadEvidenceError, ConflictError, ContinuityError, LedgerError, SignerUnavailableError
from tests.api.house import House
from tests.e2e.reopened import Reopened, trust_root, verdict


@dataclass
class Story:
    """A house of which a backup was taken while it ran, and what came after that."""

    house: House
    place: Path
    backup: Path
    manifest: Manifest
    before: list[dict[str, Any]]
    after: dict[str, Any]

    def restore(self, name: str, backup: Path | None = None) -> Restored:
        return restore(backup or self.backup, self.place / name, self.settings, system_clock)

    def settings(self, home: Path) -> Config:
        config = self.house.config
        return Config(home=str(home), origin=config.origin, checkpoint_seconds=0.05, anchor_seconds=0.1)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    place = tmp_path_factory.mktemp("backup")
    house = House(place / "home")
    before = [house.logged() for _ in range(3)]
    house.wait_until_final(2)
    backup = place / "one.backup"
    manifest = back_up(house.config, backup, system_clock)
    after = house.logged()
    house.wait_until_final(after["leafIndex"])
    house.close()
    return Story(house, place, backup, manifest, before, after)


@pytest.fixture(scope="module")
def copy(story: Story) -> Iterator[House]:
    """The restored home, with its password put back, served."""
    story.restore("copy")
    shutil.copy(story.place / "home" / "password", story.place / "copy" / "password")
    copy = Reopened(story.house, story.place / "copy")
    yield copy
    copy.close()


def test_a_backup_names_all_that_it_holds_and_no_password(story: Story) -> None:
    assert check_backup(story.backup) == story.manifest
    names = {entry.name for entry in story.manifest.files}
    assert {"ledger.db", "log-key.json", "accounts.json", "deployment.json", "devnet/durable.json"} <= names
    assert not any(name.startswith(("log/", "password", "lock")) for name in names)
    assert (story.manifest.subject.tree_size, story.backup.stat().st_mode & 0o777) == (3, 0o600)
    assert (story.place / "home" / "password").read_text().strip().encode() not in story.backup.read_bytes()


def test_nothing_is_written_over(story: Story) -> None:
    with pytest.raises(ConflictError):
        back_up(story.house.config, story.backup, system_clock)
    with pytest.raises(ConflictError):
        story.restore("home")
    assert not [path for path in story.place.iterdir() if path.name.startswith(".")]


def test_a_copy_is_proved_and_its_keys_want_their_password(story: Story) -> None:
    restored = story.restore("proved")
    assert (restored.reach.records, len(restored.reach.heads) > 0, restored.reach.beyond) == (3, True, ())
    with pytest.raises(SignerUnavailableError, match="password"):
        open_service(story.settings(story.place / "proved"))
    assert not (story.place / "proved" / "password").exists()


def test_a_copy_gives_receipts_and_captures_nothing(story: Story, copy: House) -> None:
    root = trust_root(copy)
    for result in story.before:
        assert verdict(copy, result["eventDigest"], root) is Outcome.VERIFIED
    published = copy.ask("GET", "/log/checkpoint").body
    reply = copy.ask("POST", "/events", copy.envelope(), by="maker")
    assert (reply.status, "tradeledger log succeed" in reply.json()["detail"]) == (503, True)
    assert copy.ask("GET", "/health/ready").status == 503
    assert copy.ask("GET", "/log/checkpoint").body == published
    assert copy.service.store.record_count() == 3


def test_the_log_of_a_copy_is_succeeded_and_takes_over_what_it_promised(story: Story) -> None:
    """The copy holds a fourth record, promised and never anchored on its chain."""
    home = story.place / "tail"
    story.restore("tail")
    shutil.copy(story.place / "home" / "password", home / "password")
    with closing(SqlStore(story.place / "home" / "ledger.db")) as old, closing(SqlStore(home / "ledger.db")) as new:
        promised = old.event_at(3)
        assert promised is not None
        new.append([promised.event], promised.captured_at)
    config = story.settings(home)
    done = close_log(config, system_clock)
    assert done.why_short == "this home is a restored copy"
    assert done.head.tree_size == 3
    assert begin_successor(config, system_clock).carried == 1
    after = Reopened(story.house, home)
    try:
        new = after.logged()
        after.wait_until_final(new["leafIndex"])
        root = trust_root(after)
        for result in (*story.before, story.after, new):
            assert verdict(after, result["eventDigest"], root) is Outcome.VERIFIED
    finally:
        after.close()
    second = story.place / "second.backup"
    back_up(after.config, second, system_clock)
    assert story.restore("of-a-successor", second).reach.records == 3


def test_an_older_database_under_a_newer_chain_does_not_open(story: Story) -> None:
    """Put back by hand: the mistake that gives indexes away twice."""
    home = story.place / "by-hand"
    shutil.copytree(story.place / "home", home)
    with tarfile.open(story.backup) as archive:
        (home / "ledger.db").unlink()
        taken = archive.extractfile("ledger.db")
        assert taken is not None
        (home / "ledger.db").write_bytes(taken.read())
    with pytest.raises(ContinuityError, match="older than its log"):
        open_service(story.settings(home))
    done = close_log(story.settings(home), system_clock)
    assert (done.head.tree_size, "older than its log" in str(done.why_short)) == (4, True)
    begin_successor(story.settings(home), system_clock)
    open_service(story.settings(home)).close()


# --- what is refused, and leaves nothing behind ---


def rewritten(story: Story, change: Callable[[dict[str, Any], dict[str, bytes]], None]) -> Path:
    """A backup whose manifest and files were changed by hand, in good form."""
    with tarfile.open(story.backup) as archive:
        files = {each.name: archive.extractfile(each).read() for each in archive.getmembers()}  # type: ignore[union-attr]
    manifest = json.loads(files.pop("manifest.json"))
    change(manifest, files)
    target = story.place / "rewritten.backup"
    with tarfile.open(target, "w") as archive:
        for name, content in {"manifest.json": json.dumps(manifest).encode(), **files}.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return target


def cut_short(story: Story) -> Path:
    return written(story, story.backup.read_bytes()[: story.backup.stat().st_size // 2])


def without_its_end(story: Story) -> Path:
    return written(story, story.backup.read_bytes()[:-512])


def with_trailing_garbage(story: Story) -> Path:
    return written(story, story.backup.read_bytes() + b"more")


def with_a_byte_changed(story: Story) -> Path:
    changed = bytearray(story.backup.read_bytes())
    changed[len(changed) // 2] ^= 1
    return written(story, bytes(changed))


def empty(story: Story) -> Path:
    return written(story, b"")


def no_archive(story: Story) -> Path:
    return written(story, b"not a backup" * 1000)


def of_a_later_format(story: Story) -> Path:
    return rewritten(story, lambda manifest, _: manifest.update(format="tradeledger-backup/2"))


def of_another_log_than_it_says(story: Story) -> Path:
    return rewritten(story, lambda manifest, _: manifest.update(logId="0x" + "11" * 32))


def with_a_file_left_out(story: Story) -> Path:
    return rewritten(story, lambda _, files: files.pop("accounts.json") and None)


def with_a_file_too_many(story: Story) -> Path:
    return rewritten(story, lambda _, files: files.update(extra=b"more"))


def with_a_file_outside_the_home(story: Story) -> Path:
    def change(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
        for there in (manifest["files"], files):
            there["../outside"] = there.pop("accounts.json")

    return rewritten(story, change)


def written(story: Story, content: bytes) -> Path:
    target = story.place / "rewritten.backup"
    target.write_bytes(content)
    return target


FORGERIES = [
    cut_short, without_its_end, with_trailing_garbage, with_a_byte_changed, empty, no_archive, of_a_later_format,
    of_another_log_than_it_says, with_a_file_left_out, with_a_file_too_many, with_a_file_outside_the_home,
]  # fmt: skip


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_backup_that_is_not_whole_leaves_nothing(story: Story, forgery: Callable[[Story], Path]) -> None:
    with pytest.raises(LedgerError):
        story.restore("refused", forgery(story))
    left = [path.name for path in story.place.iterdir() if path.name.startswith((".", "refused", "outside"))]
    assert left == []


def test_records_changed_with_their_manifest_are_told_by_the_chain(story: Story) -> None:
    """Whoever holds a backup can make its manifest fit; it cannot make the chain fit."""

    def change(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
        database = story.place / "changed.db"
        database.write_bytes(files["ledger.db"])
        with closing(sqlite3.connect(database)) as connection:
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute("UPDATE records SET record = ? WHERE leaf_index = 1", (b"\x11" * 32,))
            connection.commit()
        files["ledger.db"] = database.read_bytes()
        sha256 = hashlib.sha256(files["ledger.db"]).hexdigest()
        manifest["files"]["ledger.db"] = {"size": len(files["ledger.db"]), "sha256": "0x" + sha256}

    with pytest.raises(BadEvidenceError, match="not of this log"):
        story.restore("refused", rewritten(story, change))
    assert not (story.place / "refused").exists()
