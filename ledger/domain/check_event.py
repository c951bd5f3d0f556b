"""Checks 3, 4 and 13: the event shown is the one signed, is of EPCIS 2.0, and whether it takes an earlier one back.

A receipt may carry the whole event, a role view, or nothing of it; in the last case 3 and 4 are SKIPPED and 13 goes
by the act.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ledger.codec.disclosure import digest_of_view, event_digest
from ledger.codec.hex_strict import encode_hex
from ledger.codec.json_shape import member_pointer
from ledger.domain.case import Case
from ledger.domain.checks import Finding, invalid, skipped, valid
from ledger.domain.custody.stated import DECLARE_ERROR
from ledger.domain.fields import write_date_time
from ledger.domain.messages import Message, quoted
from ledger.domain.receipt import EvidenceOnly, RoleView, WholeEvent
from ledger.domain.shown_part import ShownPart, part_of_view
from ledger.epcis.context import STANDARD_PREFIXES, expand_curie
from ledger.epcis.deviation import Deviation, Mode, Rule, settle
from ledger.epcis.structure_checks import is_second_name, second_name
from ledger.epcis.validation import event_problems, require_signable
from ledger.epcis.vocabulary import ERROR_REASONS
from ledger.errors import MalformedError
from ledger.types import Hash32, JsonValue

MAX_DEVIATIONS: Final = 20
"""Deviations told one by one: each of a hundred thousand elements may have one."""


def check_event_digest(case: Case) -> Finding:
    """3: the event, or the role view, has the digest that the statement names (spec §3)."""
    match case.receipt.shown:
        case WholeEvent(event, seed):
            return _compare(case, event_digest(event, seed)) or _show(case, ShownPart(event))
        case RoleView(view):
            return _compare(case, digest_of_view(view)) or _show(case, part_of_view(view))
        case EvidenceOnly():
            return skipped("event-digest.absent")


def _compare(case: Case, digest: Hash32) -> Finding | None:
    signed = case.receipt.statement.event_digest
    return None if digest == signed else invalid("event-digest.invalid", encode_hex(signed), encode_hex(digest))


def _show(case: Case, part: ShownPart) -> Finding:
    case.shown = part
    if part.whole:
        return valid("event-digest.valid")
    hidden = [*map(quoted, part.hidden), *(f"{name} (…)" for name in sorted(part.partial))]
    return valid("event-digest.view", hidden=", ".join(hidden))


def check_event_form(case: Case) -> Finding:
    """4: an EPCIS 2.0 event, complete in itself (spec §2); what lenient capture admits is a warning."""
    if case.shown is None:
        return skipped("event-form.absent")
    problems = _problems_of_part(case.shown)
    deviations = settle(problems, Mode.LENIENT)
    if case.shown.names("recordTime"):
        raise MalformedError("/recordTime", "no recordTime in signed bytes", "one")
    require_signable(case.shown.members)
    case.warnings.extend(_warning(deviation) for deviation in deviations[:MAX_DEVIATIONS])
    if len(deviations) > MAX_DEVIATIONS:
        case.warnings.append(Message("warning.deviations", {"count": str(len(deviations) - MAX_DEVIATIONS)}))
    if deviations:
        return valid("event-form.deviations")
    return valid("event-form.valid" if case.shown.whole else "event-form.view")


def _problems_of_part(part: ShownPart) -> Iterable[Deviation]:
    """Return what is wrong with the members shown and with the names of those hidden: that these are missing is not."""
    yield from (second_name(name, "") for name in part.hidden if is_second_name(name))
    not_shown = {"", *(member_pointer("", name) for name in (*part.hidden, *part.partial))}
    for problem in event_problems(part.members):
        if part.whole or problem.rule is not Rule.REQUIRED or problem.pointer not in not_shown:
            yield problem


def _warning(deviation: Deviation) -> Message:
    detail = f"{deviation.rule.value}, {deviation.found}"
    return Message("warning.deviation", {"pointer": quoted(deviation.pointer or "/"), "detail": detail})


def check_correction(case: Case) -> Finding:
    """13: the event does not declare an earlier one to be wrong."""
    statement = case.receipt.statement
    if case.shown is None and statement.act == DECLARE_ERROR:
        return invalid("correction.declared", date=write_date_time(statement.signed_at), reason=Message("reason.none"))
    declaration = None if case.shown is None else case.shown.members.get("errorDeclaration")
    if declaration is None and statement.act != DECLARE_ERROR:
        return valid("correction.none")
    stated = declaration if isinstance(declaration, dict) else {}
    time = stated.get("declarationTime")
    date = time if isinstance(time, str) else Message("date.unknown")
    return invalid("correction.declared", date=date, reason=_reason(stated.get("reason")))


def _reason(value: JsonValue) -> str | Message:
    """Return a standard reason as its bare word; of any other only that it is another: it may be any text."""
    if not isinstance(value, str):
        return Message("reason.none")
    return ERROR_REASONS.word(expand_curie(value, STANDARD_PREFIXES)) or Message("reason.other")
