"""The closed logs of a home: ``predecessor.json`` beside a successor's store names the log before it, and so on.

Their files stay where they were; they are opened to be read.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from ledger.adapters.key_files import write_private
from ledger.adapters.sql.store import SqlStore
from ledger.adapters.tile_files import TileFiles
from ledger.bootstrap.home import PREDECESSOR, Home
from ledger.codec.hex_strict import encode_hex
from ledger.codec.json_shape import closed_object, string
from ledger.codec.statement import Domain
from ledger.codec.strict_json import parse
from ledger.domain.fields import hash_hex, positive
from ledger.errors import MalformedError
from ledger.service.closed_log import MAX_PREDECESSORS, ClosedLog
from ledger.service.receipts import Receipts
from ledger.types import Hash32, LogId

_MAX_FILE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Predecessor:
    """A closed log: its id, the head at which it was closed, and the folder of its files, by name."""

    log_id: LogId
    tree_size: int
    root_hash: Hash32
    folder: str


def write_predecessor(folder: Path, predecessor: Predecessor) -> None:
    """Say in a successor's folder which log it goes on after."""
    value = {
        "logId": encode_hex(predecessor.log_id),
        "treeSize": predecessor.tree_size,
        "rootHash": encode_hex(predecessor.root_hash),
        "folder": predecessor.folder,
    }
    write_private(folder / PREDECESSOR, json.dumps(value, indent=1) + "\n")


def read_predecessor(folder: Path) -> Predecessor | None:
    """Return what stands in a log's folder; ``None`` where it succeeds no other."""
    path = folder / PREDECESSOR
    if not path.exists():
        return None
    members = frozenset({"logId", "treeSize", "rootHash", "folder"})
    value = closed_object(parse(path.read_bytes(), _MAX_FILE_BYTES), "", members)
    name = string(value["folder"], "/folder")
    if name in ("", "..") or "/" in name:
        raise MalformedError("/folder", f"the name of a folder beside {folder}", "another path")
    log_id, root_hash = hash_hex(value["logId"], "/logId"), hash_hex(value["rootHash"], "/rootHash")
    return Predecessor(LogId(log_id), positive(value["treeSize"], "/treeSize"), root_hash, name)


def open_closed_logs(home: Home, domain: Domain, opening: ExitStack) -> tuple[ClosedLog, ...]:
    """Return the closed logs that the log in use goes on after, newest first; ``opening`` closes their stores."""
    closed: list[ClosedLog] = []
    before = read_predecessor(home.log_folder)
    while before is not None and len(closed) < MAX_PREDECESSORS:
        folder = home.path / before.folder
        store = SqlStore(folder / "ledger.db")
        opening.callback(store.close)
        receipts = Receipts(store, TileFiles(folder / "log"), domain)
        closed.append(ClosedLog(before.log_id, before.tree_size, store, receipts))
        before = read_predecessor(folder)
    return tuple(closed)
