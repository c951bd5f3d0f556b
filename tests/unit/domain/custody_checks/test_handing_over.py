"""Checks on what passes from hand to hand: for each a story that is asked about, one that is not, one that lacks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ledger.codec.terms import TERMS, Accept, Goods, Offer, Open, Terms, terms_hash, terms_to_json
from ledger.domain.custody_checks import CheckId
from ledger.domain.custody_checks.seals import SEALS
from ledger.types import Hash32
from tests.builders import hash_of, party
from tests.examined import CASE, ITEM, answers, asked, lacks, to
from tests.traced import Story

GAP, FORK, HANDOVER = CheckId.CUSTODY_GAP, CheckId.FORK, CheckId.HANDOVER
CUSTODIAN, SEAL = CheckId.ONE_CUSTODIAN, CheckId.SEALS
SUBJECT = hash_of("subject")


def lane(**shipping: Any) -> Story:
    """The maker ships to the buyer, who receives."""
    story = Story()
    story.see(0, "commissioning", ITEM, action="ADD")
    story.see(1, "shipping", ITEM, **{"destinationList": to("buyer"), **shipping})
    return story


def received(story: Story, at: float = 20, by: str = "buyer", **members: Any) -> Story:
    story.see(at, "receiving", ITEM, by=by, **{"role": "buyer", **members})
    return story


class TestCustodyGap:
    def test_clear_when_the_named_receiver_receives(self) -> None:
        assert asked(received(lane()), GAP) == lacks(received(lane()), GAP) == []

    def test_asked_when_the_next_step_is_another_s(self) -> None:
        story = lane()
        story.see(30, "retail_selling", ITEM, by="buyer", role="buyer")
        assert asked(story, GAP) == ["custody-gap.skipped"]

    def test_asked_when_nobody_received_in_time_and_not_before(self) -> None:
        assert asked(lane(), GAP, hours=44 * 24) == []
        assert asked(lane(), GAP, hours=47 * 24) == ["custody-gap.overdue"]

    def test_asked_when_another_received(self) -> None:
        assert asked(received(lane(), by="rival", role="seller"), GAP) == ["custody-gap.other-receiver"]

    def test_a_carrier_on_the_way_is_no_other_receiver(self) -> None:
        story = received(lane(destinationList=to("buyer", "owning_party")), at=2, by="courier", role="carrier")
        assert asked(story, GAP) == []

    def test_received_in_its_container(self) -> None:
        story = Story()
        story.pack(0, CASE, ITEM)
        story.see(1, "shipping", CASE, destinationList=to("buyer"))
        story.see(9, "receiving", CASE, by="buyer", role="buyer")
        story.unpack(10, CASE, by="buyer", role="buyer")
        story.see(11, "retail_selling", ITEM, by="buyer", role="seller")
        assert asked(story, GAP) == []

    def test_called_off(self) -> None:
        story = lane()
        story.see(2, "void_shipping", ITEM)
        assert asked(story, GAP, hours=9_999) == []

    def test_not_evaluable_without_a_shipment_or_its_receiver(self) -> None:
        story = Story()
        story.see(0, "commissioning", ITEM, action="ADD")
        assert lacks(story, GAP) == ["missing.shipments"]
        assert lacks(received(lane(destinationList=None)), GAP) == ["missing.receiver"]
        assert lacks(received(lane()), GAP, holder=None) == ["missing.receiver-party"]


def stated(story: Story, at: float, act: str, terms: Terms | None, previous: Hash32 | None, by: str) -> Hash32:
    """Tell a custody statement over an event; return its hash."""
    members: dict[str, Any] = {"type": "ObjectEvent", "action": "OBSERVE", "epcList": [ITEM]}
    if previous is not None:
        members["previous"] = previous
    if terms is not None:
        members[TERMS] = terms_to_json(terms)
    told = story.tell(at, by, act=act, subject=SUBJECT, **members)
    if terms is not None:
        story.events[-1] = replace(told, statement=replace(told.statement, terms=terms_hash(terms)))
    return told.statement_hash


OPENED = Open(Goods(hash_of("contents"), 1_000, "C62"), hash_of("salt 1"))


def offer(to_party: str, salt: str = "salt 2") -> Offer:
    return Offer(party(to_party), Hash32(bytes(32)), Hash32(bytes(32)), hash_of(salt))


def taken() -> Accept:
    return Accept(Hash32(bytes(32)), Hash32(bytes(32)), hash_of("salt 3"))


class TestFork:
    def test_clear_when_each_statement_follows_the_last(self) -> None:
        story = Story()
        opened = stated(story, 0, "open consignment", OPENED, None, "maker")
        offered = stated(story, 1, "offer handover", offer("buyer"), opened, "maker")
        stated(story, 2, "accept handover", taken(), offered, "buyer")
        assert asked(story, FORK) == lacks(story, FORK) == []

    def test_asked_when_one_party_goes_on_twice_from_one_statement(self) -> None:
        story = Story()
        opened = stated(story, 0, "open consignment", OPENED, None, "maker")
        stated(story, 1, "offer handover", offer("buyer"), opened, "maker")
        stated(story, 2, "offer handover", offer("rival", "salt 9"), opened, "maker")
        assert asked(story, FORK) == ["fork.statements"]

    def test_a_stranger_s_statement_is_no_fork(self) -> None:
        story = Story()
        opened = stated(story, 0, "open consignment", OPENED, None, "maker")
        stated(story, 1, "offer handover", offer("buyer"), opened, "maker")
        stated(story, 2, "offer handover", offer("rival", "salt 9"), opened, "rival")
        assert asked(story, FORK) == []

    def test_asked_when_shipped_twice_to_two(self) -> None:
        story = lane()
        story.see(5, "shipping", ITEM, destinationList=to("rival"))
        assert asked(story, FORK) == ["fork.shipped-twice"]
        assert asked(received(lane()), FORK) == []

    def test_asked_when_two_received_one_shipment(self) -> None:
        story = received(received(lane()), at=21, by="rival", role="seller")
        assert asked(story, FORK) == ["fork.received-twice"]

    def test_not_evaluable_without_handovers_or_terms(self) -> None:
        story = Story()
        story.see(0, "commissioning", ITEM, action="ADD")
        assert lacks(story, FORK) == ["missing.handovers"]
        hidden = Story()
        hidden.tell(0, act="open consignment", subject=SUBJECT, type="ObjectEvent", epcList=[ITEM], hidden=(TERMS,))
        assert lacks(hidden, FORK) == ["missing.terms"]


class TestHandover:
    def story(self, *answer: tuple[str, str]) -> Story:
        story = Story()
        offered = stated(story, 0, "offer handover", offer("buyer"), hash_of("before"), "maker")
        for act, by in answer:
            stated(story, 5, act, taken() if act.startswith("accept") else None, offered, by)
        return story

    def test_clear_when_accepted_withdrawn_or_in_time(self) -> None:
        assert asked(self.story(("accept handover", "buyer")), HANDOVER, hours=9_999) == []
        assert asked(self.story(("withdraw offer", "maker")), HANDOVER, hours=9_999) == []
        assert asked(self.story(), HANDOVER, hours=24) == []

    def test_asked_when_refused_or_unanswered(self) -> None:
        assert asked(self.story(("refuse handover", "buyer")), HANDOVER) == ["handover.refused"]
        assert asked(self.story(), HANDOVER, hours=24 * 8) == ["handover.unanswered"]

    def test_a_stranger_s_answer_is_none(self) -> None:
        assert asked(self.story(("accept handover", "rival")), HANDOVER, hours=24 * 8) == ["handover.unanswered"]

    def test_not_evaluable_without_offers(self) -> None:
        assert lacks(lane(), HANDOVER) == ["missing.offers"]


class TestOneCustodian:
    def keys(self, story: Story, *custodians: str) -> dict[Hash32, Any]:
        digests = [event.event_digest for event in story.events[1:]]
        return {digest: party(name) for digest, name in zip(digests, custodians, strict=False)}

    def test_asked_when_one_holds_both_keys(self) -> None:
        story = received(lane())
        held = self.keys(story, "courier", "courier")
        assert asked(story, CUSTODIAN, key_holders=held) == ["one-custodian.both"]

    def test_clear_when_two_do(self) -> None:
        story = received(lane())
        assert asked(story, CUSTODIAN, key_holders=self.keys(story, "maker", "buyer")) == []
        assert lacks(story, CUSTODIAN, key_holders=self.keys(story, "maker", "buyer")) == []

    def test_not_evaluable_without_knowing_who_does(self) -> None:
        assert lacks(received(lane()), CUSTODIAN) == ["missing.key-holders"]
        assert lacks(lane(), CUSTODIAN) == ["missing.handovers"]


def sealed(*seals: str) -> dict[str, Any]:
    return {SEALS: list(seals)}


class TestSeals:
    def test_asked_when_they_differ(self) -> None:
        story = received(lane(**sealed("A1", "A2")), **sealed("A1", "B2"))
        assert asked(story, SEAL) == ["seals.differ"]
        assert "A1" not in str(answers(story, SEAL)[0])

    def test_clear_in_any_order(self) -> None:
        assert asked(received(lane(**sealed("A1", "A2")), **sealed("A2", "A1")), SEAL) == []

    def test_not_evaluable_when_a_side_names_none(self) -> None:
        assert lacks(received(lane(**sealed("A1"))), SEAL) == ["missing.seals"]
        assert lacks(received(lane()), SEAL) == ["missing.seals"]
