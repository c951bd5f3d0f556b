"""Every signer: what eth-account and coincurve say of its signatures, in memory, in files and behind HTTP."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from coincurve import PublicKey
from eth_account import Account

from ledger.adapters.key_files import Password, Strength
from ledger.adapters.key_ring import KeyRing
from ledger.adapters.keystore import Keystore, MemorySigner
from ledger.adapters.remote_signer import RemoteSigner
from ledger.codec.keccak import keccak256
from ledger.codec.key_binding import KeyBinding
from ledger.codec.key_binding import typed_data as binding_data
from ledger.codec.statement import Domain, Statement, eip712_hash, typed_data
from ledger.errors import MalformedError, SignerUnavailableError
from ledger.ports import Signer
from ledger.types import Address, Hash32, JsonObject, LogId, PartyId, UnixTime
from tests.adapters.signing_server import NAMES, SigningServer, started

HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
DOMAIN = Domain(1337, Address(b"\x22" * 20))
WORD = Hash32(b"\x11" * 32)
STATEMENT = Statement("record event", PartyId(WORD), "seller", "CN", WORD, LogId(WORD), UnixTime(1_795_000_000))


def transaction(nonce: int = 0) -> JsonObject:
    return {
        "type": 2, "chainId": 1337, "nonce": nonce, "to": "0x" + "ab" * 20, "value": 0, "data": "0x1234",
        "gas": 50_000, "maxFeePerGas": 1000, "maxPriorityFeePerGas": 1,
    }  # fmt: skip


class Drawing(Signer, Protocol):
    """A signer that a test can give keys."""

    def create(self) -> Address: ...

    def import_key(self, private_key: bytes) -> Address: ...


class Remote(RemoteSigner):
    """The signer at a server, to which keys can be handed."""

    def __init__(self, server: SigningServer) -> None:
        super().__init__(server.url)
        self._server = server

    def create(self) -> Address:
        return self.import_key(secrets.token_bytes(32))

    def import_key(self, private_key: bytes) -> Address:
        address = MemorySigner().import_key(private_key)
        self._server.take(private_key)
        return address


class Ring(KeyRing):
    """Two signers as one; new keys go to the second."""

    def __init__(self) -> None:
        self._second = MemorySigner()
        super().__init__(MemorySigner(), self._second)

    def create(self) -> Address:
        return self._second.create()

    def import_key(self, private_key: bytes) -> Address:
        return self._second.import_key(private_key)


@pytest.fixture(scope="module")
def server() -> Iterator[SigningServer]:
    with started() as server:
        yield server


@pytest.fixture(params=["memory", "files", "ring", *NAMES])
def signer(request: pytest.FixtureRequest, tmp_path: Path, server: SigningServer) -> Drawing:
    match request.param:
        case "memory":
            return MemorySigner()
        case "files":
            return Keystore(tmp_path / "keys", Password("correct horse"), Strength.UNSAFE_DEMO)
        case "ring":
            return Ring()
        case kind:
            return Remote(server.another(kind))


def test_signs_typed_data_canonically(signer: Drawing) -> None:
    address = signer.create()

    signature = signer.sign_typed_data(address, typed_data(STATEMENT, DOMAIN))

    assert len(signature) == 65 and signature[64] in (27, 28)
    assert int.from_bytes(signature[32:64], "big") <= HALF_ORDER
    recoverable = signature[:64] + bytes([signature[64] - 27])
    key = PublicKey.from_signature_and_message(recoverable, eip712_hash(STATEMENT, DOMAIN), hasher=None)
    assert keccak256(key.format(compressed=False)[1:])[12:] == address


def test_signs_a_key_binding(signer: Drawing) -> None:
    address = signer.create()
    assert len(signer.sign_typed_data(address, binding_data(KeyBinding(PartyId(WORD), address), DOMAIN))) == 65


def test_signs_transactions_of_type_2(signer: Drawing) -> None:
    address = signer.create()

    raw = signer.sign_transaction(address, transaction())

    assert raw[0] == 2
    assert bytes.fromhex(Account.recover_transaction(raw)[2:]) == address


def test_signs_the_creation_of_a_contract(signer: Drawing) -> None:
    address, creation = signer.create(), {name: value for name, value in transaction().items() if name != "to"}
    assert bytes.fromhex(Account.recover_transaction(signer.sign_transaction(address, creation))[2:]) == address


def test_signs_the_same_twice(signer: Drawing) -> None:
    address = signer.create()
    assert signer.sign_transaction(address, transaction()) == signer.sign_transaction(address, transaction())


def test_lists_its_addresses(signer: Drawing) -> None:
    assert signer.addresses() == ()
    drawn = {signer.create(), signer.create()}
    assert signer.addresses() == tuple(sorted(drawn))


def test_has_no_key_for_a_stranger(signer: Drawing) -> None:
    stranger = Address(b"\x33" * 20)
    with pytest.raises(SignerUnavailableError):
        signer.sign_transaction(stranger, transaction())
    with pytest.raises(SignerUnavailableError):
        signer.sign_typed_data(stranger, typed_data(STATEMENT, DOMAIN))


@pytest.mark.parametrize("nonce", ["many", -1, None])
def test_refuses_what_is_no_transaction(signer: Drawing, nonce: object) -> None:
    with pytest.raises(MalformedError):
        signer.sign_transaction(signer.create(), {**transaction(), "nonce": nonce})  # type: ignore[dict-item]


def test_refuses_what_is_no_typed_data(signer: Drawing) -> None:
    with pytest.raises(MalformedError):
        signer.sign_typed_data(signer.create(), {"types": {}})


def test_shows_no_key(signer: Drawing) -> None:
    secret = bytes(range(1, 33))
    signer.import_key(secret)
    assert secret.hex() not in repr(signer) + str(signer)


@pytest.mark.parametrize("key", [b"", b"\0" * 32, b"\xff" * 32, b"\1" * 31, b"\1" * 33])
def test_refuses_what_is_no_key(key: bytes) -> None:
    with pytest.raises(MalformedError) as refusal:
        MemorySigner().import_key(key)
    assert key.hex() not in str(refusal.value) or not key
