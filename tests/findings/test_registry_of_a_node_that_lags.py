"""Behind one URL may stand several nodes: where the next one lagged, facts were read twice and the replay broke."""

from __future__ import annotations

import pytest

from tests.adapters.chains import memory_world
from tests.builders import party


def test_what_was_read_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    world = memory_world()
    before = world.latest()
    world.registrar.accredit_authority(world.root, party("authority"), "DE", world.owner, "Trade Authority")
    known = world.index.refresh()
    with monkeypatch.context() as lagging:
        lagging.setattr(world.chain, "latest_block", lambda: before)
        assert world.index.refresh() == known
    world.controls.mine()
    assert world.index.refresh().registry.party(party("authority")) is not None
