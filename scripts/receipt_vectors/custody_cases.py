"""Receipts of statements about consignments: what check 5 comes to, whole and in views."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ledger.codec.terms import TERMS
from ledger.domain.receipt import EvidenceOnly
from scripts.receipt_vectors.custody import FAULTS, NAMESPACE, WITH_TERMS, WITHOUT_TERMS
from scripts.receipt_vectors.expected import ERROR, INVALID, Case
from scripts.receipt_vectors.sound import NOT_SHOWN, receipt
from scripts.receipt_vectors.story import Story
from scripts.receipt_vectors.trust_roots import WITHOUT_LEDGER
from tests.builders import view_of

FAULTY: Final = (
    "opened with another subject",
    "opened after something",
    "opened by an auditor",
    "offered of nothing",
    "offered after nothing",
    "ended with terms",
    "terms of another hash",
    "terms that are not there",
    *FAULTS,
)


def cases(story: Story) -> Iterator[Case]:
    """Yield the sound receipts, then the faults."""
    for act in (*WITH_TERMS, *WITHOUT_TERMS):
        yield Case(f"act-{act.replace(' ', '-')}", receipt(story, act), "verified")
    yield from views(story)
    for name in FAULTY:
        own = {"statement": INVALID} | ({"signer": INVALID} if "auditor" in name else {})  # a role not held then
        yield Case(name.replace(" ", "-"), receipt(story, name), "mismatch", own)
    opened = receipt(story, "open consignment")
    own = {"statement": ERROR}
    yield Case("trust-root-without-the-ledger", opened, "could-not-check", own, trust_root=WITHOUT_LEDGER)
    ended = receipt(story, "end consignment")
    yield Case("end-under-a-trust-root-without-the-ledger", ended, "verified", trust_root=WITHOUT_LEDGER)


def views(story: Story) -> Iterator[Case]:
    """Yield views that hide the terms, or what they commit to."""
    opened, offered = story.logged["open consignment"], story.logged["offer handover"]
    shown = {
        "terms-hidden": (),
        "terms-shown-and-contents-hidden": (TERMS,),
        "terms-and-contents-shown": (TERMS, "epcList"),
    }
    for name, members in shown.items():
        yield Case(name, receipt(story, "open consignment", view_of(opened, *members)), "verified")
    by_root = view_of(opened, TERMS, epcList=frozenset())
    yield Case("contents-by-their-root", receipt(story, "open consignment", by_root), "verified")
    seals = view_of(offered, TERMS, NAMESPACE + "seals")
    yield Case("terms-and-seals-shown", receipt(story, "offer handover", seals), "verified")
    bare = receipt(story, "open consignment", EvidenceOnly())
    yield Case("act-open-consignment-and-nothing-shown", bare, "verified", NOT_SHOWN)
