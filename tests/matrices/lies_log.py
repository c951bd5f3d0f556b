"""Lies about the log: where a record stands, what the log signed, and what was anchored. Checks 7, 8 and 9."""

# ruff: noqa: E501  one lie a line

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from ledger.codec.checkpoint import Checkpoint, format_checkpoint
from ledger.domain.checks import Status
from ledger.domain.receipt import Anchor, Receipt
from ledger.types import Hash32, UnixTime
from tests import oracle
from tests.builders import World, hash_of
from tests.matrices.lies import BETWEEN, HOLDER, OPERATOR, STRANGER, Base, Files, Lie, Scene

NO_INCLUSION = ("inclusion", "inclusion.invalid")
UNSIGNED = ("checkpoint", "checkpoint.invalid")
NO_HEAD = ("anchor", "anchor.invalid")
NOT_FINAL = ("not-final", Status.SKIPPED)


def told(change: Callable[[Scene], dict[str, Any]]) -> Callable[[Base], Files]:
    """Tell a lie by changing members of the receipt under a checkpoint between two heads."""

    def tell(base: Base) -> Files:
        scene = Scene.of(base)
        return scene.files(**change(scene))

    return tell


# --- where the record stands ---


def flipped(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def proof(change: Callable[[tuple[bytes, ...]], tuple[bytes, ...]]) -> Callable[[Base], Files]:
    return told(lambda scene: {"inclusion_proof": change(scene.receipt.inclusion_proof)})


def moved(step: int) -> Callable[[Base], Files]:
    return told(lambda scene: {"leaf_index": scene.receipt.leaf_index + step})


def of_the_other(*names: str) -> Callable[[Base], Files]:
    """These members of the receipt of another record, in this one: two receipts mixed."""

    def change(scene: Scene) -> dict[str, Any]:
        other = scene.world.receipt(scene.other, size=BETWEEN)
        return {name: getattr(other, name) for name in names}

    return told(change)


def never_logged(base: Base) -> Files:
    """The statement is signed and promised, and somebody else's record stands in its place."""
    scene = Scene.play(base)
    world = scene.world
    world.records[scene.logged.leaf_index] = hash_of("somebody else's record")
    world.heads = [replace(head, root_hash=root_of(world, head.tree_size)) for head in world.heads]
    return scene.files()


def root_of(world: World, size: int) -> Hash32:
    return Hash32(oracle.root(world.records[:size]))


def about_the_place() -> Iterator[Lie]:
    """Yield records that do not stand where the receipt says."""
    for sentence, teller, tell in (
        ("the record is said to stand one place later", HOLDER, moved(1)),
        ("the record is said to stand one place earlier", HOLDER, moved(-1)),
        ("the record is said to stand beyond the tree", HOLDER, moved(1_000)),
        ("one hash of the inclusion proof is flipped", HOLDER, proof(lambda p: (flipped(p[0]), *p[1:]))),
        ("two hashes of the inclusion proof are swapped", HOLDER, proof(lambda p: (p[1], p[0], *p[2:]))),
        ("the inclusion proof is cut short", HOLDER, proof(lambda p: p[:-1])),
        ("the inclusion proof has a hash too many", HOLDER, proof(lambda p: (*p, bytes(32)))),
        ("the inclusion proof has a hash of 31 bytes", HOLDER, proof(lambda p: (p[0][:31], *p[1:]))),
        ("there is no inclusion proof", OPERATOR, proof(lambda p: ())),
        ("the inclusion proof is that of another record", OPERATOR, of_the_other("inclusion_proof")),
        ("index and inclusion proof are those of another record", OPERATOR, of_the_other("inclusion_proof", "leaf_index")),
        ("a record is dropped from the log and shown as if it stood there", OPERATOR, never_logged),
    ):  # fmt: skip
        yield Lie(sentence, teller, *NO_INCLUSION, tell)


# --- what the log signed ---


def signed_by(world: World, text: str, name: str) -> bytes:
    return World(origin=name).note(text) if name != world.origin else world.note(text)


def renoted(change: Callable[[Scene, str], bytes]) -> Callable[[Base], Files]:
    """Another note around the text of the honest checkpoint, or what is made of it."""

    def tell(base: Base) -> Files:
        scene = Scene.of(base)
        text = scene.receipt.checkpoint.decode().rpartition("\n\n")[0] + "\n"
        return scene.files(checkpoint=change(scene, text))

    return tell


def of_another_checkpoint(scene: Scene, text: str) -> bytes:
    _, gap, line = scene.world.checkpoint(BETWEEN + 1).rpartition(b"\n\n")
    return text.rstrip("\n").encode() + gap + line


def with_another_root(base: Base) -> Files:
    scene = Scene.of(base)
    note = scene.world.note(format_checkpoint(Checkpoint(scene.world.origin, BETWEEN, hash_of("another root"))))
    return scene.files(checkpoint=note)


def of_another_size(base: Base) -> Files:
    scene = Scene.of(base)
    return scene.files(checkpoint=scene.world.checkpoint(BETWEEN + 1))


def about_the_checkpoint() -> Iterator[Lie]:
    """Yield checkpoints that the log did not sign, or signed under another name."""
    for sentence, teller, change in (
        ("the checkpoint is signed by another key", STRANGER, lambda s, text: signed_by(s.world, text, "log.example/two")),
        ("the checkpoint is signed under the log's name by another key", STRANGER, forged_name),
        ("the log signs a checkpoint of another log", OPERATOR, lambda s, text: s.world.note(text.replace("/one", "/two"))),
        ("the signature is that of another checkpoint", OPERATOR, of_another_checkpoint),
        ("the checkpoint ends before its last newline", HOLDER, lambda s, text: s.receipt.checkpoint[:-1]),
        ("the log's signature is broken beside a stranger's sound one", STRANGER, broken_beside_sound),
    ):  # fmt: skip
        yield Lie(sentence, teller, *UNSIGNED, renoted(change))
    yield Lie("the checkpoint has another root", OPERATOR, *NO_INCLUSION, with_another_root)
    yield Lie("the checkpoint has another size than the proof is for", OPERATOR, *NO_INCLUSION, of_another_size)


def forged_name(scene: Scene, text: str) -> bytes:
    """A line that carries the log's name and key id around a stranger's signature."""
    honest, forged = scene.receipt.checkpoint, World(origin="log.example/two").note(text)
    name, line = honest.rpartition(b"\n\n")[2].rsplit(b" ", 1)
    other = forged.rpartition(b"\n\n")[2].rsplit(b" ", 1)[1]
    return text.encode() + b"\n" + name + b" " + line[:8] + other[8:]


def broken_beside_sound(scene: Scene, text: str) -> bytes:
    sound = World(origin="log.example/two").note(text).rpartition(b"\n\n")[2]
    return forged_name(scene, text) + sound


# --- what was anchored ---


def anchor_of(receipt: Receipt, **changes: Any) -> dict[str, Any]:
    assert receipt.anchor is not None
    return {"anchor": replace(receipt.anchor, **changes)}


def consistency(change: Callable[[tuple[bytes, ...]], tuple[bytes, ...]]) -> Callable[[Base], Files]:
    def changed(scene: Scene) -> dict[str, Any]:
        anchor = scene.receipt.anchor
        assert anchor is not None
        return anchor_of(scene.receipt, consistency_proof=change(anchor.consistency_proof))

    return told(changed)


def forked(size: int | None, *, honest_head: bool, anchored: bool = True) -> Callable[[Base], Files]:
    """The log signs a second history in which the record stands and what follows differs."""

    def tell(base: Base) -> Files:
        scene = Scene.of(base)
        world, head = scene.world, scene.world.heads[0]
        fork = replace(world, records=[*world.records], heads=[head])
        fork.records[scene.logged.leaf_index + 1 :] = [hash_of(f"fork {n}") for n in range(4)]
        fork.records = fork.records[: head.tree_size]
        fork.heads = [replace(head, root_hash=root_of(fork, head.tree_size))]
        receipt = fork.receipt(scene.logged, scene.shown, size=size or head.tree_size, head=0 if anchored else None)
        if honest_head:
            receipt = replace(receipt, anchor=scene.receipt.anchor if size else scene.at_head.anchor)
        return scene.files(receipt)

    return tell


def rolled_back(base: Base) -> Files:
    """The log is set back to before the first head, goes on otherwise, and signs a larger tree than any anchored."""
    scene = Scene.of(base)
    world = scene.world
    again = replace(world, records=[*world.records[:2]], heads=[])
    again.fill(3)
    logged = again.record(scene.base.event)
    again.fill(40)
    head = replace(world.heads[0], root_hash=root_of(again, world.heads[0].tree_size))
    again.heads = [head]
    return scene.files(again.receipt(logged, scene.base.show(logged)))


def head_between(base: Base) -> Files:
    """A head that was never anchored, of a size where the trust root lists none."""
    scene = Scene.of(base)
    root = root_of(scene.world, BETWEEN)
    return scene.files(**anchor_of(scene.receipt, tree_size=BETWEEN, root_hash=root, consistency_proof=()))


def head_to_come(base: Base) -> Files:
    """A head that is said to be anchored after the trust root was made."""
    scene = Scene.of(base)
    world = replace(scene.world, records=[*scene.world.records])
    world.fill(5)
    size = len(world.records)
    path = tuple(oracle.consistency_proof(BETWEEN, world.records))
    head = Anchor(size, root_of(world, size), world.block, world.now, hash_of("never sent"), path)
    return scene.files(anchor=head)


def about_the_head() -> Iterator[Lie]:
    """Yield receipts that contradict what was anchored, and some that name a head nobody can confirm."""
    fork = ("anchor", "anchor.fork")
    yield Lie("the log signs a second tree of the size anchored", OPERATOR, *fork, forked(None, honest_head=True))
    alone = "the log signs a second tree of the size anchored, and no head is named"
    yield Lie(alone, OPERATOR, *fork, forked(None, honest_head=False, anchored=False))
    yield Lie("a rolled-back log signs other records in the place of those anchored", OPERATOR, *fork, rolled_back)
    between = "the log signs a fork between two heads and leads it to the anchored one"
    yield Lie(between, OPERATOR, *NO_HEAD, forked(BETWEEN, honest_head=True))
    itself = "a fork leads to a head of its own in the place of the anchored one"
    yield Lie(itself, OPERATOR, "anchor", "anchor.head", forked(BETWEEN, honest_head=False))
    resized = told(lambda s: anchor_of(s.receipt, tree_size=s.world.heads[1].tree_size))
    yield Lie("the head is said to be of the size of another", HOLDER, "anchor", "anchor.head", resized)
    for sentence, tell in (
        ("one hash of the consistency proof is flipped", consistency(lambda p: (flipped(p[0]), *p[1:]))),
        ("the consistency proof is cut short", consistency(lambda p: p[:-1])),
        ("the consistency proof has a hash too many", consistency(lambda p: (*p, bytes(32)))),
        ("there is no consistency proof where one is needed", consistency(lambda p: ())),
        ("the head has another root", told(lambda s: anchor_of(s.receipt, root_hash=hash_of("another root")))),
        ("the head is smaller than the checkpoint", told(lambda s: anchor_of(s.receipt, tree_size=BETWEEN - 1))),
    ):
        yield Lie(sentence, HOLDER, *NO_HEAD, tell)
    early = UnixTime(1_790_000_000)
    for sentence, reason, tell in (
        ("the head is said to stand in an earlier block", "moved", told(lambda s: anchor_of(s.receipt, block=1))),
        ("the head is said to be of an earlier time", "moved", told(lambda s: anchor_of(s.receipt, time=early))),
        ("the head named was never anchored", "unlisted", head_between),
        ("the head named is said to be newer than the trust root", "newer", head_to_come),
        ("the head is left out, to hide that there is one", "none", told(lambda s: {"anchor": None})),
    ):
        yield Lie(sentence, HOLDER, "anchor", f"anchor.{reason}", tell, *NOT_FINAL)


LIES = (*about_the_place(), *about_the_checkpoint(), *about_the_head())
