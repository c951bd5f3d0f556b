"""What a development chain keeps on disk: who it is, and the last dump of its state with the block it stands at.

Every file is written aside, synced and renamed; ``durable.json`` names the dump it belongs to, so that dump and block
change together however this process or the machine dies. One process at a time may use a folder.
"""

from __future__ import annotations

import fcntl
import gzip
import json
import os
import secrets
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ledger.adapters.durable import sync_folder
from ledger.errors import ChainUnavailableError
from ledger.ports import Block
from ledger.types import Hash32, UnixTime

_FIRST_ID, _IDS = 1 << 30, 1 << 30  # 31 bits: what every wallet and EIP-155 tool can hold
_PUBLIC_IDS = frozenset({
    1_313_161_554, 1_313_161_555, 1_313_161_556, 1_350_216_234, 1_380_012_617, 1_444_673_419, 1_482_601_649,
    1_564_830_818, 1_666_600_000, 1_666_700_000, 1_918_988_905, 2_046_399_126,
})  # fmt: skip
"""Ids of that range that public networks use."""


@dataclass(frozen=True, slots=True)
class DevnetIdentity:
    """What fixes the first block: the chain id, drawn once, and the time."""

    chain_id: int
    genesis_time: UnixTime


@dataclass(frozen=True, slots=True)
class DurableState:
    """A dump that survives, and the block it stands at."""

    file: Path
    block: Block


class DevnetFolder:
    """The folder of one development chain, locked while it is open."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._lock = _lock(folder)

    @property
    def log(self) -> Path:
        """Where anvil says why it does not start."""
        return self._folder / "anvil.log"

    def close(self) -> None:
        """Let another process use the folder."""
        self._lock.close()

    def identity(self, now: UnixTime) -> DevnetIdentity:
        """Return what was drawn for this folder; draw it if it is new."""
        stored = _read(self._folder / "chain.json")
        if stored is None:
            _write(self._folder / "chain.json", json.dumps({"chainId": _draw_chain_id(), "genesisTime": now}).encode())
            stored = _read(self._folder / "chain.json") or {}
        try:
            return DevnetIdentity(int(stored["chainId"]), UnixTime(int(stored["genesisTime"])))
        except (KeyError, TypeError, ValueError, OverflowError):
            raise _damaged(self._folder / "chain.json") from None

    def durable(self) -> DurableState | None:
        """Return the last dump that is whole on disk, or ``None`` before the first."""
        return read_durable(self._folder)

    def keep(self, dump: bytes, block: Block) -> None:
        """Make a dump, as ``anvil_dumpState`` gives it, the one to start from, and drop every other."""
        name = f"state-{block.number}-{secrets.token_hex(4)}.json"
        _write(self._folder / name, _unpack(dump))
        entry = {"state": name, "block": block.number, "blockHash": block.block_hash.hex(), "time": block.time}
        _write(self._folder / "durable.json", json.dumps(entry).encode())
        for other in self._folder.glob("state-*"):  # the one before, and what a crash left
            if other.name != name:
                other.unlink(missing_ok=True)


def read_durable(folder: Path) -> DurableState | None:
    """Return the last dump in the folder of a chain, whichever process runs it."""
    stored = _read(folder / "durable.json")
    if stored is None:
        return None
    try:
        block_hash = Hash32(bytes.fromhex(stored["blockHash"]))
        block = Block(int(stored["block"]), block_hash, UnixTime(int(stored["time"])))
        return DurableState(folder / Path(stored["state"]).name, block)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise _damaged(folder / "durable.json") from None


def _read(path: Path) -> dict[str, Any] | None:
    try:
        value = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError):
        raise _damaged(path) from None
    if not isinstance(value, dict):
        raise _damaged(path)
    return value


def _damaged(path: Path) -> ChainUnavailableError:
    return ChainUnavailableError(f"the development chain cannot start: {path} is damaged")


def _lock(folder: Path) -> IO[bytes]:
    """Return the held lock; it goes with the process, so that a crash leaves no stale one."""
    lock = (folder / "lock").open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise ChainUnavailableError(f"another process runs the development chain in {folder}") from None
    return lock


def _draw_chain_id() -> int:
    chain_id = _FIRST_ID + secrets.randbelow(_IDS)
    return _draw_chain_id() if chain_id in _PUBLIC_IDS else chain_id


def _unpack(dump: bytes) -> bytes:
    try:
        return gzip.decompress(dump)  # --load-state takes plain JSON only
    except (OSError, EOFError, zlib.error):
        raise ChainUnavailableError("the development chain gives a damaged dump") from None


def _write(path: Path, content: bytes) -> None:
    draft = path.with_name(path.name + ".new")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        draft.unlink(missing_ok=True)  # on a full disk every attempt would leave one
        raise ChainUnavailableError(f"the development chain cannot be kept: {path} ({error.strerror})") from None
