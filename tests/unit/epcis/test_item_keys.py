"""Item keys: what an event is about, in one form for each item (spec §12), by the shared vectors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ledger.epcis.item_keys import item_key, item_keys, item_keys_by_field
from ledger.types import JsonObject

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "item_keys.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS["events"], ids=lambda vector: vector["name"])
def test_the_keys_of_an_event(vector: Any) -> None:
    assert list(item_keys(vector["event"])) == vector["itemKeys"]
    by_field = item_keys_by_field(vector["event"])
    assert {field: list(keys) for field, keys in by_field.items()} == vector["byField"]


@pytest.mark.parametrize("vector", VECTORS["identifiers"], ids=lambda vector: vector["identifier"])
def test_the_key_that_is_asked_for(vector: Any) -> None:
    assert item_key(vector["identifier"]) == vector["itemKey"]
    assert item_key(vector["itemKey"]) == vector["itemKey"]


def test_of_a_part_of_an_event_come_the_keys_of_that_part() -> None:
    whole: JsonObject = {"parentID": "urn:x:parent", "childEPCs": ["urn:x:child"], "readPoint": {"id": "urn:x:place"}}
    part: JsonObject = {"parentID": "urn:x:parent"}
    assert item_keys(part) == ("urn:x:parent",)
    assert set(item_keys(part)) < set(item_keys(whole))
