"""How the service gets on: figures from the store and from what the chain last said, and reasons in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ledger.adapters.memory import MemoryStore
from ledger.errors import ChainUnavailableError
from ledger.ports import AnchorState, Block
from ledger.service.condition import HEAD_OLD_SECONDS, ChainLook, Condition, Seen
from ledger.service.registry import RegistryIndex
from ledger.types import UnixTime
from tests.adapters.chains import memory_world
from tests.adapters.stored import AT, anchor, checkpoint, new_event
from tests.builders import hash_of

PROMISED = 3_600


class Place:
    """A store of five events, a chain, and a clock."""

    def __init__(self) -> None:
        self.world = memory_world()
        self.chain = self.world.chain
        self.store = MemoryStore()
        self.now = AT
        self.index = RegistryIndex(self.chain)
        self.look = ChainLook(self.chain, self.world.anchorer, lambda: self.now)
        self.condition = Condition(self.store, self.look, self.index, PROMISED, lambda: self.now)
        for number in range(5):
            self.store.append([new_event(number)], UnixTime(AT + 100 * number))

    def at(self, seconds: int) -> Place:
        self.now = UnixTime(AT + seconds)
        return self

    def parts(self) -> list[str]:
        return [reason.part for reason in self.condition.reasons()]

    def seen(self, **changes: Any) -> None:
        block = Block(1, hash_of("block"), self.now)
        self.look.seen = replace(Seen(self.now, block, 0, 0, development=False), **changes)


@pytest.fixture
def place() -> Place:
    return Place()


def test_before_the_chain_was_seen_what_it_says_is_not_known(place: Place) -> None:
    figures = place.at(450).condition.figures()
    unknown = (figures.head_age, figures.answer_age, figures.nonce_gap, figures.balance, figures.index_lag)
    assert unknown == (None,) * 5
    assert (figures.checkpoint_age, figures.anchored_age, figures.gas_today) == (None, None, 0)


def test_ages_are_of_the_oldest_that_waits(place: Place) -> None:
    place.store.put_checkpoint(checkpoint(3))
    place.store.put_anchor(anchor(0, 2, AnchorState.ANCHORED, gas_used=70_000))
    figures = place.at(450).condition.figures()
    assert (figures.queue_age, figures.unanchored_age) == (150, 250)
    assert (figures.checkpoint_age, figures.anchored_age) == (450, 450)
    assert figures.gas_today == 70_000


def test_where_all_is_anchored_nothing_waits(place: Place) -> None:
    place.store.put_checkpoint(checkpoint(5))
    place.store.put_anchor(anchor(0, 5, AnchorState.ANCHORED))
    figures = place.at(10 * PROMISED).condition.figures()
    assert (figures.queue_age, figures.unanchored_age, figures.overdue) == (0, 0, 0)
    assert place.parts() == []


def test_yesterdays_gas_is_not_todays(place: Place) -> None:
    place.store.put_anchor(anchor(0, 2, AnchorState.FINAL, gas_used=70_000))
    assert place.at(86_400).condition.figures().gas_today == 0


@pytest.mark.parametrize(("after", "overdue"), [(3_600, 0), (3_601, 1), (3_701, 2), (4_001, 5), (9_999, 5)])
def test_promises_are_overdue_from_the_second_after_their_deadline(place: Place, after: int, overdue: int) -> None:
    assert place.at(after).condition.figures().overdue == overdue


def test_anchored_promises_are_kept(place: Place) -> None:
    place.store.put_anchor(anchor(0, 2, AnchorState.ANCHORED))
    assert place.at(9_999).condition.figures().overdue == 3


def test_a_look_at_the_chain_is_remembered_through_an_outage(place: Place) -> None:
    place.world.chain.balances[place.world.anchorer] = 77  # type: ignore[attr-defined]
    place.index.refresh()
    place.look.look()
    with place.world.controls.outage(), pytest.raises(ChainUnavailableError):
        place.look.look()
    figures = place.at(30).condition.figures()
    assert (figures.balance, figures.answer_age, figures.index_lag) == (77, 30, 0)


def test_the_nonce_gap_counts_what_is_sent_and_not_mined(place: Place) -> None:
    place.seen(nonce=7)
    gaps = [place.condition.figures().nonce_gap]
    for nonce in (7, 8, 9):
        place.store.put_anchor(anchor(nonce, 2, AnchorState.SUBMITTED))
        gaps.append(place.condition.figures().nonce_gap)
    place.store.put_anchor(anchor(6, 2, AnchorState.SUBMITTED))
    assert [*gaps, place.condition.figures().nonce_gap] == [0, 1, 2, 3, 3]


def test_what_waits_too_long_is_a_reason(place: Place) -> None:
    assert place.at(20).parts() == []
    assert place.at(31).parts() == ["checkpoint"]
    place.store.put_checkpoint(checkpoint(5))
    assert place.at(1_800).parts() == []
    assert place.at(1_801).parts() == ["anchor"]
    assert place.at(3_601).parts() == ["anchor", "promise"]


def test_an_old_head_is_a_reason_but_on_a_development_chain(place: Place) -> None:
    place.store.put_checkpoint(checkpoint(5))
    block = Block(1, hash_of("block"), UnixTime(AT - HEAD_OLD_SECONDS - 1))
    place.seen(block=block)
    assert place.parts() == ["chain head"]
    place.seen(block=block, development=True)
    assert place.parts() == []


def test_a_registry_index_that_is_behind_is_a_reason(place: Place) -> None:
    place.store.put_checkpoint(checkpoint(5))
    read = place.index.refresh().at.block
    place.seen(block=Block(read + 20, hash_of("block"), place.now))
    assert place.parts() == []
    place.seen(block=Block(read + 21, hash_of("block"), place.now))
    assert place.parts() == ["registry index"]


def test_a_predecessors_head_has_no_age_and_the_next_event_has() -> None:
    place = Place()
    place.store = MemoryStore()
    place.condition = Condition(place.store, place.look, place.index, PROMISED, lambda: place.now)
    place.store.append_record(hash_of("head"))
    assert place.at(50).condition.figures().queue_age == 0
    place.store.append([new_event(0)], AT)
    assert place.condition.figures().queue_age == 50
