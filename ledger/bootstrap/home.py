"""The home folder: what stands where, who may read it, and that one process at a time serves from it.

The files of the first log stand in the home itself, those of a successor in a folder below it; ``current-log`` names
that folder, so that one rename makes the successor the log of this home. Those of closed logs stay where they are.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ledger.adapters.key_files import Password, Strength, make_folder, make_password_file, write_private
from ledger.adapters.key_ring import KeyRing
from ledger.adapters.keystore import Keystore
from ledger.adapters.log_key import LogKey, create_log_key, open_log_key
from ledger.adapters.remote_signer import RemoteSigner
from ledger.codec.hex_strict import encode_hex
from ledger.config import Config, expanded
from ledger.errors import ConflictError, ContinuityError, MalformedError, SignerUnavailableError
from ledger.ports import Signer
from ledger.types import Address

RESTORED_MARK = "restored.json"
"""A file of this name beside a log's store says when, and with how many records, it was put back from a backup."""

PREDECESSOR = "predecessor.json"
"""Beside a successor's store: the closed log that it goes on after."""

_CURRENT, _FIRST = "current-log", "."
_SUCCESSOR = re.compile("log-([1-9][0-9]{0,3})")

DEMO_MARK = "DEMO"
"""A file of this name makes a home a demonstration: its keys are sealed lightly and called so."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """The operator's accounts, each with one duty: to anchor, own the log (cold), be a devnet's root authority."""

    anchorer: Address
    log_owner: Address
    root_authority: Address


class Home:
    """The files of one service."""

    def __init__(self, config: Config) -> None:
        self.path = config.home_path
        make_folder(self.path)
        self._config = config

    @property
    def log_folder(self) -> Path:
        """Where the files of the log in use stand."""
        path = self.path / _CURRENT
        name = path.read_text(encoding="utf-8", errors="replace").strip() if path.exists() else _FIRST
        if name != _FIRST and not _SUCCESSOR.fullmatch(name):
            raise MalformedError("", f"the name of a log's folder in {path}", "something else")
        return self.path / name

    @property
    def next_log_folder(self) -> Path:
        """Where the files of its successor will stand."""
        number = _SUCCESSOR.fullmatch(self.log_folder.name)
        return self.path / f"log-{int(number[1]) + 1 if number else 2}"

    def use_log(self, folder: Path) -> None:
        """Make the log of this folder the one in use."""
        write_private(self.path / _CURRENT, folder.name + "\n")

    @property
    def restored(self) -> str | None:
        """Why nothing is captured here: the log in use was put back from a backup. ``None`` where it was not."""
        if not (self.log_folder / RESTORED_MARK).exists():
            return None
        return (
            "restored copy: it cannot show that it holds all that its log promised, so it captures and signs nothing; "
            "open a successor with `tradeledger log close`, then `tradeledger log succeed`"
        )

    @property
    def database(self) -> Path:
        """The event store."""
        return self.log_folder / "ledger.db"

    @property
    def log(self) -> Path:
        """The log's public files."""
        return self.log_folder / "log"

    @property
    def devnet(self) -> Path:
        """The state of the development chain."""
        return self.path / "devnet"

    @property
    def deployment(self) -> Path:
        """Which contracts are meant."""
        return self.path / "deployment.json"

    @property
    def _accounts(self) -> Path:
        return self.path / "accounts.json"

    def require(self, path: Path) -> None:
        """Refuse to make anew what the log of this home was opened with: another log would go on in its store."""
        if self.log.exists() and not path.exists():
            raise ContinuityError(f"{path} is gone, and the log of this home was opened with it: put it back")

    @property
    def strength(self) -> Strength:
        """How strongly keys are sealed here."""
        return Strength.UNSAFE_DEMO if (self.path / DEMO_MARK).exists() else Strength.STANDARD

    def password(self) -> Password:
        """Return what opens the key files, drawn on first use; keys without it are `SignerUnavailableError`."""
        configured = self._config.password_file
        path = expanded(configured, "/password_file") if configured else self.path / "password"
        if not path.exists() and (self.path / "log-key.json").exists():  # a new one would open none of them
            raise SignerUnavailableError(f"the keys of {self.path} want their password, and there is no file {path}")
        return make_password_file(path)

    def keystore(self) -> Keystore:
        """Return the secp256k1 keys."""
        return Keystore(self.path / "keys", self.password(), self.strength)

    def signer(self, keystore: Keystore) -> Signer:
        """Return who signs here: the key files, and beside them the signer that the settings name."""
        return KeyRing(keystore, RemoteSigner(self._config.signer_url)) if self._config.signer_url else keystore

    def log_key(self) -> LogKey:
        """Return the log's key, drawn on first use."""
        self.require(self.log_folder / "log-key.json")
        return self.log_key_of(self.log_folder)

    def log_key_of(self, folder: Path) -> LogKey:
        """Return the key of the log of this folder, drawn on first use."""
        path = folder / "log-key.json"
        return (
            open_log_key(path, self.password())
            if path.exists()
            else create_log_key(path, self.password(), self.strength)
        )

    def accounts(self, keystore: Keystore) -> Accounts:
        """Return the operator's accounts, drawn on first use."""
        if not self._accounts.exists():
            self.require(self._accounts)
            self.write_accounts(Accounts(*(keystore.create() for _ in Accounts.__dataclass_fields__)))
        return self.read_accounts()

    def write_accounts(self, accounts: Accounts) -> None:
        """Keep the operator's accounts."""
        names = {name: encode_hex(getattr(accounts, name)) for name in Accounts.__dataclass_fields__}
        write_private(self._accounts, json.dumps(names, indent=1))

    def read_accounts(self) -> Accounts:
        """Return the operator's accounts, which were drawn before."""
        path = self._accounts
        try:
            names = json.loads(path.read_text(encoding="utf-8"))
            return Accounts(**{name: Address(bytes.fromhex(names[name][2:])) for name in Accounts.__dataclass_fields__})
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            raise MalformedError("", f"the operator's accounts in {path}", "something else") from None

    def lock(self) -> IO[bytes]:
        """Return the lock of this home, held until it is closed; a second process is refused."""
        file = (self.path / "lock").open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            raise ConflictError("", f"no other service on {self.path}", "one that runs") from None
        return file

    def announce(self, url: str, chain_url: str) -> None:
        """Write down where the service answers, for the commands of the same home."""
        write_private(self.path / "runtime.json", json.dumps({"url": url, "chainUrl": chain_url, "pid": os.getpid()}))

    def withdraw(self) -> None:
        """Take back what `announce` wrote."""
        (self.path / "runtime.json").unlink(missing_ok=True)
