"""A fee history with an empty list of rewards ended in an IndexError, a fault of this software, not of the node."""

from __future__ import annotations

import json

from tests.property.fuzz.node_answers import answers, read_results


def test_it_reads_as_no_reward() -> None:
    history = {"eth_feeHistory": {"baseFeePerGas": ["0x1", "0x2"], "reward": [[], ["0x1"], []]}}
    assert read_results(json.dumps({**json.loads(answers()[0]), **history}).encode()) == read_results(answers()[0])
