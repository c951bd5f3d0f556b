"""Rows of the log: each event judged by the checks of a receipt, and all that stands beside it by the event.

The checks are those of `ledger.domain.verify`; 7 and 9 are given, since the audit rebuilds the whole tree and derives
every root from it. That an event corrects another (13) is no fault of a log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ledger.codec.event_leaves import MAX_EVENT_BYTES
from ledger.codec.json_shape import open_object
from ledger.codec.record import predecessor_record, statement_record
from ledger.codec.statement import Domain, Statement, statement_from_json
from ledger.codec.strict_json import parse
from ledger.domain.audit import Erased, Fault
from ledger.domain.case import Case, Trust
from ledger.domain.checks import Check, CheckId, Finding, Status, skipped, valid
from ledger.domain.custody.stated import DECLARE_ERROR
from ledger.domain.messages import quoted
from ledger.domain.receipt import EvidenceOnly, Receipt, Shown, WholeEvent
from ledger.domain.trusted import TrustedLog
from ledger.domain.verdict import Outcome
from ledger.domain.verify import Given, examine_all
from ledger.epcis.event_hash import RULE_SETS, CbvVersion, event_hash
from ledger.errors import RequestRefusedError
from ledger.ports import NO_SEED
from ledger.ports.evidence import EventRow, LogRow
from ledger.types import Hash32, JsonObject, Seed, UnixTime

_RULES: Final[Mapping[str, CbvVersion]] = {tag: version for version, tag in RULE_SETS.items()}
_SIGNERS: Final = (CheckId.SIGNER, CheckId.IDENTIFIERS)
_IN_TREE: Final = valid("inclusion.valid", index="", size="")
_ANCHORED: Final[Given] = {CheckId.INCLUSION: _IN_TREE, CheckId.ANCHOR: valid("anchor.valid", block="", date="")}
_NOT_ANCHORED: Final[Given] = {CheckId.INCLUSION: _IN_TREE, CheckId.ANCHOR: skipped("anchor.newer")}


@dataclass(frozen=True, slots=True)
class Audited:
    """What one row came to; ``record`` is what statement and signature make, where they can be read."""

    record: Hash32 | None
    faults: tuple[Fault, ...]
    erased: Erased | None = None


@dataclass(slots=True)
class _Draft:
    """A row on its way: what can be read of it, and what was found so far."""

    row: LogRow
    event: JsonObject | None = None
    case: Case | None = None
    faults: list[Fault] = field(default_factory=list)

    def fault(self, kind: str, detail: str, outcome: Outcome = Outcome.MISMATCH) -> None:
        """Note a fault of this row."""
        self.faults.append(Fault(kind, detail, self.row.leaf_index, outcome=outcome))


class EventAuditor:
    """Audits the rows of one log. ``note`` is a checkpoint that its key has signed."""

    def __init__(self, trust: Trust, log: TrustedLog, note: bytes, now: UnixTime) -> None:
        self._trust = trust
        self._log = log
        self._note = note
        self._now = now
        self._domain = Domain(trust.root.chain.chain_id, trust.root.party_registry.address)

    def audit(self, rows: Sequence[LogRow]) -> list[Audited]:
        """Return what each row comes to; stage by stage over all of them, as capture does."""
        drafts = [_Draft(row) for row in rows]
        for draft in drafts:
            if draft.row.event is not None:
                self._read(draft, draft.row.event)
        self._judge([(draft, draft.case) for draft in drafts if draft.case is not None])
        for draft in drafts:
            if draft.row.event is not None and draft.event is not None:
                _judge_hash(draft, draft.row.event, draft.event)
        return [self._conclude(draft) for draft in drafts]

    def _read(self, draft: _Draft, row: EventRow) -> None:
        draft.event = _read_event(draft, row)
        try:
            statement = statement_from_json(parse(row.statement.encode("utf-8", "surrogateescape")))
        except RequestRefusedError as refusal:
            draft.fault("statement", f"unreadable at {refusal.pointer or '/'}: expected {refusal.expected}")
            return
        shown: Shown = EvidenceOnly() if draft.event is None else WholeEvent(draft.event, Seed(row.seed))
        index = draft.row.leaf_index
        receipt = Receipt(self._domain, shown, statement, row.signature, index, (), self._note, None)
        draft.case = Case(receipt, self._trust, self._now)
        draft.case.head = self._log.head_above(index)

    def _judge(self, drafts: Sequence[tuple[_Draft, Case]]) -> None:
        cases = [(case, _NOT_ANCHORED if case.head is None else _ANCHORED) for _, case in drafts]
        for (draft, case), checks in zip(drafts, examine_all(cases), strict=True):
            for check in checks:
                if check.status in (Status.INVALID, Status.ERROR) and check.id is not CheckId.CORRECTION:
                    draft.fault(check.id.slug, _detail(check.finding), _outcome(check, case))

    def _conclude(self, draft: _Draft) -> Audited:
        row, case = draft.row.event, draft.case
        if row is None:
            return self._without_event(draft.row)
        if case is None:
            return Audited(None, tuple(draft.faults))
        _judge_columns(draft, row, case.receipt.statement)
        record = statement_record(case.statement_hash, row.signature)
        erased = None if row.erased_at is None else Erased(draft.row.leaf_index, UnixTime(row.erased_at), row.basis)
        return Audited(record, tuple(draft.faults), erased)

    def _without_event(self, row: LogRow) -> Audited:
        """Judge a record without an event: a predecessor's head at index 0, else a loss."""
        if row.leaf_index > 0 or row.record is None:
            return Audited(None, (Fault("event-missing", "the record has no event", row.leaf_index),))
        before = [log for log in self._trust.root.logs if log.successor == self._log.log_id]
        last = [(log.log_id, log.heads[-1]) for log in before if log.heads]
        heads = {predecessor_record(log_id, head.tree_size, head.root_hash) for log_id, head in last}
        if row.record in heads:
            return Audited(Hash32(row.record), ())
        if heads:
            return Audited(None, (Fault("predecessor", "the first record is not the predecessor's head", 0),))
        unknown = "no event at 0: a loss, or the head of a predecessor that the trust root does not name"
        return Audited(None, (Fault("predecessor", unknown, 0, outcome=Outcome.COULD_NOT_CHECK),))


