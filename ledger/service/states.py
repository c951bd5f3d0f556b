"""How far an event got: derived from its index and the watermarks, stored nowhere (ADR 0006)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ledger.ports import Store


class State(Enum):
    """The steps of an event, in order.

    What is CAPTURED waits for its index and is not durable yet; no index reads so.
    """

    CAPTURED = "captured"
    SEQUENCED = "sequenced"
    INTEGRATED = "integrated"
    CHECKPOINTED = "checkpointed"
    ANCHORED = "anchored"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Watermarks:
    """How many records reached each step; the later ones are never above the earlier."""

    sequenced: int
    integrated: int
    checkpointed: int
    anchored: int
    final: int

    def state_of(self, leaf_index: int) -> State:
        """Return the last step that the record at this index reached; CAPTURED where there is none."""
        reached = (
            (self.final, State.FINAL),
            (self.anchored, State.ANCHORED),
            (self.checkpointed, State.CHECKPOINTED),
            (self.integrated, State.INTEGRATED),
            (self.sequenced, State.SEQUENCED),
        )
        return next((state for size, state in reached if leaf_index < size), State.CAPTURED)


def watermarks(store: Store) -> Watermarks:
    """Return the watermarks of a log, the last first, so that none read later can be below one read before."""
    final = store.final_size()
    anchor = store.latest_anchor()
    checkpoint = store.latest_checkpoint()
    return Watermarks(
        final=final,
        anchored=anchor.tree_size if anchor else 0,
        checkpointed=checkpoint.tree_size if checkpoint else 0,
        integrated=store.integrated_size(),
        sequenced=store.record_count(),
    )


def state_of(store: Store, leaf_index: int) -> State:
    """Return the state of one record."""
    return watermarks(store).state_of(leaf_index)
