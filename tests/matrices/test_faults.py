"""Whatever goes wrong between this software and the world, it says that it could not check, why, and what to do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.matrices.fault_world import Ending, FaultWorld
from tests.matrices.faults import (
    ANCHORING,
    EXPORT,
    FETCH,
    NODE_ALL,
    ONE_NODE,
    READS,
    REGISTRY,
    TRANSPORT,
    TWO_NODES,
    Row,
)
from tests.matrices.verifier_faults import NOT_FINAL, VerifierRow, endings_of
from tests.matrices.verifier_faults import ROWS as VERIFIER

SOUND = Row("it is sound", lambda exchange: exchange.reply(exchange.forward()), "", ())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultWorld]:
    opened = FaultWorld(tmp_path_factory.mktemp("faults"))
    yield opened
    opened.close()


def of(rows: tuple[Row, ...]) -> list[object]:
    return [pytest.param(row, who, id=f"{row.sentence}: {who}") for row in rows for who in row.asked]


def could_not(ending: Ending, row: Row) -> None:
    assert ending.could_not_check, ending
    assert row.reason in ending.words, ending


@pytest.mark.parametrize(("row", "who"), of((*TRANSPORT, *ONE_NODE)))
def test_a_fault_is_no_verdict(world: FaultWorld, row: Row, who: str) -> None:
    could_not(world.ask(row, who), row)


@pytest.mark.parametrize(("row", "who"), of(TWO_NODES))
def test_a_lie_of_one_node_of_two_is_no_verdict(world: FaultWorld, row: Row, who: str) -> None:
    ending = world.ask(row, who, of_two=True)
    could_not(ending, row)
    assert world.second.host in ending.words


@pytest.mark.parametrize("of_two", [False, True])
@pytest.mark.parametrize("who", [READS, EXPORT, REGISTRY])
def test_without_a_fault_there_is_an_answer(world: FaultWorld, who: str, of_two: bool) -> None:
    assert world.ask(SOUND, who, of_two=of_two).outcome.startswith("BELIEVED")


def test_without_a_fault_there_is_a_receipt(world: FaultWorld) -> None:
    assert world.ask(SOUND, FETCH).outcome.startswith("BELIEVED")


def test_every_asker_is_asked() -> None:
    assert {who for row in (*TRANSPORT, *ONE_NODE) for who in row.asked} == {*NODE_ALL, FETCH}
    assert ANCHORING in NODE_ALL


def test_after_all_of_it_the_anchor_goes_out(world: FaultWorld) -> None:
    assert world.ask(SOUND, ANCHORING).outcome.startswith("CHANGED")


@pytest.mark.parametrize("row", VERIFIER, ids=lambda row: row.sentence)
def test_what_a_verifier_brings_judges_no_receipt(row: VerifierRow) -> None:
    for base, ending in endings_of(row):
        if row.outcome == NOT_FINAL:
            assert ending.outcome in (NOT_FINAL, base.outcome) and ending.outcome != "verified"
        else:
            assert (ending.outcome, ending.exit_code, ending.is_explained) == (row.outcome, 3, True)
