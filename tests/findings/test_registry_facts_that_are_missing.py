"""A list of registry facts that is missing read as "we do not know the signer": a verdict about a party, from nothing.

A registry announces its root authority in its first block, so that no honest list is empty. A node without an index
answers with one all the same, a trust root was exported from it, and the verifier believed it.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from ledger.domain.receipt import dump_receipt
from ledger.domain.trust_root import dump_trust_root, trust_root_hash
from ledger.domain.verdict import Outcome
from ledger.domain.verify import verify_files
from ledger.errors import ChainUnavailableError
from ledger.service.registry import RegistryIndex
from ledger.service.trust import export_trust_root
from ledger.types import UnixTime
from tests.adapters.chains import DEPTH, ChainWorld, memory_world
from tests.builders import World

NOW = UnixTime(1_795_100_000)


def test_a_trust_root_without_facts_cannot_check_a_signer() -> None:
    world = World.with_maker()
    receipt = world.receipt(world.record(), head=None)
    contents = json.loads(dump_trust_root(world.trust_root())) | {"facts": []}
    del contents["hash"]
    sealed = json.dumps(contents | {"hash": "0x" + trust_root_hash(contents).hex()}).encode()
    assert verify_files(dump_receipt(receipt), sealed, world.now).outcome is Outcome.COULD_NOT_CHECK


@pytest.mark.parametrize(
    "read",
    [
        lambda world: export_trust_root(world.chain, [world.log_id], NOW),
        lambda world: RegistryIndex(world.chain).refresh(),
    ],
    ids=["trust root", "registry index"],
)
def test_a_node_that_shows_none_is_no_answer(
    read: Callable[[ChainWorld], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = memory_world()
    world.controls.mine(DEPTH)
    monkeypatch.setattr(world.chain, "facts", lambda first, last: ())
    with pytest.raises(ChainUnavailableError, match="no registry facts"):
        read(world)
