"""A statement that names a closed log may stand in the log that went on after it (spec §10, the receipt's log)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from ledger.codec.record import predecessor_record
from ledger.domain.checks import CheckId, Status
from ledger.domain.receipt import Receipt, dump_receipt
from ledger.domain.trusted import MAX_SUCCESSIONS, TrustedLog
from ledger.domain.verdict import Outcome
from ledger.domain.verification import Verification
from ledger.domain.verify import verify_receipt
from tests.builders import World
from tests.unit.domain.judging import caught


@dataclass
class Logs:
    """A chain of logs: each but the last is closed at its head, with which the next begins."""

    worlds: list[World]

    @classmethod
    def of(cls, *origins: str) -> Logs:
        logs = cls([World.with_maker(origin=origins[0])])
        for origin in origins[1:]:
            logs.go_on(World(origin=origin))
        return logs

    def go_on(self, successor: World) -> None:
        closed = self.worlds[-1]
        closed.fill(3)
        head = closed.anchor()
        successor.facts, successor.block = closed.facts, closed.block
        successor.records.append(predecessor_record(closed.log_id, head.tree_size, head.root_hash))
        self.worlds.append(successor)

    def receipt(self, signed_for: int = 0, stands_in: int = -1) -> Receipt:
        """The receipt of a statement that names one log and is anchored in another."""
        world = self.worlds[stands_in]
        logged = world.record(log_id=self.worlds[signed_for].log_id)
        world.anchor()
        return world.receipt(logged)

    def trusted(self) -> list[TrustedLog]:
        following = [world.log_id for world in self.worlds[1:]]
        return [
            world.trusted_log(successor=successor)
            for world, successor in zip(self.worlds, [*following, None], strict=True)
        ]

    def verify(self, receipt: Receipt, *trusted: TrustedLog, **changes: Any) -> Verification:
        last = max(self.worlds, key=lambda world: world.block)
        trust_root = last.trust_root(logs=trusted or tuple(self.trusted()), **changes)
        return verify_receipt(dump_receipt(receipt), trust_root, last.now)


@pytest.fixture
def logs() -> Logs:
    return Logs.of("log.example/one", "log.example/two", "log.example/three")


def not_connected(verification: Verification) -> None:
    caught(verification, CheckId.TRUST_ROOT, Status.ERROR, Outcome.COULD_NOT_CHECK, "trust-root.successor")
    assert (verification.signer, verification.claims) == (None, None)


@pytest.mark.parametrize(("signed_for", "stands_in"), [(0, 0), (0, 1), (0, 2), (1, 2), (2, 2)])
def test_it_stands_in_its_log_or_in_a_later_one(logs: Logs, signed_for: int, stands_in: int) -> None:
    verification = logs.verify(logs.receipt(signed_for, stands_in))
    assert {check.status for check in verification.checks} == {Status.VALID}
    assert verification.outcome is Outcome.VERIFIED
    assert verification.basis is not None
    assert verification.basis.tree_size == logs.worlds[stands_in].heads[-1].tree_size


@pytest.mark.parametrize(("signed_for", "stands_in"), [(1, 0), (2, 0), (2, 1)])
def test_it_does_not_stand_in_an_earlier_one(logs: Logs, signed_for: int, stands_in: int) -> None:
    not_connected(logs.verify(logs.receipt(signed_for, stands_in)))


def test_an_unrelated_log(logs: Logs) -> None:
    receipt = logs.receipt(0, 1)
    one, two, three = logs.trusted()
    not_connected(logs.verify(receipt, replace(one, successor=three.log_id), two, three))


def test_a_predecessor_that_is_open_in_the_trust_root(logs: Logs) -> None:
    receipt = logs.receipt(0, 1)
    one, two, three = logs.trusted()
    not_connected(logs.verify(receipt, replace(one, successor=None), two, three))


def test_a_successor_that_the_trust_root_does_not_know(logs: Logs) -> None:
    receipt = logs.receipt(0, 2)
    one, two, _ = logs.trusted()
    not_connected(logs.verify(receipt, one, two))


def test_a_predecessor_that_the_trust_root_does_not_know(logs: Logs) -> None:
    receipt = logs.receipt(0, 1)
    verification = logs.verify(receipt, *logs.trusted()[1:])
    caught(verification, CheckId.TRUST_ROOT, Status.ERROR, Outcome.COULD_NOT_CHECK, "trust-root.log")


def test_a_checkpoint_of_the_closed_log_is_judged_by_its_own_key_and_heads(logs: Logs) -> None:
    receipt = logs.receipt(0, 0)
    logs.worlds[0].heads.clear()
    verification = logs.verify(receipt)
    assert verification.checks[8].finding.reason.key == "anchor.newer"


def test_a_checkpoint_of_the_successor_signed_by_the_closed_log(logs: Logs) -> None:
    receipt, one = logs.receipt(0, 1), logs.worlds[0]
    text = receipt.checkpoint.partition(b"\n\n")[0].decode() + "\n"
    verification = logs.verify(replace(receipt, checkpoint=one.note(text)))
    caught(verification, CheckId.CHECKPOINT, Status.INVALID, Outcome.MISMATCH)


class Rekeyed(World):
    """A log of the same origin under a new key."""

    @property
    def log_secret(self) -> Any:
        return World(origin=f"{self.origin} with its new key").log_secret


def test_of_two_logs_of_one_origin_the_one_whose_key_signed() -> None:
    logs = Logs.of("log.example/one")
    before = logs.receipt()
    logs.go_on(Rekeyed(origin="log.example/one"))
    assert logs.worlds[0].log_id != logs.worlds[1].log_id
    after = logs.receipt(0, 1)
    assert [logs.verify(receipt).outcome for receipt in (before, after)] == [Outcome.VERIFIED] * 2


def test_of_two_logs_of_one_origin_none_whose_key_signed() -> None:
    logs = Logs.of("log.example/one")
    logs.go_on(Rekeyed(origin="log.example/one"))
    receipt = logs.receipt(0, 1)
    text = receipt.checkpoint.partition(b"\n\n")[0].decode() + "\n"
    forged = replace(receipt, checkpoint=World(origin="log.example/other").note(text))
    caught(logs.verify(forged), CheckId.CHECKPOINT, Status.INVALID, Outcome.MISMATCH)


def many(count: int) -> Logs:
    return Logs.of(*(f"log.example/{place}" for place in range(count)))


def test_as_many_successors_as_the_rule_allows() -> None:
    logs = many(MAX_SUCCESSIONS + 1)
    assert logs.verify(logs.receipt()).outcome is Outcome.VERIFIED


def test_one_successor_too_many() -> None:
    logs = many(MAX_SUCCESSIONS + 2)
    not_connected(logs.verify(logs.receipt()))


def test_logs_that_name_one_another_in_a_circle(logs: Logs) -> None:
    receipt = logs.receipt(0, 2)
    one, two, three = logs.trusted()
    assert logs.verify(receipt, one, replace(two, successor=one.log_id), three).outcome is Outcome.COULD_NOT_CHECK
