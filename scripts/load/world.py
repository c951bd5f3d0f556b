"""A home with one registered party, and captures signed before the clock starts."""

from __future__ import annotations

import json
import secrets
import uuid
from hashlib import sha256
from pathlib import Path

from coincurve import PrivateKey

from ledger.bootstrap.home import DEMO_MARK
from ledger.bootstrap.service import Service, open_service
from ledger.codec.disclosure import event_digest
from ledger.codec.jcs import canonicalize
from ledger.codec.key_binding import NO_CUSTODIAN
from ledger.codec.statement import Statement, eip712_hash
from ledger.config import Config
from ledger.ports import ApiKey
from ledger.service.acceptance import Terms
from ledger.service.envelopes import Envelope
from ledger.service.signing import dump_envelope
from ledger.types import Hash32, JsonObject, PartyId, Seed, UnixTime

PARTY, AUTHORITY = PartyId(b"\x01" * 32), PartyId(b"\x02" * 32)
YEAR = 365 * 86_400


class World:
    """Everything is made by a service that is closed again; the one under load is another process on the same home."""

    def __init__(self, home: Path) -> None:
        home.mkdir(mode=0o700)
        (home / DEMO_MARK).touch()
        self.api_key = "tlk_" + secrets.token_urlsafe(32)
        self._key = PrivateKey()
        service = open_service(Config(home=str(home), port=0))
        try:
            self._register(service)
            self._terms: Terms = service.terms
            self._now = service.clock()
        finally:
            service.close()

    def write_bodies(self, path: Path, requests: int, batch: int) -> None:
        """Write that many captures of ``batch`` signed events, one a line."""
        with path.open("wb") as file:
            for _ in range(requests):
                file.write(b"[" + b",".join(dump_envelope(self._envelope()) for _ in range(batch)) + b"]\n")

    def _register(self, service: Service) -> None:
        act, devnet, now = service.registrar, service.chain.devnet, service.clock()
        if devnet is None:
            raise AssertionError("load is put on a chain of its own")
        cold, key = service.keystore.create(), service.keystore.import_key(self._key.secret)
        devnet.fund(cold)
        act.accredit_authority(service.accounts.root_authority, AUTHORITY, "DE", cold, "Authority")
        act.accredit_party(cold, PARTY, "DE", cold, "Maker")
        act.grant_role(cold, PARTY, "manufacturer", "DE", now, UnixTime(now + YEAR))
        act.add_key(cold, PARTY, key, NO_CUSTODIAN)
        digest = Hash32(sha256(self.api_key.encode()).digest())
        service.store.put_api_key(ApiKey(digest, PARTY, "load", now))

    def _envelope(self) -> Envelope:
        event, seed = _event(), Seed(secrets.token_bytes(32))
        statement = Statement(
            "record event", PARTY, "manufacturer", "DE", event_digest(event, seed), self._terms.log_id, self._now
        )
        signature = self._key.sign_recoverable(eip712_hash(statement, self._terms.domain), hasher=None)
        return Envelope(
            event, canonicalize(event), seed, statement, signature[:64] + bytes([signature[64] + 27])
        )  # fmt: skip


def _event() -> JsonObject:
    serial = secrets.randbelow(10**9)
    event = {
        "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "type": "ObjectEvent",
        "eventID": uuid.uuid4().urn,
        "action": "OBSERVE",
        "bizStep": "shipping",
        "disposition": "in_transit",
        "eventTime": "2026-11-02T09:30:00Z",
        "eventTimeZoneOffset": "+01:00",
        "epcList": [f"https://id.gs1.org/01/09521141123454/21/K{serial + place}" for place in range(4)],
        "readPoint": {"id": "https://id.gs1.org/414/9521141000014"},
        "bizLocation": {"id": "https://id.gs1.org/414/9521141000014"},
    }
    return dict(json.loads(json.dumps(event)))
