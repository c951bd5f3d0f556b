"""``@context``: prefixes of document and event, and the whole context that an event is signed with."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.epcis.context import STANDARD_PREFIXES, context_entries, expand_curie, merge_context, prefix_map

OFFICIAL = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
FOREIGN = "https://contexts.example/mine.jsonld"

MERGES: dict[str, tuple[Any, Any, Any]] = {
    "neither": (None, None, None),
    "the document's alone": ([OFFICIAL], None, [OFFICIAL]),
    "a string stays one": (OFFICIAL, None, OFFICIAL),
    "the event's alone": (None, {"ex": "https://a.example/"}, {"ex": "https://a.example/"}),
    "the same twice is once": ([OFFICIAL, {"ex": "a:"}], [OFFICIAL, {"ex": "a:"}], [OFFICIAL, {"ex": "a:"}]),
    "the event's last, so that it wins": ({"ex": "a:"}, {"ex": "b:"}, [{"ex": "a:"}, {"ex": "b:"}]),
    "an official context is not repeated": (OFFICIAL, [OFFICIAL, {"ex": "b:"}], [OFFICIAL, {"ex": "b:"}]),
    "a foreign one is": ([FOREIGN], [FOREIGN, {"ex": "b:"}], [FOREIGN, FOREIGN, {"ex": "b:"}]),
    "a map that comes back comes last": (
        [{"ex": "a:"}, {"ex": "b:"}],
        [{"ex": "a:"}],
        [{"ex": "a:"}, {"ex": "b:"}, {"ex": "a:"}],
    ),
}


@pytest.mark.parametrize("name", MERGES)
def test_merging_keeps_order_and_meaning(name: str) -> None:
    document, event, whole = MERGES[name]
    assert merge_context(document, event) == whole
    assert prefix_map(whole) == prefix_map([*context_entries(document), *context_entries(event)])


def test_merging_changes_neither_side() -> None:
    document: Any = [OFFICIAL, {"ex": "a:"}]
    event: Any = [{"ex": "b:"}]
    merge_context(document, event)
    assert document == [OFFICIAL, {"ex": "a:"}]
    assert event == [{"ex": "b:"}]


def test_later_definitions_win_and_null_takes_back() -> None:
    prefixes = prefix_map([{"ex": "https://a.example/", "gone": "https://g.example/"}, {"ex": "b:", "gone": None}])
    assert prefixes == STANDARD_PREFIXES | {"ex": "b:"}


def test_definitions_may_be_objects_and_use_prefixes_before_them() -> None:
    context: Any = [
        {"ex": {"@id": "https://a.example/", "@prefix": True}, "sub": "ex:sub/", "@vocab": "https://v.example/"}
    ]
    assert prefix_map(context) == STANDARD_PREFIXES | {"ex": "https://a.example/", "sub": "https://a.example/sub/"}


def test_standard_prefixes_cannot_be_redefined() -> None:
    assert prefix_map({"cbv": "https://evil.example/", "gs1": None}) == STANDARD_PREFIXES


@pytest.mark.parametrize("context", [7, True, [[OFFICIAL]], [None, 3], {"ex": 5, "": "x"}, {"ex": {"@id": 4}}, []])
def test_any_json_value_yields_prefixes(context: Any) -> None:
    assert prefix_map(context).items() >= STANDARD_PREFIXES.items()


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("cbv:BizStep-shipping", "https://ref.gs1.org/cbv/BizStep-shipping"),
        ("gs1:Temperature", "https://ref.gs1.org/voc/Temperature"),
        ("cbvmda:lotNumber", "urn:epcglobal:cbv:mda:lotNumber"),
        ("unknown:x", "unknown:x"),
        ("shipping", "shipping"),
        ("gs1://host/x", "gs1://host/x"),
        ("", ""),
    ],
)
def test_compact_iris_expand_where_the_prefix_is_known(text: str, expanded: str) -> None:
    assert expand_curie(text, prefix_map(OFFICIAL)) == expanded
