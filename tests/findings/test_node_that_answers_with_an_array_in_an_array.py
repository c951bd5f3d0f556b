"""A batch in whose answer an array stands beside the answer objects ended in an AttributeError, a fault of ours."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest

from ledger.errors import ChainUnavailableError
from tests.property.fuzz.node_answers import WORD, read_body

PROOF = [{"id": {}, "result": "0x539"}, {"result": {"hash": WORD}}]


@pytest.mark.parametrize("last", [[], [{"id": 2}], None, "x", 0, {}])
def test_it_is_half_an_answer(last: object) -> None:
    for answers in ([*PROOF, last], [last, *PROOF], last):
        with suppress(ChainUnavailableError):
            assert not any(read_body(json.dumps(answers).encode()))
