"""For any bytes a parser gives a value or an error of ours: of a family it may refuse with, and never another.

What it gives, where there is a writer: written and read again it is the same value, and where the form promises one
spelling, the bytes are the very ones that were read.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.property.fuzz.mutations import BOMBS, CHANGES, Change, change_bytes, change_json, is_json
from tests.property.fuzz.node_answers import READERS, answers, read_results
from tests.property.fuzz.parsers import PARSERS

FUZZ = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
JSON = {name: seeds for name, parser in PARSERS.items() if (seeds := [each for each in parser.seeds if is_json(each)])}


@pytest.mark.parametrize("name", PARSERS)
def test_the_seeds_are_read(name: str) -> None:
    parser = PARSERS[name]  # else mutations would only ever show that nonsense is refused
    assert any(map(parser.hold, parser.seeds))


def test_every_reader_of_a_node_reads_some_of_its_answers() -> None:
    by_reader = zip(*map(read_results, answers()), strict=True)
    assert [any(read) for read in by_reader] == [True] * READERS


@pytest.mark.parametrize("name", PARSERS)
@FUZZ
@given(data=st.binary(max_size=400))
def test_any_bytes(name: str, data: bytes) -> None:
    PARSERS[name].hold(data)


@pytest.mark.parametrize("name", PARSERS)
@FUZZ
@given(which=st.integers(0, 15), changes=CHANGES)
def test_nearly_right_bytes(name: str, which: int, changes: list[Change]) -> None:
    parser = PARSERS[name]
    parser.hold(change_bytes(parser.seeds, which, changes))


@pytest.mark.parametrize("name", JSON)
@FUZZ
@given(which=st.integers(0, 15), changes=CHANGES)
def test_nearly_right_json(name: str, which: int, changes: list[Change]) -> None:
    PARSERS[name].hold(change_json(JSON[name], which, changes))


@pytest.mark.parametrize("name", PARSERS)
def test_bytes_made_to_cost_more_than_their_size(name: str) -> None:
    for bomb in BOMBS.values():
        PARSERS[name].hold(bomb)
