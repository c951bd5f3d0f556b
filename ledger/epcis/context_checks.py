"""What a validator makes of an ``@context``: entries of the right kind, no foreign context, no prefix turned around.

A foreign context would have to be fetched to know what the event means, and may say something else tomorrow. Strict
refuses it, lenient records it; nobody fetches it.
"""

from __future__ import annotations

from typing import Final

from ledger.epcis.context import EPCIS_NAMESPACES, KNOWN_CONTEXTS, STANDARD_PREFIXES, context_entries, expand_curie
from ledger.epcis.deviation import Deviation, Rule
from ledger.epcis.found import found_kind, pointer_token
from ledger.types import JsonObject, JsonValue

_NAMESPACES: Final = {
    "epcis": EPCIS_NAMESPACES,
    "cbv": ("https://ref.gs1.org/cbv/", "https://ns.gs1.org/cbv/"),
    "cbvmda": ("urn:epcglobal:cbv:mda:", "urn:epcglobal:cbv:mda"),
    "gs1": ("https://ref.gs1.org/voc/", "https://gs1.org/voc/", "https://www.gs1.org/voc/"),
}
"""Namespaces that a protected prefix may name: today's, and those it had in earlier editions."""


def check_context(value: JsonValue, pointer: str, problems: list[Deviation]) -> None:
    """Expect an IRI, an object of terms, or an array of these."""
    is_array = isinstance(value, list)
    for place, entry in enumerate(context_entries(value)):
        at = f"{pointer}/{place}" if is_array else pointer
        if isinstance(entry, dict):
            _check_terms(entry, at, problems)
        elif not isinstance(entry, str):
            problems.append(Deviation(at, Rule.KIND, "an IRI or an object of terms", found_kind(entry)))
        elif entry not in KNOWN_CONTEXTS:
            problems.append(Deviation(at, Rule.KNOWN_CONTEXT, "a context published by GS1 for EPCIS 2.0", "another"))
    if value is None:
        problems.append(Deviation(pointer, Rule.KIND, "an IRI, an object or an array", "null"))


def _check_terms(terms: JsonObject, pointer: str, problems: list[Deviation]) -> None:
    for term, definition in terms.items():
        if definition is not None and not isinstance(definition, str | dict) and not term.startswith("@"):
            at = pointer + pointer_token(term)
            problems.append(Deviation(at, Rule.KIND, "an IRI or a term definition", found_kind(definition)))
        elif _is_second_name(term, definition):
            at, expected = pointer + pointer_token(term), "no second name for what the standard defines"
            problems.append(Deviation(at, Rule.SECOND_NAME, expected, "one"))
        elif term in _NAMESPACES and definition not in _NAMESPACES[term]:
            at = f"{pointer}/{term}"
            problems.append(Deviation(at, Rule.PROTECTED_PREFIX, _NAMESPACES[term][0], "another namespace"))


def _is_second_name(term: str, definition: JsonValue) -> bool:
    """Return whether a term is, or could begin, another name of a JSON-LD keyword or of one of the standard's terms.

    A namespace that is only the start of the standard's counts too: the rest may stand in the name that uses it.
    """
    iri = definition.get("@id") if isinstance(definition, dict) else definition
    if not isinstance(iri, str) or term == "epcis" or (term.startswith("@") and term != "@vocab"):
        return False
    if iri.startswith("@"):
        return iri != f"@{term}"  # "id" and "type" are the official context's own
    iri = expand_curie(iri, STANDARD_PREFIXES)
    return any(iri.startswith(namespace) or namespace.startswith(iri) for namespace in EPCIS_NAMESPACES)


def names_known_context(value: JsonValue) -> bool:
    """Return whether one of the entries is a context that GS1 published for EPCIS 2.0."""
    return any(isinstance(entry, str) and entry in KNOWN_CONTEXTS for entry in context_entries(value))
