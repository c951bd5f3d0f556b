"""A small world made of codec functions alone: parties with keys, a log, anchored heads, a trust root, receipts.

Everything is deterministic: a key follows from its name, a seed from its event, a block and its time from the step. A
test tells its story in steps (`fact`, `record`, `anchor`), each a block later, and asks for the receipt and the trust
root at the end.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

import coincurve
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ledger.codec.checkpoint import Checkpoint, format_checkpoint
from ledger.codec.disclosure import event_digest, role_view
from ledger.codec.log_id import log_id
from ledger.codec.note import VerifierKey, sign_note
from ledger.codec.promise import Promise, format_promise
from ledger.codec.record import statement_record
from ledger.codec.signature import address_of
from ledger.codec.statement import Domain, Statement, eip712_hash
from ledger.domain import facts
from ledger.domain.facts import Announcement, Fact
from ledger.domain.receipt import Anchor, EvidenceOnly, Receipt, RoleView, Shown, WholeEvent
from ledger.domain.trust_root import AsOf, Head, TrustedChain, TrustedContract, TrustedLog, TrustRoot, seal_trust_root
from ledger.types import Address, Hash32, JsonObject, LogId, PartyId, Seed, UnixTime
from tests import oracle

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
START = UnixTime(1_790_000_000)
BLOCK_SECONDS = 60
DAY = 86_400
FOR_EVER = 2**53 - 1


def hash_of(name: str) -> Hash32:
    return Hash32(hashlib.sha256(name.encode()).digest())


def secret(name: str) -> coincurve.PrivateKey:
    return coincurve.PrivateKey(hash_of(f"key of {name}"))


def address(name: str) -> Address:
    return address_of(secret(name).public_key.format())


def contract(name: str) -> Address:
    return Address(hash_of(f"contract {name}")[:20])


def party(name: str) -> PartyId:
    return PartyId(hash_of(f"party {name}"))


def sign(digest: Hash32, key: str) -> bytes:
    signature = secret(key).sign_recoverable(digest, hasher=None)
    return signature[:64] + bytes([signature[64] + 27])


def object_event(**members: Any) -> JsonObject:
    """An ObjectEvent ADD under company prefix 4012345; members given replace or, as ``None``, remove its own."""
    event: JsonObject = {
        "@context": [CONTEXT, {"example": "https://example.org/epcis/"}],
        "type": "ObjectEvent",
        "eventID": "urn:uuid:e5d1b0a8-4d0b-4c53-9a7e-1f2f5e5f0a01",
        "eventTime": "2026-09-21T14:10:00.000+02:00",
        "eventTimeZoneOffset": "+02:00",
        "action": "ADD",
        "bizStep": "commissioning",
        "epcList": [f"urn:epc:id:sgtin:4012345.011122.{serial}" for serial in range(20)],
        "example:price": 19.5,
    }
    event.update(members)
    return {name: value for name, value in event.items() if value is not None}


@dataclass(frozen=True)
class Logged:
    """A statement in the log, with the event it is about."""

    event: JsonObject
    seed: Seed
    statement: Statement
    signature: bytes
    leaf_index: int


@dataclass
class World:
    """One chain with one log. Its registry starts with a root authority; `with_maker` adds a party that may sign."""

    chain_id: int = 31_337
    origin: str = "log.example/one"
    development: bool = False
    block: int = 0
    facts: list[Fact] = field(default_factory=list)
    logged: list[Logged] = field(default_factory=list)
    records: list[Hash32] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)

    @classmethod
    def with_maker(cls, **parameters: Any) -> World:
        world = cls(**parameters)
        world.fact(facts.AuthorityAccredited(party("authority"), "DE", contract("cold"), "Trade Authority"))
        world.fact(facts.PartyAccredited(party("maker"), "DE", party("authority"), contract("cold"), "Maker GmbH"))
        world.fact(facts.KeyAdded(party("maker"), address("maker"), PartyId(bytes(32))))
        world.fact(facts.RoleGranted(party("maker"), "manufacturer", "DE", 0, FOR_EVER))
        world.fact(facts.PrefixClaimed(party("maker"), 4_012_345, 7))
        return world

    # --- where and when ---

    @property
    def now(self) -> UnixTime:
        return UnixTime(START + self.block * BLOCK_SECONDS)

    def wait(self, seconds: int = BLOCK_SECONDS) -> None:
        self.block += -(-seconds // BLOCK_SECONDS)

    @property
    def domain(self) -> Domain:
        return Domain(self.chain_id, contract("party registry"))

    @property
    def log_secret(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(hash_of(f"log key of {self.origin}"))

    @property
    def log_public(self) -> bytes:
        return self.log_secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def log_id(self) -> LogId:
        return log_id(self.chain_id, contract("checkpoint registry"), contract("owner"), self.origin, self.log_public)

    # --- what happens ---

    def fact(self, announcement: Announcement) -> Fact:
        self.wait()
        self.facts.append(Fact(self.block, self.now, announcement))
        return self.facts[-1]

    def record(self, event: JsonObject | None = None, key: str = "maker", **statement: Any) -> Logged:
        """Sign a statement about an event and put its record into the log."""
        event = object_event() if event is None else event
        seed = Seed(hash_of(f"seed {len(self.records)}"))
        said = Statement(
            act="declare error" if "errorDeclaration" in event else "record event",
            party=party("maker"),
            role="manufacturer",
            jurisdiction="DE",
            event_digest=event_digest(event, seed),
            log_id=self.log_id,
            signed_at=self.now,
        )
        said = replace(said, **statement)
        signature = sign(eip712_hash(said, self.domain), key)
        logged = Logged(event, seed, said, signature, len(self.records))
        self.records.append(statement_record(eip712_hash(said, self.domain), signature))
        self.logged.append(logged)
        return logged

    def fill(self, count: int) -> None:
        """Put records of others into the log."""
        self.records.extend(hash_of(f"record {len(self.records) + n}") for n in range(count))

    def anchor(self) -> Head:
        """Put the log's head on chain, in the next block."""
        self.wait()
        head = Head(len(self.records), Hash32(oracle.root(self.records)), self.block, self.now)
        self.heads.append(head)
        return head

    # --- what comes of it ---

    def note(self, text: str) -> bytes:
        return sign_note(text, self.origin, self.log_secret.sign, self.log_public)

    def checkpoint(self, tree_size: int | None = None) -> bytes:
        size = len(self.records) if tree_size is None else tree_size
        root_hash = Hash32(oracle.root(self.records[:size]))
        return self.note(format_checkpoint(Checkpoint(self.origin, size, root_hash)))

    def promise(self, leaf_index: int, deadline: int, record: Hash32 | None = None) -> bytes:
        what = self.records[leaf_index] if record is None else record
        return self.note(format_promise(Promise(self.origin, self.log_id, leaf_index, what, UnixTime(deadline))))

    def receipt(
        self, logged: Logged, shown: Shown | None = None, size: int | None = None, head: int | None = 0
    ) -> Receipt:
        """The receipt under the checkpoint of ``size`` (else of the head), leading to the ``head``-th head above."""
        covering = [each for each in self.heads if each.tree_size >= max(size or 0, logged.leaf_index + 1)]
        anchored = covering[head] if head is not None and covering else None
        tree_size = size or (anchored.tree_size if anchored else len(self.records))
        return Receipt(
            domain=self.domain,
            shown=WholeEvent(logged.event, logged.seed) if shown is None else shown,
            statement=logged.statement,
            signature=logged.signature,
            leaf_index=logged.leaf_index,
            inclusion_proof=tuple(oracle.inclusion_proof(logged.leaf_index, self.records[:tree_size])),
            checkpoint=self.checkpoint(tree_size),
            anchor=None if anchored is None else self._anchor(tree_size, anchored),
        )

    def _anchor(self, tree_size: int, head: Head) -> Anchor:
        proof = (
            oracle.consistency_proof(tree_size, self.records[: head.tree_size]) if tree_size < head.tree_size else []
        )
        transaction = hash_of(f"transaction {head.block}")
        return Anchor(head.tree_size, head.root_hash, head.block, head.time, transaction, tuple(proof))

    def trusted_log(self, **changes: Any) -> TrustedLog:
        key = VerifierKey(self.origin, self.log_public)
        return replace(
            TrustedLog(self.log_id, self.origin, key, contract("owner"), None, True, tuple(self.heads)), **changes
        )

    def trust_root(self, **changes: Any) -> TrustRoot:
        """What is to be trusted as of the present block, good for 30 days, stale after 7."""
        trust_root = TrustRoot(
            chain=TrustedChain(self.chain_id, hash_of("genesis"), self.development),
            party_registry=TrustedContract(contract("party registry"), hash_of("party registry code")),
            checkpoint_registry=TrustedContract(contract("checkpoint registry"), hash_of("checkpoint registry code")),
            custody_ledger=TrustedContract(contract("custody ledger"), hash_of("custody ledger code")),
            logs=(self.trusted_log(),),
            facts=tuple(self.facts),
            as_of=AsOf(self.block, hash_of(f"block {self.block}"), self.now, "depth 12"),
            issued_at=self.now,
            stale_after=UnixTime(self.now + 7 * DAY),
            expires_at=UnixTime(self.now + 30 * DAY),
        )
        return seal_trust_root(replace(trust_root, **changes))


def view_of(logged: Logged, *shown: str, **elements: frozenset[int]) -> RoleView:
    """A role view that shows these members, and of these tables these elements."""
    view = role_view(logged.event, logged.seed, frozenset({*shown, *elements}), elements)
    return RoleView(view)


def nothing_shown() -> Shown:
    return EvidenceOnly()
