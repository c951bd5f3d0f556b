"""Traces from a real capture: who sees what, what an erasure leaves, and that an outage is never a finding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ledger.adapters.memory import MemoryStore
from ledger.domain.custody_checks import CheckId, Outcome
from ledger.domain.trace import Evidence
from ledger.errors import ChainUnavailableError, StoreUnavailableError
from ledger.ports import StoredEvent
from ledger.service.acceptance import RegistryNow
from ledger.service.erasure import erase
from ledger.service.item_scan import ItemScan
from ledger.service.sight import OwnEvents
from ledger.service.trace import Question, TracedLog, Tracing, traced_json
from ledger.types import JsonObject
from tests.builders import party
from tests.unit.service.desk import Desk, envelope_of, event_numbered, open_desk

ITEM, CASE = "urn:epc:id:sgtin:4012345.011122.1", "urn:epc:id:sscc:4012345.3000000001"


@pytest.fixture
def desk() -> Iterator[Desk]:
    """The maker commissions and packs an item; the courier, whose key the operator holds, loads the case."""
    packing = {"type": "AggregationEvent", "bizStep": "packing", "epcList": None, "parentID": CASE, "childEPCs": [ITEM]}
    loading = {"action": "OBSERVE", "bizStep": "loading", "epcList": [CASE]}
    with open_desk() as opened:
        world = opened.world
        opened.capture([envelope_of(world.record(event_numbered(n, **m))) for n, m in enumerate(({}, packing))])
        logged = world.record(event_numbered(2, **loading), key="courier", party=party("courier"), role="carrier")
        assert opened.capture(envelope_of(logged), party=party("courier")).success
        yield opened


class Everything:
    """The sight of somebody who may see all."""

    def members_shown(self, _stored: StoredEvent, event: JsonObject) -> frozenset[str]:
        return frozenset(event)


def tracing(desk: Desk, **parts: Any) -> Tracing:
    store = parts.get("store", desk.store)
    log = TracedLog(desk.world.log_id, store, parts.get("items", ItemScan(store)), parts.get("tree_size"))
    return Tracing([log], desk.world.domain, parts.get("registry", desk.registry), desk.clock)


def test_a_trace_goes_through_packing(desk: Desk) -> None:
    traced = tracing(desk).trace(Question(ITEM), Everything())
    assert [step.biz_step for step in traced.graph.steps] == ["commissioning", "packing", "loading"]
    assert {step.event.evidence for step in traced.graph.steps} == {Evidence.NOT_FINAL}
    assert (traced.withheld, traced.erased, traced.could_not_check) == (0, 0, ())
    assert {answer.check for answer in traced.answers} == set(CheckId)
    assert traced.names[party("maker")] == "Maker GmbH"


def test_a_party_sees_its_own_and_is_told_that_there_is_more(desk: Desk) -> None:
    traced = tracing(desk).trace(Question(CASE), OwnEvents(party("maker")))
    assert {step.event.party for step in traced.graph.steps} == {party("maker")}
    assert traced.withheld == 1
    answer = traced_json(traced)
    assert answer["withheld"] == 1
    assert "loading" not in str(answer)


def test_members_out_of_sight_are_named_and_not_shown(desk: Desk) -> None:
    class NoItems(Everything):
        def members_shown(self, _stored: StoredEvent, event: JsonObject) -> frozenset[str]:
            return frozenset(event) - {"example:price", "childEPCs"}

    traced = tracing(desk).trace(Question(CASE), NoItems())
    packing = traced.graph.steps[0]
    assert packing.biz_step == "packing"
    assert packing.hides_items
    assert packing.event.hidden == {"example:price", "childEPCs"}


def test_what_was_erased_is_counted(desk: Desk) -> None:
    scan = ItemScan(desk.store)

    class Index(ItemScan):
        def events_of_item(self, item_key: str) -> tuple[StoredEvent, ...]:
            found = desk.store.event_at(1)
            return (*scan.events_of_item(item_key), *([found] if found is not None else []))

    erase(desk.store, 1, "a basis", desk.clock())
    traced = tracing(desk, items=Index(desk.store)).trace(Question(ITEM), Everything())
    assert traced.erased == 1
    assert [step.biz_step for step in traced.graph.steps] == ["commissioning"]


def test_records_beyond_the_close_of_a_log_are_its_successor_s(desk: Desk) -> None:
    traced = tracing(desk, tree_size=2).trace(Question(ITEM), Everything())
    assert [step.biz_step for step in traced.graph.steps] == ["commissioning", "packing"]


def test_a_store_that_does_not_answer_is_no_finding(desk: Desk) -> None:
    class Failing(ItemScan):
        def events_of_item(self, item_key: str) -> tuple[StoredEvent, ...]:
            assert item_key
            raise StoreUnavailableError("the disk is gone")

    for parts in ({"items": Failing(desk.store)}, {"store": _NoSize()}):
        with pytest.raises(StoreUnavailableError):
            tracing(desk, **parts).trace(Question(ITEM), Everything())


class _NoSize(MemoryStore):
    def final_size(self) -> int:
        raise StoreUnavailableError("the disk is gone")


def test_a_chain_that_does_not_answer_leaves_its_checks_open(desk: Desk) -> None:
    def registry() -> RegistryNow:
        raise ChainUnavailableError("no node")

    traced = tracing(desk, registry=registry).trace(Question(ITEM), Everything())
    assert len(traced.graph.steps) == 3
    assert traced.could_not_check == ("registry",)
    prefix = [answer for answer in traced.answers if answer.check is CheckId.COMPANY_PREFIX]
    assert [answer.outcome for answer in prefix] == [Outcome.NOT_EVALUABLE]


def test_whoever_holds_a_key_is_found_in_the_registry(desk: Desk) -> None:
    shipping = {"action": "OBSERVE", "bizStep": "shipping", "epcList": [CASE], "eventTime": "2026-09-21T14:11:00+02:00"}
    receiving = shipping | {"bizStep": "receiving", "eventTime": "2026-09-21T14:12:00+02:00"}
    world = desk.world
    desk.capture(envelope_of(world.record(event_numbered(3, **shipping))))
    logged = world.record(event_numbered(4, **receiving), key="courier", party=party("courier"), role="carrier")
    desk.capture(envelope_of(logged), party=party("courier"))
    traced = tracing(desk).trace(Question(CASE), Everything())
    said = [answer for answer in traced.answers if answer.check is CheckId.ONE_CUSTODIAN]
    assert [answer.outcome for answer in said] == [Outcome.CLEAR]
