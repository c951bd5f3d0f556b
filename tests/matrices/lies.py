"""What a row of the mutation matrix is: a lie in one sentence, who tells it, and the check that must catch it.

A lie is told about each base: one genuine record, shown in one way. `Scene.play` lets a base happen in the small world
of `tests.builders`, with what the liar does at each step; a lie returns the files that a verifier gets, or ``None``
where the base gives no occasion for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, TypeAlias

from ledger.domain import facts
from ledger.domain.checks import Status
from ledger.domain.facts import Announcement
from ledger.domain.parties import NO_PARTY
from ledger.domain.receipt import EvidenceOnly, Receipt, Shown, dump_receipt
from ledger.domain.trust_root import dump_trust_root
from ledger.domain.trusted import TrustRoot
from ledger.domain.verification import Verification
from ledger.domain.verify import verify_files
from ledger.types import JsonObject, UnixTime
from tests.builders import DAY, FOR_EVER, Logged, World, address, contract, object_event, party, view_of

PARTY, OPERATOR, HOLDER, STRANGER = "a party", "the operator", "the holder", "a stranger"

NFC: Final = "Käserei Zürich"
"""Composed; decomposed it looks the same and is other bytes."""

DECLARATION: Final[JsonObject] = {"declarationTime": "2026-09-22T08:00:00Z", "reason": "incorrect_data"}
LOGGED_AT, BETWEEN = 4, 7
"""The record's index, and the size of a checkpoint between the index and the first head."""


@dataclass(frozen=True)
class Base:
    """A genuine record, how it is shown, and what an honest receipt of it comes to."""

    name: str
    show: Callable[[Logged], Shown | None]
    members: Mapping[str, Any] = field(default_factory=dict)
    outcome: str = "verified"
    is_custodial: bool = False

    @property
    def event(self) -> JsonObject:
        epcs = [f"urn:epc:id:sgtin:4012345.011122.{serial}" for serial in range(4)]
        return object_event(**({"epcList": epcs, "example:dairy": NFC} | dict(self.members)))


def _whole(_: Logged) -> None:
    return None


BASES: Final = (
    Base("whole event", _whole),
    Base("role view", lambda logged: view_of(logged, "epcList", "example:dairy")),
    Base("one serial of four", lambda logged: view_of(logged, "example:dairy", epcList=frozenset({2}))),
    Base("nothing shown", lambda logged: EvidenceOnly()),
    Base("custodial key", _whole, is_custodial=True),
    Base("error declaration", _whole, {"errorDeclaration": DECLARATION}, "withdrawn"),
    Base("error declaration in a view", view_of, {"errorDeclaration": DECLARATION}, "withdrawn"),
)


@dataclass(frozen=True)
class Files:
    """What the verifier is given."""

    receipt: bytes
    trust_root: bytes
    now: UnixTime

    def verified(self) -> Verification:
        return verify_files(self.receipt, self.trust_root, self.now)


Act: TypeAlias = Callable[[World], object]


def announced(*announcements: Announcement) -> Act:
    """Registry facts, each in a block of its own."""

    def act(world: World) -> None:
        for announcement in announcements:
            world.fact(announcement)

    return act


