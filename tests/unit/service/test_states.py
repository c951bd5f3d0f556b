"""The state of an event follows from its index and the watermarks, in every order in which they can stand."""

from __future__ import annotations

from itertools import combinations_with_replacement

from ledger.adapters.memory import MemoryStore
from ledger.ports import AnchorState
from ledger.service.states import State, Watermarks, state_of, watermarks
from tests.adapters.stored import AT, anchor, checkpoint, new_event

STEPS = [State.SEQUENCED, State.INTEGRATED, State.CHECKPOINTED, State.ANCHORED, State.FINAL]


def test_an_event_passes_through_the_states_in_order() -> None:
    store = MemoryStore()
    seen = [state_of(store, 0)]
    steps = (
        lambda: store.append([new_event(0)], AT),
        lambda: store.set_integrated_size(1),
        lambda: store.put_checkpoint(checkpoint(1)),
        lambda: store.put_anchor(anchor(0, 1, AnchorState.SUBMITTED)),
        lambda: store.put_anchor(anchor(0, 1, AnchorState.ANCHORED)),
        lambda: store.put_anchor(anchor(0, 1, AnchorState.FINAL)),
    )
    for step in steps:
        step()
        seen.append(state_of(store, 0))
    assert seen == [State.CAPTURED, *STEPS[:3], State.CHECKPOINTED, *STEPS[3:]]


def test_a_reorg_takes_an_event_back() -> None:
    store = MemoryStore()
    store.append([new_event(0)], AT)
    store.set_integrated_size(1)
    store.put_checkpoint(checkpoint(1))
    store.put_anchor(anchor(0, 1, AnchorState.ANCHORED))
    store.put_anchor(anchor(0, 1, AnchorState.SUBMITTED))
    assert state_of(store, 0) is State.CHECKPOINTED


def test_the_watermarks_of_a_log() -> None:
    store = MemoryStore()
    store.append([new_event(n) for n in range(9)], AT)
    store.set_integrated_size(8)
    store.put_checkpoint(checkpoint(7))
    store.put_anchor(anchor(0, 5, AnchorState.FINAL))
    store.put_anchor(anchor(1, 6, AnchorState.ANCHORED))
    found = watermarks(store)
    assert found == Watermarks(sequenced=9, integrated=8, checkpointed=7, anchored=6, final=5)
    assert [found.state_of(index) for index in range(10)] == [State.FINAL] * 5 + [*reversed(STEPS[:4]), State.CAPTURED]


def test_the_state_is_the_last_step_reached_whatever_the_sizes() -> None:
    for sizes in combinations_with_replacement(range(4), 5):  # ascending: final, ..., sequenced
        final, anchored, checkpointed, integrated, sequenced = sizes
        marks = Watermarks(sequenced, integrated, checkpointed, anchored, final)
        for index in range(4):
            reached = [step for step, size in zip(STEPS, reversed(sizes), strict=True) if index < size]
            assert marks.state_of(index) is (reached[-1] if reached else State.CAPTURED)
