"""A trust root took facts whose times run backwards, or are later than its own: "not shown before" a wrong DATE."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.errors import MalformedError
from ledger.types import UnixTime
from tests.builders import World


def with_last_time(seconds: int) -> World:
    world = World.with_maker()
    world.facts[-1] = replace(world.facts[-1], time=UnixTime(world.facts[-1].time + seconds))
    return world


@pytest.mark.parametrize("seconds", [1, -61], ids=["later than asOf", "earlier than the fact before"])
def test_a_fact_whose_time_is(seconds: int) -> None:
    with pytest.raises(MalformedError, match="/facts/4"):
        with_last_time(seconds).trust_root()
