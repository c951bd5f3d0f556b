"""From what a sender hands over to complete events: EPCISDocument, EPCISQueryDocument, one event, or a list of events.

A complete event carries its own whole ``@context``: the document's is merged in, because under another prefix map the
same members mean something else. Order is kept, and each event knows its place in the document.

Left to others: the events themselves (`validation`), their bytes, and the header's master data, which is not signed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ledger.codec.jcs import canonicalize
from ledger.epcis.context import context_entries, merge_context
from ledger.epcis.context_checks import check_context
from ledger.epcis.deviation import Deviation, Mode, Rule, settle
from ledger.epcis.found import found_kind
from ledger.epcis.structure_checks import check_members
from ledger.epcis.value_checks import Check, check_string, check_time, check_uri
from ledger.errors import MalformedError
from ledger.types import JsonObject, JsonValue

SCHEMA_VERSION: Final = "2.0"

MAX_CONTEXT_ENTRIES: Final = 100
MAX_CONTEXT_BYTES: Final = 64 << 10
"""Of a document's ``@context``, which is merged into each of its events."""

_EVENT_LIST_PATHS: Final = {
    "EPCISDocument": ("epcisBody", "eventList"),
    "EPCISQueryDocument": ("epcisBody", "queryResults", "resultsBody", "eventList"),
}


@dataclass(frozen=True, slots=True)
class PlacedEvent:
    """An event and where it stands. ``event`` is what stood there, complete if it is an object at all."""

    pointer: str
    event: JsonValue


def complete_events(document: JsonValue) -> Iterator[PlacedEvent]:
    """Yield the events of ``document`` in order, each with its whole ``@context``; `MalformedError` if it has no list.

    A bare event or a list of events is as complete as it came.
    """
    if isinstance(document, list):
        return (PlacedEvent(f"/{place}", event) for place, event in enumerate(document))
    if not isinstance(document, dict):
        raise MalformedError("", "an EPCIS document, an event or a list of events", found_kind(document))
    path = _path(document)
    if path is None:
        return iter((PlacedEvent("", document),))
    pointer, events = _event_list(document, path)
    context = document.get("@context")
    _require_small(context)
    return (PlacedEvent(f"{pointer}/{place}", _complete(event, context)) for place, event in enumerate(events))


def _path(document: JsonObject) -> tuple[str, ...] | None:
    kind = document.get("type")
    return _EVENT_LIST_PATHS.get(kind) if isinstance(kind, str) else None


def _event_list(document: JsonObject, path: tuple[str, ...]) -> tuple[str, list[JsonValue]]:
    pointer = ""
    value: JsonValue = document
    for name in path:
        if not isinstance(value, dict):
            raise MalformedError(pointer, "an object", found_kind(value))
        pointer, value = f"{pointer}/{name}", value.get(name)
    if not isinstance(value, list):
        raise MalformedError(pointer, "an array of events", found_kind(value))
    return pointer, value


def _require_small(context: JsonValue) -> None:
    entries, size = len(context_entries(context)), len(canonicalize(context))
    if entries > MAX_CONTEXT_ENTRIES or size > MAX_CONTEXT_BYTES:
        expected = f"at most {MAX_CONTEXT_ENTRIES} entries and {MAX_CONTEXT_BYTES} bytes"
        raise MalformedError("/@context", expected, f"{entries} entries and {size} bytes")


def _complete(event: JsonValue, document_context: JsonValue) -> JsonValue:
    if not isinstance(event, dict):
        return event
    whole = merge_context(document_context, event.get("@context"))
    return event if whole is None else {"@context": whole, **{k: v for k, v in event.items() if k != "@context"}}


def document_problems(document: JsonValue) -> tuple[Deviation, ...]:
    """Return what is wrong with a document around its events; a bare event and a list have nothing around them."""
    path = _path(document) if isinstance(document, dict) else None
    if not isinstance(document, dict) or path is None:
        return ()
    problems = [
        Deviation(f"/{name}", Rule.DOCUMENT_MEMBER, f"the member {name}", "nothing")
        for name in ("@context", "schemaVersion", "creationDate")
        if name not in document
    ]
    check_members(document, _MEMBERS, "", problems)
    try:
        _event_list(document, path)
    except MalformedError as error:
        problems.append(Deviation(error.pointer, Rule.KIND, error.expected, error.found))
    if len(path) == len(_EVENT_LIST_PATHS["EPCISQueryDocument"]):
        _check_query_name(document, problems)
    return tuple(problems)


def validate_document(document: JsonValue, mode: Mode = Mode.STRICT) -> tuple[Deviation, ...]:
    """Return the deviations with which ``mode`` takes a document, its events aside, or raise `MalformedError`."""
    return settle(document_problems(document), mode)


def _check_query_name(document: JsonObject, problems: list[Deviation]) -> None:
    value: JsonValue = document
    for name in ("epcisBody", "queryResults", "queryName"):
        value = value.get(name) if isinstance(value, dict) else None
    if not isinstance(value, str):
        at = "/epcisBody/queryResults/queryName"
        problems.append(Deviation(at, Rule.DOCUMENT_MEMBER, "the name of the query", found_kind(value)))


def _check_schema_version(value: JsonValue, pointer: str, problems: list[Deviation]) -> None:
    if value == SCHEMA_VERSION and isinstance(value, str):
        return
    is_edition_of_it = isinstance(value, str | int | float) and str(value).partition(".")[0] == "2"
    rule = Rule.DOCUMENT_MEMBER if is_edition_of_it else Rule.SCHEMA_VERSION
    problems.append(Deviation(pointer, rule, f'schemaVersion "{SCHEMA_VERSION}"', found_kind(value)))


def _check_creation_date(value: JsonValue, pointer: str, problems: list[Deviation]) -> None:
    found: list[Deviation] = []
    check_time(value, pointer, found)
    problems += [Deviation(each.pointer, Rule.DOCUMENT_MEMBER, each.expected, each.found) for each in found]


def _check_header(value: JsonValue, pointer: str, problems: list[Deviation]) -> None:
    if not isinstance(value, dict):
        problems.append(Deviation(pointer, Rule.DOCUMENT_MEMBER, "an object", found_kind(value)))


def _check_later(_value: JsonValue, _pointer: str, _problems: list[Deviation]) -> None:
    """Judged elsewhere: the type chose the table, the body holds the events."""


_MEMBERS: Final[dict[str, Check]] = {
    "@context": check_context,
    "type": _check_later,
    "id": check_uri,
    "schemaVersion": _check_schema_version,
    "creationDate": _check_creation_date,
    "instanceIdentifier": check_string,
    "sender": check_string,
    "receiver": check_string,
    "epcisHeader": _check_header,
    "epcisBody": _check_later,
}
