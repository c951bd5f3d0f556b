"""Keys: what eth-account, coincurve and cryptography say of the signatures, and what the files give away (nothing)."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from eth_account import Account

from ledger.adapters.key_files import Password, Strength, make_password_file, read_password
from ledger.adapters.keystore import Keystore
from ledger.adapters.log_key import LogKey, create_log_key, open_log_key
from ledger.errors import ConflictError, SignerUnavailableError
from ledger.types import Address, JsonObject

PASSWORD = Password("correct horse")
# Web3 Secret Storage v3, the specification's own test vector (ethereum/wiki, scrypt).
VECTOR_KEY = bytes.fromhex("7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d")
VECTOR = {
    "crypto": {
        "cipher": "aes-128-ctr",
        "cipherparams": {"iv": "83dbcc02d8ccb40e466191a123791e0e"},
        "ciphertext": "d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c",
        "kdf": "scrypt",
        "kdfparams": {
            "dklen": 32, "n": 262144, "r": 1, "p": 8,
            "salt": "ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19",
        },
        "mac": "2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097",
    },
    "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6",
    "version": 3,
}  # fmt: skip


def transaction(nonce: int = 0) -> JsonObject:
    return {
        "type": 2, "chainId": 1337, "nonce": nonce, "to": "0x" + "ab" * 20, "value": 0, "data": "0x1234",
        "gas": 50_000, "maxFeePerGas": 1000, "maxPriorityFeePerGas": 1,
    }  # fmt: skip


@pytest.mark.parametrize("first", ["keystore", "key_files", "json_rpc"])
def test_no_import_raises_the_recursion_limit(first: str) -> None:
    program = f"import sys, ledger.adapters.{first}; print(sys.getrecursionlimit())"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "1000"


class TestKeystore:
    def test_keys_survive_in_private_files(self, tmp_path: Path) -> None:
        folder = tmp_path / "keys"
        address = Keystore(folder, PASSWORD, Strength.UNSAFE_DEMO).import_key(b"\x07" * 32)

        (file,) = folder.iterdir()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert b"07" * 32 not in file.read_bytes()
        again = Keystore(folder, PASSWORD)
        again.unlock(address)
        assert again.addresses() == (address,)
        assert again.sign_transaction(address, transaction()) == bytes(
            Account.from_key(b"\x07" * 32).sign_transaction({**transaction(), "to": b"\xab" * 20}).raw_transaction
        )

    def test_reads_the_published_vector(self, tmp_path: Path) -> None:
        expected = bytes.fromhex(Account.from_key(VECTOR_KEY).address[2:])
        store = Keystore(tmp_path, Password("testpassword"))
        file = tmp_path / f"key-{expected.hex()}.json"
        file.touch(mode=0o600)
        file.write_text(json.dumps(VECTOR))

        store.unlock(Address(expected))

    def test_a_wrong_password_opens_nothing(self, tmp_path: Path) -> None:
        address = Keystore(tmp_path / "keys", PASSWORD, Strength.UNSAFE_DEMO).create()
        with pytest.raises(SignerUnavailableError) as refusal:
            Keystore(tmp_path / "keys", Password("wrong horse")).unlock(address)
        assert "horse" not in str(refusal.value)

    def test_a_key_under_a_wrong_name_is_refused(self, tmp_path: Path) -> None:
        Keystore(tmp_path / "keys", PASSWORD, Strength.UNSAFE_DEMO).create()
        (file,) = (tmp_path / "keys").iterdir()
        file.rename(file.with_name(f"key-{'44' * 20}.json"))
        with pytest.raises(SignerUnavailableError, match="another key"):
            Keystore(tmp_path / "keys", PASSWORD).unlock(Address(b"\x44" * 20))

    @pytest.mark.parametrize("content", ["", "[]", "{", '{"version": 3}', '{"version": 3, "crypto": {}}', "[" * 30_000])
    def test_a_damaged_file_is_no_answer(self, tmp_path: Path, content: str) -> None:
        store = Keystore(tmp_path / "keys", PASSWORD, Strength.UNSAFE_DEMO)
        address = store.create()
        (file,) = (tmp_path / "keys").iterdir()
        file.write_text(content)
        with pytest.raises(SignerUnavailableError):
            Keystore(tmp_path / "keys", PASSWORD).unlock(address)

    def test_files_that_others_can_read_are_refused(self, tmp_path: Path) -> None:
        address = Keystore(tmp_path / "keys", PASSWORD, Strength.UNSAFE_DEMO).create()
        (file,) = (tmp_path / "keys").iterdir()
        file.chmod(0o644)
        with pytest.raises(SignerUnavailableError, match="chmod 600"):
            Keystore(tmp_path / "keys", PASSWORD).unlock(address)
        (tmp_path / "keys").chmod(0o755)
        with pytest.raises(SignerUnavailableError, match="chmod 700"):
            Keystore(tmp_path / "keys", PASSWORD)

    def test_a_key_is_imported_once(self, tmp_path: Path) -> None:
        store = Keystore(tmp_path / "keys", PASSWORD, Strength.UNSAFE_DEMO)
        store.import_key(b"\x05" * 32)
        with pytest.raises(ConflictError):
            store.import_key(b"\x05" * 32)

    def test_the_default_strength_is_the_standard_one(self, tmp_path: Path) -> None:
        Keystore(tmp_path / "keys", PASSWORD).create()
        (file,) = (tmp_path / "keys").iterdir()
        assert json.loads(file.read_text())["crypto"]["kdfparams"]["n"] == 262_144


class TestPasswordFile:
    def test_is_drawn_once_and_private(self, tmp_path: Path) -> None:
        path = tmp_path / "home" / "password"
        password = make_password_file(path)

        assert make_password_file(path) == password and len(password.text) >= 32
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert password.text not in repr(password)

    def test_an_empty_or_missing_one_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "password").touch(mode=0o600)
        for name in ("password", "absent"):
            with pytest.raises(SignerUnavailableError):
                read_password(tmp_path / name)


class TestLogKey:
    def test_signs_as_ed25519(self) -> None:
        key = LogKey.draw()
        public = Ed25519PublicKey.from_public_bytes(key.public_key)
        public.verify(key.sign(b"message"), b"message")
        with pytest.raises(InvalidSignature):
            public.verify(key.sign(b"message"), b"another")

    def test_is_that_of_rfc_8032(self) -> None:
        seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")  # §7.1, TEST 1
        assert LogKey(seed).public_key.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

    def test_survives_in_a_private_file(self, tmp_path: Path) -> None:
        path = tmp_path / "home" / "log-key.json"
        key = create_log_key(path, PASSWORD, Strength.UNSAFE_DEMO)

        assert open_log_key(path, PASSWORD).public_key == key.public_key
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert "address" not in json.loads(path.read_text())
        with pytest.raises(ConflictError):
            create_log_key(path, PASSWORD)
        with pytest.raises(SignerUnavailableError):
            open_log_key(path, Password("wrong"))

    def test_shows_its_public_key_only(self) -> None:
        key = LogKey(bytes(range(32)))
        assert bytes(range(32)).hex() not in repr(key) and key.public_key.hex() in repr(key)
