"""One event of 1 MiB could make the event hash write gigabytes: a long name or namespace, repeated at each value."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.epcis.event_hash import event_hash
from ledger.errors import MalformedError
from tests.builders import CONTEXT, object_event

N = 6_000


def prefixed(iri: str) -> list[Any]:
    return [CONTEXT, {"x": iri}]


@pytest.mark.parametrize(
    "members",
    [
        {"example:" + "k" * N: [1] * N},
        {"@context": prefixed("https://example.org/" + "a" * 900), "ilmd": {f"x:{n}": 1 for n in range(5 * N)}},
        {"@context": prefixed("https://ref.gs1.org/" + "a" * 900), "epcList": [f"x:{n}" for n in range(5 * N)]},
    ],
    ids=["a long name over many elements", "a long namespace over many names", "a long namespace over many values"],
)
def test_a_hash_text_far_longer_than_the_event(members: dict[str, Any]) -> None:
    with pytest.raises(MalformedError, match="characters"):
        event_hash(object_event(**members))


def test_prefixes_that_each_lengthen_the_one_before() -> None:
    chain = {"t0": "https://example.org/"} | {f"t{n}": f"t{n - 1}:aaaaaaaa" for n in range(1, N)}
    with pytest.raises(MalformedError, match="/@context"):
        event_hash(object_event(**{"@context": [CONTEXT, chain]}))


def test_as_many_names_as_an_event_can_have_are_hashed() -> None:
    assert event_hash(object_event(ilmd={f"example:{n}": n for n in range(50_000)})).startswith("ni:///sha-256;")
