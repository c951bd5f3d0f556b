"""Event digest and role views, made from event and seed: the published vectors, and the specification's own words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ledger.codec import salts
from ledger.codec.disclosure import CLOSED_TABLES, MUST_SHOW, digest_of_view, event_digest, role_view, shown_event
from ledger.codec.event_leaves import MAX_ELEMENTS, MAX_MEMBERS
from ledger.errors import MalformedError, NotAllowedError, TooLargeError
from ledger.types import JsonObject, JsonValue, Seed
from tests import disclosure_oracle

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "disclosure.json").read_text(encoding="utf-8"))
COLLISIONS = Path(__file__).parents[4] / "shared" / "vectors" / "cbv-hash-collisions.json"

SEED = Seed(bytes(range(32)))
EVENT: JsonObject = {
    "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    "eventID": "urn:uuid:5f8f1b1e-0f7a-4c39-8d6d-0d6ed1c3a003",
    "type": "ObjectEvent",
    "epcList": ["urn:x:1", "urn:x:2", "urn:x:3"],
    "ex:price": 12.5,
}


def views() -> list[Any]:
    return [
        pytest.param(event, view, id=f"{event['name']}-{view['name']}")
        for event in VECTORS["events"]
        for view in event["views"]
    ]


@pytest.mark.parametrize("case", VECTORS["events"], ids=lambda case: case["name"])
def test_published_event_digest(case: dict[str, Any]) -> None:
    assert "0x" + event_digest(case["event"], Seed(bytes.fromhex(case["seed"][2:]))).hex() == case["eventDigest"]


@pytest.mark.parametrize(("case", "view"), views())
def test_published_role_view(case: dict[str, Any], view: dict[str, Any]) -> None:
    elements = {table: frozenset(indexes) for table, indexes in view["elements"].items()}
    made = role_view(case["event"], Seed(bytes.fromhex(case["seed"][2:])), frozenset(view["shown"]), elements)
    assert made == view["view"]


@pytest.mark.parametrize(("case", "view"), views())
def test_published_view_is_under_the_digest(case: dict[str, Any], view: dict[str, Any]) -> None:
    assert "0x" + digest_of_view(view["view"]).hex() == case["eventDigest"]
    assert shown_event(view["view"]) == view["event"]


@pytest.mark.parametrize("case", VECTORS["badEvents"], ids=lambda case: case["name"])
def test_published_event_without_digest(case: dict[str, Any]) -> None:
    with pytest.raises(MalformedError) as caught:
        event_digest(case["event"], SEED)
    assert caught.value.pointer == case["pointer"]


def collisions() -> list[Any]:
    if not COLLISIONS.is_file():
        return [pytest.param(None, marks=pytest.mark.skip(reason="the outside test data is not here"))]
    return [pytest.param(pair, id=pair["name"]) for pair in json.loads(COLLISIONS.read_text(encoding="utf-8"))["pairs"]]


@pytest.mark.parametrize("pair", collisions())
def test_events_that_share_a_cbv_hash_have_different_digests(pair: dict[str, Any]) -> None:
    a, b = ({"@context": pair["@context"], **pair[side]} for side in "ab")
    assert event_digest(a, SEED) != event_digest(b, SEED)


def test_another_seed_gives_another_digest() -> None:
    assert event_digest(EVENT, SEED) != event_digest(EVENT, Seed(bytes(32)))


def test_the_order_in_which_members_stand_does_not_matter() -> None:
    assert event_digest(dict(reversed(EVENT.items())), SEED) == event_digest(EVENT, SEED)


@pytest.mark.parametrize("table", sorted(CLOSED_TABLES))
@pytest.mark.parametrize("value", [None, True, 1, "urn:x:1", {}])
def test_a_table_that_is_no_array_is_refused(table: str, value: JsonValue) -> None:
    with pytest.raises(MalformedError) as caught:
        event_digest({**EVENT, table: value}, SEED)
    assert caught.value.pointer == f"/{table}"


def test_a_list_inside_a_member_is_no_table() -> None:
    nested: JsonObject = {**EVENT, "ilmd": {"epcList": "urn:x:1"}}
    assert event_digest(nested, SEED) == disclosure_oracle.event_digest(nested, SEED)


@pytest.mark.parametrize("seed", [b"", bytes(31), bytes(33)])
def test_a_seed_of_another_length_is_refused(seed: bytes) -> None:
    with pytest.raises(MalformedError):
        event_digest(EVENT, Seed(seed))


def test_limits_are_taken_and_one_more_is_refused() -> None:
    event_digest({f"ex:{i}": i for i in range(MAX_MEMBERS)}, SEED)
    with pytest.raises(TooLargeError):
        event_digest({f"ex:{i}": i for i in range(MAX_MEMBERS + 1)}, SEED)
    with pytest.raises(TooLargeError) as caught:
        event_digest({"epcList": [""] * (MAX_ELEMENTS + 1)}, SEED)
    assert caught.value.pointer == "/epcList"


def test_salts_are_those_of_the_hmac_library() -> None:
    made = salts.Salts(SEED)
    assert made.of_leaves(20) == [disclosure_oracle.salt(SEED, i) for i in range(20)]
    assert made.of_elements(7, 20) == [disclosure_oracle.salt(SEED, 7, j) for j in range(20)]
    assert made.of_elements(7, 0) == []


@pytest.mark.parametrize("name", sorted(MUST_SHOW))
def test_what_must_be_shown_is_shown_unasked(name: str) -> None:
    event: JsonObject = {**EVENT, name: "urn:x:value"}
    assert shown_event(role_view(event, SEED, frozenset()))[name] == "urn:x:value"


def test_names_that_the_event_does_not_have_are_passed_over() -> None:
    assert role_view(EVENT, SEED, {"ilmd", "ex:price"}) == role_view(EVENT, SEED, {"ex:price"})


def test_elements_alone_grant_nothing() -> None:
    assert role_view(EVENT, SEED, frozenset(), {"epcList": {1}}) == role_view(EVENT, SEED, frozenset())


@pytest.mark.parametrize("index", [-1, 3])
def test_an_index_outside_the_table_is_refused(index: int) -> None:
    with pytest.raises(MalformedError) as caught:
        role_view(EVENT, SEED, {"epcList"}, {"epcList": {0, index}})
    assert caught.value.pointer == "/epcList"


def test_an_event_whose_id_is_a_hash_of_it_has_no_role_views() -> None:
    with pytest.raises(NotAllowedError):
        role_view({**EVENT, "eventID": "ni:///sha-256;00?ver=CBV2.0"}, SEED, set(EVENT))


def test_a_view_tells_neither_seed_nor_hidden_values() -> None:
    text = json.dumps(role_view(EVENT, SEED, {"epcList"}, {"epcList": {1}}))
    hidden_salts = [disclosure_oracle.salt(SEED, i) for i, name in enumerate(sorted(EVENT), 1) if name == "ex:price"]
    for secret in ("12.5", "urn:x:1", "urn:x:3", SEED.hex(), *hidden_salts):
        assert secret not in text


def test_a_price_is_in_no_refusal() -> None:
    with pytest.raises(MalformedError) as caught:
        event_digest({**EVENT, "epcList": "4711.50"}, SEED)
    assert "4711" not in str(caught.value)
