"""Lies about the files: receipts that are none, or two in one, and trust roots of somebody else. Checks 1 and 2."""

# ruff: noqa: E501  one lie a line

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from ledger.domain.checks import Status
from ledger.domain.receipt import MAX_RECEIPT_BYTES, dump_receipt
from ledger.domain.trust_root import dump_trust_root, seal_trust_root, trust_root_hash
from tests.builders import World, address, contract, hash_of
from tests.matrices.lies import HOLDER, OPERATOR, STRANGER, Base, Files, Lie, Scene

FORM = ("receipt-form", "receipt-form.invalid")
COULD_NOT = ("could-not-check", Status.ERROR)


def bytewise(change: Callable[[bytes], bytes]) -> Callable[[Base], Files]:
    """Another file in the place of the honest one."""
    return lambda base: (scene := Scene.of(base)).files(change(dump_receipt(scene.receipt)))


def member(change: Callable[[Any], object]) -> Callable[[Base], Files]:
    """The honest file with members changed."""

    def changed(data: bytes) -> bytes:
        value = json.loads(data)
        change(value)
        return json.dumps(value, ensure_ascii=False).encode()

    return bytewise(changed)


def once(data: bytes, old: bytes, new: bytes) -> bytes:
    before, found, after = data.partition(old)
    assert found
    return before + new + after


def promise_for_a_checkpoint(base: Base) -> Files:
    scene = Scene.of(base)
    return scene.files(checkpoint=scene.world.promise(scene.logged.leaf_index, scene.world.now))


INDEX = b'"leafIndex":4'


