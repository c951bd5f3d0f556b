"""Trust roots that are of use for other receipts only, or for none: check 2, and what check 9 can tell with less."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from ledger.codec.hex_strict import encode_hex
from ledger.domain.receipt import dump_receipt
from ledger.domain.trust_root import dump_trust_root, seal_trust_root, trust_root_hash
from ledger.domain.trusted import TrustRoot
from scripts.receipt_vectors.expected import ERROR, INVALID, SKIPPED, Case
from scripts.receipt_vectors.form_faults import replaced
from scripts.receipt_vectors.sound import receipt
from scripts.receipt_vectors.story import Story, event
from tests.builders import World, address, contract, hash_of, party

UNUSABLE = {"trust-root": ERROR}


def in_one_line(root: TrustRoot) -> str:
    """Return the file of a trust root without its layout, which does not count."""
    return json.dumps(json.loads(dump_trust_root(root)), ensure_ascii=False, separators=(",", ":"))


class Small:
    """A world of one statement and two heads, the same log as the story's: most faults need no more."""

    def __init__(self) -> None:
        self.world = World.with_maker()
        self.world.fill(2)
        logged = self.world.record(event("small"))
        self.world.anchor()
        self.world.fill(1)
        self.world.anchor()
        self.root = self.world.trust_root()
        self.receipt = dump_receipt(self.world.receipt(logged))
        self.later = dump_receipt(self.world.receipt(logged, head=1))

    def lesser(self) -> dict[str, TrustRoot]:
        """Return trust roots that are intact and know less, or something else."""
        root, log = self.root, self.root.logs[0]
        another = replace(root.party_registry, address=contract("another"))
        return {
            "development-chain": sealed(root, chain=replace(root.chain, development=True)),
            "newest-head-alone": sealed(root, logs=(replace(log, heads_complete=False, heads=log.heads[-1:]),)),
            "no-heads": sealed(root, logs=(replace(log, heads=()),)),
            "other-chain": World.with_maker(chain_id=1).trust_root(),
            "other-registry": sealed(root, party_registry=another),
            "other-log": sealed(root, logs=(World(origin="log.example/two").trusted_log(),)),
            "no-log": sealed(root, logs=()),
        }

    def damaged(self) -> dict[str, str]:
        """Return files that are no trust root, or one in disorder."""
        text = in_one_line(self.root)
        damaged = {
            "empty-file": "",
            "no-object": "[]",
            "changed-after-it-was-hashed": text.replace("Maker GmbH", "Faker GmbH"),
            "hash-of-another": text.replace(encode_hex(self.root.hash), encode_hex(hash_of("another"))),
        }
        return damaged | {name: resealed(text, name) for name in FAULTS}


def files(story: Story) -> dict[str, str]:
    """Return the text of every trust root by its name."""
    small = Small()
    sound = {
        "published": story.published,
        FIRST: as_of_the_first_head(story),
        WITHOUT_LEDGER: sealed(story.published, custody_ledger=None),
        "small": small.root,
        **small.lesser(),
    }
    return {name: in_one_line(root) for name, root in sound.items()} | small.damaged()


FIRST: Final = "as-of-the-first-head"
WITHOUT_LEDGER: Final = "without-the-custody-ledger"


def as_of_the_first_head(story: Story) -> TrustRoot:
    """Return what was to be trusted when the story's first head was anchored."""
    root, first = story.published, story.world.heads[0]
    return sealed(
        root,
        as_of=replace(root.as_of, block=first.block, time=first.time),
        facts=tuple(fact for fact in root.facts if fact.block <= first.block),
        logs=(replace(root.logs[0], heads=(first,)),),
    )


def sealed(root: TrustRoot, **changes: Any) -> TrustRoot:
    """Return the trust root with members replaced and its hash computed anew."""
    return seal_trust_root(replace(root, **changes))


def now(root: Any) -> dict[str, int]:
    """Return block and time of a fact as new as a trust root can have."""
    return {"block": root["asOf"]["block"], "time": root["asOf"]["time"]}


