"""A key file says how much memory and time its opening takes: one could ask for terabytes, or for years."""

from __future__ import annotations

from typing import Any

import pytest
from eth_keyfile.keyfile import create_keyfile_json

from ledger.adapters.key_files import Password, Strength, seal, unseal
from ledger.errors import SignerUnavailableError

SECRET = b"\x01" * 32
PASSWORD = Password("correct horse")
LIGHT = 2


def key_file(kdf: Any = "scrypt", **parameters: Any) -> dict[str, Any]:
    sealed = dict(create_keyfile_json(SECRET, PASSWORD.text.encode(), kdf=kdf, iterations=LIGHT))
    sealed["crypto"]["kdfparams"] |= parameters
    return sealed


@pytest.mark.parametrize(
    ("kdf", "parameters"),
    [
        ("scrypt", {"n": 1 << 40}),
        ("scrypt", {"r": 1 << 40}),
        ("scrypt", {"p": 1 << 40}),
        ("scrypt", {"n": 1 << 20, "r": 64, "p": 64}),
        ("scrypt", {"n": -2}),
        ("scrypt", {"n": 2.0}),
        ("scrypt", {"n": True}),
        ("scrypt", {"dklen": 1 << 40}),
        ("pbkdf2", {"c": 1 << 60}),
        ("pbkdf2", {"dklen": 1 << 40}),
    ],
)
def test_work_beyond_a_wallets_is_refused(kdf: str, parameters: dict[str, Any]) -> None:
    with pytest.raises(SignerUnavailableError, match="no work that any wallet asks for"):
        unseal(key_file(kdf, **parameters), PASSWORD, "key.json")


def test_nor_under_names_in_other_letters() -> None:
    sealed = key_file()
    sealed["Crypto"] = {"KDF": "scrypt", **sealed.pop("crypto")}
    sealed["Crypto"]["KDFParams"] = {**sealed["Crypto"].pop("kdfparams"), "N": 1 << 40}
    with pytest.raises(SignerUnavailableError):
        unseal(sealed, PASSWORD, "key.json")


@pytest.mark.parametrize("kdf", ["scrypt", "pbkdf2"])
def test_what_wallets_write_opens(kdf: str) -> None:
    assert unseal(key_file(kdf), PASSWORD, "key.json") == SECRET


@pytest.mark.parametrize("strength", [Strength.UNSAFE_DEMO])
def test_what_this_software_writes_opens(strength: Strength) -> None:
    assert unseal(seal(SECRET, PASSWORD, strength), PASSWORD, "key.json") == SECRET