def about_the_receipt() -> Iterator[Lie]:
    """Yield files that are no receipt, or more than one."""
    for sentence, change in (
        ("the receipt is cut short by half", lambda d: d[: len(d) // 2]),
        ("the receipt is cut short by its last brace", lambda d: d.rstrip()[:-1]),
        ("the receipt is empty", lambda d: b""),
        ("garbage follows the receipt", lambda d: d + b"{}"),
        ("a zero byte follows the receipt", lambda d: d + b"\0"),
        ("two receipts stand in one file", lambda d: d + d),
        ("a byte order mark precedes the receipt", lambda d: b"\xef\xbb\xbf" + d),
        ("the receipt is in UTF-16", lambda d: d.decode().encode("utf-16")),
        ("a byte of the receipt is no UTF-8", lambda d: once(d, b"record", b"rec\xffrd") if b"record" in d else once(d, b"declare", b"decl\xffre")),
        ("a member stands twice, and each reader may take another", lambda d: once(d, INDEX, b'"leafIndex":5,"leafIndex":4')),
        ("a number is spelt so that readers differ", lambda d: once(d, INDEX, b'"leafIndex":4.0000000000000000001')),
        ("a number is beyond what JavaScript counts", lambda d: once(d, INDEX, b'"leafIndex":9007199254740993')),
        ("a number is minus zero", lambda d: once(d, INDEX, b'"leafIndex":-0')),
        ("a number is NaN", lambda d: once(d, INDEX, b'"leafIndex":NaN')),
        ("half of a surrogate pair stands in the receipt", lambda d: once(d, b"DE", b"\\ud800")),
        ("the receipt is too large to be one", lambda d: d + b" " * MAX_RECEIPT_BYTES),
        ("the receipt is nested deeper than any reader goes", lambda d: b"[" * 100_000),
    ):  # fmt: skip
        yield Lie(sentence, HOLDER, *FORM, bytewise(change))
    for sentence, edit in (
        ("a member is left out of the receipt", lambda v: v.pop("leafIndex")),
        ("a member is added to the receipt", lambda v: v.update(note="all is well")),
        ("a member is named to change every object (__proto__)", lambda v: v.update(__proto__={"verified": True})),
        ("event and role view stand side by side", lambda v: v.update(view={}, event={}, seed="0x" + "00" * 32)),
        ("the act is a word that the table does not have", lambda v: v["statement"].update(act="praise event")),
        ("the role is a word that the table does not have", lambda v: v["statement"].update(role="king")),
        ("a zero word is spelt out", lambda v: v["statement"].update(subject="0x" + "00" * 32)),
        ("hex digits are in upper case", lambda v: v["statement"].update(party=v["statement"]["party"].upper().replace("X", "x"))),
        ("a proof hash has other trailing bits in its base64", lambda v: v["inclusionProof"].__setitem__(0, v["inclusionProof"][0][:-2] + "9=")),
        ("the checkpoint has no signature line", lambda v: v.update(checkpoint=v["checkpoint"].rpartition("\n\n")[0] + "\n")),
    ):  # fmt: skip
        yield Lie(sentence, HOLDER, *FORM, member(edit))
    yield Lie("a promise takes the place of the checkpoint", OPERATOR, *FORM, promise_for_a_checkpoint)
    later = "the receipt is of a later format, whatever that will mean"
    yield Lie(later, STRANGER, "receipt-form", "receipt-form.later", member(lambda v: v.update(format="tradeledger-receipt/2")), *COULD_NOT)  # fmt: skip


# --- the trust root ---


def edited(change: Callable[[Any], object], *, is_sealed: bool) -> Callable[[Base], Files]:
    """A trust root in which somebody changed something, with the hash of the new contents or without."""

    def tell(base: Base) -> Files:
        scene = Scene.of(base)
        value = json.loads(dump_trust_root(scene.trust_root))
        stated = value.pop("hash")
        change(value)
        own = "0x" + trust_root_hash(value).hex()
        return scene.files(trust_root=json.dumps(value | {"hash": own if is_sealed else stated}).encode())

    return tell


def trusted(**changes: Any) -> Callable[[Base], Files]:
    """An honest trust root of something else."""
    return lambda base: (scene := Scene.of(base)).files(
        trust_root=seal_trust_root(replace(scene.trust_root, **changes))
    )


def of_another_world(**parameters: Any) -> Callable[[Base], Files]:
    def tell(base: Base) -> Files:
        other = World.with_maker(**parameters)
        other.record()
        other.anchor()
        return Scene.of(base).files(trust_root=other.trust_root())

    return tell


def at(seconds: Callable[[Any], int]) -> Callable[[Base], Files]:
    return lambda base: (scene := Scene.of(base)).files(now=seconds(scene.trust_root))


def of_another_registry(base: Base) -> Files:
    scene = Scene.of(base)
    registry = replace(scene.trust_root.party_registry, address=contract("another registry"))
    return scene.files(trust_root=scene.world.trust_root(party_registry=registry))


def another_registry(base: Base) -> Files:
    """Statements count for one registry: a receipt that names another has another domain."""
    scene = Scene.of(base)
    domain = replace(scene.world.domain, verifying_contract=contract("another registry"))
    return scene.files(domain=domain)


def about_the_trust_root() -> Iterator[Lie]:
    """Yield trust roots that cannot be used for the receipt: none says anything about it."""
    own = ("trust-root", "trust-root.damaged")

    def key_of_the_maker(value: Any) -> None:
        fact = next(fact for fact in value["facts"] if fact["fact"] == "KeyAdded")
        fact["key"] = "0x" + address("stranger").hex()

    for sentence, is_sealed, change in (
        ("a name in the trust root is edited", False, lambda v: v["facts"][0].update(name="Another Authority")),
        ("a key in the trust root is exchanged", False, key_of_the_maker),
        ("a head in the trust root is rewritten", False, lambda v: v["logs"][0]["heads"][0].__setitem__(1, v["logs"][0]["heads"][1][1])),
        ("the expiry of the trust root is put off", False, lambda v: v.update(expiresAt="2099-01-01T00:00:00Z")),
        ("a fact is taken out of the trust root", False, lambda v: v["facts"].pop()),
        ("all facts are taken out of the trust root, and it is sealed again", True, lambda v: v["facts"].clear()),
        ("a fact is repeated in the trust root, and it is sealed again", True, lambda v: v["facts"].insert(1, v["facts"][0])),
        ("facts are put in another order, and it is sealed again", True, lambda v: v["facts"].reverse()),
        ("the log's key is exchanged, and it is sealed again", True, lambda v: v["logs"][0].update(key=other_log_key())),
        ("heads are put in another order, and it is sealed again", True, lambda v: v["logs"][0]["heads"].reverse()),
        ("a head of a block to come is added, and it is sealed again", True, lambda v: v["logs"][0]["heads"].append([99, v["logs"][0]["heads"][0][1], 10**6, 2 * 10**9])),
        ("a fact is added that no registry has, and it is sealed again", True, lambda v: v["facts"].append({"fact": "AllIsWell", "block": 1, "time": 1})),
    ):  # fmt: skip
        yield Lie(sentence, STRANGER, *own, edited(change, is_sealed=is_sealed), *COULD_NOT)
    for sentence, reason, tell in (
        ("the trust root has expired", "expired", at(lambda root: root.expires_at + 1)),
        ("the trust root is dated after the verifier's clock", "clock", at(lambda root: root.issued_at - 301)),
        ("the trust root is of another chain", "chain", of_another_world(chain_id=1)),
        ("the trust root is of another log of the chain", "log", of_another_world(origin="log.example/two")),
        ("the trust root knows no log at all", "log", trusted(logs=())),
        ("the trust root is of another party registry", "registry", of_another_registry),
    ):
        yield Lie(sentence, OPERATOR, "trust-root", f"trust-root.{reason}", tell, *COULD_NOT)
    yield Lie("the receipt names another party registry", OPERATOR, "trust-root", "trust-root.registry", another_registry, "mismatch", Status.ERROR)  # fmt: skip
    yield Lie("the trust root lists some heads, and not the one that the receipt names", OPERATOR, "anchor", "anchor.unknown-head", without_the_head, *COULD_NOT)  # fmt: skip
    yield Lie("the trust root is foreign: a stranger's heads under the same names", STRANGER, "anchor", "anchor.head", strangers_heads)  # fmt: skip


def other_log_key() -> str:
    return json.loads(dump_trust_root(World.with_maker(origin="log.example/two").trust_root()))["logs"][0]["key"]  # type: ignore[no-any-return]


def without_the_head(base: Base) -> Files:
    scene = Scene.of(base)
    log = scene.world.trusted_log(heads_complete=False, heads=tuple(scene.world.heads[1:]))
    return scene.files(trust_root=scene.world.trust_root(logs=(log,)))


def strangers_heads(base: Base) -> Files:
    scene = Scene.of(base)
    heads = tuple(replace(head, root_hash=hash_of(f"stranger {head.block}")) for head in scene.world.heads)
    return scene.files(trust_root=scene.world.trust_root(logs=(scene.world.trusted_log(heads=heads),)))


LIES = (*about_the_receipt(), *about_the_trust_root())
