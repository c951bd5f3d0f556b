"""Registry facts: every event of the contract has its class, is read back as written, and says nothing else."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from ledger.domain import facts
from ledger.domain.facts import Announcement, Fact, dump_fact, parse_fact
from ledger.domain.parties import replay
from ledger.errors import MalformedError
from ledger.types import UnixTime
from tests.builders import World, address, party

KINDS = get_args(Announcement)


def example(kind: type) -> Fact:
    values = {}
    for field in fields(kind):
        is_address = field.type == "Address"
        values[field.name] = (
            b"\x07" * 20 if is_address else {"PartyId": b"\x07" * 32, "str": "DE", "int": 7}[str(field.type)]
        )
    return Fact(3, UnixTime(5), kind(**values))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_fact_is_read_back_as_written(kind: type) -> None:
    written = dump_fact(example(kind))
    assert parse_fact(json.loads(json.dumps(written)), "/facts/0") == example(kind)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_fact_is_closed(kind: type) -> None:
    written = dump_fact(example(kind))
    for name in written:
        with pytest.raises(MalformedError):
            parse_fact({other: value for other, value in written.items() if other != name}, "/facts/0")
    with pytest.raises(MalformedError):
        parse_fact(written | {"other": 1}, "/facts/0")


def test_the_facts_are_the_events_of_the_contract() -> None:
    """Names and arguments as the interfaces declare them."""
    declared: dict[str, list[str]] = {}
    for interface in Path("contracts/interfaces").glob("I*.sol"):
        if interface.stem not in ("ICheckpointRegistry", "ICustodyLedger"):
            declared |= _events(interface.read_text())
    stated = {
        kind.__name__: [name for name in dump_fact(example(kind)) if name not in ("fact", "block", "time")]
        for kind in KINDS
    }
    assert stated == declared


def _events(source: str) -> dict[str, list[str]]:
    return {
        name: [argument.split()[-1] for argument in arguments.split(",")]
        for name, arguments in re.findall(r"^    event (\w+)\(([^)]*)\)", source, re.MULTILINE)
    }


def test_a_time_beyond_what_json_keeps_exactly_is_its_largest_number() -> None:
    granted = dump_fact(example(facts.RoleGranted)) | {"validUntil": 2**64 - 1}
    assert parse_fact(granted, "").announcement.valid_until == 2**53 - 1  # type: ignore[union-attr]


IMPOSSIBLE: dict[str, Announcement] = {
    "a party accredited twice": facts.AuthorityAccredited(party("maker"), "FR", address("cold"), "Again"),
    "a party of nobody": facts.PartyAccredited(party("x"), "FR", party("nobody"), address("cold"), "X"),
    "an end of nobody": facts.AccreditationEnded(party("nobody")),
    "a key of nobody": facts.KeyAdded(party("nobody"), address("x"), party("x")),
    "a key bound twice": facts.KeyAdded(party("authority"), address("maker"), party("x")),
    "a rotation of a key never bound": facts.KeyRotated(party("maker"), address("x"), address("y"), party("x"), 7),
    "a rotation to a key bound before": facts.KeyRotated(
        party("maker"), address("maker"), address("maker"), party("x"), 7
    ),
    "a compromise of another party's key": facts.KeyCompromised(party("authority"), address("maker"), 7),
    "a revocation of a key never bound": facts.KeyRevoked(party("maker"), address("x")),
    "a recovery to a key bound before": facts.RecoveryCompleted(party("maker"), address("maker")),
}


@pytest.mark.parametrize("impossible", IMPOSSIBLE)
def test_what_cannot_follow_is_refused(impossible: str) -> None:
    world = World.with_maker()
    world.fact(IMPOSSIBLE[impossible])
    with pytest.raises(MalformedError) as refused:
        replay(world.facts, "/facts")
    assert refused.value.pointer.startswith(f"/facts/{len(world.facts) - 1}")


def test_facts_that_only_tell_who_governs_change_nothing_for_a_verifier() -> None:
    world = World.with_maker()
    world.fact(facts.RootAuthorityProposed(address("new root")))
    world.fact(facts.RootAuthorityChanged(address("root"), address("new root")))
    world.fact(facts.ColdKeyProposed(party("maker"), address("new cold")))
    world.fact(facts.ColdKeyChanged(party("maker"), address("new cold")))
    registry = replay(world.facts)
    maker = registry.party(party("maker"))
    assert maker is not None
    assert maker.standing.ended is None
    assert registry.key(address("new cold")) is None
