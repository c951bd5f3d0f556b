"""A long ``@context`` of a document was copied into each of its events: work that grew with the square of the bytes."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.epcis.documents import complete_events
from ledger.errors import MalformedError


def document(context: Any) -> dict[str, Any]:
    return {"type": "EPCISDocument", "@context": context, "epcisBody": {"eventList": [{"@context": {"q": "urn:q:"}}]}}


@pytest.mark.parametrize(
    "context",
    [["https://example.org/context"] * 101, {"x": "https://example.org/" + "a" * 70_000}],
    ids=["many entries", "many bytes"],
)
def test_a_context_too_large_to_stand_in_every_event(context: Any) -> None:
    with pytest.raises(MalformedError, match="/@context"):
        complete_events(document(context))


def test_a_context_of_usual_size() -> None:
    context = [f"https://example.org/{n}" for n in range(20)]
    assert [placed.event for placed in complete_events(document(context))] == [
        {"@context": [*context, {"q": "urn:q:"}]}
    ]
