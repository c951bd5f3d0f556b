"""What an audit of a whole log comes to: faults by kind, the first bad index, what was erased, one outcome.

Lists are bounded, so that a report of a million faults is as short as one of a hundred; counts are not. A fault that
speaks against the log is a mismatch; one that only asks for another trust root says nothing against anybody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from ledger.codec.hex_strict import encode_hex
from ledger.domain.checks import RULES
from ledger.domain.fields import write_date_time
from ledger.domain.report import printable
from ledger.domain.trusted import TrustedLog, TrustRoot
from ledger.domain.verdict import Outcome
from ledger.types import JsonObject, UnixTime

FORMAT: Final = "tradeledger-audit/1"

MAX_LISTED: Final = 100
"""Faults, and erasures, told one by one; the rest is counted."""

KINDS: Final = (
    "event-missing",
    "record-missing",
    "record",
    "row",
    "event-hash",
    "erasure",
    "double",
    "bundle",
    "tile",
    "checkpoint",
    "root",
    "head",
    "anchor",
    "predecessor",
    "trust-root",
    "event-digest",
    "event-form",
    "statement",
    "signature",
    "signer",
    "identifiers",
)
"""What can be wrong; the last ones are the names of the checks of a receipt (spec §10)."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it has to be, at an index or, for what commits to a whole tree, at a tree size."""

    kind: str
    detail: str
    leaf_index: int | None = None
    tree_size: int | None = None
    outcome: Outcome = Outcome.MISMATCH

    def as_json(self) -> JsonObject:
        """Return the object that a report holds."""
        where: JsonObject = {} if self.leaf_index is None else {"leafIndex": self.leaf_index}
        if self.tree_size is not None:
            where["treeSize"] = self.tree_size
        return {"kind": self.kind, "outcome": self.outcome.value, **where, "detail": printable(self.detail)}

    def in_words(self) -> str:
        """Return one line for people."""
        places = [] if self.leaf_index is None else [f"index {self.leaf_index}"]
        if self.tree_size is not None:
            places.append(f"tree size {self.tree_size}")
        return printable(f"{self.kind} at {', '.join(places) or 'the log'}: {self.detail}")


@dataclass(frozen=True, slots=True)
class Erased:
    """An event whose values were erased as they may be."""

    leaf_index: int
    erased_at: UnixTime
    basis: str

    def as_json(self) -> JsonObject:
        """Return the object that a report holds."""
        date = write_date_time(self.erased_at)
        return {"leafIndex": self.leaf_index, "erasedAt": date, "basis": printable(self.basis)}

    def in_words(self) -> str:
        """Return one line for people."""
        date = write_date_time(self.erased_at)
        return printable(f"index {self.leaf_index}: erased on {date}, basis {self.basis}")


@dataclass(slots=True)
class Tally:
    """What was found so far."""

    records: int = 0
    events: int = 0
    erased: int = 0
    kinds: Counter[tuple[str, Outcome]] = field(default_factory=Counter)
    first_bad_index: int | None = None
    faults: list[Fault] = field(default_factory=list)
    erasures: list[Erased] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        """Count a fault, and list it while there is room."""
        self.kinds[fault.kind, fault.outcome] += 1
        index = fault.leaf_index
        if index is not None and (self.first_bad_index is None or index < self.first_bad_index):
            self.first_bad_index = index
        if len(self.faults) < MAX_LISTED:
            self.faults.append(fault)

    def add_erased(self, erasures: Iterable[Erased]) -> None:
        """Count erasures, and list them while there is room."""
        for erased in erasures:
            self.erased += 1
            if len(self.erasures) < MAX_LISTED:
                self.erasures.append(erased)

    @property
    def outcome(self) -> Outcome:
        """The outcome of all, the gravest first (spec §10, Verdict)."""
        found = {outcome for _, outcome in self.kinds}
        gravest = (Outcome.MISMATCH, Outcome.COULD_NOT_CHECK, Outcome.SIGNER_UNKNOWN)
        return next((outcome for outcome in gravest if outcome in found), Outcome.VERIFIED)


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The result of an audit, complete."""

    log: TrustedLog
    trust_root: TrustRoot
    checked_at: UnixTime
    tally: Tally

    @property
    def outcome(self) -> Outcome:
        """What it comes to."""
        return self.tally.outcome

    def as_json(self) -> JsonObject:
        """Return the report for programs."""
        tally = self.tally
        by_kind: JsonObject = {}
        for (kind, _), count in sorted(tally.kinds.items(), key=lambda item: KINDS.index(item[0][0])):
            by_kind[kind] = count + int(str(by_kind.get(kind, 0)))
        return {
            "format": FORMAT,
            "rules": RULES,
            "outcome": self.outcome.value,
            "log": {"logId": encode_hex(self.log.log_id), "origin": self.log.origin},
            "trustRoot": encode_hex(self.trust_root.hash),
            "asOf": {"block": self.trust_root.as_of.block, "time": self.trust_root.as_of.time},
            "development": self.trust_root.chain.development,
            "checkedAt": write_date_time(self.checked_at),
            "records": tally.records,
            "events": tally.events,
            "anchored": min(tally.records, self.log.newest_size),
            "firstBadIndex": tally.first_bad_index,
            "faults": {
                "total": tally.kinds.total(),
                "byKind": by_kind,
                "listed": [fault.as_json() for fault in tally.faults],
            },
            "erased": {"total": tally.erased, "listed": [erased.as_json() for erased in tally.erasures]},
        }

    def in_words(self) -> str:
        """Return the report for people, ending in a newline."""
        tally, as_of = self.tally, self.trust_root.as_of
        under, root = min(tally.records, self.log.newest_size), encode_hex(self.trust_root.hash)
        lines = [
            _SENTENCES[self.outcome],
            f"{tally.records} records of log {self.log.origin}, {tally.events} events, {tally.erased} of them erased.",
            f"{under} records are under heads of trust root {root},",
            f"as of block {as_of.block}, {write_date_time(as_of.time)}.",
        ]
        if self.trust_root.chain.development:
            lines.append("Development chain: run by the operator, not independent.")
        if tally.first_bad_index is not None:
            lines.append(f"First bad index: {tally.first_bad_index}")
        lines += _section("Faults", tally.kinds.total(), [fault.in_words() for fault in tally.faults])
        lines += _section("Erased", tally.erased, [erased.in_words() for erased in tally.erasures])
        return "\n".join(lines) + "\n"


_SENTENCES: Final = {
    Outcome.VERIFIED: "Everything that is stored matches.",
    Outcome.MISMATCH: "What is stored is not what was signed, logged or anchored.",
    Outcome.COULD_NOT_CHECK: "Not everything could be checked with this trust root; export a newer one.",
    Outcome.SIGNER_UNKNOWN: "What is stored matches, but not every signer was entitled.",
}


def _section(title: str, total: int, lines: list[str]) -> list[str]:
    if not total:
        return []
    more = [f"  … and {total - len(lines)} more"] if total > len(lines) else []
    return [f"{title}: {total}", *(f"  {line}" for line in lines), *more]
