"""The item keys of an event: what it is about, in the one form in which items are looked up and counted (spec §12).

An item key is the canonical text that the CBV event hash has of an identifier: a GS1 key, EPC URN or Digital Link of
any domain, becomes its constrained canonical Digital Link, so that `urn:epc:id:sgtin:…` and `https://brand.example/01/…`
are one item; any other identifier stays as it is. Every field of the "what" dimension counts, class-level identifiers
too; where and why an event happened does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ledger.epcis.canonical import Namespaces, canonical_text
from ledger.types import JsonObject, JsonValue

EPC_LISTS: Final = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
"""Members that list identifiers of single items."""

QUANTITY_LISTS: Final = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
"""Members that list quantities of a class."""

PARENT: Final = "parentID"


def item_keys(event: JsonObject) -> tuple[str, ...]:
    """Return the item keys of an event, or of the part of one that is shown: distinct, ascending by code point."""
    return tuple(sorted({key for keys in item_keys_by_field(event).values() for key in keys}))


def item_keys_by_field(event: JsonObject) -> dict[str, tuple[str, ...]]:
    """Return the item keys of each member that names any, in the order of its elements."""
    names = Namespaces(event.get("@context"))
    found: dict[str, tuple[str, ...]] = {}
    for field in (PARENT, *EPC_LISTS, *QUANTITY_LISTS):
        keys = tuple(canonical_text(text, names) for text in _identifiers(field, event.get(field)))
        if keys:
            found[field] = keys
    return found


def item_key(identifier: str) -> str:
    """Return the item key of an identifier as somebody asks for it, outside any event and its prefixes."""
    return canonical_text(identifier, Namespaces(None))


def _identifiers(field: str, value: JsonValue) -> Iterator[str]:
    if field == PARENT:
        if isinstance(value, str):
            yield value
        return
    for element in value if isinstance(value, list) else ():
        if field in QUANTITY_LISTS:
            element = element.get("epcClass") if isinstance(element, dict) else None  # noqa: PLW2901
        if isinstance(element, str):
            yield element
