"""Lies about who stated what: the statement, its signature, and the standing of the signer. Checks 2, 5, 6, 7, 10."""

# ruff: noqa: E501  one lie a line

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from ledger.codec.record import statement_record
from ledger.codec.statement import Domain, Statement, eip712_hash
from ledger.domain import facts
from ledger.domain.checks import Status
from ledger.domain.facts import Announcement
from ledger.domain.parties import NO_PARTY
from ledger.domain.receipt import EvidenceOnly
from ledger.types import Hash32, LogId, UnixTime
from tests import oracle
from tests.builders import DAY, FOR_EVER, World, address, contract, hash_of, party, sign
from tests.matrices.lies import HOLDER, OPERATOR, PARTY, STRANGER, Act, Base, Files, Lie, Scene, announced

MAKER, AUTHORITY = party("maker"), party("authority")
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""Of the group of secp256k1, SEC 2 §2.4.1."""
NO_INCLUSION = ("inclusion", "inclusion.invalid")
UNSOUND = ("signature", "signature.invalid")


# --- the statement ---


def restated(**changes: Any) -> Callable[[Base], Files]:
    """Another statement under the signature that was given."""

    def tell(base: Base) -> Files:
        scene = Scene.of(base)
        return scene.files(statement=replace(scene.logged.statement, **changes))

    return tell


def stated(**statement: Any) -> Callable[[Base], Files]:
    """A statement that was signed and logged as it is shown."""
    return lambda base: Scene.play(base, **statement).files()


def act_that_does_not_fit(base: Base) -> Files | None:
    act = "record event" if base.outcome == "withdrawn" else "declare error"
    scene = Scene.play(base, act=act)
    return None if isinstance(scene.shown, EvidenceOnly) else scene.files()


def act_changed(base: Base) -> Files | None:
    """With nothing shown there is no event that the act could be compared with."""
    scene = Scene.of(base)
    bare = scene.world.receipt(scene.logged, EvidenceOnly(), size=7)
    act = "record event" if base.outcome == "withdrawn" else "declare error"
    return scene.files(bare, statement=replace(scene.logged.statement, act=act))


def of_another_chain(base: Base) -> Files:
    """The party's signature is for another chain; the operator logs it here all the same."""
    scene = Scene.play(base)
    elsewhere = sign(eip712_hash(scene.logged.statement, Domain(1, scene.world.domain.verifying_contract)), "maker")
    return logged_anew(scene, scene.logged.statement, elsewhere)


def logged_anew(scene: Scene, statement: Statement, signature: bytes) -> Files:
    """Let the operator put a record of these into the log in the place of the honest one, and anchor that."""
    world = scene.world
    place = scene.logged.leaf_index
    world.records[place] = statement_record(eip712_hash(statement, world.domain), signature)
    world.heads = [
        replace(head, root_hash=Hash32(oracle.root(world.records[: head.tree_size]))) for head in world.heads
    ]
    scene.logged = replace(scene.logged, statement=statement, signature=signature)
    return scene.files()


def swapped_statement(base: Base) -> Files | None:
    """Statement and signature of another record, with the event, the index and the proof of this one."""
    scene = Scene.of(base)
    if not isinstance(scene.shown, EvidenceOnly):
        return None
    return scene.files(statement=scene.other.statement, signature=scene.other.signature)


