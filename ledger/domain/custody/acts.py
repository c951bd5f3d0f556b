"""An act of custody: a statement about a consignment with its terms, and the moment at which it counts."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.codec.statement import OPENING_ACTS, Statement
from ledger.codec.terms import Terms
from ledger.types import Hash32, UnixTime


@dataclass(frozen=True, slots=True)
class Act:
    """What one party stated.

    ``statement_hash`` is its EIP-712 hash; ``at`` is when it was recorded: the time of its block, or in a log the time
    beside its record. ``terms`` is ``None`` for an act that has none, and where they are not shown, so that it cannot
    be judged.
    """

    statement_hash: Hash32
    statement: Statement
    terms: Terms | None
    at: UnixTime

    @property
    def opens(self) -> bool:
        """Whether it begins a consignment."""
        return self.statement.act in OPENING_ACTS
