"""A range of the log: its rows audited one by one, and the record at each index settled from three witnesses.

What statement and signature make, the row of the record, and the entry bundle must agree. Where one differs, the leaf
is what the other two say, so that one damaged place is named alone and the tree above it still comes out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ledger.codec.merkle import HASH_BYTES
from ledger.codec.tiles import TILE_WIDTH, BundleId, decode_bundle, encode_bundle, format_path
from ledger.domain.audit import Erased, Fault
from ledger.errors import MalformedError
from ledger.ports import LogFile
from ledger.ports.evidence import Evidence, LogRow
from ledger.service.audit.events import EventAuditor

BATCH = 64
"""Rows judged together: enough for the processor's caches, few enough for memory where each is of 1 MiB."""

_NOTHING = bytes(HASH_BYTES)
"""Stands in the tree where no witness is left."""


@dataclass(slots=True)
class RangeResult:
    """What a range came to: the leaf at each index, how many events, and what was found."""

    start: int
    records: list[bytes] = field(default_factory=list)
    events: int = 0
    faults: list[Fault] = field(default_factory=list)
    erased: list[Erased] = field(default_factory=list)


class RangeAuditor:
    """Audits ranges of one log, of which the first ``integrated_size`` records are in tiles."""

    def __init__(self, evidence: Evidence, events: EventAuditor, integrated_size: int) -> None:
        self._evidence = evidence
        self._events = events
        self._integrated_size = integrated_size

    def audit(self, start: int, end: int) -> RangeResult:
        """Return what the rows and bundles of [start, end) come to."""
        result = RangeResult(start)
        for bundle in range(start // TILE_WIDTH, -(-end // TILE_WIDTH)):
            rows = self._evidence.rows(max(start, bundle * TILE_WIDTH), min(end, (bundle + 1) * TILE_WIDTH))
            self._audit_rows(rows, result)
        return result

    def _audit_rows(self, rows: Sequence[LogRow], result: RangeResult) -> None:
        """Add what the rows of one bundle come to."""
        audited = [each for at in range(0, len(rows), BATCH) for each in self._events.audit(rows[at : at + BATCH])]
        result.faults += [fault for each in audited for fault in each.faults]
        entries = self._entries(rows, result.faults)
        for row, each, entry in zip(rows, audited, entries, strict=True):
            leaf = _settle(row, each.record, entry)
            result.records.append(leaf)
            result.faults += _differences(row, each.record, entry, leaf)
        result.events += sum(row.event is not None for row in rows)
        result.erased += [each.erased for each in audited if each.erased is not None]

    def _entries(self, rows: Sequence[LogRow], faults: list[Fault]) -> list[bytes | None]:
        """Return the entries of the rows of one bundle, in its fullest form; ``None`` beyond what is integrated."""
        index, offset = divmod(rows[0].leaf_index, TILE_WIDTH)
        width = max(0, min(offset + len(rows), self._integrated_size - index * TILE_WIDTH))
        if width <= offset:
            return [None] * len(rows)
        forms = list(self._forms(BundleId(index, width), rows if offset == 0 else (), faults))
        entries: list[bytes | None] = [*max(forms, key=len, default=[])[offset:width]]
        if offset + len(entries) < width:
            faults.append(_fault(BundleId(index, width), "missing", index * TILE_WIDTH + offset + len(entries)))
        return entries + [None] * (len(rows) - len(entries))

    def _forms(self, bundle: BundleId, rows: Sequence[LogRow], faults: list[Fault]) -> Iterator[Sequence[bytes]]:
        """Yield the entries of each form in which a bundle is kept; ``rows`` are its first, where they are known."""
        widest: Sequence[bytes] = ()
        for kept, data in self._evidence.kept(bundle):  # the wider a form, the later it comes
            entries = _read(kept, data, rows, faults)
            place = _first_difference(widest, entries)
            if place is not None:
                faults.append(_fault(kept, "not what a narrower form of it is", kept.index * TILE_WIDTH + place))
            widest = entries or widest
            yield entries


def _read(kept: LogFile, data: bytes, rows: Sequence[LogRow], faults: list[Fault]) -> Sequence[bytes]:
    """Return the entries of a bundle; one that cannot be read has none."""
    records = [row.record for row in rows[: kept.width] if row.record is not None]
    if len(records) == kept.width and encode_bundle(records) == data:  # nearly always
        return records
    try:
        return decode_bundle(data, kept.width)
    except MalformedError as error:
        faults.append(_fault(kept, f"torn: {error.expected} expected", kept.index * TILE_WIDTH))
        return ()


def _first_difference(first: Sequence[bytes], second: Sequence[bytes]) -> int | None:
    pairs = enumerate(zip(first, second, strict=False))
    return next((place for place, (one, other) in pairs if one != other), None)


def _settle(row: LogRow, derived: bytes | None, entry: bytes | None) -> bytes:
    """Return what two of the three witnesses say, or else the first that says anything."""
    if row.record is not None and row.record in (derived, entry):
        return row.record
    if derived is not None and derived == entry:
        return derived
    return next(
        (each for each in (row.record, entry, derived) if each is not None and len(each) == HASH_BYTES), _NOTHING
    )


def _differences(row: LogRow, derived: bytes | None, entry: bytes | None, leaf: bytes) -> Iterator[Fault]:
    index = row.leaf_index
    if row.record is None:
        yield Fault("record-missing", "there is no record", index)
    elif row.record != leaf:
        yield Fault("record", "the stored record is not that of statement and signature", index)
    if derived is not None and derived != leaf:
        yield Fault("record", "statement and signature do not make the record of the log", index)
    if entry is not None and entry != leaf:
        yield Fault("bundle", "the entry bundle holds another record", index)


def _fault(bundle: LogFile, what: str, index: int) -> Fault:
    return Fault("bundle", f"{format_path(bundle)} is {what}", index)
