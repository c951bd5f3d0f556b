"""What the terms of an act commit to of their own event: contents, seals and condition (spec §4.2).

Each is made of salted hashes that the event digest holds already, so that a role view that shows the members proves
them, and one that hides them lets nothing be guessed. The terms are a member of the same event: its leaf is no part of
any commitment, so that they can be computed before it is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from ledger.codec.disclosure import leaf_of_event, leaf_of_view, tables_of_event, tables_of_view
from ledger.codec.statement import ZERO32
from ledger.codec.terms import NAMESPACE
from ledger.types import Hash32, JsonObject, Seed

SEALS: Final = NAMESPACE + "seals"
"""The member of an event that lists the seals on the goods."""

CONDITION: Final = NAMESPACE + "condition"
"""The member of an event that says in which condition the goods were."""

CONTENT_TABLES: Final = (
    "childEPCs",
    "childQuantityList",
    "epcList",
    "inputEPCList",
    "inputQuantityList",
    "outputEPCList",
    "outputQuantityList",
    "quantityList",
)
"""The tables that say what a consignment holds, in the order of the commitment."""

_TAG = b"tradeledger/contents/1"


@dataclass(frozen=True, slots=True)
class Commitments:
    """Those of one event; ``None`` where the part that is shown does not tell. Without seals or condition: zero."""

    contents: Hash32 | None
    seals: Hash32 | None
    condition: Hash32 | None


def commitments_of_event(event: JsonObject, seed: Seed) -> Commitments:
    """Return the commitments of a whole event."""
    return Commitments(
        _contents(tables_of_event(event, seed)),
        *(leaf_of_event(event, seed, name) if name in event else ZERO32 for name in (SEALS, CONDITION)),
    )


def commitments_of_view(view: JsonObject) -> Commitments:
    """Return the commitments that a role view, which `digest_of_view` has taken, tells."""
    tables = tables_of_view(view)
    known = {name: table for name, table in tables.items() if table is not None}
    hidden = any(name in CONTENT_TABLES and table is None for name, table in tables.items())
    return Commitments(
        None if hidden else _contents(known), leaf_of_view(view, SEALS, ZERO32), leaf_of_view(view, CONDITION, ZERO32)
    )


def _contents(tables: Mapping[str, tuple[int, Hash32]]) -> Hash32:
    """Return the commitment to what the tables hold: count and root of each."""
    parts = [_TAG]
    for name in CONTENT_TABLES:
        if name in tables:
            count, root = tables[name]
            parts += [bytes([len(name)]), name.encode(), count.to_bytes(8, "big"), root]
    return Hash32(sha256(b"".join(parts)).digest())
