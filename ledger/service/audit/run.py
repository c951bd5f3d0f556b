"""The audit of one home: ranges of the log go out to processes and come back in order, the tree grows by what they say.

Memory does not grow with the log: few ranges are under way at a time, of the tree only the right edge is kept, lists
are bounded. Whoever calls brings the trust root, the clock, a way to open the evidence in each process, and is told of
each fault and of progress as it happens.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeAlias

from ledger.codec.hex_strict import encode_hex
from ledger.codec.tiles import TILE_WIDTH
from ledger.codec.tree import EMPTY_EDGE
from ledger.domain.audit import AuditReport, Erased, Fault, Tally
from ledger.domain.case import DamagedTrustRoot, SignedNotes, Trust
from ledger.domain.check_trust import date_error
from ledger.domain.trusted import TrustedLog, TrustRoot
from ledger.domain.verify import trust_in
from ledger.errors import NoAnswerError
from ledger.ports.evidence import AnchorRow, Evidence
from ledger.service.audit.events import EventAuditor
from ledger.service.audit.ranges import RangeAuditor, RangeResult
from ledger.service.audit.state import Progress, Subject, dump_state, parse_state
from ledger.service.audit.tree import Tell, TreeAuditor
from ledger.types import UnixTime

RANGE: Final = 4 * TILE_WIDTH
"""Records to a range: half a second of work, and one answer between processes of 40 KB."""

RANGES_A_SAVE: Final = 16

OpenEvidence: TypeAlias = Callable[[], Evidence]


@dataclass(frozen=True, slots=True)
class Order:
    """What to audit, against what, and at what time."""

    open_evidence: OpenEvidence
    trust_root: TrustRoot
    now: UnixTime
    jobs: int = 1


@dataclass(frozen=True, slots=True)
class Ears:
    """Who is told: of each fault, of each erasure, of (done, all) records, and of a state from which to go on."""

    fault: Tell = lambda _fault: None
    erased: Callable[[Erased], None] = lambda _erased: None
    progress: Callable[[int, int], None] = lambda _done, _all: None
    state: Callable[[bytes], None] = lambda _state: None


def audit(order: Order, ears: Ears, state: bytes | None = None) -> AuditReport:
    """Return what everything that a home holds comes to; `NoAnswerError` where the trust root does not fit it."""
    trust = _usable(order)
    evidence = order.open_evidence()
    try:
        return _Audit(order, ears, evidence, trust).run(state)
    finally:
        evidence.close()


class _Audit:
    """One audit under way."""

    def __init__(self, order: Order, ears: Ears, evidence: Evidence, trust: Trust) -> None:
        self._order, self._ears, self._evidence = order, ears, evidence
        self._published = evidence.published()  # before all else: what it names is stored by now
        self._extent = evidence.extent()
        self._log, self._note = _find_log(evidence, self._published, trust.root)
        self._tally = Tally()

    def run(self, state: bytes | None) -> AuditReport:
        root = self._order.trust_root
        subject = Subject(self._evidence.identity(), encode_hex(self._log.log_id), encode_hex(root.hash))
        progress = Progress(EMPTY_EDGE, 0, self._tally) if state is None else parse_state(state, subject)
        self._tally = progress.tally
        tree = TreeAuditor(self._evidence, self._log, self._extent, self._tell, progress.edge, progress.good_size)
        for number, result in enumerate(self._results(tree.edge.tree_size), 1):
            self._take(result, tree)
            if number % RANGES_A_SAVE == 0:
                self._ears.state(dump_state(subject, Progress(tree.edge, tree.good_size, self._tally)))
        self._ears.state(dump_state(subject, Progress(tree.edge, tree.good_size, self._tally)))
        tree.finish()
        self._judge_the_rest()
        return AuditReport(self._log, root, self._order.now, self._tally)

    def _take(self, result: RangeResult, tree: TreeAuditor) -> None:
        for fault in result.faults:
            self._tell(fault)
        for erased in result.erased:
            self._ears.erased(erased)
        self._tally.add_erased(result.erased)
        tree.extend(result.records)
        self._tally.records = tree.edge.tree_size
        self._tally.events += result.events
        self._ears.progress(tree.edge.tree_size, self._extent.size)

    def _tell(self, fault: Fault) -> None:
        self._tally.add(fault)
        self._ears.fault(fault)

    def _results(self, start: int) -> Iterator[RangeResult]:
        """Yield the results of all ranges from ``start`` on, in order."""
        size = self._extent.size
        ranges = ((at, min(at + RANGE, size)) for at in range(start, size, RANGE))
        work = _Work(self._order, self._note, self._extent.integrated_size)
        if self._order.jobs == 1:
            auditor = work.auditor(self._evidence)
            yield from (auditor.audit(*each) for each in ranges)
            return
        with _pool(work) as pool:
            under_way: deque[Future[RangeResult]] = deque()
            for each in ranges:
                under_way.append(pool.submit(_audit_range, *each))
                if len(under_way) > 2 * self._order.jobs:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()

    def _judge_the_rest(self) -> None:
        """Judge what stands beside the log: its published checkpoint, doubles, and the anchors that the store knows."""
        for index in self._evidence.doubles():
            self._tell(Fault("double", "party, eventID and has declaration are logged before", index))
        if self._published is not None:
            self._judge_published(self._published)
        for anchor in self._evidence.anchors():
            fault = _anchor_fault(anchor, self._log)
            if fault is not None:
                self._tell(fault)

    def _judge_published(self, note: bytes) -> None:
        if all(each.note != note for each in self._evidence.checkpoints(0)):
            self._tell(Fault("checkpoint", "the published checkpoint is none of those that the store has signed"))


@dataclass(frozen=True, slots=True)
class _Work:
    """What a process needs to audit ranges."""

    order: Order
    note: bytes
    integrated_size: int

    def auditor(self, evidence: Evidence) -> RangeAuditor:
        trust = _usable(self.order)
        log = next(log for log in trust.root.logs if trust.notes.is_signed(self.note, log.key))
        return RangeAuditor(evidence, EventAuditor(trust, log, self.note, self.order.now), self.integrated_size)


_process: dict[str, RangeAuditor] = {}
"""The auditor of this process, where it is one of a pool."""


@contextmanager
def _pool(work: _Work) -> Iterator[ProcessPoolExecutor]:
    context = multiprocessing.get_context("spawn")  # a fork would share connections and locks of threads
    pool = ProcessPoolExecutor(work.order.jobs, context, _begin, (work,))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(work: _Work) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that was interrupted ends the others
    _process["auditor"] = work.auditor(work.order.open_evidence())


def _audit_range(start: int, end: int) -> RangeResult:
    return _process["auditor"].audit(start, end)


def _usable(order: Order) -> Trust:
    trust = trust_in(order.trust_root)
    if isinstance(trust, DamagedTrustRoot):
        raise NoAnswerError(f"the trust root cannot be used: {trust.error}")
    finding = date_error(trust.root, order.now)
    if finding is not None:
        raise NoAnswerError(f"the trust root cannot be used: {finding.reason.text()}")
    return trust


def _find_log(evidence: Evidence, published: bytes | None, root: TrustRoot) -> tuple[TrustedLog, bytes]:
    """Return the log that this store is of, and a checkpoint that its key has signed; a stranger's is no fault."""
    notes = SignedNotes()
    candidates = [] if published is None else [published]
    for note in (*candidates, *(each.note for each in evidence.checkpoints(0))):
        for log in root.logs:
            if notes.is_signed(note, log.key):
                return log, note
    raise NoAnswerError("the trust root names no log that has signed a checkpoint of this store")


def _anchor_fault(anchor: AnchorRow, log: TrustedLog) -> Fault | None:
    """Return how an anchor contradicts the trust root: one that it cannot know yet contradicts nothing."""
    head = log.head_of_size(anchor.tree_size)
    if head is None:
        unknown = anchor.tree_size <= log.newest_size and log.heads_complete
        return Fault("anchor", "a head that was never anchored", tree_size=anchor.tree_size) if unknown else None
    if (anchor.root_hash, anchor.block, anchor.time) == (head.root_hash, head.block, head.time):
        return None
    return Fault("anchor", "the head on chain has another root, block or time", tree_size=anchor.tree_size)
