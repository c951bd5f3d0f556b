"""Receipts from a real capture, judged by the verifier: whole, as views, bare; by the smallest anchored head, or
unanchored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger.adapters.sql.store import SqlStore
from ledger.adapters.tile_files import TileFiles
from ledger.codec.disclosure import shown_event
from ledger.domain.receipt import EvidenceOnly, Receipt, RoleView, WholeEvent, dump_receipt, parse_receipt
from ledger.domain.verdict import Outcome
from ledger.domain.verify import verify_receipt
from ledger.errors import InternalError, MalformedError, NotAllowedError, NotFoundError
from ledger.ports import Anchor, AnchorState
from tests.adapters.stored import ANCHORER
from tests.builders import hash_of, object_event
from tests.unit.service.desk import Desk, envelope_of, event_numbered, open_desk


@pytest.fixture(params=["memory", "disk"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    if request.param == "memory":
        with open_desk() as opened:
            yield opened
        return
    store = SqlStore(tmp_path / "ledger.db")
    with open_desk(store, TileFiles(tmp_path / "log")) as opened:
        yield opened
    store.close()


def log(desk: Desk, *numbers: int, **members: Any) -> None:
    for number in numbers:
        assert desk.capture(envelope_of(desk.world.record(event_numbered(number, **members)))).success


def publish(desk: Desk) -> None:
    desk.publisher.integrate()
    desk.publisher.checkpoint()


def anchor(desk: Desk, state: AnchorState = AnchorState.FINAL) -> None:
    """Publish, and put the head on the world's chain."""
    publish(desk)
    head = desk.world.anchor()
    nonce = len(desk.world.heads)
    transactions = (hash_of("an attempt"), hash_of(f"transaction {head.block}"))
    block = (head.block, hash_of(f"block {head.block}"), head.time)
    kept = Anchor(head.tree_size, head.root_hash, ANCHORER, nonce, transactions, b"raw", state, head.time, *block)
    desk.store.put_anchor(kept)


def outcome(desk: Desk, receipt: Receipt) -> Outcome:
    data = dump_receipt(receipt)
    assert parse_receipt(data) == receipt
    return verify_receipt(data, desk.world.trust_root(), desk.world.now).outcome


def test_a_whole_receipt_is_verified(desk: Desk) -> None:
    log(desk, 0, 1, 2)
    anchor(desk)
    for index in range(3):
        receipt = desk.receipts.whole(index)
        assert isinstance(receipt.shown, WholeEvent)
        assert receipt.shown.event == event_numbered(index)
        assert outcome(desk, receipt) is Outcome.VERIFIED


def test_a_receipt_names_the_transaction_that_was_mined(desk: Desk) -> None:
    log(desk, 0)
    anchor(desk)
    found = desk.receipts.bare(0).anchor
    assert found is not None
    assert found.transaction == hash_of(f"transaction {desk.world.heads[0].block}")
    assert (found.tree_size, found.block, found.time) == (1, desk.world.heads[0].block, desk.world.heads[0].time)


def test_a_receipt_leads_to_the_smallest_anchored_head_above_it(desk: Desk) -> None:
    for number in range(4):
        log(desk, 2 * number, 2 * number + 1)
        anchor(desk)
    sizes = [receipt.anchor.tree_size for n in range(8) if (receipt := desk.receipts.bare(n)).anchor]
    assert sizes == [2, 2, 4, 4, 6, 6, 8, 8]
    assert all(outcome(desk, desk.receipts.whole(n)) is Outcome.VERIFIED for n in range(8))


@pytest.mark.parametrize("state", [AnchorState.SUBMITTED, AnchorState.ABANDONED])
def test_a_receipt_without_an_anchor_has_the_newest_checkpoint(desk: Desk, state: AnchorState) -> None:
    log(desk, 0)
    anchor(desk, state)
    desk.world.heads.clear()
    log(desk, 1)
    publish(desk)
    receipt = desk.receipts.whole(0)
    assert receipt.anchor is None
    latest = desk.store.latest_checkpoint()
    assert latest is not None
    assert (receipt.checkpoint, latest.tree_size) == (latest.note, 2)
    assert outcome(desk, receipt) is Outcome.NOT_FINAL


def test_an_anchor_that_was_reorganised_away_is_not_led_to(desk: Desk) -> None:
    log(desk, 0)
    anchor(desk, AnchorState.ANCHORED)
    assert desk.receipts.bare(0).anchor is not None
    anchor_kept = desk.store.latest_anchor()
    assert anchor_kept is not None
    desk.store.put_anchor(replace(anchor_kept, state=AnchorState.SUBMITTED, block=None, block_hash=None, time=None))
    assert desk.receipts.bare(0).anchor is None


