"""Live, ready with reasons, and measurements in the names of docs/operations.md."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from api.app import create_app
from api.meters import GAUGES
from ledger.errors import ChainUnavailableError
from ledger.service.condition import Reason
from tests.api.house import House, wait_until

OPERATIONS = Path(__file__).resolve().parents[2] / "docs" / "operations.md"


def measured(house: House) -> dict[str, Any]:
    reply = house.ask("GET", "/metrics")
    assert reply.headers["content-type"].startswith("text/plain; version=")
    return {family.name: family for family in text_string_to_metric_families(reply.body.decode())}


def value(families: dict[str, Any], sample: str, **labels: str) -> float:
    found = [
        each.value
        for family in families.values()
        for each in family.samples
        if each.name == sample and labels.items() <= each.labels.items()
    ]
    assert found, sample
    return float(found[0])


def test_ready_says_that_all_is_well(house: House) -> None:
    wait_until(lambda: house.ask("GET", "/health/ready").status == 200)
    ready = house.ask("GET", "/health/ready").json()
    assert (ready["status"], ready["reasons"]) == ("ok", [])


def test_ready_is_503_with_every_reason(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(house.service.worker), "faults", {"signer": "locked", "store": "the disk is full"})
    monkeypatch.setattr(type(house.service.anchorer), "refusal", "Fork()")
    late = (Reason("checkpoint", "an event waits"),)
    monkeypatch.setattr(type(house.service.condition), "reasons", lambda _self: late)
    reply = house.ask("GET", "/health/ready")
    assert reply.status == 503
    assert [reason["part"] for reason in reply.json()["reasons"]] == ["signer", "store", "anchorer", "checkpoint"]
    assert house.ask("GET", "/health").status == 200
    assert house.ask("GET", "/health/live").json() == {"status": "live"}


def test_every_measurement_is_there_and_documented(house: House) -> None:
    result = house.logged()
    house.wait_until_final(result["leafIndex"])
    wait_until(lambda: "tradeledger_balance_wei" in measured(house))
    families = measured(house)
    page = OPERATIONS.read_text("utf-8")
    names = set(re.findall(r"`(tradeledger_[a-z_]+)", page))
    told = {name if family.type != "counter" else f"{name}_total" for name, family in families.items()}
    assert told == names
    assert GAUGES.keys() < told
    assert value(families, "tradeledger_balance_wei") > 0
    assert value(families, "tradeledger_gas_spent_today") > 0
    assert value(families, "tradeledger_records", step="final") > result["leafIndex"]
    assert value(families, "tradeledger_promises_past_deadline") == 0


def test_requests_and_captures_are_counted_by_route_and_outcome(house: House) -> None:
    before = measured(house)
    house.logged()
    house.ask("POST", "/capture", [house.envelope(), {"event": 1}], by="maker")
    house.ask("HEAD", "/health")
    after = measured(house)

    def more(sample: str, **labels: str) -> float:
        try:
            start = value(before, sample, **labels)
        except AssertionError:
            start = 0.0
        return value(after, sample, **labels) - start

    assert more("tradeledger_captures_total", outcome="sequenced") == 1
    assert more("tradeledger_captures_total", outcome="refused") == 1
    assert more("tradeledger_captures_total", outcome="not captured") == 1
    count = "tradeledger_request_duration_seconds_count"
    assert more(count, method="POST", route="/events", status="201") == 1
    assert more(count, method="POST", route="/capture", status="202") == 1
    assert more(count, method="HEAD", route="/health", status="200") == 1


def test_routes_are_named_by_their_templates_alone(house: House) -> None:
    house.ask("GET", "/events/urn:uuid:planted-marker", by="maker")
    house.ask("GET", "/planted-marker")
    house.ask("PROPFIND", "/planted-marker")
    text = house.ask("GET", "/metrics").body.decode()
    assert "planted-marker" not in text
    assert 'route="/events/{event_id:path}"' in text
    assert 'method="(other)"' in text


class _Silent:
    """A chain that nobody may ask."""

    def __getattr__(self, name: str) -> Any:
        raise ChainUnavailableError(name)


def test_a_scrape_asks_the_store_and_never_the_chain(house: House) -> None:
    wait_until(lambda: house.service.condition.figures().balance is not None)
    silent: Any = _Silent()
    service = replace(house.service, chain=silent, registry=silent, registrar=silent)
    reply = TestClient(create_app(service)).get("/metrics")
    assert (reply.status_code, "tradeledger_nonce_gap" in reply.text) == (200, True)
