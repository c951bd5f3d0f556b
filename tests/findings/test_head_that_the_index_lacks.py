"""A node whose index lags shows fewer heads than the contract holds; the trust root called that list complete.

A receipt of a head that is missing then read "anchored after your trust root was made", and a key was judged at a
later head than the one that includes the record.
"""

from __future__ import annotations

import pytest

from ledger.codec.merkle import node_hash
from ledger.errors import ChainUnavailableError
from ledger.service.trust import export_trust_root
from ledger.types import UnixTime
from tests.adapters.chains import DEPTH, MIN_INTERVAL, memory_world
from tests.builders import hash_of

NOW = UnixTime(1_795_100_000)
ROOT = node_hash(hash_of("first"), hash_of("second"))


@pytest.mark.parametrize("shown", [0, 1])
def test_an_index_that_is_behind_is_no_answer(shown: int, monkeypatch: pytest.MonkeyPatch) -> None:
    world = memory_world()
    world.mined(world.send_anchor(1, hash_of("first"), []))
    world.controls.pass_time(MIN_INTERVAL)
    world.mined(world.send_anchor(2, ROOT, [hash_of("second")]))
    world.controls.mine(DEPTH)
    assert len(export_trust_root(world.chain, [world.log_id], NOW).logs[0].heads) == 2
    heads, newest = world.chain.heads, world.chain.head(world.log_id)
    monkeypatch.setattr(world.chain, "head", lambda log_id: newest)  # the contract's own word
    monkeypatch.setattr(world.chain, "heads", lambda *asked: heads(*asked)[:shown])
    with pytest.raises(ChainUnavailableError, match="do not end in the newest"):
        export_trust_root(world.chain, [world.log_id], NOW)
