"""A whole service over real HTTP: devnet, SQLite and uvicorn on a free port, in a home of its own.

In its registry, ``maker`` and ``rival`` sign with keys of their own; for ``courier``, and ``broker`` of two roles,
the operator signs. Requests go out by `http.client`, byte for byte as a test says.
"""

from __future__ import annotations

import http.client
import json
import secrets
import socket
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from api.app import create_app
from api.server import server_of
from ledger.bootstrap.home import DEMO_MARK
from ledger.bootstrap.service import Service, open_service
from ledger.codec.hex_strict import encode_hex
from ledger.codec.key_binding import NO_CUSTODIAN
from ledger.config import Config
from ledger.ports import ApiKey
from ledger.service.custodian import complete
from ledger.service.signing import Capacity, Mandate, dump_envelope, sign_event
from ledger.service.states import watermarks
from ledger.types import Address, Hash32, JsonObject, PartyId, UnixTime
from tests.builders import object_event, party

YEAR = 365 * 86_400
PATIENCE_SECONDS = 20.0
ORIGIN = "house.example/log"
OPERATOR = party("operator")


@dataclass(frozen=True)
class Reply:
    """What came back. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class House:
    """The service and who may speak to it."""

    def __init__(self, home: Path) -> None:
        home.mkdir(mode=0o700)
        (home / DEMO_MARK).touch()
        self.config = Config(
            home=str(home),
            port=0,
            origin=ORIGIN,
            custodian=encode_hex(OPERATOR),
            checkpoint_seconds=0.05,
            anchor_seconds=0.1,
        )
        self.service: Service = open_service(self.config)
        self.api_keys: dict[str, str] = {}
        self.keys: dict[str, Address] = {}
        self._register()
        listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = listener.getsockname()[1]
        self._server = server_of(create_app(self.service))
        self._thread = threading.Thread(target=self._server.run, args=([listener],), daemon=True)
        self._thread.start()
        self.service.start()
        wait_until(lambda: self._server.started)

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self.service.close()

    # --- speaking to it ---

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        by: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """The reply to one request; ``by`` adds that party's API key, a body that is no bytes is sent as JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        sent = dict(headers or {})
        if by is not None:
            sent["Authorization"] = f"Bearer {self.api_keys[by]}"
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        try:
            connection.request(method, path, data, sent)
            answer = connection.getresponse()
            return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def send_raw(self, data: bytes) -> bytes:
        """The first bytes that come back for these, then the connection is closed."""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE_SECONDS) as connection:
            connection.sendall(data)
            return connection.recv(65_536)

    def wait_until_final(self, leaf_index: int) -> None:
        wait_until(lambda: watermarks(self.service.store).final > leaf_index)

    # --- what parties hand in ---

    def envelope(self, name: str = "maker", **members: Any) -> dict[str, Any]:
        """An event, signed by a party's own key: random ``eventID`` unless given."""
        mandate = Mandate(party(name), self.keys[name], Capacity("manufacturer", "DE"))
        service = self.service
        signed = sign_event(some_event(**members), mandate, service.keystore, service.terms, service.clock())
        envelope: dict[str, Any] = json.loads(dump_envelope(signed))
        return envelope

    def logged(self, name: str = "maker", **members: Any) -> dict[str, Any]:
        """The result of an event that is in the log now."""
        reply = self.ask("POST", "/events", self.envelope(name, **members), by=name)
        assert reply.status == 201, reply.body
        result: dict[str, Any] = reply.json()
        return result

    # --- the registry ---

    def _register(self) -> None:
        act, devnet = self.service.registrar, self.service.chain.devnet
        assert devnet is not None
        authority, cold = self.service.keystore.create(), self.service.keystore.create()
        devnet.fund(authority, cold)
        act.accredit_authority(self.service.accounts.root_authority, party("authority"), "DE", authority, "Authority")
        for name in ("operator", "maker", "rival", "courier", "broker"):
            act.accredit_party(authority, party(name), "DE", cold, name.capitalize())
        for name, role in GRANTS:
            now = self.service.clock()
            act.grant_role(authority, party(name), role, "DE", now, UnixTime(now + YEAR))
        for name in ("maker", "rival", "courier", "broker"):
            self.keys[name] = self.service.keystore.create()
            custodian = OPERATOR if name in ("courier", "broker") else NO_CUSTODIAN
            act.add_key(cold, party(name), self.keys[name], custodian)
            self.api_keys[name] = self._api_key(party(name))
        act.claim_prefix(authority, party("maker"), "4012345")
        self.service.registry.refresh()

    def _api_key(self, of: PartyId) -> str:
        secret = "tlk_" + secrets.token_urlsafe(32)
        self.service.store.put_api_key(
            ApiKey(Hash32(sha256(secret.encode()).digest()), of, "test", self.service.clock())
        )
        return secret


GRANTS = (
    ("maker", "manufacturer"),
    ("rival", "manufacturer"),
    ("courier", "carrier"),
    ("broker", "seller"),
    ("broker", "buyer"),
)


def some_event(**members: Any) -> JsonObject:
    """A small ObjectEvent with an eventID of its own."""
    return complete(
        object_event(**{"eventID": None, "epcList": ["urn:epc:id:sgtin:4012345.011122.1"], **members}), uuid.uuid4().urn
    )


def wait_until(condition: Any) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "not within patience"
        time.sleep(0.02)
