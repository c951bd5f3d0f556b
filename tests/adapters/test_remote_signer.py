"""A signer behind HTTP that does something else than asked: nothing of it is believed, nothing is sent twice."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import pytest

from ledger.adapters.key_ring import KeyRing
from ledger.adapters.keystore import MemorySigner
from ledger.adapters.remote_signer import RemoteSigner
from ledger.codec.statement import typed_data
from ledger.config import Setting
from ledger.errors import MalformedError, SignerUnavailableError
from ledger.types import Address
from tests.adapters.signing_server import SigningServer, started
from tests.adapters.test_signer import DOMAIN, STATEMENT, transaction

KEY = bytes(range(32))
ADDRESS = MemorySigner().import_key(KEY)
PATIENCE, IMPATIENCE = 20.0, 0.3

Ask = Callable[[RemoteSigner], object]


def typed(signer: RemoteSigner) -> object:
    return signer.sign_typed_data(ADDRESS, typed_data(STATEMENT, DOMAIN))


def sent(signer: RemoteSigner) -> object:
    return signer.sign_transaction(ADDRESS, transaction())


def listed(signer: RemoteSigner) -> object:
    return signer.addresses()


@pytest.fixture(scope="module")
def process() -> Iterator[SigningServer]:
    with started() as server:
        yield server


@pytest.fixture
def server(process: SigningServer) -> SigningServer:
    fresh = process.another("wallet")
    fresh.take(KEY)
    return fresh


@pytest.fixture
def signer(server: SigningServer) -> RemoteSigner:
    return RemoteSigner(server.url, PATIENCE)


def refuses(ask: Ask, signer: RemoteSigner) -> str:
    with pytest.raises(SignerUnavailableError) as refusal:
        ask(signer)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("fault", "ask", "says"),
    [
        ("wrong key", typed, "another key"),
        ("other digest", typed, "another key"),
        ("high s", typed, "no signature"),
        ("v of 0 or 1", typed, "no signature"),
        ("short", typed, "no signature"),
        ("wrong key", sent, "another key"),
        ("another receiver", sent, "another transaction"),
        ("another nonce", sent, "another transaction"),
        ("another value", sent, "another transaction"),
        ("another gas", sent, "another transaction"),
        ("another chain", sent, "another transaction"),
        ("other data", sent, "another transaction"),
        ("an access list", sent, "another transaction"),
        ("of the old kind", sent, "EIP-1559"),
        ("no accounts", listed, "no list of accounts"),
    ],
)
def test_what_it_signs_is_checked(fault: str, ask: Ask, says: str, server: SigningServer, signer: RemoteSigner) -> None:
    server.do(fault)
    assert says in refuses(ask, signer)


@pytest.mark.parametrize("ask", [typed, sent, listed])
@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("401", "status 401"),
        ("a redirect", "status 307"),
        ("half an answer", "breaks off"),
        ("HTML", "something else than JSON-RPC"),
        ("an empty list", "something else than JSON-RPC"),
        ("a huge body", "more than"),
        ("no result", "without a result"),
        ("another id", "something else than JSON-RPC"),
    ],
)
def test_how_it_answers_is_checked(
    fault: str, says: str, ask: Ask, signer: RemoteSigner, server: SigningServer
) -> None:
    server.do(fault)
    assert says in refuses(ask, signer)


@pytest.mark.parametrize("fault", ["nothing", "drops"])
def test_it_is_not_waited_for_longer_than_said(fault: str, server: SigningServer) -> None:
    server.do(fault)
    assert "in time" in refuses(typed, RemoteSigner(server.url, IMPATIENCE))


@pytest.mark.parametrize("fault", ["401", "locked", "half an answer", "nothing", "wrong key"])
def test_nothing_is_sent_twice(fault: str, server: SigningServer) -> None:
    signer = RemoteSigner(server.url, IMPATIENCE if fault == "nothing" else PATIENCE)
    server.do(fault)
    refuses(sent, signer)
    refuses(typed, signer)
    assert server.asked() == ["eth_signTransaction", "eth_signTypedData_v4"]


def test_a_locked_key_signs_again_once_it_is_unlocked(server: SigningServer, signer: RemoteSigner) -> None:
    server.do("locked")
    assert "holds the key and may sign" in refuses(typed, signer)
    server.do("")
    assert typed(signer) == typed(signer)


def test_no_error_shows_what_was_to_be_signed(server: SigningServer) -> None:
    secret = f"{server.url}/token-in-the-path"
    for fault in ("wrong key", "401", "half an answer", "HTML", "locked"):
        server.do(fault)
        for ask in (typed, sent):
            text = refuses(ask, RemoteSigner(secret, PATIENCE))
            assert "token" not in text and "0x1234" not in text and "11" * 32 not in text and "seller" not in text


def test_a_signer_that_is_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert "cannot be reached" in refuses(listed, RemoteSigner(f"http://127.0.0.1:{port}", PATIENCE))


@pytest.mark.parametrize(
    "url",
    ["", "signer", "ftp://h", "http://", "http://h:port", "http://user:word@h", "http://h/?token=1", "http://h/ x"],
)
def test_what_is_no_url_of_a_signer_is_refused(url: str) -> None:
    with pytest.raises(MalformedError, match="signer_url"):
        RemoteSigner(url)


def test_a_ring_signs_with_the_keys_at_hand_while_the_signer_is_away(server: SigningServer) -> None:
    here = MemorySigner()
    mine, ring = here.create(), KeyRing(here, RemoteSigner(server.url, IMPATIENCE))
    assert ring.addresses() == tuple(sorted((mine, ADDRESS)))
    server.do("nothing")
    assert ring.sign_typed_data(mine, typed_data(STATEMENT, DOMAIN))
    with pytest.raises(SignerUnavailableError):
        ring.sign_typed_data(Address(ADDRESS), typed_data(STATEMENT, DOMAIN))


def test_a_setting_shows_of_the_url_only_where_it_leads() -> None:
    assert Setting("signer_url", "http://127.0.0.1:9000/token", "default").shown == "http://127.0.0.1:9000/…"
