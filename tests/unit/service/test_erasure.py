"""Erasure as a use case: what may be erased, on what basis, and what is left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.errors import ConflictError, GoneError, MalformedError, NotAllowedError, NotFoundError
from ledger.ports import Erasure
from ledger.service.erasure import erase, events_named
from ledger.types import UnixTime
from tests.unit.service.desk import Desk, envelope_of, event_numbered, open_desk

AT = UnixTime(1_790_000_000)
NI = "ni:///sha-256;" + "0" * 64 + "?ver=CBV2.0"


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk() as opened:
        opened.capture([envelope_of(opened.world.record(event_numbered(number))) for number in range(3)])
        opened.publisher.integrate()
        opened.publisher.checkpoint()
        yield opened


def test_receipts_with_values_are_gone_and_the_bare_one_stays(desk: Desk) -> None:
    assert erase(desk.store, 1, "a basis", AT) == Erasure(1, AT, "a basis")
    with pytest.raises(GoneError, match="erased on 2026-09-21T14:13:20Z, basis a basis"):
        desk.receipts.whole(1)
    with pytest.raises(GoneError):
        desk.receipts.public(1)
    assert desk.receipts.bare(1).leaf_index == 1
    assert desk.receipts.whole(0).leaf_index == 0


@pytest.mark.parametrize("basis", ["", "  ", "x" * 201, "two\nlines", "\x1b[2J"])
def test_a_basis_that_says_nothing_or_acts_on_a_terminal_is_refused(desk: Desk, basis: str) -> None:
    with pytest.raises(MalformedError, match="/basis"):
        erase(desk.store, 1, basis, AT)
    assert desk.store.erasure(1) is None


def test_an_event_that_is_named_by_its_hash_cannot_be_erased(desk: Desk) -> None:
    desk.capture(envelope_of(desk.world.record(event_numbered(9, eventID=NI))))
    with pytest.raises(NotAllowedError, match="confirm a guessed value"):
        erase(desk.store, 3, "a basis", AT)


def test_an_event_erased_before_says_when_and_why(desk: Desk) -> None:
    erase(desk.store, 1, "the first", AT)
    with pytest.raises(ConflictError, match="erased on 2026-09-21T14:13:20Z, basis the first"):
        erase(desk.store, 1, "the second", AT)


def test_only_an_event_can_be_erased(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        erase(desk.store, 3, "a basis", AT)


def test_an_event_is_named_by_its_id_or_its_index(desk: Desk) -> None:
    [stored] = events_named(desk.store, "2")
    assert events_named(desk.store, stored.event.event_id) == (stored,)
    for name in ("3", "-1", "urn:uuid:none", "9" * 5_000, "²"):
        with pytest.raises(NotFoundError):
            events_named(desk.store, name)
