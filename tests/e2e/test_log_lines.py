"""What the running service says about itself.

A request is followed to its transaction by log lines alone, and nothing that was planted (values of events, prices,
secrets, keys, paths) is in any line or public file.
"""

from __future__ import annotations

import http.client
import json
import socket
import sqlite3
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from ledger.adapters.devnet import Devnet
from ledger.bootstrap.home import Home
from ledger.bootstrap.service import Service, open_service
from ledger.codec.hex_strict import encode_hex
from ledger.codec.key_binding import NO_CUSTODIAN
from ledger.config import Config
from ledger.ports import ApiKey
from ledger.service.signing import Capacity, Mandate, dump_envelope, sign_event
from ledger.types import Hash32, UnixTime
from tests.api.house import some_event
from tests.builders import party
from tests.e2e.running import Running, demo_home, running

PATIENCE_SECONDS = 40.0
PERSON, PRICE, PATH = "Planted Person Mustermann", "4711.1147", "planted-path"
PASSWORD, USER, TOKEN = "planted-password-of-keys", "planted-user", "planted-token"
EVENT_ID = "urn:uuid:11471147-1147-4147-8147-114711471147"
SECRET = "tlk_planted" + "s" * 36
PRIVATE_KEY = sha256(b"planted private key").digest()


@dataclass
class Told:
    """Everything that a planted run said."""

    lines: list[dict[str, Any]]
    text: str
    public: bytes
    planted: list[str]
    capture_id: str
    home: Path

    def of(self, message: str) -> Iterator[dict[str, Any]]:
        return (line for line in self.lines if message in line["message"])


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    place = tmp_path_factory.mktemp("planted")
    home = demo_home(place / "home")
    (home / "password").touch(mode=0o600)
    (home / "password").write_text(PASSWORD + "\n", encoding="ascii")
    with Devnet(place / "devnet") as devnet:
        config = Config(
            home=str(home),
            chain_url=f"http://{USER}:{TOKEN}@{urlsplit(devnet.url).netloc}/?key={TOKEN}",
            finality="depth:1",
        )
        envelope = prepare(config, devnet)
        (home / "config.toml").write_text(
            f'chain_url = "{config.chain_url}"\nfinality = "depth:1"\n'
            "checkpoint_seconds = 0.05\nanchor_seconds = 0.1\n",
            encoding="utf-8",
        )
        with running(home) as service:
            capture_id = drive(service, envelope, devnet)
            code, out, err = service.end()
    assert code == 0
    public = b"".join(path.read_bytes() for path in sorted((home / "log").rglob("*")) if path.is_file())
    planted = [
        PERSON, PRICE, PATH, PASSWORD, USER, TOKEN, EVENT_ID, SECRET, envelope["seed"], envelope["seed"][2:],
        PRIVATE_KEY.hex(), envelope["signature"], "Bearer ", "Planted", "planted-header",
    ]  # fmt: skip
    return Told([json.loads(line) for line in err.splitlines()], out + err, public, planted, capture_id, home)


def prepare(config: Config, devnet: Devnet) -> dict[str, Any]:
    """Deploy and register, and return what a party signed."""
    home = Home(config)
    accounts = home.accounts(home.keystore())
    devnet.fund(accounts.anchorer, accounts.log_owner, accounts.root_authority)
    service = open_service(config)
    try:
        return signed_by_a_party(service, devnet)
    finally:
        service.close()


def signed_by_a_party(service: Service, devnet: Devnet) -> dict[str, Any]:
    act, keystore = service.registrar, service.keystore
    cold, key = keystore.create(), keystore.import_key(PRIVATE_KEY)
    devnet.fund(cold)
    act.accredit_authority(service.accounts.root_authority, party("authority"), "DE", cold, "Authority")
    act.accredit_party(cold, party("maker"), "DE", cold, "Maker")
    now = service.clock()
    act.grant_role(cold, party("maker"), "manufacturer", "DE", now, UnixTime(now + 1_000_000))
    act.add_key(cold, party("maker"), key, NO_CUSTODIAN)
    service.registry.refresh()
    service.store.put_api_key(ApiKey(Hash32(sha256(SECRET.encode()).digest()), party("maker"), PERSON, now))
    event = some_event(eventID=EVENT_ID, **{"example:person": PERSON, "example:price": float(PRICE)})
    mandate = Mandate(party("maker"), key, Capacity("manufacturer", "DE"))
    signed = sign_event(event, mandate, keystore, service.terms, now)
    envelope: dict[str, Any] = json.loads(dump_envelope(signed))
    return envelope


