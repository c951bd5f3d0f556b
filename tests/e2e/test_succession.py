"""A log is closed, and another goes on after it in the same home: from the last capture to receipts of both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.bootstrap.service import open_service, system_clock
from ledger.bootstrap.succession import Beginning, Closing, begin_successor, close_log
from ledger.codec.hex_strict import encode_hex
from ledger.codec.record import predecessor_record
from ledger.domain.verdict import Outcome
from ledger.errors import ConflictError
from tests.api.house import House
from tests.e2e.reopened import Reopened, trust_root, verdict


class Story:
    """What was captured before, what was signed before and handed in after, and the successor that took it."""

    def __init__(self, home: Path) -> None:
        first = House(home)
        self.logged = first.logged()
        self.repeated = first.envelope()
        first.ask("POST", "/events", self.repeated, by="maker")
        self.late = first.envelope()  # signed for the closed log, and never answered for
        first.close()
        self.closing: Closing = close_log(first.config, system_clock)
        assert close_log(first.config, system_clock) == self.closing
        with pytest.raises(ConflictError, match="log succeed"):
            open_service(first.config)
        self.beginning: Beginning = begin_successor(first.config, system_clock)
        self.house = Reopened(first)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    story = Story(tmp_path_factory.mktemp("succession") / "home")
    yield story
    story.house.close()


@pytest.fixture(scope="module")
def late(story: Story) -> dict[str, Any]:
    """The result of the statement that names the closed log."""
    reply = story.house.ask("POST", "/events", story.late, by="maker")
    assert reply.status == 201, reply.body
    result: dict[str, Any] = reply.json()
    return result


def test_it_is_closed_at_its_last_record(story: Story) -> None:
    assert (story.closing.head.tree_size, story.closing.why_short) == (2, None)


def test_its_head_is_the_first_record_of_the_successor(story: Story) -> None:
    head = story.closing.head
    record = predecessor_record(story.closing.log_id, head.tree_size, head.root_hash)
    assert story.house.service.store.records(0, 1) == (record,)
    assert (story.beginning.head, story.beginning.carried) == (head, 0)
    assert story.house.service.terms.log_id == story.closing.successor == story.beginning.log_id


def test_what_was_signed_for_the_closed_log_is_taken_once(story: Story, late: dict[str, Any]) -> None:
    assert late["leafIndex"] > 0
    again = story.house.ask("POST", "/events", story.late, by="maker")
    assert (again.status, again.json()["result"]["leafIndex"]) == (409, late["leafIndex"])


def test_what_stands_in_the_closed_log_is_not_logged_again(story: Story) -> None:
    reply = story.house.ask("POST", "/events", story.repeated, by="maker")
    assert (reply.status, "of the closed log" in reply.json()["found"]) == (409, True)


def test_receipts_of_both_logs_verify_under_one_trust_root(story: Story, late: dict[str, Any]) -> None:
    new = story.house.logged()
    story.house.wait_until_final(new["leafIndex"])
    root = trust_root(story.house)
    assert [log.successor for log in root.logs] == [None, story.closing.successor]
    for result in (story.logged, late, new):
        assert verdict(story.house, result["eventDigest"], root) is Outcome.VERIFIED


def test_its_parameters_name_the_log_before(story: Story) -> None:
    parameters = story.house.ask("GET", "/log").json()
    assert parameters["logId"] == encode_hex(story.closing.successor)
    assert parameters["predecessors"] == [encode_hex(story.closing.log_id)]


def test_its_own_party_gets_back_what_it_logged_before(story: Story) -> None:
    event_id = story.logged["eventID"]
    assert story.house.ask("GET", f"/events/{event_id}", by="maker").status == 200
