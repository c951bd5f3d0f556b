"""The world that most tests of verification start from."""

from __future__ import annotations

import pytest

from tests.builders import World


@pytest.fixture
def world() -> World:
    """A record of the maker among others, anchored; then another head."""
    world = World.with_maker()
    world.fill(5)
    world.record()
    world.fill(7)
    world.anchor()
    world.fill(3)
    world.anchor()
    return world
