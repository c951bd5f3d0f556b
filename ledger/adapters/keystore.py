"""secp256k1 keys behind the `Signer` port: `Keystore` in files, `MemorySigner` for as long as the process lives.

A key is decrypted when it first signs (or by `Keystore.unlock`) and then stays in memory. Signatures are deterministic
(RFC 6979), 65 bytes, low s (EIP-2). Nothing here shows a key: not in an error, not in a representation.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount

from ledger.adapters import key_files, recursion_limit
from ledger.adapters.key_files import Password, Strength
from ledger.errors import ConflictError, MalformedError, SignerUnavailableError
from ledger.types import Address, JsonObject

recursion_limit.restore()

_FILE_NAME = re.compile(r"key-([0-9a-f]{40})\.json")


class MemorySigner:
    """A `Signer` whose keys are nowhere but in memory."""

    def __init__(self) -> None:
        self._accounts: dict[Address, LocalAccount] = {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.addresses())} keys)"

    def create(self) -> Address:
        """Return the address of a new random key."""
        return self.import_key(secrets.token_bytes(key_files.SECRET_BYTES))

    def import_key(self, private_key: bytes) -> Address:
        """Return the address of this key, which signs from now on."""
        account = _account(private_key)
        return self._keep(account)

    def addresses(self) -> tuple[Address, ...]:
        return tuple(sorted(self._accounts))

    def sign_typed_data(self, address: Address, typed_data: JsonObject) -> bytes:
        account = self._account_of(address)
        try:
            return bytes(account.sign_typed_data(full_message=typed_data).signature)
        except Exception as error:  # noqa: BLE001  # stray errors about values that may be private
            raise MalformedError("", "EIP-712 typed data", f"values it refuses ({type(error).__name__})") from None

    def sign_transaction(self, address: Address, transaction: JsonObject) -> bytes:
        account = self._account_of(address)
        try:
            return bytes(account.sign_transaction(_ready(transaction)).raw_transaction)
        except Exception as error:  # noqa: BLE001  # as above
            raise MalformedError("", "an EIP-1559 transaction", f"values it refuses ({type(error).__name__})") from None

    def _keep(self, account: LocalAccount) -> Address:
        address = _address_of(account)
        self._accounts[address] = account
        return address

    def _account_of(self, address: Address) -> LocalAccount:
        account = self._accounts.get(address)
        if account is None:
            raise SignerUnavailableError(f"there is no key here for 0x{address.hex()}")
        return account


class Keystore(MemorySigner):
    """A `Signer` over a folder of Web3 Secret Storage v3 files, one a key, opened by one password."""

    def __init__(self, folder: Path, password: Password, strength: Strength = Strength.STANDARD) -> None:
        super().__init__()
        key_files.make_folder(folder)
        self._folder = folder
        self._password = password
        self._strength = strength
        self._lock = Lock()

    def import_key(self, private_key: bytes) -> Address:
        """Return the address of this key, kept in a file of its own; one that is there already is a conflict."""
        account = _account(private_key)
        path = self._path(_address_of(account))
        with self._lock:
            if path.exists():
                raise ConflictError("", "a key that is not in the keystore", f"0x{_address_of(account).hex()}")
            key_files.write_private(path, json.dumps(key_files.seal(private_key, self._password, self._strength)))
            return self._keep(account)

    def addresses(self) -> tuple[Address, ...]:
        names = (_FILE_NAME.fullmatch(path.name) for path in self._folder.iterdir())
        return tuple(sorted(Address(bytes.fromhex(name[1])) for name in names if name))

    def unlock(self, address: Address) -> None:
        """Decrypt a key now rather than when it first signs."""
        self._account_of(address)

    def _account_of(self, address: Address) -> LocalAccount:
        with self._lock:
            if address not in self._accounts:
                self._open(address)
            return self._accounts[address]

    def _open(self, address: Address) -> None:
        path = self._path(address)
        if not path.exists():
            raise SignerUnavailableError(f"there is no key file for 0x{address.hex()}")
        account = _account(key_files.unseal(key_files.read_json(path), self._password, path.name))
        if _address_of(account) != address:
            raise SignerUnavailableError(f"the key file {path.name} holds another key than its name says")
        self._keep(account)

    def _path(self, address: Address) -> Path:
        return self._folder / f"key-{address.hex()}.json"


def _account(private_key: bytes) -> LocalAccount:
    try:
        account: LocalAccount = Account.from_key(private_key)
    except Exception:  # noqa: BLE001  # its errors show the key
        raise MalformedError("", "a secp256k1 key of 32 bytes", "something else") from None
    return account


def _address_of(account: LocalAccount) -> Address:
    return Address(bytes.fromhex(account.address[2:]))


def _ready(transaction: Mapping[str, Any]) -> dict[str, Any]:
    """Return the transaction as eth_account wants it: addresses in mixed case, no member without a value."""
    ready = {name: value for name, value in transaction.items() if value is not None}
    if isinstance(ready.get("to"), str):
        ready["to"] = bytes.fromhex(ready["to"][2:])
    return ready
