"""A capture desk over the small world of `tests.builders`: all parts real, keys and log key drawn from names, the clock
set by hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ledger.adapters.keystore import MemorySigner
from ledger.adapters.log_key import LogKey
from ledger.adapters.memory import MemoryStore, MemoryTileStore
from ledger.codec.hex_strict import encode_hex
from ledger.codec.note import VerifierKey, open_note
from ledger.codec.promise import Promise, parse_promise
from ledger.codec.statement import statement_to_json
from ledger.domain import facts
from ledger.domain.parties import replay
from ledger.domain.tenure import Moment
from ledger.ports import CaptureJob, Store, TileStore
from ledger.service.acceptance import RegistryNow, Terms
from ledger.service.capture import CaptureService, ErrorBehaviour, Request
from ledger.service.custodian import Custodian
from ledger.service.promises import Promises
from ledger.service.publish import Publisher
from ledger.service.receipts import Receipts
from ledger.service.sequencer import Sequencer
from ledger.types import JsonObject, UnixTime
from tests.builders import FOR_EVER, Logged, World, address, contract, hash_of, object_event, party, secret

PROMISE_SECONDS = 3600


@dataclass
class Desk:
    """One log with everything that takes events in and gives receipts out."""

    world: World
    store: Store = field(default_factory=MemoryStore)
    tiles: TileStore = field(default_factory=MemoryTileStore)

    def __post_init__(self) -> None:
        self.signer = MemorySigner()
        for name in ("courier", "forwarder"):
            self.signer.import_key(secret(name).secret)
        log_key = LogKey(hash_of(f"log key of {self.world.origin}"))
        self.terms = Terms(self.world.domain, self.world.log_id)
        self.promises = Promises(self.world.origin, self.world.log_id, log_key, PROMISE_SECONDS)
        self.sequencer = Sequencer(self.store, self.clock)
        self.custodian = Custodian(self.signer, party("operator"), self.terms)
        self.publisher = Publisher(self.store, self.tiles, log_key, self.world.origin, self.clock)
        self.receipts = Receipts(self.store, self.tiles, self.world.domain)
        self.service = CaptureService(
            self.store, self.sequencer, self.registry, self.terms, self.promises, self.clock, self.custodian
        )

    def clock(self) -> UnixTime:
        return self.world.now

    def registry(self) -> RegistryNow:
        return RegistryNow(replay(self.world.facts), Moment(self.world.block, self.world.now))

    def capture(self, body: bytes | object, **request: Any) -> CaptureJob:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.service.capture(Request(request.pop("party", party("maker")), data, **request))

    def open_promise(self, result: JsonObject) -> Promise:
        note = str(result["promise"]).encode()
        return parse_promise(open_note(note, [VerifierKey(self.world.origin, self.world.log_public)]).text)


@contextmanager
def open_desk(store: Store | None = None, tiles: TileStore | None = None) -> Iterator[Desk]:
    """A desk in a world with a maker that signs itself, and a courier for which the operator signs."""
    world = World.with_maker()
    world.fact(facts.PartyAccredited(party("operator"), "DE", party("authority"), contract("cold"), "Operator"))
    world.fact(facts.PartyAccredited(party("courier"), "DE", party("authority"), contract("cold"), "Courier"))
    world.fact(facts.KeyAdded(party("courier"), address("courier"), party("operator")))
    world.fact(granted("courier", "carrier"))
    desk = Desk(world, store or MemoryStore(), tiles or MemoryTileStore())
    try:
        yield desk
    finally:
        desk.sequencer.close()


def granted(name: str, role: str) -> facts.RoleGranted:
    return facts.RoleGranted(party=party(name), role=role, jurisdiction="DE", valid_from=0, valid_until=FOR_EVER)


def event_numbered(number: int, **members: Any) -> JsonObject:
    return object_event(**{"eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012d}", **members})


def envelope_of(logged: Logged, **changes: Any) -> dict[str, Any]:
    """The envelope in which a party hands in what it signed; members given replace or, as ``None``, remove its own."""
    envelope = {
        "event": logged.event,
        "seed": encode_hex(logged.seed),
        "statement": statement_to_json(logged.statement),
        "signature": encode_hex(logged.signature),
    }
    return {name: value for name, value in (envelope | changes).items() if value is not None}


def proceed() -> dict[str, Any]:
    return {"behaviour": ErrorBehaviour.PROCEED}