def test_a_role_view_shows_the_named_members_and_what_must_be_shown(desk: Desk) -> None:
    log(desk, 0)
    anchor(desk)
    receipt = desk.receipts.role_view(0, frozenset({"example:price"}))
    assert isinstance(receipt.shown, RoleView)
    assert shown_event(receipt.shown.view).keys() == {
        "@context", "type", "eventID", "eventTime", "action", "bizStep", "example:price",
    }  # fmt: skip
    assert outcome(desk, receipt) is Outcome.VERIFIED


def test_a_role_view_may_show_one_element_of_a_table(desk: Desk) -> None:
    log(desk, 0)
    anchor(desk)
    receipt = desk.receipts.role_view(0, frozenset({"epcList"}), {"epcList": {7}})
    assert b"sgtin:4012345.011122.7" in dump_receipt(receipt)
    assert b"sgtin:4012345.011122.8" not in dump_receipt(receipt)
    assert outcome(desk, receipt) is Outcome.VERIFIED


def test_a_public_receipt_hides_seed_and_price(desk: Desk) -> None:
    log(desk, 0)
    anchor(desk)
    receipt = desk.receipts.public(0)
    stored = desk.store.event_at(0)
    assert stored is not None
    assert stored.event.seed.hex().encode() not in dump_receipt(receipt)
    assert b"19.5" not in dump_receipt(receipt)
    assert b"sgtin:4012345.011122.7" in dump_receipt(receipt)
    assert outcome(desk, receipt) is Outcome.VERIFIED


def test_a_bare_receipt_has_no_value_of_the_event(desk: Desk) -> None:
    log(desk, 0)
    anchor(desk)
    receipt = desk.receipts.bare(0)
    assert receipt.shown == EvidenceOnly()
    assert b"4012345" not in dump_receipt(receipt)
    assert outcome(desk, receipt) is Outcome.VERIFIED


def test_an_event_named_by_its_hash_has_no_views(desk: Desk) -> None:
    event = object_event(eventID="ni:///sha-256;" + "0" * 64 + "?ver=CBV2.0")
    assert desk.capture(envelope_of(desk.world.record(event))).success
    anchor(desk)
    assert outcome(desk, desk.receipts.whole(0)) is Outcome.VERIFIED
    for view in (desk.receipts.public, lambda index: desk.receipts.role_view(index, frozenset())):
        with pytest.raises(NotAllowedError):
            view(0)


def test_an_element_that_is_not_there_is_refused(desk: Desk) -> None:
    log(desk, 0)
    anchor(desk)
    with pytest.raises(MalformedError):
        desk.receipts.role_view(0, frozenset({"epcList"}), {"epcList": {20}})


def test_a_record_without_a_checkpoint_has_no_receipt_yet(desk: Desk) -> None:
    log(desk, 0)
    anchor(desk)
    log(desk, 1)
    desk.publisher.integrate()
    with pytest.raises(NotFoundError, match="waits for the next checkpoint"):
        desk.receipts.whole(1)


@pytest.mark.parametrize("index", [-1, 1, 2**70])
def test_no_event_no_receipt(desk: Desk, index: int) -> None:
    log(desk, 0)
    publish(desk)
    with pytest.raises(NotFoundError):
        desk.receipts.bare(index)


def test_a_predecessors_head_has_no_receipt(desk: Desk) -> None:
    desk.store.append_record(hash_of("head"))
    publish(desk)
    with pytest.raises(NotFoundError):
        desk.receipts.bare(0)


def test_an_anchor_of_no_checkpoint_of_ours_is_our_fault(desk: Desk) -> None:
    log(desk, 0)
    publish(desk)
    foreign = Anchor(
        1, hash_of("root"), ANCHORER, 1, (hash_of("t"),), b"", AnchorState.FINAL, desk.world.now,
        1, hash_of("b"), desk.world.now,
    )  # fmt: skip
    desk.store.put_anchor(foreign)
    with pytest.raises(InternalError):
        desk.receipts.bare(0)


def test_damaged_tiles_are_no_verdict_about_an_event(tmp_path: Path) -> None:
    with open_desk(tiles=TileFiles(tmp_path)) as desk:
        log(desk, 0, 1)
        publish(desk)
        (tmp_path / "tile/0/000.p/2").write_bytes(b"torn")
        with pytest.raises(InternalError):
            desk.receipts.bare(0)


def test_receipts_through_many_tiles(desk: Desk) -> None:
    log(desk, 0)
    desk.store.append_all([], desk.world.now)
    for start in range(1, 300, 100):
        envelopes = [envelope_of(desk.world.record(event_numbered(n))) for n in range(start, start + 100)]
        assert desk.capture(envelopes).success
        publish(desk)
    anchor(desk)
    for index in (0, 255, 256, 300):
        assert outcome(desk, desk.receipts.bare(index)) is Outcome.VERIFIED
