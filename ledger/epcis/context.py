"""``@context``: which prefixes an event has, and how a document's context becomes the event's own.

The contexts that GS1 publishes are shipped knowledge: their IRIs are known here, and what they define is in this
package. No context is ever fetched. What a foreign one would define stays undefined, and validation says so.

Prefixes of the official context are protected (JSON-LD 1.1 §4.1.11): a document cannot give them another meaning.

Left to others: how the event hash writes names and values (`canonical`), what a validator makes of a foreign context
(`context_checks`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ledger.epcis.vocabulary import CBV, GS1_WEB_VOCABULARY
from ledger.errors import MalformedError
from ledger.types import JsonValue

EPCIS_NAMESPACES: Final = ("https://ref.gs1.org/epcis/", "https://ns.gs1.org/epcis/")
"""The namespace of the standard's own terms: today's, and that of an earlier edition."""

KNOWN_CONTEXTS: Final = frozenset(
    {
        "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "https://ref.gs1.org/standards/epcis/2.0.1/epcis-context.jsonld",
        "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
        "https://gs1.github.io/EPCIS/epcis-context.jsonld",
    }
)
"""The IRIs under which GS1 has published the EPCIS context."""

STANDARD_PREFIXES: Final = {
    "epcis": EPCIS_NAMESPACES[0],
    "cbv": CBV,
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "gs1": GS1_WEB_VOCABULARY,
}
"""What the official context defines and no caller can redefine."""

MAX_NAMESPACE: Final = 1_024
"""Characters of a namespace IRI: each name that uses it may be written with it in full."""


def context_entries(context: JsonValue) -> list[JsonValue]:
    """Return the entries of a context in order: an array's elements, else the one value, nothing for null."""
    if context is None:
        return []
    return context if isinstance(context, list) else [context]


def merge_context(document_context: JsonValue, event_context: JsonValue) -> JsonValue:
    """Return the whole context of an event that stands in a document: the document's entries, then its own.

    Later entries win (JSON-LD 1.1 §4.1), so the order is kept. An official context that the document names already is
    not repeated: it is protected, nothing between the two could have changed it.
    """
    if event_context is None or event_context == document_context:
        return document_context
    if document_context is None:
        return event_context
    entries = context_entries(document_context)
    repeated = KNOWN_CONTEXTS.intersection(entry for entry in entries if isinstance(entry, str))
    own = context_entries(event_context)
    return entries + [entry for entry in own if not (isinstance(entry, str) and entry in repeated)]


def _definitions(context: JsonValue) -> Iterator[tuple[str, str | None]]:
    """Yield each term of the inline entries with its IRI, None where an entry takes the term back."""
    for entry in context_entries(context):
        if isinstance(entry, dict):
            for term, definition in entry.items():
                iri = definition.get("@id") if isinstance(definition, dict) else definition
                if not term.startswith("@") and (iri is None or isinstance(iri, str)):
                    yield term, iri


def declared_prefixes(context: JsonValue) -> dict[str, str]:
    """Return the IRI of each prefix that ``context`` itself defines; a definition may use one that stands before it.

    Refuse an IRI beyond `MAX_NAMESPACE`: of definitions that each lengthen the one before, the last could be any.
    """
    prefixes: dict[str, str] = {}
    for term, iri in _definitions(context):
        if iri is None:
            prefixes.pop(term, None)
        else:
            prefixes[term] = expand_curie(iri, prefixes)
            if len(prefixes[term]) > MAX_NAMESPACE:
                raise MalformedError("/@context", f"namespaces of at most {MAX_NAMESPACE} characters", "a longer one")
    return prefixes


def prefix_map(context: JsonValue) -> dict[str, str]:
    """Return the IRI of each prefix under ``context``: the declared ones, and over them the standard ones."""
    return declared_prefixes(context) | STANDARD_PREFIXES


def expand_curie(text: str, prefixes: dict[str, str]) -> str:
    """Return the IRI of a compact one, or ``text`` itself if it has no known prefix or is an absolute IRI (``://``)."""
    prefix, colon, local = text.partition(":")
    if not colon or local.startswith("//"):
        return text
    namespace = prefixes.get(prefix)
    return text if namespace is None else namespace + local
