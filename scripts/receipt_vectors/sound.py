"""Receipts whose evidence is sound: verified, not final, withdrawn, or by a signer who was not entitled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ledger.domain.receipt import EvidenceOnly, Shown, dump_receipt
from scripts.receipt_vectors.expected import INVALID, SKIPPED, Case
from scripts.receipt_vectors.story import Story, anchor_of
from tests.builders import view_of

NOT_SHOWN = {"event-digest": SKIPPED, "event-form": SKIPPED, "identifiers": SKIPPED}


def cases(story: Story) -> Iterator[Case]:
    """Yield them in the order of the checks."""
    yield from shapes(story)
    yield from anchors(story)
    yield from signers(story)
    yield from identifiers(story)
    yield from corrections(story)


def receipt(
    story: Story, name: str, shown: Shown | None = None, size: int | None = None, head: int | None = 0
) -> bytes:
    """Return the receipt of what was logged under a name."""
    return dump_receipt(story.world.receipt(story.logged[name], shown, size, head))


def shapes(story: Story) -> Iterator[Case]:
    """Yield the same evidence showing all, a part or nothing of the event."""
    maker, many = story.logged["maker"], story.logged["many serials"]
    yield Case("whole", receipt(story, "maker"), "verified")
    spelt = receipt(story, "maker").replace(b'"leafIndex":3', b'"leafIndex":3.0')
    yield Case("leaf-index-spelt-3.0", spelt, "verified")
    yield Case("view", receipt(story, "maker", view_of(maker, "epcList", "bizStep")), "verified")
    yield Case("view-of-every-member", receipt(story, "maker", view_of(maker, *maker.event)), "verified")
    yield Case("one-serial-of-many", receipt(story, "many serials", view_of(many, epcList=frozenset({17}))), "verified")
    hidden = {"identifiers": SKIPPED}
    yield Case("view-without-identifiers", receipt(story, "maker", view_of(maker)), "verified", hidden)
    yield Case("bare", receipt(story, "maker", EvidenceOnly()), "verified", NOT_SHOWN)
    yield Case("deviation-that-is-admitted", receipt(story, "deviation"), "verified", warnings=("deviation",))


def anchors(story: Story) -> Iterator[Case]:
    """Yield ways to lead to a head, and to none."""
    whole = story.world.receipt(story.logged["maker"])
    yield Case("checkpoint-between-heads", receipt(story, "maker", size=20), "verified")
    yield Case("later-head", receipt(story, "maker", head=2), "verified")
    yield Case("checkpoint-between-later-heads", receipt(story, "maker", size=40), "verified")
    unnamed = dump_receipt(replace(whole, anchor=None))
    yield Case("head-by-its-checkpoint-alone", unnamed, "verified")
    named = anchor_of(whole)
    elsewhere = dump_receipt(replace(whole, anchor=replace(named, transaction=story.published.hash)))
    yield Case("another-transaction-as-hint", elsewhere, "verified")
    skipped = {"anchor": SKIPPED}
    yield Case("not-anchored", receipt(story, "not anchored", head=None), "not-final", skipped)
    yield Case("not-anchored-when-made", receipt(story, "maker", size=20, head=None), "not-final", skipped)
    yield Case("anchored-after-the-trust-root", receipt(story, "anchored later"), "not-final", skipped)
    moved = dump_receipt(replace(whole, anchor=replace(named, block=named.block - 1)))
    yield Case("head-in-another-block", moved, "not-final", skipped)
    shifted = dump_receipt(replace(whole, anchor=replace(named, time=story.world.heads[1].time)))
    yield Case("head-at-another-time", shifted, "not-final", skipped)
    between = story.world.receipt(story.logged["maker"], size=20)
    gone = replace(named, tree_size=20, root_hash=story.root_of(20), consistency_proof=())
    dropped = dump_receipt(replace(between, anchor=gone))
    yield Case("head-that-a-reorganisation-dropped", dropped, "not-final", skipped)


def signers(story: Story) -> Iterator[Case]:
    """Yield signers entitled at the head, and signers not."""
    entitled = {
        "authority": "authority",
        "key-revoked-later": "revoked later",
        "accreditor-ended-later": "orphaned later",
        "role-that-runs-out-later": "carrier in time",
        "rotated-key-in-its-overlap": "rotated in its overlap",
        "new-key-of-a-rotation": "rotated anew",
        "new-key-of-a-recovery": "recovered anew",
    }
    for name, logged in entitled.items():
        yield Case(name, receipt(story, logged), "verified")
    compromised = receipt(story, "compromised later")
    yield Case("key-compromised-later", compromised, "verified", warnings=("compromised",))
    yield Case("custodial-key", receipt(story, "client"), "verified", custodian="Platform Ltd")
    for name, logged in NOT_ENTITLED.items():
        yield Case(name, receipt(story, logged), "signer-unknown", {"signer": INVALID})
    at_a_later_head = receipt(story, "revoked later", head=1)
    yield Case("key-revoked-after-the-first-head-and-before-the-one-led-to", at_a_later_head, "verified")
    bare = receipt(story, "revoked", EvidenceOnly())
    yield Case("key-revoked-and-nothing-shown", bare, "signer-unknown", NOT_SHOWN | {"signer": INVALID})
    revoked = receipt(story, "not anchored and revoked", head=None)
    own = {"anchor": SKIPPED, "signer": INVALID}
    yield Case("key-revoked-by-the-trust-root-and-not-anchored", revoked, "signer-unknown", own)


NOT_ENTITLED = {
    "party-unknown": "party unknown",
    "party-accredited-after-the-head": "newcomer",
    "party-ended": "ended",
    "accreditor-ended": "orphaned",
    "key-unknown": "key unknown",
    "key-of-another-party": "key foreign",
    "key-added-after-the-head": "second key",
    "key-rotated-out": "rotated",
    "key-revoked": "revoked",
    "key-revoked-in-the-block-of-the-head": "hasty",
    "key-compromised": "compromised",
    "key-given-up-in-a-recovery": "recovered",
    "role-missing": "role missing",
    "role-in-another-jurisdiction": "role elsewhere",
    "role-that-ran-out": "carrier too late",
    "role-not-yet-held": "warehouse too early",
    "role-revoked": "dismissed",
    "role-granted-after-the-head": "auditor",
}
"""Cases of check 10 and what was logged for them."""


def identifiers(story: Story) -> Iterator[Case]:
    """Yield events that bring identifiers into being."""
    yield Case("identifier-under-no-claimed-prefix", receipt(story, "unclaimed"), "verified")
    yield Case("outputs-under-the-own-prefix", receipt(story, "transformed"), "verified")
    yield Case("prefix-claimed-after-the-head", receipt(story, "claimed later"), "verified")
    foreign = {"identifiers": INVALID}
    yield Case("identifier-under-a-foreign-prefix", receipt(story, "foreign"), "signer-unknown", foreign)
    yield Case("output-under-a-foreign-prefix", receipt(story, "foreign output"), "signer-unknown", foreign)
    for place, expected in enumerate(("verified", "signer-unknown")):
        shown = view_of(story.logged["foreign"], epcList=frozenset({place}))
        own = foreign if place else {}
        yield Case(f"element-{place}-of-the-foreign-list", receipt(story, "foreign", shown), expected, own)


def corrections(story: Story) -> Iterator[Case]:
    """Yield what takes an earlier event back."""
    withdrawn, declared = {"correction": INVALID}, story.logged["declared error"]
    yield Case("declared-error", receipt(story, "declared error"), "withdrawn", withdrawn)
    view = receipt(story, "declared error", view_of(declared, "epcList"))
    yield Case("declared-error-in-a-view", view, "withdrawn", withdrawn)
    bare = receipt(story, "declared error", EvidenceOnly())
    yield Case("declared-error-known-by-its-act-alone", bare, "withdrawn", NOT_SHOWN | withdrawn)
