"""Lies that need a real chain and log: to the contracts, to the anchorer, and to whoever exports a trust root.

Each is told on a real anvil with both registries and a log of two anchored heads; what catches it is the contract, or
the part of this software that reads the chain.
"""

# ruff: noqa: E501  one lie a line

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from ledger.adapters.log_key import LogKey
from ledger.adapters.memory import MemoryStore, MemoryTileStore
from ledger.codec.keccak import keccak256
from ledger.codec.key_binding import KeyBinding
from ledger.codec.tree import consistency_proof
from ledger.errors import NoAnswerError, RegistryRefusedError
from ledger.service.deploy import open_log
from ledger.service.publish import Publisher
from ledger.service.trust import export_trust_root
from ledger.types import Hash32
from tests.adapters.chains import DEPTH, MIN_INTERVAL, ORIGIN, ChainWorld
from tests.adapters.stored import new_event
from tests.builders import hash_of, party
from tests.matrices.lies import OPERATOR, STRANGER
from tests.unit.service.test_anchor import NOW, Log

CONTRACT, ANCHORER, EXPORT, READER = "the contract", "the anchorer", "trust export", "the chain reader"
CHAIN = "who rules the chain"


class Anchored:
    """A log of two anchored heads, and what a liar needs."""

    def __init__(self, world: ChainWorld) -> None:
        self.world = world
        self.log = Log(world)
        self.first = self.log.anchor(3)
        self.second = self.log.anchor(4)
        world.controls.mine(DEPTH)
        self.log.step()
        world.controls.pass_time(MIN_INTERVAL)

    def proof(self, size1: int, size2: int) -> list[Hash32]:
        return list(consistency_proof(size1, size2, self.log.tiles.read))

    def anchored_by(self, size: int, root: Hash32, proof: list[Hash32], head: Any = None) -> None:
        """The operator's own anchoring key at work, without the anchorer's scruples."""
        world = self.world
        transaction = world.chain.anchor_transaction(
            world.log_id, head or self.second, size, root, proof, world.anchorer,
            world.chain.nonce(world.anchorer), world.chain.fees(),
        )  # fmt: skip
        world.mined(world.chain.broadcast(world.signer.sign_transaction(world.anchorer, transaction)))

    def step_of(self, log: Log) -> str:
        log.restart()
        log.step()
        return log.anchorer.refusal or "nothing was refused"

    def store(self, slot: bytes, value: bytes) -> None:
        """Write into the `CheckpointRegistry`, as who rules the chain can."""
        contract = "0x" + self.world.deployment.checkpoint_registry.hex()
        self.rpc("anvil_setStorageAt", contract, "0x" + slot.hex(), "0x" + value.hex())

    def rpc(self, method: str, *parameters: Any) -> Any:
        return self.world.chain.rpc.call(method, *parameters)  # type: ignore[attr-defined]

    @property
    def slot(self) -> bytes:
        """Where the log is kept: `_logs` is the contract's first variable."""
        return keccak256(self.world.log_id + bytes(32))

    def packed(self, size: int, time: int) -> bytes:
        """Time, size and anchorer, as the log's first slot holds them."""
        return time.to_bytes(4, "big") + size.to_bytes(8, "big") + self.world.anchorer


@dataclass(frozen=True)
class ChainLie:
    """One row: ``tell`` raises what catches it, or returns the words of who refused."""

    sentence: str
    told_by: str
    caught_by: str
    words: str
    tell: Callable[[Anchored], str | None]

    def caught(self, anchored: Anchored) -> str:
        """Return the words in which it is caught."""
        try:
            return self.tell(anchored) or "BELIEVED"
        except (RegistryRefusedError, NoAnswerError) as error:
            return str(error)


def other_log(a: Anchored, records: int) -> Log:
    """The same log from another store: a copy made before, or a second history."""
    log = Log(a.world)
    log.store, log.tiles = MemoryStore(), MemoryTileStore()
    log.publisher = Publisher(log.store, log.tiles, LogKey(b"\x01" * 32), ORIGIN, lambda: NOW)
    log.grow(records)
    return log


def second_history(a: Anchored) -> Log:
    """A log of the same name and key with other records."""
    log = other_log(a, 1)
    log.store.append([new_event(number) for number in range(100, 108)], NOW)
    log.publisher.integrate()
    log.publisher.checkpoint()
    return log


def replayed(a: Anchored) -> str:
    """The transaction of the second head is sent again by anyone: it stays one head."""
    raw = a.rpc("eth_getRawTransactionByHash", "0x" + a.second.transaction.hex())
    a.world.chain.broadcast(bytes.fromhex(raw[2:]))
    a.world.controls.mine()
    heads = a.world.chain.heads(a.world.log_id, 0, a.world.latest().number)
    return "one head, once" if heads == (a.first, a.second) else "BELIEVED"


def same_head_again(a: Anchored) -> str:
    a.anchored_by(7, a.second.root_hash, [])
    heads = a.world.chain.heads(a.world.log_id, 0, a.world.latest().number)
    return "one head, once" if heads == (a.first, a.second) else "BELIEVED"


def inconsistent(a: Anchored) -> None:
    """The proof is the honest one, and the root another."""
    size = a.log.grow(2).tree_size
    a.anchored_by(size, hash_of("other"), a.proof(7, size))


def by_a_stranger(a: Anchored) -> None:
    w = a.world
    w.chain.anchor_transaction(
        w.log_id, a.second, 8, hash_of("x"), [], w.owner, w.chain.nonce(w.owner), w.chain.fees()
    )  # fmt: skip


def custodial_authority(a: Anchored) -> None:
    act, cold = a.world.registrar, a.world.others[0]
    act.accredit_authority(a.world.root, party("authority"), "DE", cold, "Trade Authority")
    act.accredit_party(cold, party("platform"), "DE", cold, "Platform Ltd")
    act.add_key(cold, party("authority"), a.world.signer.create(), party("platform"))