def about_the_statement() -> Iterator[Lie]:
    """Yield statements that were changed after they were signed, and some that were signed as they are."""
    for sentence, teller, changes in (
        ("the statement is back-dated", HOLDER, {"signed_at": UnixTime(1_700_000_000)}),
        ("the statement is ascribed to another party", OPERATOR, {"party": party("neighbour")}),
        ("the role in which it was said is another", HOLDER, {"role": "carrier"}),
        ("the jurisdiction is another", HOLDER, {"jurisdiction": "NL"}),
    ):
        yield Lie(sentence, teller, *NO_INCLUSION, restated(**changes))
    yield Lie("the act is changed after it was signed", OPERATOR, *NO_INCLUSION, act_changed)
    yield Lie("statement and signature of another record are put in", HOLDER, *NO_INCLUSION, swapped_statement)
    yield Lie("the act signed does not fit the event", PARTY, "statement", "statement.act", act_that_does_not_fit)
    for name in ("subject", "previous", "terms"):
        sentence = f"a plain record smuggles in a ledger's {name}"
        yield Lie(sentence, PARTY, "statement", "statement.invalid", stated(**{name: hash_of("of a ledger")}))
    replayed = "a signature given for another chain is replayed here, and logged"
    yield Lie(replayed, OPERATOR, "signer", "signer.key-unknown", of_another_chain, "signer-unknown")
    foreign = "a statement signed for another log is shown as one of this log"
    other = LogId(hash_of("another log"))
    yield Lie(foreign, OPERATOR, "trust-root", "trust-root.log", stated(log_id=other), "could-not-check", Status.ERROR)


# --- the signature ---


def resigned(change: Callable[[bytes], bytes]) -> Callable[[Base], Files]:
    """Another form of the signature."""

    def tell(base: Base) -> Files:
        scene = Scene.of(base)
        return scene.files(signature=change(scene.logged.signature))

    return tell


def high_s(signature: bytes) -> bytes:
    """The other signature of the same digest by the same key, which Ethereum refuses (EIP-2)."""
    s = ORDER - int.from_bytes(signature[32:64], "big")
    return signature[:32] + s.to_bytes(32, "big") + bytes([55 - signature[64]])


def logged_high_s(base: Base) -> Files:
    scene = Scene.play(base)
    return logged_anew(scene, scene.logged.statement, high_s(scene.logged.signature))


def of_a_stranger(base: Base) -> Files:
    scene = Scene.of(base)
    return scene.files(signature=sign(eip712_hash(scene.logged.statement, scene.world.domain), "stranger"))


def of_another_statement(base: Base) -> Files:
    scene = Scene.of(base)
    return scene.files(signature=scene.other.signature)


def about_the_signature() -> Iterator[Lie]:
    """Yield signatures in a form that another reader might take, and signatures of something else."""
    for sentence, change in (
        ("the signature is its twin with a high s", high_s),
        ("v of the signature is 0 or 1", lambda s: s[:64] + bytes([s[64] - 27])),
        ("v of the signature carries a chain id (EIP-155)", lambda s: s[:64] + bytes([s[64] + 10])),
        ("the signature stands twice", lambda s: s + s),
        ("the signature is cut short", lambda s: s[:64]),
        ("the signature is in compact form (EIP-2098)", lambda s: s[:32] + bytes([s[32] | 128 * (s[64] - 27)]) + s[33:64]),
        ("a byte follows the signature", lambda s: s + b"\0"),
        ("r and s of the signature are zero", lambda s: bytes(64) + s[64:]),
        ("there is no signature", lambda s: b""),
    ):  # fmt: skip
        yield Lie(sentence, HOLDER, *UNSOUND, resigned(change))
    yield Lie("the twin with a high s is logged in place of the signature", OPERATOR, *UNSOUND, logged_high_s)
    other_v = resigned(lambda s: s[:64] + bytes([55 - s[64]]))
    yield Lie("the other v makes it the signature of nobody", HOLDER, *NO_INCLUSION, other_v)
    yield Lie("the signature is that of another statement of the party", HOLDER, *NO_INCLUSION, of_another_statement)
    yield Lie("a stranger signs the statement in place of the party", STRANGER, *NO_INCLUSION, of_a_stranger)


# --- the signer ---


def registered(*announcements: Announcement, **statement: Any) -> Callable[[Base], Files]:
    """A record that is signed after these acts of the registry."""
    return lambda base: Scene.play(base, announced(*announcements), **statement).files()


