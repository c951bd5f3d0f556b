"""The log's Ed25519 key (RFC 8032) behind the `LogSigner` port, kept in a file as every key, or drawn for a test."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.adapters import key_files
from ledger.adapters.key_files import Password, Strength
from ledger.errors import ConflictError, SignerUnavailableError


class LogKey:
    """A `LogSigner`. Shows its public key only."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self._public_key = self._key.public_key().public_bytes_raw()

    def __repr__(self) -> str:
        return f"LogKey({self._public_key.hex()})"

    @classmethod
    def draw(cls) -> LogKey:
        """Return a new random key that is nowhere but in memory."""
        return cls(secrets.token_bytes(key_files.SECRET_BYTES))

    @property
    def public_key(self) -> bytes:
        return self._public_key

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def create_log_key(path: Path, password: Password, strength: Strength = Strength.STANDARD) -> LogKey:
    """Return a new log key, kept in a file; a file that is there already is a conflict."""
    if path.exists():
        raise ConflictError("", "no log key yet", f"one in {path.name}")
    seed = secrets.token_bytes(key_files.SECRET_BYTES)
    key = LogKey(seed)
    sealed = key_files.seal(seed, password, strength)
    del sealed["address"]  # it would be that of a secp256k1 key, which the seed is not
    key_files.make_folder(path.parent)
    key_files.write_private(path, json.dumps({"publicKey": key.public_key.hex(), **sealed}))
    return key


def open_log_key(path: Path, password: Password) -> LogKey:
    """Return the log key in a file."""
    sealed = key_files.read_json(path)
    key = LogKey(key_files.unseal(sealed, password, path.name))
    if sealed.get("publicKey") != key.public_key.hex():
        raise SignerUnavailableError(f"the key file {path.name} holds another key than it says")
    return key