FAULTS: dict[str, Callable[[Any], Any]] = {
    "unknown-format": lambda v: v.update(format="tradeledger-trust-root/2"),
    "unknown-member": lambda v: v.update(note="trust me"),
    "missing-member": lambda v: v.pop("asOf"),
    "unknown-fact": lambda v: v["facts"][-1].update(fact="KeyForgotten"),
    "fact-without-an-argument": lambda v: v["facts"][0].pop("name"),
    "fact-newer-than-the-trust-root": lambda v: v["facts"][-1].update(block=v["asOf"]["block"] + 1),
    "without-facts": lambda v: v["facts"].clear(),
    "facts-out-of-order": lambda v: v["facts"].insert(0, v["facts"].pop()),
    "fact-about-a-key-never-bound": lambda v: v["facts"].append(
        now(v) | {"fact": "KeyRevoked", "party": encode_hex(party("maker")), "key": encode_hex(address("nobody"))}
    ),
    "key-bound-twice": lambda v: v["facts"].append(v["facts"][2] | now(v)),
    "log-twice": lambda v: v["logs"].append(v["logs"][0]),
    "log-id-of-another-owner": lambda v: v["logs"][0].update(owner=encode_hex(contract("another"))),
    "log-key-under-another-name": lambda v: v["logs"][0].update(origin="log.example/two"),
    "heads-out-of-order": lambda v: v["logs"][0]["heads"].reverse(),
    "head-newer-than-the-trust-root": lambda v: v["logs"][0]["heads"][-1].__setitem__(2, v["asOf"]["block"] + 1),
    "head-of-no-records": lambda v: v["logs"][0]["heads"][0].__setitem__(0, 0),
    "stale-before-it-is-issued": lambda v: v.update(staleAfter="2020-01-01T00:00:00Z"),
    "date-without-a-zone": lambda v: v.update(expiresAt=v["expiresAt"].rstrip("Z")),
}
"""Faults of a trust root whose own hash is right."""


def resealed(text: str, fault: str) -> str:
    """Return the trust root with a fault, and the hash of what it then says."""
    value = json.loads(text)
    del value["hash"]
    FAULTS[fault](value)
    return json.dumps(value | {"hash": encode_hex(trust_root_hash(value))}, separators=(",", ":"))


def cases(story: Story) -> Iterator[Case]:
    """Yield receipts under them."""
    small = Small()
    yield from in_date(small)
    yield from with_less(story, small)
    unknowing = ("other-chain", "other-registry", "other-log", "no-log")
    for name in (*small.damaged(), *unknowing):
        yield Case(f"trust-root-{name}", small.receipt, "could-not-check", UNUSABLE, trust_root=name)


def in_date(small: Small) -> Iterator[Case]:
    """Yield the verifier's clock at the edges of what it may read."""

    def at(name: str, now: int, outcome: str = "verified", own: Mapping[str, str] = {}, *warnings: str) -> Case:
        return Case(f"clock-{name}", small.receipt, outcome, own, warnings, trust_root="small", now=now)

    issued, stale, expires = small.root.issued_at, small.root.stale_after, small.root.expires_at
    yield at("at-the-last-second-before-stale", stale)
    yield at("a-second-later", stale + 1, "verified", {}, "stale")
    yield at("at-the-last-second", expires, "verified", {}, "stale")
    yield at("after-the-trust-root-expired", expires + 1, "could-not-check", UNUSABLE)
    yield at("as-early-as-it-may-be", issued - 300)
    yield at("before-the-trust-root-was-made", issued - 301, "could-not-check", UNUSABLE)
    tampered = replace(at("", expires + 1, "mismatch", UNUSABLE | {"event-digest": INVALID}), name=TAMPERED)
    yield replace(tampered, receipt=replaced(small.receipt, b"19.5", b"19.6"))


TAMPERED: Final = "tampered-value-under-an-expired-trust-root"


def with_less(story: Story, small: Small) -> Iterator[Case]:
    """Yield what can be told with a trust root that knows less."""
    yield Case("small", small.receipt, "verified", trust_root="small")
    yield Case("development-chain", small.receipt, "verified", trust_root="development-chain")
    yield Case("trust-root-as-of-the-head", receipt(story, "maker"), "verified", trust_root=FIRST)
    skipped, newest = {"anchor": SKIPPED}, "newest-head-alone"
    older = receipt(story, "dismissed")
    yield Case("trust-root-older-than-head-and-revocation", older, "not-final", skipped, trust_root=FIRST)
    yield Case("head-that-is-not-listed", small.receipt, "could-not-check", {"anchor": ERROR}, trust_root=newest)
    yield Case("newest-head-where-no-other-is-listed", small.later, "verified", trust_root=newest)
    yield Case("trust-root-without-heads", small.receipt, "not-final", skipped, trust_root="no-heads")
