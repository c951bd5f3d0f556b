"""How large a receipt is at a million leaves: bare, and as the view of one serial of ten thousand."""

from __future__ import annotations

from ledger.codec.disclosure import role_view
from ledger.codec.merkle import leaf_hash, root_from_inclusion_proof
from ledger.domain.receipt import EvidenceOnly, RoleView, Shown, dump_receipt
from ledger.domain.trusted import Head
from ledger.domain.views import PUBLIC
from scripts.bench import world
from scripts.bench.events import commissioned
from scripts.bench.log import MILLION, receipt_under, records_of_others
from scripts.bench.measure import Figure
from scripts.bench.world import NOW, Signed

SERIALS = 10_000
PROOF_LENGTH = 20
"""Hashes that prove a leaf of a million (RFC 9162 §2.1.3)."""


def figures(*, quick: bool) -> list[Figure]:  # noqa: ARG001 - a size is the same however quick
    """Return both sizes."""
    signed = world.sign(commissioned(SERIALS))
    view = role_view(signed.event, signed.seed, PUBLIC, {"epcList": {SERIALS // 3}})
    bare, one = _bytes(signed, EvidenceOnly()), _bytes(signed, RoleView(view))
    return [
        Figure(f"receipt without the event's values, {MILLION:,} leaves", bare, "bytes", 2_048, at_least=False),
        Figure(f"receipt of one serial of {SERIALS:,}, {MILLION:,} leaves", one, "bytes", 4_096, at_least=False),
    ]


def _bytes(signed: Signed, shown: Shown) -> int:
    """Return the length of a receipt of a million leaves; its siblings may be any: a tree of them is not needed."""
    leaf_index, proof = MILLION * 2 // 3, records_of_others(PROOF_LENGTH)
    root = root_from_inclusion_proof(leaf_index, MILLION, leaf_hash(signed.record), proof)
    return len(dump_receipt(receipt_under(Head(MILLION, root, MILLION, NOW), signed, leaf_index, proof, shown)))
