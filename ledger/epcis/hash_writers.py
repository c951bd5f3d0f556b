"""How the members of an event are written in the CBV event hash (Event Hash ID rules 1-4, 10-13, 19-21).

A writer turns one member into two texts: what stands at the member's own place, and what CBV 2.0 gathers behind
``ilmd`` (the extensions inside it, under its name). A member that comes to nothing is not written, not even its name.
Pointers of errors are made on the way out, so that they cost nothing while all is well.

Left to others: the members and their order (`hash_fields`), single values (`canonical`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from ledger.epcis.canonical import Namespaces, canonical_time, canonical_value
from ledger.epcis.found import found_kind, under
from ledger.epcis.vocabulary import Vocabulary
from ledger.errors import MalformedError
from ledger.types import JsonObject, JsonValue

MAX_DEPTH: Final = 64
"""How deep an extension may nest: as deep as strict JSON may."""

SILENT_MEMBERS: Final = frozenset({"comment", "rdfs:comment", "@context"})
"""Members that are hashed nowhere, however deep."""

_JSON_LD_KEYWORDS: Final = {"@id": "id", "@type": "type"}
_MASTER_DATA: Final = "{https://ref.gs1.org/voc/}masterDataAvailableFor"


@dataclass(frozen=True, slots=True)
class Run:
    """What all writers of one event share."""

    names: Namespaces
    is_draft_21: bool
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Names inside an extension that are written as another."""


Written: TypeAlias = tuple[str, str]
Writer: TypeAlias = Callable[[JsonValue, Run], Written]


def extension_entries(name: str, value: JsonValue, run: Run) -> list[str]:
    """Return the texts of an extension, one per value of an array; sorting them is the caller's (rule 20)."""
    key = run.names.key(name)
    if run.is_draft_21 and key == _MASTER_DATA:
        run = replace(run, aliases=_JSON_LD_KEYWORDS)  # draft rule 25
    entries: list[str] = []
    _extend(entries, key, value, run, 0)
    return entries


def _extend(entries: list[str], key: str, value: JsonValue, run: Run, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise MalformedError("", f"nesting of at most {MAX_DEPTH}", "a deeper one")
    if isinstance(value, dict):
        entries.append(run.names.repeat(key) + _children(value, run, depth))
    elif isinstance(value, list):
        for place, element in enumerate(value):
            try:
                _extend(entries, key, element, run, depth + 1)
            except MalformedError as error:
                raise under(place, error) from None
    elif value is not None:
        text = canonical_value(value, run.names)
        run.names.repeat(key)
        entries.append(f"{key}={text}" if text else key)


def _children(value: JsonObject, run: Run, depth: int) -> str:
    children: list[str] = []
    for name, member in value.items():
        if name not in SILENT_MEMBERS:
            try:
                _extend(children, run.aliases.get(name) or run.names.key(name), member, run, depth + 1)
            except MalformedError as error:
                raise under(name, error) from None
    children.sort()
    return "".join(children)


def value_writer(name: str) -> Writer:
    """Return the writer of a string, number or boolean."""

    def write(value: JsonValue, run: Run) -> Written:
        text = canonical_value(value, run.names)
        return f"{name}={text}" if text else "", ""

    return write


def time_writer(name: str) -> Writer:
    """Return the writer of a time."""

    def write(value: JsonValue, _run: Run) -> Written:
        return f"{name}={canonical_time(value)}", ""

    return write


def word_writer(name: str, vocabulary: Vocabulary) -> Writer:
    """Return the writer of a field that may hold a bare word of ``vocabulary`` (rule 16)."""
    iris = vocabulary.iris

    def write(value: JsonValue, run: Run) -> Written:
        text = iris.get(value.strip()) if isinstance(value, str) else None
        if text is None:
            text = canonical_value(value, run.names)
        return f"{name}={text}" if text else "", ""

    return write


def array_writer(wrapper: str, element: Writer, *, is_wrapped_in_20: bool = True) -> Writer:
    """Return the writer of an array: its name once, then the elements by code point (rule 11)."""

    def write(value: JsonValue, run: Run) -> Written:
        if not isinstance(value, list):
            raise MalformedError("", "an array", found_kind(value))
        texts: list[str] = []
        behind: list[str] = []
        for place, member in enumerate(value):
            if member is not None:
                try:
                    text, gathered = element(member, run)
                except MalformedError as error:
                    raise under(place, error) from None
                texts.append(text)
                behind.append(gathered)
        shown = wrapper if is_wrapped_in_20 or run.is_draft_21 else ""
        return _named(shown, sorted(texts)), _named(shown, sorted(behind))

    return write


def _named(name: str, texts: list[str]) -> str:
    text = "".join(texts)
    return name + text if text else ""


def object_writer(name: str, fields: Mapping[str, Writer]) -> Writer:
    """Return the writer of an object: known members in their order; extensions at its end, or behind (rule 21)."""

    def write(value: JsonValue, run: Run) -> Written:
        if not isinstance(value, dict):
            raise MalformedError("", "an object", found_kind(value))
        text, behind = write_known(value, fields, run)
        if not value.keys() <= fields.keys():
            extensions = write_extensions(value, fields, SILENT_MEMBERS, run)
            if run.is_draft_21:
                text += extensions
            else:
                behind += extensions
        return _named(name, [text]), _named(name, [behind])

    return write


def write_known(value: JsonObject, fields: Mapping[str, Writer], run: Run) -> Written:
    """Return the text of the known members in the order of ``fields``, and what is gathered from inside them."""
    texts: list[str] = []
    behind: list[str] = []
    for name, write in fields.items():
        member = value.get(name)
        if member is not None:
            try:
                text, gathered = write(member, run)
            except MalformedError as error:
                raise under(name, error) from None
            texts.append(text)
            behind.append(gathered)
    return "".join(texts), "".join(behind)


def write_extensions(value: JsonObject, fields: Mapping[str, Writer], silent: frozenset[str], run: Run) -> str:
    """Return the members that are neither known nor silent, by code point (rule 20)."""
    entries: list[str] = []
    for name, member in value.items():
        if name not in fields and name not in silent:
            try:
                entries += extension_entries(name, member, run)
            except MalformedError as error:
                raise under(name, error) from None
    return "".join(sorted(entries))


def write_ilmd(value: JsonValue, run: Run) -> Written:
    """Return master data of instance or lot: an extension with a plain name (rule 19)."""
    return "".join(extension_entries("ilmd", value, run)), ""
