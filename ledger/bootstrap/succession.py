"""A log is closed at its head and another goes on after it (spec §5, §6), in the same home, with the service stopped.

Two steps, each of which can be cut off anywhere and done again. `close_log` anchors what is not anchored yet, opens the
successor on chain, and closes the log in its favour: for ever. `begin_successor` waits until that is final, makes the
closed head the successor's first record, carries over what the closed log promised beyond its head, and makes the
successor the log of this home. A copy that was restored, or is older than its log, anchors nothing: its log is closed
at the head that the chain holds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Final

from ledger.adapters.key_files import make_folder
from ledger.adapters.log_key import LogKey
from ledger.adapters.sql.store import SqlStore
from ledger.adapters.tile_files import TileFiles
from ledger.bootstrap.chain import OpenChain, open_chain
from ledger.bootstrap.closed_logs import Predecessor, write_predecessor
from ledger.bootstrap.home import Accounts, Home
from ledger.codec.hex_strict import encode_hex
from ledger.codec.log_id import log_id
from ledger.codec.note import VerifierKey
from ledger.config import Config
from ledger.errors import ChainUnavailableError, ConflictError, ContinuityError
from ledger.ports import AnchoredHead, Clock, RegistryCall, Signer, Store, Submission
from ledger.service.anchor import Anchorer
from ledger.service.continuity import require_continuity
from ledger.service.deploy import open_log
from ledger.service.publish import Publisher, begin_after
from ledger.types import LogId

PATIENCE_SECONDS: Final = 900.0
"""How long to wait for an anchor, or for a final block: a quarter of an hour is what a public chain takes."""

POLL_SECONDS: Final = 0.2
CARRIED_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Closing:
    """A log that is closed: at which head, in favour of whom. ``why_short`` says why nothing more was anchored."""

    log_id: LogId
    successor: LogId
    head: AnchoredHead
    why_short: str | None


@dataclass(frozen=True, slots=True)
class Beginning:
    """A successor that has begun: after which head, and with how many events that the closed log had promised."""

    log_id: LogId
    predecessor: LogId
    head: AnchoredHead
    carried: int


@dataclass(frozen=True, slots=True)
class _Ground:
    """A home that stands still, and its log."""

    config: Config
    home: Home
    signer: Signer
    log_signer: LogKey
    accounts: Accounts
    open_chain: OpenChain
    store: SqlStore

    @property
    def log_id(self) -> LogId:
        return self.open_chain.log_id

    @property
    def successor(self) -> LogId | None:
        """The log that was named when this one was closed."""
        return self.successor_at(None)

    def successor_at(self, block: int | None) -> LogId | None:
        parameters = self.open_chain.chain.log_parameters(self.log_id, block)
        named = None if parameters is None else parameters["successor"]
        return None if named is None else LogId(bytes.fromhex(str(named)[2:]))


def close_log(config: Config, clock: Clock) -> Closing:
    """Return how the log of this home was closed, now or before. By the log's owner."""
    with _stopped(config) as ground:
        chain, accounts = ground.open_chain.chain, ground.accounts
        why_short = _anchor_all(ground, clock) if ground.successor is None else None
        successor = _open_successor(ground)
        if ground.successor is None:
            call = RegistryCall("CheckpointRegistry", "closeLog", (ground.log_id, successor))
            owner = accounts.log_owner
            ground.open_chain.transactor.run(
                "closeLog", owner, lambda nonce, fees: chain.call_transaction(call, owner, nonce, fees)
            )
        _flush(ground)
        _require_named(ground.successor, successor)
        return Closing(ground.log_id, successor, _closed_head(ground), why_short)


def begin_successor(config: Config, clock: Clock) -> Beginning:
    """Return how the successor began, which is the log of this home from now on."""
    with _stopped(config) as ground:
        home, folder, chain = ground.home, ground.home.next_log_folder, ground.open_chain.chain
        if ground.successor is None or not (folder / "log-key.json").exists():
            raise ConflictError("", "a log that this home has closed (`tradeledger log close`)", "another")
        key, identity = home.log_key_of(folder), chain.identity()
        successor = log_id(
            identity.chain_id, identity.checkpoint_registry, ground.accounts.log_owner, config.origin, key.public_key
        )
        _wait("its closing to be final", lambda: ground.successor_at(chain.final_block().number) is not None)
        _require_named(ground.successor, successor)
        head = _closed_head(ground)
        carried = _fill(ground, head, clock)
        name = "." if home.log_folder == home.path else home.log_folder.name
        write_predecessor(folder, Predecessor(ground.log_id, head.tree_size, head.root_hash, name))
        home.use_log(folder)  # last: from here on it is the log of this home
        return Beginning(successor, ground.log_id, head, carried)


