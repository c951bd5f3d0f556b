"""A backup: one tar file whose first member, ``manifest.json``, names every other with its size and SHA-256.

A file that is cut short, changed, or holds anything else is refused (`BadEvidenceError`), and so is a name that leads
out of the folder it is unpacked into. Whether what it holds is true is for the chain to say (`service.continuity`).
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final

from ledger.adapters.durable import sync_folder
from ledger.codec.json_shape import closed_object, member_pointer, open_object, string
from ledger.codec.strict_json import parse
from ledger.domain.fields import date_time, hash_hex, integer, write_date_time
from ledger.errors import BadEvidenceError, MalformedError, StoreUnavailableError, TooLargeError
from ledger.types import Hash32, JsonObject, JsonValue, LogId, UnixTime

MANIFEST: Final = "manifest.json"
FORMAT: Final = "tradeledger-backup/1"
MAX_MANIFEST_BYTES: Final = 16 << 20
"""Room for a hundred thousand key files."""

_CHUNK = 1 << 20
_MEMBERS = frozenset({"format", "madeAt", "logId", "origin", "treeSize", "checkpoint", "files"})


@dataclass(frozen=True, slots=True)
class Subject:
    """What a backup is of: the log in use, how many records it holds, and its newest checkpoint."""

    made_at: UnixTime
    log_id: LogId
    origin: str
    tree_size: int
    checkpoint: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One file, by its path from the home folder."""

    name: str
    size: int
    sha256: Hash32


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds."""

    subject: Subject
    files: tuple[Entry, ...]


def write_backup(path: Path, folder: Path, subject: Subject) -> Manifest:
    """Write all files below ``folder`` into a backup, read it again whole, and only then give it its name."""
    files = tuple(_entry(folder, each) for each in sorted(folder.rglob("*")) if each.is_file())
    manifest = Manifest(subject, files)
    draft = path.with_name(path.name + ".new")
    try:
        with _new_file(draft) as file:
            _write(file, folder, manifest)
        check_backup(draft)
        draft.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise StoreUnavailableError(f"the backup cannot be written: {error.strerror or type(error).__name__}") from None
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def check_backup(path: Path) -> Manifest:
    """Return what a backup holds, once every byte of it is what its manifest says."""
    with _opened(path) as archive:
        manifest = _read_manifest(archive)
        for member, entry in _members(archive, manifest):
            _drain(archive, member, entry, None)
    return manifest


def unpack_backup(path: Path, folder: Path) -> Manifest:
    """Write the files of a backup below ``folder``, each for its owner alone, and return what it holds."""
    with _opened(path) as archive:
        manifest = _read_manifest(archive)
        for member, entry in _members(archive, manifest):
            target = _within(folder, member.name)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _new_file(target) as file:
                _drain(archive, member, entry, file)
    return manifest


def _within(folder: Path, name: str) -> Path:
    """Return the place of a file below ``folder``; refuse a name that leads out of it."""
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
        raise tarfile.TarError(name)  # not `tarfile.data_filter`: Python has it from 3.11.4 on
    return folder / name


def _write(file: IO[bytes], folder: Path, manifest: Manifest) -> None:
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        head = json.dumps(_dump(manifest), indent=1).encode() + b"\n"
        _add(archive, MANIFEST, len(head), io.BytesIO(head))
        for entry in manifest.files:
            with (folder / entry.name).open("rb") as source:
                _add(archive, entry.name, entry.size, source)


def _add(archive: tarfile.TarFile, name: str, size: int, source: IO[bytes]) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    archive.addfile(member, source)


def _members(archive: tarfile.TarFile, manifest: Manifest) -> Iterator[tuple[tarfile.TarInfo, Entry]]:
    """Yield every member with its entry: all that the manifest names, in its order, and nothing else."""
    end = 0
    for entry in manifest.files:
        member = archive.next()
        if member is None or member.name != entry.name or not member.isreg() or member.size != entry.size:
            raise BadEvidenceError("the backup is damaged: a file is not where its manifest says", entry.name)
        yield member, entry
        end = member.offset_data + -(-member.size // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE
    _require_end(archive, end)


def _require_end(archive: tarfile.TarFile, end: int) -> None:
    """Refuse anything but the empty blocks that end a tar file, and fewer than it ends with."""
    if archive.fileobj is None:
        return
    archive.fileobj.seek(end)
    rest = archive.fileobj.read(2 * tarfile.RECORDSIZE + 1)
    is_end = 2 * tarfile.BLOCKSIZE <= len(rest) <= 2 * tarfile.RECORDSIZE
    if not is_end or any(rest) or (end + len(rest)) % tarfile.RECORDSIZE:
        raise BadEvidenceError("the backup is damaged: it is cut short, or holds more than its manifest says")


def _drain(archive: tarfile.TarFile, member: tarfile.TarInfo, entry: Entry, target: IO[bytes] | None) -> None:
    source, digest = archive.extractfile(member), hashlib.sha256()
    while source is not None and (chunk := source.read(_CHUNK)):
        digest.update(chunk)
        if target is not None:
            target.write(chunk)
    if digest.digest() != entry.sha256:
        raise BadEvidenceError(f"the backup is damaged: {entry.name}", entry.sha256.hex(), digest.hexdigest())


def _read_manifest(archive: tarfile.TarFile) -> Manifest:
    member = archive.next()
    if member is None or member.name != MANIFEST or not member.isreg():
        raise MalformedError("", f"a backup, which begins with {MANIFEST}", "another file")
    if member.size > MAX_MANIFEST_BYTES:
        raise TooLargeError("", f"a manifest of at most {MAX_MANIFEST_BYTES} bytes", f"{member.size} bytes")
    source = archive.extractfile(member)
    return _parse(parse(b"" if source is None else source.read(), MAX_MANIFEST_BYTES))


def _parse(value: JsonValue) -> Manifest:
    members = closed_object(value, "", _MEMBERS)
    if members["format"] != FORMAT:
        raise MalformedError("/format", f'"{FORMAT}"', "another format, or one of a newer version of this software")
    checkpoint = members["checkpoint"]
    subject = Subject(
        date_time(members["madeAt"], "/madeAt"),
        LogId(hash_hex(members["logId"], "/logId")),
        string(members["origin"], "/origin"),
        integer(members["treeSize"], "/treeSize"),
        None if checkpoint is None else string(checkpoint, "/checkpoint"),
    )
    files = open_object(members["files"], "/files")
    return Manifest(subject, tuple(_parse_entry(name, entry) for name, entry in files.items()))


def _parse_entry(name: str, value: JsonValue) -> Entry:
    pointer = member_pointer("/files", name)
    parts = PurePosixPath(name).parts
    if not name or name != "/".join(parts) or parts[0] == "/" or ".." in parts or "\0" in name:
        raise MalformedError(pointer, "the path of a file below the home folder", "another path")
    entry = closed_object(value, pointer, frozenset({"size", "sha256"}))
    size, sha256 = integer(entry["size"], f"{pointer}/size"), hash_hex(entry["sha256"], f"{pointer}/sha256")
    return Entry(name, size, sha256)


def _dump(manifest: Manifest) -> JsonObject:
    subject = manifest.subject
    return {
        "format": FORMAT,
        "madeAt": write_date_time(subject.made_at),
        "logId": "0x" + subject.log_id.hex(),
        "origin": subject.origin,
        "treeSize": subject.tree_size,
        "checkpoint": subject.checkpoint,
        "files": {each.name: {"size": each.size, "sha256": "0x" + each.sha256.hex()} for each in manifest.files},
    }


def _entry(folder: Path, path: Path) -> Entry:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
    return Entry(path.relative_to(folder).as_posix(), path.stat().st_size, Hash32(digest))


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, "r:") as archive:
            yield archive
    except tarfile.TarError as error:
        raise BadEvidenceError(f"the backup is damaged or cut short ({type(error).__name__})") from None
    except OSError as error:
        raise StoreUnavailableError(f"the backup: {error.strerror or type(error).__name__}") from None


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """A new file for its owner alone, durable when it is closed."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
