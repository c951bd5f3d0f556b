"""Traces over HTTP: for the caller's own eyes, in the schema that is told, from any form of an identifier."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import quote

import pytest

from api.schemas.trace import TRACE_SCHEMAS
from ledger.errors import StoreUnavailableError
from ledger.service.item_scan import ItemScan
from tests.api.house import House


def path(item: str, query: str = "") -> str:
    return f"/items/{quote(item, safe='')}/trace{query}"


@pytest.fixture
def item(house: House) -> str:
    """A new item that the maker commissioned, packed, and a rival says it stores."""
    item = f"urn:epc:id:sgtin:4012345.011122.{uuid.uuid4().hex[:12]}"
    house.logged(epcList=[item])
    packing: dict[str, Any] = {"type": "AggregationEvent", "bizStep": "packing", "epcList": None}
    house.logged(**packing, parentID="urn:epc:id:sscc:4012345.3000000001", childEPCs=[item])
    house.logged("rival", epcList=[item], action="OBSERVE", bizStep="storing", **{"example:price": 77.5})
    return item


def test_the_steps_of_one_s_own(house: House, item: str) -> None:
    reply = house.ask("GET", path(item), by="maker")
    answer = reply.json()
    assert [step["bizStep"] for step in answer["steps"]][:2] == ["commissioning", "packing"]
    assert answer["withheld"] == 1
    assert "77.5" not in reply.body.decode()
    assert "storing" not in {step["bizStep"] for step in answer["steps"]}
    told = TRACE_SCHEMAS["Trace"]["properties"]
    assert answer.keys() == told.keys()
    for name in ("steps", "checks", "stays"):
        assert answer[name][0].keys() == told[name]["items"]["properties"].keys()


def test_one_item_in_every_form(house: House, item: str) -> None:
    serial = item.rpartition(".")[2]
    link = f"https://brand.example/01/04012345111224/21/{serial}"
    answers = [house.ask("GET", path(each), by="maker").json()["steps"] for each in (item, link)]
    assert answers[0] == answers[1]
    assert len(answers[0]) >= 2


def test_dates_and_direction(house: House, item: str) -> None:
    past = house.ask("GET", path(item, "?recorded_by=2001-01-01T00:00:00Z&direction=from"), by="maker").json()
    assert (past["steps"], past["recordedBy"], past["direction"]) == ([], "2001-01-01T00:00:00Z", "from")


@pytest.mark.parametrize("query", ["?direction=up", "?recorded_by=yesterday", "?known_by=2001-13-01T00:00:00Z"])
def test_what_cannot_be_asked_is_refused(house: House, item: str, query: str) -> None:
    assert house.ask("GET", path(item, query), by="maker").status == 400


def test_a_key_is_needed(house: House, item: str) -> None:
    assert house.ask("GET", path(item)).status == 401


def test_an_outage_reads_could_not_check(house: House, item: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise StoreUnavailableError("the disk is gone")

    monkeypatch.setattr(ItemScan, "events_of_item", fail)
    reply = house.ask("GET", path(item), by="maker")
    assert reply.status == 503
    assert "broken" not in reply.body.decode()