@contextmanager
def _stopped(config: Config) -> Iterator[_Ground]:
    with ExitStack() as closing:
        home = Home(config)
        closing.callback(home.lock().close)
        keystore, log_signer = home.keystore(), home.log_key()
        accounts, signer = home.accounts(keystore), home.signer(keystore)
        chain = open_chain(config, home, signer, accounts, log_signer.public_key, may_be_closed=True)
        closing.callback(chain.close)
        store = SqlStore(home.database)
        closing.callback(store.close)
        yield _Ground(config, home, signer, log_signer, accounts, chain, store)


def _anchor_all(ground: _Ground, clock: Clock) -> str | None:
    """Anchor every record; or return why that is not this home's to do."""
    config, store, signer, chain = ground.config, ground.store, ground.log_signer, ground.open_chain.chain
    tiles, key = TileFiles(ground.home.log), VerifierKey(config.origin, signer.public_key)
    if ground.home.restored is not None:
        return "this home is a restored copy"
    try:
        require_continuity(store, tiles, chain, ground.log_id, key)
    except ContinuityError as error:
        return str(error)
    publisher = Publisher(store, tiles, signer, config.origin, clock)
    publisher.integrate()
    publisher.checkpoint()
    anchorer = Anchorer(store, tiles, chain, ground.signer, ground.log_id, ground.accounts.anchorer)

    def is_anchored() -> bool:
        anchorer.step(clock())
        if anchorer.refusal is not None:
            raise ContinuityError(f"the last records cannot be anchored: {anchorer.refusal}")
        newest = store.latest_anchor()
        return store.record_count() == (0 if newest is None else newest.tree_size)

    _wait("its last records to be anchored", is_anchored)
    return None


def _open_successor(ground: _Ground) -> LogId:
    """Return the id of the successor, opened on chain under a key that is kept before."""
    folder, opened, accounts = ground.home.next_log_folder, ground.open_chain, ground.accounts
    make_folder(folder)
    key = ground.home.log_key_of(folder)
    return open_log(
        opened.chain, opened.transactor, accounts.log_owner, ground.config.origin, key.public_key, accounts.anchorer
    )


def _fill(ground: _Ground, head: AnchoredHead, clock: Clock) -> int:
    """Begin the successor's store; return how many events it took over. Done again, it changes nothing."""
    store = SqlStore(ground.home.next_log_folder / "ledger.db")
    try:
        begin_after(store, ground.log_id, head.tree_size, head.root_hash)
        for key in ground.store.api_keys():
            if store.api_key(key.key_hash) is None:
                store.put_api_key(key)
        return _carry_over(ground.store, store, head.tree_size, clock)
    finally:
        store.close()


def _carry_over(old: Store, new: Store, start: int, clock: Clock) -> int:
    """Append what the closed log had promised and never anchored; return how many events of it stand there now."""
    count = 0
    for at in range(start, old.record_count(), CARRIED_AT_ONCE):
        found = (old.event_at(index) for index in range(at, min(at + CARRIED_AT_ONCE, old.record_count())))
        events = tuple(kept.event for kept in found if kept is not None and kept.erasure is None)
        new.append_all([Submission(events)], clock())
        count += len(events)
    return count


def _closed_head(ground: _Ground) -> AnchoredHead:
    head = ground.open_chain.chain.head(ground.log_id)
    if head is None:
        raise ChainUnavailableError("the chain shows no head of a log that it shows as closed")
    return head


def _require_named(named: LogId | None, successor: LogId) -> None:
    if named != successor:
        found = "none" if named is None else encode_hex(named)
        raise ConflictError("", f"a log closed in favour of {encode_hex(successor)}, whose key this home has", found)


def _flush(ground: _Ground) -> None:
    if ground.open_chain.devnet is not None:
        ground.open_chain.devnet.flush()


def _wait(what: str, is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            raise ChainUnavailableError(f"waited {PATIENCE_SECONDS:.0f} seconds for {what}; the same command goes on")
        time.sleep(POLL_SECONDS)
