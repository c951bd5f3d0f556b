"""A backup becomes a home again, once the chain has said that it is a copy of its log.

Everything happens aside; the home has its name only when all is proved and durable. What was promised after the backup
was taken may be lost, and the chain cannot tell: so the home is marked, and from a marked home nothing is captured or
signed (`Home.restored`). It gives out what it holds, and its log can be closed and succeeded.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ledger.adapters.backup_file import Manifest, unpack_backup
from ledger.adapters.devnet import Devnet
from ledger.adapters.durable import sync_folder
from ledger.adapters.ethereum import EthereumChain
from ledger.adapters.ethereum_finality import parse_finality
from ledger.adapters.key_files import write_private
from ledger.adapters.sql.store import SqlStore
from ledger.adapters.tile_files import TileFiles
from ledger.bootstrap.backup import DATABASE, HomeLog, logs_of
from ledger.bootstrap.home import RESTORED_MARK, Home
from ledger.config import Config
from ledger.domain.fields import write_date_time
from ledger.errors import BadEvidenceError, ChainUnavailableError, ConflictError, StoreUnavailableError
from ledger.ports import Chain, Clock, Deployment
from ledger.service.continuity import Reach, prove_copy
from ledger.service.deploy import parse_deployment
from ledger.service.rebuild import adopt_anchors, rebuild_files
from ledger.types import UnixTime


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back: the backup's manifest, and how far the log in use is proved."""

    manifest: Manifest
    reach: Reach


def restore(backup: Path, target: Path, settings: Callable[[Path], Config], clock: Clock) -> Restored:
    """Return what is now the home ``target``; where anything fails there is no such home.

    ``settings`` are those of a home folder, with the settings file that stands in it.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ConflictError("/home", "no such folder yet, or an empty one", f"{target}")
    staging = target.parent / f".{target.name}.{secrets.token_hex(8)}"
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        staging.mkdir(mode=0o700)
        manifest = unpack_backup(backup, staging)
        reach = _prove(Home(settings(staging)), settings(staging), manifest, clock())
        _sync_all(staging)
        staging.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise StoreUnavailableError(f"the home cannot be written: {error.strerror or type(error).__name__}") from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return Restored(manifest, reach)


def _prove(home: Home, config: Config, manifest: Manifest, now: UnixTime) -> Reach:
    logs = list(logs_of(home, manifest.subject.origin))
    if logs[0].log_id != manifest.subject.log_id:
        raise BadEvidenceError(
            "the backup is of another log than it says", logs[0].log_id.hex(), manifest.subject.log_id.hex()
        )
    with _chain(home, config) as chain:
        reaches = [_restore_log(log, chain, now) for log in logs]
    mark = {"restoredAt": write_date_time(now), "backupOf": write_date_time(manifest.subject.made_at)}
    write_private(logs[0].folder / RESTORED_MARK, json.dumps({**mark, "treeSize": reaches[0].records}, indent=1) + "\n")
    return reaches[0]


def _restore_log(log: HomeLog, chain: Chain, now: UnixTime) -> Reach:
    if chain.log_parameters(log.log_id) is None:
        raise BadEvidenceError(
            f"the chain has no log 0x{log.log_id.hex()}: the backup is of no log that was opened there"
        )
    store = SqlStore(log.folder / DATABASE)
    try:
        reach = prove_copy(store, chain, log.log_id, log.key)
        adopt_anchors(store, chain, reach.heads, now)
        rebuild_files(store, TileFiles(log.folder / "log"))
        return reach
    finally:
        store.close()


@contextmanager
def _chain(home: Home, config: Config) -> Iterator[Chain]:
    """The chain of this home: a node by URL, or its own development chain, from the dump in the backup."""
    with ExitStack() as closing:
        devnet = None
        if not config.chain_url:
            if not home.devnet.exists():
                raise ChainUnavailableError("the backup names no chain to prove it against: name a node by --chain-url")
            devnet = Devnet(home.devnet)
            closing.callback(devnet.stop)
        url = devnet.url if devnet is not None else config.chain_url
        finality = parse_finality(config.finality, devnet.durable_block if devnet is not None else None)
        deployment = parse_deployment(home.deployment.read_bytes())
        chain = EthereumChain(url, deployment, finality)
        closing.callback(chain.close)
        _require_code(chain, deployment)
        yield chain


def _require_code(chain: Chain, deployment: Deployment) -> None:
    identity = chain.identity()
    found = (
        identity.party_registry_code_hash,
        identity.checkpoint_registry_code_hash,
        identity.custody_ledger_code_hash,
    )
    deployed = (
        deployment.party_registry_code_hash,
        deployment.checkpoint_registry_code_hash,
        deployment.custody_ledger_code_hash,
    )
    if found != deployed:
        raise BadEvidenceError("the contracts on this chain have other code than the backup's deployment says")


def _sync_all(folder: Path) -> None:
    for path, _, _ in os.walk(folder):
        sync_folder(Path(path))
