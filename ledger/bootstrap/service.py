"""From settings to a running service.

`open_service` puts there what is missing (keys, database, development chain, contracts, log) and finds the rest again,
so that the first start and any later one are the same call. Nothing is served until everything is open.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass

from ledger.adapters.keystore import Keystore
from ledger.adapters.sql.store import SqlStore
from ledger.adapters.tile_files import TileFiles
from ledger.bootstrap.chain import OpenChain, open_chain
from ledger.bootstrap.home import Accounts, Home
from ledger.bootstrap.worker import Task, Worker
from ledger.codec.hex_strict import decode_hex
from ledger.codec.note import VerifierKey
from ledger.codec.statement import Domain
from ledger.config import Config
from ledger.ports import Clock, LogSigner
from ledger.service.acceptance import Terms
from ledger.service.anchor import Anchorer
from ledger.service.capture import CaptureService
from ledger.service.custodian import Custodian
from ledger.service.promises import Promises
from ledger.service.publish import Publisher
from ledger.service.receipts import Receipts
from ledger.service.registrar import Registrar
from ledger.service.registry import RegistryIndex
from ledger.service.sequencer import Sequencer
from ledger.types import PartyId, UnixTime

__all__ = ["Service", "open_service", "system_clock"]

REGISTRY_SECONDS = 1.0
"""How often the registry is read: how long a new party waits, and how long an ended key can still be captured."""


@dataclass(frozen=True, slots=True)
class Service:
    """A log with everything around it. `start` sets the background work going; `close` ends all of it."""

    config: Config
    home: Home
    chain: OpenChain
    accounts: Accounts
    keystore: Keystore
    log_signer: LogSigner
    log_key: VerifierKey
    terms: Terms
    store: SqlStore
    tiles: TileFiles
    registry: RegistryIndex
    registrar: Registrar
    capture: CaptureService
    publisher: Publisher
    anchorer: Anchorer
    receipts: Receipts
    worker: Worker
    clock: Clock
    closing: ExitStack

    def start(self) -> None:
        """Begin publishing, anchoring and reading the registry."""
        self.worker.start()
        self.closing.callback(self.worker.stop)

    def close(self) -> None:
        """Stop in the reverse order of opening; again is harmless."""
        self.closing.close()


def system_clock() -> UnixTime:
    """Return the present time by this machine's clock."""
    return UnixTime(int(time.time()))


def open_service(config: Config, clock: Clock = system_clock) -> Service:
    """Return the service of these settings, open and not yet started."""
    with ExitStack() as opening:
        ground = _open(config, clock, opening)
        service = _wire(config, ground, clock, ExitStack())
        service.closing.push(opening.pop_all())  # not before: where wiring fails, all is closed again
        return service


@dataclass(frozen=True, slots=True)
class _Ground:
    """What is opened, each with its file, folder or network; all else is made of it."""

    home: Home
    keystore: Keystore
    log_signer: LogSigner
    accounts: Accounts
    chain: OpenChain
    store: SqlStore
    tiles: TileFiles
    sequencer: Sequencer


def _open(config: Config, clock: Clock, opening: ExitStack) -> _Ground:
    home = Home(config)
    opening.callback(home.lock().close)
    keystore, log_signer = home.keystore(), home.log_key()
    accounts = home.accounts(keystore)
    chain = open_chain(config, home, keystore, accounts, log_signer.public_key)
    opening.callback(chain.close)
    store, tiles = SqlStore(home.database), TileFiles(home.log)
    opening.callback(store.close)
    sequencer = Sequencer(store, clock)
    opening.callback(sequencer.close)  # first of all: what was handed in is still written
    return _Ground(home, keystore, log_signer, accounts, chain, store, tiles, sequencer)


def _wire(config: Config, ground: _Ground, clock: Clock, closing: ExitStack) -> Service:
    chain, store, tiles, keystore = ground.chain.chain, ground.store, ground.tiles, ground.keystore
    identity = chain.identity()
    terms = Terms(Domain(identity.chain_id, identity.party_registry), ground.chain.log_id)
    index = RegistryIndex(chain)
    promises = Promises(config.origin, terms.log_id, ground.log_signer, config.promise_seconds)
    custodian = _custodian(config, keystore, terms)
    publisher = Publisher(store, tiles, ground.log_signer, config.origin, clock)
    anchorer = Anchorer(store, tiles, chain, keystore, terms.log_id, ground.accounts.anchorer)
    return Service(
        config=config,
        home=ground.home,
        chain=ground.chain,
        accounts=ground.accounts,
        keystore=keystore,
        log_signer=ground.log_signer,
        log_key=VerifierKey(config.origin, ground.log_signer.public_key),
        terms=terms,
        store=store,
        tiles=tiles,
        registry=index,
        registrar=Registrar(chain, index, keystore, ground.chain.transactor),
        capture=CaptureService(store, ground.sequencer, index.now, terms, promises, clock, custodian),
        publisher=publisher,
        anchorer=anchorer,
        receipts=Receipts(store, tiles, terms.domain),
        worker=_worker(config, publisher, anchorer, index, clock),
        clock=clock,
        closing=closing,
    )


def _custodian(config: Config, keystore: Keystore, terms: Terms) -> Custodian | None:
    if not config.custodian:
        return None
    return Custodian(keystore, PartyId(decode_hex(config.custodian, 32, "/custodian")), terms)


def _worker(config: Config, publisher: Publisher, anchorer: Anchorer, index: RegistryIndex, clock: Clock) -> Worker:
    def publish() -> None:
        publisher.integrate()
        publisher.checkpoint()

    return Worker(
        (
            Task("publisher", config.checkpoint_seconds, publish),
            Task("anchorer", config.anchor_seconds, lambda: anchorer.step(clock())),
            Task("registry", REGISTRY_SECONDS, index.refresh),
        )
    )