@dataclass
class Scene:
    """A base that happened: the world after it, what was logged, and the honest receipt of it."""

    base: Base
    world: World
    logged: Logged
    other: Logged
    """Another record of the same party, in the same tree."""

    @classmethod
    def play(
        cls,
        base: Base,
        before: Act = lambda world: None,
        after: Act = lambda world: None,
        members: Mapping[str, Any] | None = None,
        **statement: Any,
    ) -> Scene:
        """Let the base happen, with acts of the liar before it is signed and after its first head."""
        world = World.with_maker()
        _register(world, base)
        world.fill(LOGGED_AT - 1)
        other = world.record(object_event(eventID="urn:uuid:e5d1b0a8-4d0b-4c53-9a7e-1f2f5e5f0aff"))
        before(world)
        logged = world.record(base.event | dict(members or {}), **statement)
        world.fill(5)
        world.anchor()
        after(world)
        world.fill(4)
        world.anchor()
        return cls(base, world, logged, other)

    @classmethod
    def of(cls, base: Base) -> Scene:
        """Return the base as it happened without a lie, once for all: nothing in it may be changed."""
        if base.name not in _GENUINE:
            _GENUINE[base.name] = cls.play(base)
        return _GENUINE[base.name]

    @property
    def shown(self) -> Shown | None:
        return self.base.show(self.logged)

    @cached_property
    def receipt(self) -> Receipt:
        """The honest receipt, under a checkpoint between heads: its consistency proof leads to the first head."""
        return self.world.receipt(self.logged, self.shown, size=BETWEEN)

    @property
    def at_head(self) -> Receipt:
        """The honest receipt under the checkpoint of the first head."""
        return self.world.receipt(self.logged, self.shown)

    @cached_property
    def trust_root(self) -> TrustRoot:
        return self.world.trust_root()

    @cached_property
    def trust_root_file(self) -> bytes:
        return dump_trust_root(self.trust_root)

    def files(
        self,
        receipt: Receipt | bytes | None = None,
        *,
        trust_root: TrustRoot | bytes | None = None,
        now: int | None = None,
        **changes: Any,
    ) -> Files:
        """Return the honest files with these in their place; ``changes`` are members of the receipt."""
        told = receipt if isinstance(receipt, bytes) else dump_receipt(replace(receipt or self.receipt, **changes))
        trusted = dump_trust_root(trust_root) if isinstance(trust_root, TrustRoot) else trust_root
        trusted = self.trust_root_file if trusted is None else trusted
        return Files(told, trusted, UnixTime(self.world.now + DAY if now is None else now))


_GENUINE: dict[str, Scene] = {}


def _register(world: World, base: Base) -> None:
    """Register who else is there; of a custodial base the maker's key is held by a platform."""
    for name in ("neighbour", "platform"):
        title = f"{name.title()} Ltd"
        world.fact(facts.PartyAccredited(party(name), "DE", party("authority"), contract("cold"), title))
    world.fact(facts.KeyAdded(party("neighbour"), address("neighbour"), NO_PARTY))
    world.fact(facts.RoleGranted(party("neighbour"), "manufacturer", "DE", 0, FOR_EVER))
    world.fact(facts.PrefixClaimed(party("neighbour"), 4_099_999, 7))
    if base.is_custodial:
        bound = facts.KeyAdded(party("maker"), address("maker"), party("platform"))
        world.facts = [replace(f, announcement=bound) if _binds_maker(f.announcement) else f for f in world.facts]


def _binds_maker(announcement: Announcement) -> bool:
    return isinstance(announcement, facts.KeyAdded) and announcement.key == address("maker")


@dataclass(frozen=True)
class Lie:
    """One row: told in one sentence, caught by one check for one reason, and what the verdict then is."""

    sentence: str
    told_by: str
    check: str
    reason: str
    tell: Callable[[Base], Files | None]
    outcome: str = "mismatch"
    status: Status = Status.INVALID

    def is_caught_in(self, verification: Verification, base: Base) -> bool:
        """Whether the check named is the first to fail, for that reason, and the verdict is the one expected."""
        failed = [each for each in verification.checks if each.status in (Status.INVALID, Status.ERROR)]
        by = next(each for each in verification.checks if each.id.slug == self.check)
        is_first = by in failed[:1] or (self.status is Status.SKIPPED and base.outcome == "withdrawn") or not failed
        as_expected = (by.status, by.finding.reason.key) == (self.status, self.reason)
        return is_first and as_expected and verification.outcome.value in self.outcomes(base)

    def outcomes(self, base: Base) -> set[str]:
        """What the verdict may be; a correction that is not final yet is withdrawn all the same."""
        return {self.outcome, base.outcome} - {"verified"} if self.outcome == "not-final" else {self.outcome}


def honest(base: Base) -> Files:
    """Return the files of a base about which nobody lies."""
    return Scene.play(base).files()
