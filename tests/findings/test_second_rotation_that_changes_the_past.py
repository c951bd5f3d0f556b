"""A key replaced twice had the later end only: a fact made a key look good at a head before that fact's own block.

The contract replaces a key once. A history that says otherwise is no history, as with a key that is bound twice.
"""

from __future__ import annotations

import pytest

from ledger.domain import facts
from ledger.domain.parties import NO_PARTY, replay
from ledger.errors import MalformedError
from tests.builders import START, World, address, party

MAKER = party("maker")


def rotation(new_key: str, until: int) -> facts.KeyRotated:
    return facts.KeyRotated(MAKER, address("maker"), address(new_key), NO_PARTY, until)


def test_a_key_replaced_twice() -> None:
    world = World.with_maker()
    world.fact(rotation("second", world.now))
    world.fact(rotation("third", world.now + 1_000))
    with pytest.raises(MalformedError, match="/facts/6: expected a key not replaced before"):
        replay(world.facts, "/facts")


def test_a_key_declared_compromised_twice() -> None:
    world = World.with_maker()
    for claimed_since in (START, START + 1):
        world.fact(facts.KeyCompromised(MAKER, address("maker"), claimed_since))
    with pytest.raises(MalformedError, match="/facts/6: expected a key not declared compromised before"):
        replay(world.facts, "/facts")