def drive(service: Running, envelope: dict[str, Any], devnet: Devnet) -> str:
    """Ask for everything, well and badly; return the id of the job that leads to a transaction."""
    port = urlsplit(service.runtime["url"]).port
    assert port is not None

    def ask(method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] = {}) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, body, {"Authorization": f"Bearer {SECRET}", **headers})
            reply = connection.getresponse()
            return reply.status, reply.read()
        finally:
            connection.close()

    status, body = ask("POST", "/capture", json.dumps([envelope]).encode(), {"X-Request-Id": "followed"})
    job = json.loads(body)
    assert (status, job["success"]) == (202, True), body
    digest, job_id = job["results"][0]["eventDigest"], job["captureID"]
    bad = {**envelope, "event": {**envelope["event"], "action": PERSON, PERSON: PRICE}}
    broken = (PERSON.encode(), b'{"Planted": ' + PRICE.encode(), b"\xff" + PERSON.encode())
    for sent in (json.dumps(bad).encode(), *broken):
        for path in ("/capture", "/events"):
            assert ask("POST", path, sent)[0] in (202, 400)
    ask("POST", "/capture", PERSON.encode(), {"Content-Type": PERSON, "X-Request-Id": PERSON})
    ask("POST", "/capture", b"[]", {"Party-Role": PERSON, "Idempotency-Key": PERSON, "Validation-Mode": PERSON})
    ask("POST", "/capture", b"[]", {"Authorization": f"Basic {PERSON}"})
    ask("GET", f"/events/{EVENT_ID}")
    ask("GET", f"/{PATH}?name={PATH}", None, {"User-Agent": PATH, "Referer": PATH, "X-Forwarded-For": PATH})
    ask("GET", f"/receipts/{digest}?view=whole&show={PATH}")
    ask("GET", f"/receipts/{PATH}")
    ask(PATH.upper(), "/")
    for raw in (f"GET /{PATH} HTTP/9.9\r\n\r\n", f"{PATH}\r\n\r\n", f"GET / HTTP/1.1\r\nX: {PATH * 10_000}"):
        with socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS) as connection:
            connection.sendall(raw.encode())
            connection.recv(1_000)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while json.loads(ask("GET", "/health")[1])["records"]["final"] < 1:
        assert time.monotonic() < deadline, ask("GET", "/health")
        devnet.rpc("evm_mine")
        time.sleep(0.05)
    damage(service.home, job_id)
    assert ask("GET", f"/capture/{job_id}")[0] == 500
    return str(job_id)


def damage(home: Path, capture_id: str) -> None:
    """Make a row that no code foresees, with planted words in it."""
    database = sqlite3.connect(home / "ledger.db")
    with database:
        broken = f'{{"{PERSON}": {PRICE}'
        database.execute("UPDATE capture_jobs SET results = ? WHERE capture_id = ?", (broken, capture_id))
    database.close()


def test_every_line_is_one_json_object_with_when_what_and_who(told: Told) -> None:
    assert len(told.lines) > 15
    for line in told.lines:
        assert {"time", "level", "logger", "message"} <= line.keys()


def test_nothing_that_was_planted_is_told(told: Told) -> None:
    found = [marker for marker in told.planted if marker in told.text]
    assert found == []


def test_nothing_that_was_planted_is_in_the_public_log(told: Told) -> None:
    assert told.public
    digits = "0123456789abcdef"
    raw = [bytes.fromhex(marker) for marker in told.planted if len(marker) == 64 and not marker.strip(digits)]
    assert len(raw) == 2
    assert [marker for marker in [*raw, *(each.encode() for each in told.planted)] if marker in told.public] == []


def test_a_request_is_followed_to_its_transaction_by_lines_alone(told: Told) -> None:
    (captured,) = (line for line in told.of("captured") if line.get("request_id") == "followed")
    assert captured["capture_id"] == told.capture_id
    index = int(captured["leaf_indexes"].partition("-")[0])
    covering = min(line["tree_size"] for line in told.of("checkpoint of") if line["tree_size"] > index)
    anchors = [line for line in told.of("anchor of") if line["tree_size"] >= covering]
    steps = [step for step in ("submitted", "anchored", "final") if any(f": {step}" in a["message"] for a in anchors)]
    assert steps == ["submitted", "anchored", "final"]
    (transaction,) = {line["transaction"] for line in anchors if line["tree_size"] == covering}
    database = sqlite3.connect(told.home / "ledger.db")
    (kept,) = database.execute("SELECT transactions FROM anchors WHERE tree_size = ?", (covering,)).fetchone()
    assert transaction == encode_hex(kept)
    (request,) = (line for line in told.lines if line.get("request_id") == "followed" and "route" in line)
    assert (request["method"], request["route"], request["status"]) == ("POST", "/capture", 202)
    assert request["key_id"] == sha256(SECRET.encode()).hexdigest()[:16]


def test_a_fault_is_told_by_its_kind_and_places(told: Told) -> None:
    (fault,) = told.of("a fault of this software")
    assert (fault["level"], "Error" in fault["message"]) == ("critical", True)
    answered = [line for line in told.of("answered") if line["status"] == 500]
    assert [line["request_id"] for line in answered] == [fault["request_id"]]


def test_requests_that_fit_no_route_are_told_as_such(told: Told) -> None:
    routes = {line["route"] for line in told.of("answered")}
    assert {"(none)", "/capture", "/events/{event_id:path}", "/receipts/{event_digest}"} <= routes