def _read_event(draft: _Draft, row: EventRow) -> JsonObject | None:
    """Return the event, or ``None`` where there is none to read: erased, or a fault."""
    if row.erased_at is not None:
        if row.event_bytes or row.seed != NO_SEED or row.event_hash:
            draft.fault("erasure", "called erased, and values are still there")
        return None
    if not row.event_bytes:
        draft.fault("event-missing", "the event is gone, and no erasure says why")
        return None
    try:
        return open_object(parse(row.event_bytes, MAX_EVENT_BYTES), "")
    except RequestRefusedError as refusal:
        draft.fault("event-form", f"unreadable at {quoted(refusal.pointer or '/')}: expected {refusal.expected}")
        return None


def _outcome(check: Check, case: Case) -> Outcome:
    """Return what a failed check comes to: a later trust root may know a signer of what is not anchored yet."""
    if check.status is Status.ERROR or (check.id in _SIGNERS and case.head is None):
        return Outcome.COULD_NOT_CHECK
    return Outcome.SIGNER_UNKNOWN if check.id in _SIGNERS else Outcome.MISMATCH


def _detail(finding: Finding) -> str:
    compared = f" (expected {finding.expected}, found {finding.found})" if finding.expected or finding.found else ""
    return finding.reason.text() + compared


def _judge_columns(draft: _Draft, row: EventRow, statement: Statement) -> None:
    """Note the columns that say something else than what was signed."""
    event = draft.event
    differing = [
        name
        for name, stored, signed in (
            ("event_digest", row.event_digest, statement.event_digest),
            ("party", row.party, statement.party),
            ("event_id", row.event_id, row.event_id if event is None else event.get("eventID")),
            ("has_declaration", row.has_declaration, statement.act == DECLARE_ERROR),
        )
        if stored != signed
    ]
    if differing:
        draft.fault("row", f"beside the event stands another {', '.join(differing)}")


def _judge_hash(draft: _Draft, row: EventRow, event: JsonObject) -> None:
    version = _RULES.get(row.event_hash_rules)
    if version is None:
        detail = "the CBV event hash is by rules that this software does not know"
        draft.fault("event-hash", detail, Outcome.COULD_NOT_CHECK)
        return
    try:
        computed = event_hash(event, cbv=version)
    except RequestRefusedError:
        computed = ""
    if computed != row.event_hash:
        draft.fault("event-hash", "the CBV event hash is of another event")
