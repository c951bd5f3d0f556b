"""All that a home holds of its log, as it stands, for whoever audits it: damage shows as what it is, never as a fault.

Nothing is interpreted and nothing is written; a value of the wrong kind comes as other bytes or another text, so that
it fails the check that it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from ledger.ports.records import StoredCheckpoint
from ledger.ports.store import LogFile


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as stored: the columns of its row, the statement as text, and its erasure if it has one."""

    event_bytes: bytes
    event_id: str
    has_declaration: bool
    event_digest: bytes
    seed: bytes
    statement: str
    signature: bytes
    party: bytes
    event_hash: str
    event_hash_rules: str
    erased_at: int | None
    basis: str


@dataclass(frozen=True, slots=True)
class LogRow:
    """What stands at one index: the record and the event, each ``None`` where there is none."""

    leaf_index: int
    record: bytes | None
    event: EventRow | None


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a log goes: records in tiles and newest checkpoint, as the store says, and what there is."""

    integrated_size: int
    newest_checkpoint: int
    size: int
    """One more than the largest index at which anything stands."""


@dataclass(frozen=True, slots=True)
class AnchorRow:
    """An anchor that the store takes for final."""

    tree_size: int
    root_hash: bytes
    block: int
    time: int


class Evidence(Protocol):
    """What one home holds. Every method may raise `StoreUnavailableError`.

    While a service writes, everything within what `extent` said once stays as it is, erasures apart.
    """

    def identity(self) -> str:
        """Return a text by which this very store is told from any other, also from a copy of it."""

    def extent(self) -> Extent:
        """Return how far the log goes, the size read last: a log that loses nothing has a record for all the rest."""

    def rows(self, start: int, end: int) -> Sequence[LogRow]:
        """Return what stands at each index of [start, end), also where nothing does."""

    def doubles(self) -> Iterator[int]:
        """Yield the index of each event whose party, eventID and has declaration stand at an earlier one."""

    def checkpoints(self, above: int) -> Iterator[StoredCheckpoint]:
        """Yield the stored checkpoints of tree sizes beyond ``above``, ascending."""

    def anchors(self) -> Iterator[AnchorRow]:
        """Yield the anchors that the store takes for final."""

    def kept(self, file: LogFile) -> Iterator[tuple[LogFile, bytes]]:
        """Yield every form in which a tile or bundle is kept, of any width, with its bytes."""

    def published(self) -> bytes | None:
        """Return the published checkpoint."""

    def close(self) -> None:
        """Let go of what is held open."""
