"""Verification of a receipt against a trust root: thirteen numbered checks, no network, no clock of its own (spec §10).

`STEPS` is the list: the same number at each step, in the result, and in the specification. A step whose needs were
not met is SKIPPED and names the first of them. Bad evidence alone reads INVALID; a fault of this software is raised,
never a verdict.

Left to others: the verdict (`ledger.domain.verdict`), words (`ledger.domain.messages`), rendering
(`ledger.domain.report`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from ledger.domain.case import Case, DamagedTrustRoot, SignedNotes, Trust
from ledger.domain.check_event import check_correction, check_event_digest, check_event_form
from ledger.domain.check_identifiers import check_identifiers
from ledger.domain.check_log import check_anchor, check_checkpoint, check_inclusion
from ledger.domain.check_signer import check_custodian, check_signature, check_signer, check_statement
from ledger.domain.check_trust import check_trust_root
from ledger.domain.checks import Check, CheckId, Finding, Status, error, invalid, skipped, valid
from ledger.domain.messages import quoted
from ledger.domain.parties import replay
from ledger.domain.receipt import LaterFormatError, parse_receipt
from ledger.domain.result import conclude
from ledger.domain.trust_root import parse_trust_root
from ledger.domain.trusted import TrustRoot
from ledger.domain.verification import Verification
from ledger.errors import BadEvidenceError, RequestRefusedError
from ledger.types import UnixTime


@dataclass(frozen=True, slots=True)
class Step:
    """A check, the checks it rests on, and how it is done."""

    id: CheckId
    needs: tuple[CheckId, ...]
    run: Callable[[Case], Finding]


def _receipt_form(_case: Case) -> Finding:
    """1: done before there is a case; whoever gets here has a receipt of good form."""
    return valid("receipt-form.valid")


STEPS: Final = (
    Step(CheckId.RECEIPT_FORM, (), _receipt_form),  # 1
    Step(CheckId.TRUST_ROOT, (), check_trust_root),  # 2
    Step(CheckId.EVENT_DIGEST, (), check_event_digest),  # 3
    Step(CheckId.EVENT_FORM, (CheckId.EVENT_DIGEST,), check_event_form),  # 4
    Step(CheckId.STATEMENT, (), check_statement),  # 5
    Step(CheckId.SIGNATURE, (), check_signature),  # 6
    Step(CheckId.INCLUSION, (), check_inclusion),  # 7
    Step(CheckId.CHECKPOINT, (CheckId.TRUST_ROOT,), check_checkpoint),  # 8
    Step(CheckId.ANCHOR, (CheckId.TRUST_ROOT, CheckId.INCLUSION, CheckId.CHECKPOINT), check_anchor),  # 9
    Step(CheckId.SIGNER, (CheckId.SIGNATURE, CheckId.ANCHOR), check_signer),  # 10
    Step(CheckId.IDENTIFIERS, (CheckId.EVENT_FORM, CheckId.ANCHOR), check_identifiers),  # 11
    Step(CheckId.CUSTODIAN, (CheckId.SIGNER,), check_custodian),  # 12
    Step(CheckId.CORRECTION, (CheckId.EVENT_FORM,), check_correction),  # 13
)


Given: TypeAlias = Mapping[CheckId, Finding]
"""Checks that were done by whoever asks."""

_NOTHING_GIVEN: Final[Given] = MappingProxyType({})


class Verifier:
    """Verifies many receipts against one trust root, whose facts are replayed once."""

    def __init__(self, trust_root: TrustRoot) -> None:
        self._trust = trust_in(trust_root)

    def verify_receipt(self, data: bytes, now: UnixTime) -> Verification:
        """Return what the checks come to for the receipt in ``data``, at ``now`` by the verifier's clock."""
        return _verify(data, self._trust, now)


def verify_receipt(data: bytes, trust_root: TrustRoot, now: UnixTime) -> Verification:
    """Return what the checks come to for one receipt. For many, a `Verifier` is faster."""
    return Verifier(trust_root).verify_receipt(data, now)


def verify_files(receipt: bytes, trust_root: bytes, now: UnixTime) -> Verification:
    """Return what the checks come to for two files; a damaged trust root reads "could not check"."""
    try:
        trust = trust_in(parse_trust_root(trust_root))
    except RequestRefusedError as refusal:
        trust = DamagedTrustRoot(refusal)
    return _verify(receipt, trust, now)


def trust_in(trust_root: TrustRoot) -> Trust | DamagedTrustRoot:
    """Return a trust root with the registry that its facts lead to."""
    try:
        return Trust(trust_root, replay(trust_root.facts, "/facts"), SignedNotes())
    except RequestRefusedError as refusal:  # facts that cannot follow one another
        return DamagedTrustRoot(refusal)


def _verify(data: bytes, trust: Trust | DamagedTrustRoot, now: UnixTime) -> Verification:
    try:
        receipt = parse_receipt(data)
    except LaterFormatError:
        return conclude(_not_read(error("receipt-form.later")), None, trust, now)
    except RequestRefusedError as refusal:
        return conclude(_not_read(_refused(CheckId.RECEIPT_FORM, refusal)), None, trust, now)
    case = Case(receipt, trust, now)
    [checks] = examine_all([(case, _NOTHING_GIVEN)])
    return conclude(checks, case, trust, now)


def examine_all(cases: Sequence[tuple[Case, Given]]) -> list[tuple[Check, ...]]:
    """Return every check of each case, in order, except that what is given beside it is not looked for again.

    Given is what was found in another way, as for a whole log at once; whoever gives check 9 as VALID puts its head
    into the case. Step by step over all cases, rather than case by case: the code and tables of one step stay in the
    processor's caches.
    """
    found: list[list[Check]] = [[] for _ in cases]
    for step in STEPS:
        for (case, given), checks in zip(cases, found, strict=True):
            finding = _unmet(step, checks) or given.get(step.id) or _run(step, case)
            checks.append(Check(step.id, finding))
    return [tuple(checks) for checks in found]


def _not_read(why: Finding) -> tuple[Check, ...]:
    first, *others = CheckId
    skip = skipped("depends", number=str(first.number))
    return (Check(first, why), *(Check(check, skip) for check in others))


def _unmet(step: Step, checks: list[Check]) -> Finding | None:
    """Return SKIPPED if a check that this one rests on failed, or was itself skipped for such a reason."""
    for need in step.needs:
        finding = checks[need.number - 1].finding
        if finding.status in (Status.INVALID, Status.ERROR) or finding.reason.key == "depends":
            return skipped("depends", number=str(need.number))
    return None


def _run(step: Step, case: Case) -> Finding:
    try:
        return step.run(case)
    except BadEvidenceError as fault:
        return invalid(f"{step.id.slug}.invalid", fault.expected, fault.found or fault.reason)
    except RequestRefusedError as refusal:
        return _refused(step.id, refusal)


def _refused(check: CheckId, refusal: RequestRefusedError) -> Finding:
    return invalid(f"{check.slug}.invalid", refusal.expected, f"{refusal.found} at {quoted(refusal.pointer or '/')}")
