"""Secrets at rest: Web3 Secret Storage v3 files (scrypt, AES-128-CTR), for their owner's eyes only, under one password.

A file is written whole or not at all and durable on return. No error text or representation holds a secret, a password
or what a file decrypts to. What the secrets are is left to `keystore` (secp256k1) and `log_key` (Ed25519).
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass, field
from enum import Enum
from math import prod
from pathlib import Path

from eth_keyfile.keyfile import create_keyfile_json, decode_keyfile_json

from ledger.adapters import recursion_limit
from ledger.adapters.durable import sync_folder
from ledger.errors import SignerUnavailableError
from ledger.types import JsonObject, JsonValue

recursion_limit.restore()

SECRET_BYTES = 32
MAX_FILE_BYTES = 64 * 1024
PASSWORD_BYTES = 32
"""Drawn for a password file that did not exist: nobody has to type it."""


_MAX_WORK = 1 << 22
"""Twice the work of `Strength.STANDARD`; as much scrypt takes half a gigabyte, and PBKDF2 some seconds."""

_FACTORS = {"scrypt": ("n", "r", "p"), "pbkdf2": ("c",)}
"""What the work of a key derivation function is the product of (Web3 Secret Storage v3, ``kdfparams``)."""


class Strength(Enum):
    """The work factor of scrypt, which is what a stolen file costs per guessed password."""

    STANDARD = 1 << 18
    """As go-ethereum's standard: about a second and 256 MB."""

    UNSAFE_DEMO = 1 << 12
    """For demonstrations and tests only: some milliseconds."""


@dataclass(frozen=True, slots=True)
class Password:
    """What opens the key files of one folder. Shows nothing of itself."""

    text: str = field(repr=False)


def read_password(path: Path) -> Password:
    """Return the password in a file, without the newline at its end."""
    text = _read(path).removesuffix("\n")
    if not text:
        raise SignerUnavailableError(f"the password file {path} is empty")
    return Password(text)


def make_password_file(path: Path) -> Password:
    """Return the password in a file; draw one where there is no file yet."""
    if not path.exists():
        make_folder(path.parent)
        write_private(path, secrets.token_urlsafe(PASSWORD_BYTES) + "\n")
    return read_password(path)


def seal(secret: bytes, password: Password, strength: Strength) -> JsonObject:
    """Return the Web3 Secret Storage v3 object that keeps 32 secret bytes."""
    sealed = create_keyfile_json(secret, password.text.encode(), kdf="scrypt", iterations=strength.value)
    return {name: sealed[name] for name in ("version", "id", "address", "crypto")}


def unseal(sealed: JsonObject, password: Password, name: str) -> bytes:
    """Return the 32 bytes that `seal` kept; a wrong password or a damaged file is `SignerUnavailableError`."""
    if not _is_bounded(sealed):
        raise SignerUnavailableError(f"the key file {name} does not open (no work that any wallet asks for)")
    try:
        secret = decode_keyfile_json(sealed, password.text.encode())
    except Exception as error:  # noqa: BLE001  # its own and stray errors; none may carry on what it saw
        raise SignerUnavailableError(f"the key file {name} does not open ({type(error).__name__})") from None
    if len(secret) != SECRET_BYTES:
        raise SignerUnavailableError(f"the key file {name} holds no key of {SECRET_BYTES} bytes")
    return bytes(secret)


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner can enter; refuse one that others can."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        raise SignerUnavailableError(f"others can enter {folder}: make it private (chmod 700)")


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all, durable on return."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise SignerUnavailableError(f"{path} cannot be written ({error.strerror})") from None


def _is_bounded(sealed: JsonObject) -> bool:
    """Say whether a file asks for a key of 32 bytes by work that is done in bounded time and memory."""
    crypto = _lower(_lower(sealed).get("crypto"))
    parameters, factors = _lower(crypto.get("kdfparams")), _FACTORS.get(str(crypto.get("kdf")), ())
    work = [factor for name in factors if type(factor := parameters.get(name)) is int and 0 < factor <= _MAX_WORK]
    return len(work) == len(factors) > 0 and prod(work) <= _MAX_WORK and parameters.get("dklen") == SECRET_BYTES


def _lower(value: JsonValue) -> JsonObject:
    """Return the members of an object by their names in lower case, as the reader of key files takes them."""
    return {name.lower(): member for name, member in value.items()} if isinstance(value, dict) else {}


def read_json(path: Path) -> JsonObject:
    """Return the JSON object in a key file."""
    try:
        value = json.loads(_read(path))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise SignerUnavailableError(f"{path} is not a key file")
    return value


def _read(path: Path) -> str:
    try:
        if path.stat().st_mode & 0o077:
            raise SignerUnavailableError(f"others can read {path}: make it private (chmod 600)")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise SignerUnavailableError(f"{path} is too large for a key file")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise SignerUnavailableError(f"{path} cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise SignerUnavailableError(f"{path} is not text") from None
