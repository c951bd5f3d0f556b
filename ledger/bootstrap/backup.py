"""The backup of a home, taken while its service runs or stands still.

All of the home goes into it but what follows from the rest (the log's public files), what belongs to a running process,
and the password: whoever finds a backup must not find in it what opens its keys. Databases come first, so that the
chain of a development home is never behind what they say of it.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger.adapters.backup_file import Manifest, Subject, write_backup
from ledger.adapters.devnet_state import read_durable
from ledger.adapters.key_files import read_json
from ledger.adapters.sql.copying import copy_database
from ledger.adapters.sql.store import SqlStore
from ledger.bootstrap.closed_logs import read_predecessor
from ledger.bootstrap.home import Home
from ledger.codec.log_id import log_id
from ledger.codec.note import VerifierKey
from ledger.config import Config, expanded
from ledger.errors import ChainUnavailableError, ConflictError, MalformedError, NotFoundError, StoreUnavailableError
from ledger.ports import Clock
from ledger.service.closed_log import MAX_PREDECESSORS
from ledger.service.deploy import parse_deployment
from ledger.types import LogId

DATABASE: Final = "ledger.db"
_OF_A_PROCESS = frozenset({"lock", "runtime.json", "ledger.db-wal", "ledger.db-shm"})
_MADE_AGAIN = frozenset({"log", "devnet"})
_DEVNET_ATTEMPTS = 50


@dataclass(frozen=True, slots=True)
class HomeLog:
    """A log of a home: where its files stand, its id, and the key of its checkpoints."""

    folder: Path
    log_id: LogId
    key: VerifierKey


def logs_of(home: Home, origin: str) -> Iterator[HomeLog]:
    """Yield the log in use and the closed ones before it; no password is needed."""
    deployment = parse_deployment(_read(home.deployment))
    owner, folder = home.read_accounts().log_owner, home.log_folder
    for _ in range(MAX_PREDECESSORS + 1):
        public = bytes.fromhex(str(read_json(folder / "log-key.json").get("publicKey")))
        chain_id, registry = deployment.network.chain_id, deployment.checkpoint_registry
        yield HomeLog(folder, log_id(chain_id, registry, owner, origin, public), VerifierKey(origin, public))
        before = read_predecessor(folder)
        if before is None:
            return
        folder = home.path / before.folder


def back_up(config: Config, path: Path, clock: Clock) -> Manifest:
    """Write the backup of a home to a new file, and return what it holds."""
    home = Home(config)
    if path.exists():
        raise ConflictError("", "no file of this name yet", str(path))
    if home.path.resolve() in path.resolve().parents:
        raise MalformedError("", f"a file outside the home {home.path}", str(path))
    staging = path.parent / f".{path.name}.{secrets.token_hex(8)}"
    try:
        staging.mkdir(mode=0o700)
        _copy(home, _password_file(home, config), staging)
        return write_backup(path, staging, _subject(home, config, staging, clock))
    except OSError as error:
        raise StoreUnavailableError(f"the backup cannot be written: {error.strerror or type(error).__name__}") from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _subject(home: Home, config: Config, staging: Path, clock: Clock) -> Subject:
    log = next(logs_of(home, config.origin))
    store = SqlStore(staging / log.folder.relative_to(home.path) / DATABASE)
    try:
        newest = store.latest_checkpoint()
        note = None if newest is None else newest.note.decode()
        return Subject(clock(), log.log_id, config.origin, store.record_count(), note)
    finally:
        store.close()


def _copy(home: Home, password: Path, staging: Path) -> None:
    files = [path for path in _files(home.path) if path.resolve() != password]
    for path in sorted(files, key=lambda path: path.name != DATABASE):
        target = staging / path.relative_to(home.path)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        copy_database(path, target) if path.name == DATABASE else shutil.copyfile(path, target)
    if home.devnet.exists():
        _copy_devnet(home.devnet, staging / "devnet")


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in _OF_A_PROCESS or path.name in _MADE_AGAIN:
            continue
        if path.is_dir():
            yield from _files(path)
        elif path.is_file():
            yield path


def _copy_devnet(source: Path, target: Path) -> None:
    """Copy the chain with its newest dump; one that is replaced meanwhile is copied again."""
    target.mkdir(mode=0o700)
    shutil.copyfile(source / "chain.json", target / "chain.json")
    for _ in range(_DEVNET_ATTEMPTS):
        before, state = _read(source / "durable.json"), read_durable(source)
        if state is None:
            return
        try:
            shutil.copyfile(state.file, target / state.file.name)
        except FileNotFoundError:
            continue
        if before == _read(source / "durable.json"):
            (target / "durable.json").write_bytes(before)
            return
        (target / state.file.name).unlink()
    raise ChainUnavailableError("the development chain does not stand still: try again")


def _password_file(home: Home, config: Config) -> Path:
    named = expanded(config.password_file, "/password_file") if config.password_file else home.path / "password"
    return Path(os.path.realpath(named))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise NotFoundError("", f"a home that `tradeledger up` has served from, with {path}", "none") from None
