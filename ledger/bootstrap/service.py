"""From settings to a running service.

`open_service` puts there what is missing (keys, database, development chain, contracts, log) and finds the rest again,
so that the first start and any later one are the same call. Nothing is served until everything is open.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from threading import Event

from ledger.adapters.ethereum import EthereumChain
from ledger.adapters.ethereum_custody import EthereumCustody
from ledger.adapters.keystore import Keystore
from ledger.adapters.sql.store import SqlStore
from ledger.adapters.tile_files import TileFiles
from ledger.bootstrap.chain import OpenChain, open_chain
from ledger.bootstrap.closed_logs import open_closed_logs
from ledger.bootstrap.home import Accounts, Home
from ledger.bootstrap.worker import Task, Worker
from ledger.codec.hex_strict import decode_hex
from ledger.codec.note import VerifierKey
from ledger.codec.statement import Domain
from ledger.config import Config
from ledger.errors import ContinuityError, SignerUnavailableError
from ledger.ports import Clock, LogSigner, Signer
from ledger.service.acceptance import Terms
from ledger.service.anchor import Anchorer
from ledger.service.capture import CaptureService
from ledger.service.clock import never_before
from ledger.service.closed_log import ClosedLog, Shelf, Standing
from ledger.service.condition import ChainLook, Condition
from ledger.service.continuity import require_continuity
from ledger.service.custodian import Custodian
from ledger.service.custody import Custody
from ledger.service.item_scan import ItemScan
from ledger.service.promises import Promises
from ledger.service.publish import Publisher
from ledger.service.receipts import Receipts
from ledger.service.registrar import Registrar
from ledger.service.registry import RegistryIndex
from ledger.service.sequencer import Sequencer
from ledger.service.trace import TracedLog, Tracing
from ledger.types import Address, PartyId, UnixTime

__all__ = ["Service", "open_service", "system_clock"]

CONDITION_SECONDS = 5.0
"""How often store, signer and chain are asked whether they are there."""

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
    signer: Signer
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
    custody: Custody
    custody_chain: EthereumCustody | None
    shelf: Shelf
    tracing: Tracing
    worker: Worker
    condition: Condition
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
        service = _wire(config, ground, ExitStack())
        service.closing.push(opening.pop_all())  # not before: where wiring fails, all is closed again
        return service


@dataclass(frozen=True, slots=True)
class _Ground:
    """What is opened, each with its file, folder or network; all else is made of it."""

    home: Home
    keystore: Keystore
    signer: Signer
    log_signer: LogSigner
    accounts: Accounts
    chain: OpenChain
    store: SqlStore
    tiles: TileFiles
    sequencer: Sequencer
    sequenced: Event
    closed_logs: tuple[ClosedLog, ...]
    registry: RegistryIndex
    clock: Clock


def _open(config: Config, clock: Clock, opening: ExitStack) -> _Ground:
    home = Home(config)
    opening.callback(home.lock().close)
    keystore, log_signer = home.keystore(), home.log_key()
    accounts, signer = home.accounts(keystore), home.signer(keystore)
    is_restored = home.restored is not None
    chain = open_chain(config, home, signer, accounts, log_signer.public_key, may_be_closed=is_restored)
    opening.callback(chain.close)
    registry = RegistryIndex(chain.chain)
    clock = never_before(clock, lambda: registry.now().at.time)
    store, tiles = SqlStore(home.database), TileFiles(home.log)
    opening.callback(store.close)
    if not is_restored:  # before anything can be promised or signed
        require_continuity(store, tiles, chain.chain, chain.log_id, VerifierKey(config.origin, log_signer.public_key))
    identity = chain.chain.identity()
    closed_logs = open_closed_logs(home, Domain(identity.chain_id, identity.party_registry), opening)
    sequenced = Event()
    sequencer = Sequencer(store, clock, sequenced.set)
    opening.callback(sequencer.close)  # first of all: what was handed in is still written
    return _Ground(
        home, keystore, signer, log_signer, accounts, chain, store, tiles, sequencer, sequenced, closed_logs,
        registry, clock,
    )  # fmt: skip


def _wire(config: Config, ground: _Ground, closing: ExitStack) -> Service:
    chain, store, tiles, signer = ground.chain.chain, ground.store, ground.tiles, ground.signer
    identity = chain.identity()
    predecessors = frozenset(log.log_id for log in ground.closed_logs)
    domain = Domain(identity.chain_id, identity.party_registry)
    terms = Terms(domain, ground.chain.log_id, predecessors, identity.custody_ledger)
    index, clock = ground.registry, ground.clock
    promises = Promises(config.origin, terms.log_id, ground.log_signer, config.promise_seconds)
    custodian = _custodian(config, signer, terms)
    publisher = Publisher(store, tiles, ground.log_signer, config.origin, clock)
    anchorer = Anchorer(store, tiles, chain, signer, terms.log_id, ground.accounts.anchorer)
    look = ChainLook(ground.chain.network, ground.accounts.anchorer, clock)
    custody_chain = _custody_chain(ground.chain.chain, identity.custody_ledger)
    receipts, restored = Receipts(store, tiles, terms.domain), ground.home.restored
    standing = Standing(ground.closed_logs, lambda: restored or _stopped(anchorer))
    return Service(
        config=config,
        home=ground.home,
        chain=ground.chain,
        accounts=ground.accounts,
        keystore=ground.keystore,
        signer=signer,
        log_signer=ground.log_signer,
        log_key=VerifierKey(config.origin, ground.log_signer.public_key),
        terms=terms,
        store=store,
        tiles=tiles,
        registry=index,
        registrar=Registrar(chain, index, signer, ground.chain.transactor),
        capture=CaptureService(store, ground.sequencer, index.now, terms, promises, clock, custodian, standing),
        publisher=publisher,
        anchorer=anchorer,
        receipts=receipts,
        custody=Custody(store, domain, index.now, custody_chain),
        custody_chain=custody_chain,
        shelf=Shelf(store, receipts, ground.closed_logs),
        tracing=Tracing(_traced_logs(ground, terms), domain, index.now, clock),
        worker=_worker(config, ground, publisher, anchorer, index, look, clock)
        if restored is None
        else _reading(index, restored),
        condition=Condition(store, look, index, config.promise_seconds, clock),
        clock=clock,
        closing=closing,
    )


def _traced_logs(ground: _Ground, terms: Terms) -> tuple[TracedLog, ...]:
    closed = (TracedLog(log.log_id, log.store, ItemScan(log.store), log.tree_size) for log in ground.closed_logs)
    return (TracedLog(terms.log_id, ground.store, ItemScan(ground.store)), *closed)


def _custody_chain(chain: EthereumChain, ledger: Address | None) -> EthereumCustody | None:
    return None if ledger is None else EthereumCustody(chain, ledger)


def _custodian(config: Config, signer: Signer, terms: Terms) -> Custodian | None:
    if not config.custodian:
        return None
    return Custodian(signer, PartyId(decode_hex(config.custodian, 32, "/custodian")), terms)


def _worker(
    config: Config, ground: _Ground, publisher: Publisher, anchorer: Anchorer, index: RegistryIndex, look: ChainLook,
    clock: Clock,
) -> Worker:  # fmt: skip
    def publish() -> None:
        publisher.integrate()
        publisher.checkpoint()

    return Worker(
        (
            Task("publisher", config.checkpoint_seconds, publish, ground.sequenced),
            Task("anchorer", config.anchor_seconds, lambda: anchorer.step(clock())),
            Task("registry", REGISTRY_SECONDS, index.refresh),
            Task("chain", CONDITION_SECONDS, look.look),
            Task("store", CONDITION_SECONDS, lambda: ground.store.touch(clock())),
            Task("signer", CONDITION_SECONDS, lambda: _require_signer(ground)),
        )
    )


def _require_signer(ground: _Ground) -> None:
    """Refuse a signer that cannot sign anchors: one that does not answer, has not the key, or cannot open it."""
    account = ground.accounts.anchorer
    if account not in ground.signer.addresses():
        raise SignerUnavailableError(f"there is no key for 0x{account.hex()}, which anchors")
    if account in ground.keystore.addresses():
        ground.keystore.unlock(account)


def _reading(index: RegistryIndex, restored: str) -> Worker:
    """Return the work of a restored copy: it publishes and anchors nothing, and says so as long as it runs."""

    def say() -> None:
        raise ContinuityError(restored)

    return Worker((Task("registry", REGISTRY_SECONDS, index.refresh), Task("capture", REGISTRY_SECONDS, say)))


def _stopped(anchorer: Anchorer) -> str | None:
    """Return why a promise made now could not be kept: the contract takes no head from here any more."""
    return None if anchorer.refusal is None else f"anchoring has stopped, so nothing is promised: {anchorer.refusal}"
