"""JSON-LD has other names for the standard's: an event could say one thing to us and another to a JSON-LD reader.

``epcis:action``, ``@type``, or a term that an event's own context maps into the standard's namespace were taken as
extensions or unknown members, also in lenient mode. One meaning has one name: both modes refuse the others.
"""

from __future__ import annotations

from typing import Any

import pytest

from ledger.epcis.deviation import Mode
from ledger.epcis.validation import validate_event
from ledger.errors import MalformedError
from tests.builders import CONTEXT, object_event


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"epcis:action": "DELETE"}, "/epcis:action"),
        ({"https://ref.gs1.org/epcis/errorDeclaration": {}}, "/https:~1~1ref.gs1.org~1epcis~1errorDeclaration"),
        ({"https://ns.gs1.org/epcis/action": "DELETE"}, "/https:~1~1ns.gs1.org~1epcis~1action"),
        ({"@type": "TransformationEvent"}, "/@type"),
        ({"@id": "urn:uuid:another"}, "/@id"),
        ({"@included": [object_event()]}, "/@included"),
        ({"readPoint": {"id": "urn:a:b", "@id": "urn:c:d"}}, "/readPoint/@id"),
    ],
)
def test_a_member(mode: Mode, members: dict[str, Any], pointer: str) -> None:
    with pytest.raises(MalformedError) as refused:
        validate_event(object_event(**members), mode)
    assert refused.value.pointer == pointer


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(
    "terms",
    [
        {"x": "https://ref.gs1.org/epcis/"},
        {"x": "https://ns.gs1.org/epcis/"},
        {"x": {"@id": "https://ref.gs1.org/epcis/Object", "@prefix": True}},
        {"x": "https://ref.gs1.org/"},
        {"x": "http"},
        {"x": ""},
        {"doing": "epcis:action"},
        {"kind": "@type"},
        {"kind": {"@id": "@type"}},
        {"@vocab": "https://ref.gs1.org/epcis/a"},
    ],
    ids=str,
)
def test_a_term_of_the_context(mode: Mode, terms: dict[str, Any]) -> None:
    with pytest.raises(MalformedError) as refused:
        validate_event(object_event(**{"@context": [CONTEXT, terms]}), mode)
    assert refused.value.pointer == f"/@context/1/{next(iter(terms))}"


def test_terms_that_are_nobody_elses() -> None:
    terms = {
        "epcis": "https://ref.gs1.org/epcis/",
        "cbv": "https://ref.gs1.org/cbv/",
        "example": {"@id": "https://example.org/epcis/"},
        "other": "http://ref.gs1.org.example/",
        "@vocab": "https://example.org/",
        "nothing": None,
    }
    assert validate_event(object_event(**{"@context": [CONTEXT, terms]})) == ()