def key_of_another(a: Anchored) -> None:
    act, cold = a.world.registrar, a.world.others[0]
    act.accredit_authority(a.world.root, party("authority"), "DE", cold, "Trade Authority")
    forged = act.prove_possession(KeyBinding(party("authority"), a.world.others[1]))
    act.add_key(cold, party("authority"), a.world.others[2], possession=forged)


def straw_authority(a: Anchored) -> None:
    a.world.registrar.accredit_authority(a.world.owner, party("straw"), "DE", a.world.owner, "Straw")


def exported(a: Anchored) -> str:
    heads = export_trust_root(a.world.chain, [a.world.log_id], NOW).logs[0].heads
    return f"BELIEVED: {len(heads)} heads"


def slot_rolled_back(a: Anchored) -> str:
    a.store(a.slot, a.packed(a.first.tree_size, a.first.time))
    return exported(a)


def slot_set_forward(a: Anchored) -> str:
    a.store(a.slot, a.packed(900, a.second.time))
    return exported(a)


def slot_emptied(a: Anchored) -> str:
    a.store(a.slot, a.packed(0, 0))
    return exported(a)


def ring_rewritten(a: Anchored) -> None:
    """The hash of the newest head is another: the next anchor meets a contract that denies it."""
    ring = int.from_bytes(a.slot, "big") + 4
    daily = int.from_bytes(a.slot, "big") + 3
    day = (a.second.time // 86_400).to_bytes(32, "big")
    a.store(keccak256(day + daily.to_bytes(32, "big")), hash_of("another head"))
    for place in range(1024):
        key = keccak256(place.to_bytes(32, "big") + ring.to_bytes(32, "big"))
        contract = "0x" + a.world.deployment.checkpoint_registry.hex()
        if int(a.rpc("eth_getStorageAt", contract, "0x" + key.hex(), "latest"), 16):
            a.store(key, hash_of("another head"))
    a.log.grow(2)
    a.log.step()


def code_exchanged(a: Anchored) -> str:
    a.rpc("anvil_setCode", "0x" + a.world.deployment.party_registry.hex(), "0x60006000fd")
    return exported(a)


def taken_back(a: Anchored) -> None:
    a.world.chain.final_block()
    a.world.controls.reorganise(a.world.latest().number - a.first.block)
    a.world.chain.final_block()


def closed(a: Anchored) -> None:
    w = a.world
    successor = open_log(w.chain, w.transactor, w.owner, "log.example/two", b"\x52" * 32, w.anchorer)
    w.act(w.owner, "closeLog", w.log_id, successor)
    a.anchored_by(9, hash_of("after the end"), [])


LIES: Final = (
    ChainLie("a second root is anchored for the size of the newest head", OPERATOR, CONTRACT, "Fork(7, ", lambda a: a.anchored_by(7, hash_of("fork"), [])),
    ChainLie("a rolled-back log anchors a smaller size", OPERATOR, CONTRACT, "Shrunk(7, 3)", lambda a: a.anchored_by(3, a.first.root_hash, [])),
    ChainLie("a head is anchored that does not extend the newest", OPERATOR, CONTRACT, "NotConsistent(7, 9)", inconsistent),
    ChainLie("a head is anchored on top of an older one, to drop the newest", OPERATOR, CONTRACT, "NotLatest(7, ", lambda a: a.anchored_by(9, hash_of("other"), [], a.first)),
    ChainLie("a head is anchored on top of one that is invented", OPERATOR, CONTRACT, "denies the newest head", lambda a: a.anchored_by(9, hash_of("other"), [], replace(a.second, root_hash=hash_of("invented")))),
    ChainLie("a stranger anchors for the log", STRANGER, CONTRACT, "NotAnchorer(", by_a_stranger),
    ChainLie("a closed log is anchored on", OPERATOR, CONTRACT, "LogIsClosed(", closed),
    ChainLie("an anchor's transaction is replayed", STRANGER, CONTRACT, "one head, once", replayed),
    ChainLie("the newest head is anchored a second time, for a later date", OPERATOR, CONTRACT, "one head, once", same_head_again),
    ChainLie("an authority's key is given to a custodian", OPERATOR, CONTRACT, "CustodyRefused(", custodial_authority),
    ChainLie("a key is registered by someone who does not possess it", STRANGER, CONTRACT, "NotPossessed(", key_of_another),
    ChainLie("a straw authority is accredited by somebody else than the root", STRANGER, CONTRACT, "NotRootAuthority(", straw_authority),
    ChainLie("an older copy of the log's store is put in its place", OPERATOR, ANCHORER, "the chain holds a head of 7 records, this log has signed 5", lambda a: a.step_of(other_log(a, 5))),
    ChainLie("another history of the log is put in its place", OPERATOR, ANCHORER, "the chain holds another root for 7 records", lambda a: a.step_of(second_history(a))),
    ChainLie("the log's slot on chain is set back to the first head", CHAIN, EXPORT, "do not end in the newest", slot_rolled_back),
    ChainLie("the log's slot on chain is set to a size that no event announced", CHAIN, READER, "the chain moved", slot_set_forward),
    ChainLie("the log's slot on chain is emptied", CHAIN, EXPORT, "do not end in the newest", slot_emptied),
    ChainLie("the hash of the newest head on chain is rewritten", CHAIN, READER, "denies the newest head", ring_rewritten),
    ChainLie("other code takes the place of a registry", CHAIN, READER, "another contract than the one deployed", code_exchanged),
    ChainLie("blocks that were final are replaced", CHAIN, READER, "which was final", taken_back),
)  # fmt: skip
