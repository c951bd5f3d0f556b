"""The home folder: what stands where, who may read it, and that one process at a time serves from it."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ledger.adapters.key_files import Password, Strength, make_folder, make_password_file, write_private
from ledger.adapters.keystore import Keystore
from ledger.adapters.log_key import LogKey, create_log_key, open_log_key
from ledger.codec.hex_strict import encode_hex
from ledger.config import Config
from ledger.errors import ConflictError, MalformedError
from ledger.types import Address

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
    def database(self) -> Path:
        """The event store."""
        return self.path / "ledger.db"

    @property
    def log(self) -> Path:
        """The log's public files."""
        return self.path / "log"

    @property
    def devnet(self) -> Path:
        """The state of the development chain."""
        return self.path / "devnet"

    @property
    def deployment(self) -> Path:
        """Which contracts are meant."""
        return self.path / "deployment.json"

    @property
    def strength(self) -> Strength:
        """How strongly keys are sealed here."""
        return Strength.UNSAFE_DEMO if (self.path / DEMO_MARK).exists() else Strength.STANDARD

    def password(self) -> Password:
        """Return what opens the key files, drawn on first use."""
        configured = self._config.password_file
        return make_password_file(Path(configured).expanduser() if configured else self.path / "password")

    def keystore(self) -> Keystore:
        """Return the secp256k1 keys."""
        return Keystore(self.path / "keys", self.password(), self.strength)

    def log_key(self) -> LogKey:
        """Return the log's key, drawn on first use."""
        path = self.path / "log-key.json"
        return (
            open_log_key(path, self.password())
            if path.exists()
            else create_log_key(path, self.password(), self.strength)
        )

    def accounts(self, keystore: Keystore) -> Accounts:
        """Return the operator's accounts, drawn on first use."""
        path = self.path / "accounts.json"
        if not path.exists():
            drawn = {name: encode_hex(keystore.create()) for name in Accounts.__dataclass_fields__}
            write_private(path, json.dumps(drawn, indent=1))
        try:
            names = json.loads(path.read_text(encoding="utf-8"))
            return Accounts(**{name: Address(bytes.fromhex(names[name][2:])) for name in Accounts.__dataclass_fields__})
        except (OSError, ValueError, KeyError, TypeError):
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
