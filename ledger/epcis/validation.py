"""Validation of one event: every problem, or the first as an error, or the deviations with which it was taken.

`event_problems` collects; `validate_event` decides by `Mode`; `require_signable` holds an event to what signed bytes
need in either mode. The first problem of an event is the same on every machine: type, required members, then members in
the order in which they stand, then what holds between them.

Left to others: strict JSON (`ledger.codec.strict_json`), documents (`documents`), the typed model (`event_parser`).
"""

from __future__ import annotations

from ledger.codec.event_leaves import MAX_MEMBERS
from ledger.epcis.context_checks import names_known_context
from ledger.epcis.deviation import Deviation, Mode, Rule, settle
from ledger.epcis.event_checks import EVENT_KINDS, EXTENSION_EVENT, EventKind, standard_event_type
from ledger.epcis.found import found_kind
from ledger.epcis.structure_checks import check_members, check_required
from ledger.epcis.value_checks import is_uri
from ledger.types import JsonObject, JsonValue


def _kind_of(value: JsonValue, pointer: str, problems: list[Deviation]) -> EventKind | None:
    """Return what the event is checked against, or None if its type says nothing."""
    if isinstance(value, str):
        word = standard_event_type(value)
        if word is not None:
            if word != value:
                found = f"the long form of {word}"
                problems.append(Deviation(pointer, Rule.VOCABULARY_FORM, "the event type as a bare word", found))
            return EVENT_KINDS[word]
        if is_uri(value):
            return EXTENSION_EVENT
    found = "nothing" if value is None else found_kind(value)
    problems.append(Deviation(pointer, Rule.EVENT_TYPE, "an event type of EPCIS, or the URI of another", found))
    return None


def event_problems(event: JsonValue, pointer: str = "") -> tuple[Deviation, ...]:
    """Return everything that a strict reading of EPCIS 2.0 finds wrong with ``event``, which stands at ``pointer``."""
    problems: list[Deviation] = []
    if not isinstance(event, dict):
        return (Deviation(pointer, Rule.KIND, "an object", found_kind(event)),)
    if len(event) > MAX_MEMBERS:
        expected = f"at most {MAX_MEMBERS} members"
        return (Deviation(pointer, Rule.LIMIT, expected, found_kind(event)),)
    kind = _kind_of(event.get("type"), f"{pointer}/type", problems)
    if kind is None:
        return tuple(problems)
    check_required(event, kind.required, pointer, problems)
    check_members(event, kind.members, pointer, problems)
    kind.check_whole(event, pointer, problems)
    return tuple(problems)


def validate_event(event: JsonValue, mode: Mode = Mode.STRICT, pointer: str = "") -> tuple[Deviation, ...]:
    """Return the deviations with which ``mode`` takes the event (none in strict mode), or raise `MalformedError`."""
    return settle(event_problems(event, pointer), mode)


def signable_problems(event: JsonObject, pointer: str = "") -> tuple[Deviation, ...]:
    """Return what keeps an event from being signed: it must be complete in itself and say nothing of a repository."""
    problems: list[Deviation] = []
    if "recordTime" in event:
        expected = "no recordTime in signed bytes: it is the repository's"
        problems.append(Deviation(f"{pointer}/recordTime", Rule.RECORD_TIME, expected, "a recordTime"))
    if not names_known_context(event.get("@context")):
        expected = "the event's own whole @context, with that of EPCIS 2.0"
        found = "another context" if "@context" in event else "nothing"
        problems.append(Deviation(f"{pointer}/@context", Rule.OWN_CONTEXT, expected, found))
    if not isinstance(event.get("eventID"), str):
        expected = "an eventID set before signing"
        problems.append(Deviation(f"{pointer}/eventID", Rule.EVENT_ID, expected, found_kind(event.get("eventID"))))
    return tuple(problems)


def require_signable(event: JsonObject, pointer: str = "") -> None:
    """Raise `MalformedError` unless ``event`` may be signed as it is. Validity is `validate_event`'s."""
    settle(signable_problems(event, pointer), Mode.STRICT)
