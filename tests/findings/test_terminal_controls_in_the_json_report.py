"""The JSON report carried C1 controls and direction marks raw: a terminal that shows it would obey them."""

from __future__ import annotations

import json
import unicodedata

from ledger.domain import facts
from ledger.domain.report import render_json
from tests.builders import World, contract, party
from tests.unit.domain.judging import verify

NAME = "Maker \x9b2J\u202e\u200b\U000e0041 GmbH 制造商"


def test_a_registered_name_with_controls() -> None:
    world = World.with_maker()
    world.facts[1] = type(world.facts[1])(
        world.facts[1].block,
        world.facts[1].time,
        facts.PartyAccredited(party("maker"), "DE", party("authority"), contract("cold"), NAME),
    )
    world.record()
    world.anchor()
    report = render_json(verify(world))
    assert {unicodedata.category(sign) for sign in report.replace("\n", "")}.isdisjoint({"Cc", "Cf"})
    assert json.loads(report)["signer"]["name"] == NAME
    assert "制造商" in report