def too_late(*announcements: Announcement, **statement: Any) -> Callable[[Base], Files]:
    """A record whose first head stands before these acts of the registry."""
    return lambda base: Scene.play(base, after=announced(*announcements), **statement).files()


def rotated_out(base: Base) -> Files:
    """The old key signs when its overlap is over."""

    def rotate(world: World) -> None:
        until = UnixTime(world.now + 2 * DAY)
        world.fact(facts.KeyRotated(MAKER, address("maker"), address("maker anew"), NO_PARTY, until))
        world.wait(3 * DAY)

    return Scene.play(base, rotate).files()


def role_that_ran_out(base: Base) -> Files:
    def grant(world: World) -> None:
        world.fact(facts.RoleGranted(MAKER, "carrier", "DE", 0, world.now + 3_600))
        world.wait(DAY)

    return Scene.play(base, grant, role="carrier").files()


def role_not_yet_held(base: Base) -> Files:
    grant: Act = lambda world: world.fact(facts.RoleGranted(MAKER, "carrier", "DE", world.now + 30 * DAY, FOR_EVER))  # noqa: E731
    return Scene.play(base, grant, role="carrier").files()


def about_the_signer() -> Iterator[Lie]:
    """Yield signers who are not entitled, each logged and anchored as if they were."""
    newcomer = facts.PartyAccredited(party("newcomer"), "DE", AUTHORITY, contract("cold"), "Newcomer Ltd")
    newcomers_key = facts.KeyAdded(party("newcomer"), address("newcomer"), NO_PARTY)
    recovery = facts.RecoveryBegun(MAKER, address("maker anew"), 1)
    rows: tuple[tuple[str, str, str, Callable[[Base], Files]], ...] = (
        ("a key signs that nobody registered", STRANGER, "key-unknown", registered(key="stranger")),
        ("a party signs in another's name", PARTY, "key-foreign", registered(key="neighbour")),
        ("somebody signs whom no authority accredited", STRANGER, "party-unknown", registered(party=party("nobody"))),
        ("a key signs after it was rotated out", PARTY, "key-rotated", rotated_out),
        ("a key signs after it was revoked", PARTY, "key-revoked", registered(facts.KeyRevoked(MAKER, address("maker")))),
        ("a key signs after it was declared compromised", STRANGER, "key-compromised", registered(facts.KeyCompromised(MAKER, address("maker"), 1_790_000_000))),
        ("a key signs that its party gave up in a recovery", STRANGER, "key-recovery", registered(recovery)),
        ("a party signs after its accreditation ended", PARTY, "party-ended", registered(facts.AccreditationEnded(MAKER))),
        ("a party signs after its accreditor's own accreditation ended", PARTY, "accreditor-ended", registered(facts.AccreditationEnded(AUTHORITY))),
        ("a party signs before it was accredited", PARTY, "party-later", too_late(newcomer, newcomers_key, party=party("newcomer"), key="newcomer")),
        ("a key signs before it was registered", PARTY, "key-later", too_late(facts.KeyAdded(MAKER, address("second"), NO_PARTY), key="second")),
        ("a party speaks in a role that it never had", PARTY, "role-missing", registered(role="customs")),
        ("a party speaks for a jurisdiction where it has no role", PARTY, "role-missing", registered(jurisdiction="CN")),
        ("a party speaks in a role outside its validity, after the end", PARTY, "role-ended", role_that_ran_out),
        ("a party speaks in a role outside its validity, before the start", PARTY, "role-later", role_not_yet_held),
        ("a party speaks in a role that was revoked", PARTY, "role-ended", registered(facts.RoleRevoked(MAKER, "manufacturer", "DE"))),
    )  # fmt: skip
    for sentence, teller, reason, tell in rows:
        yield Lie(sentence, teller, "signer", f"signer.{reason}", tell, "signer-unknown")


LIES = (*about_the_statement(), *about_the_signature(), *about_the_signer())
