"""The law of custody under random statements. What holds after any acts of anybody, in any order:

1. A consignment has one holder: whoever opened it, or the last who accepted it.
2. Nobody but the named taker accepts or refuses; nobody but the holder does anything else.
3. What comes out never exceeds what went in, times the stated yield.
4. A consumed input is never consumed again.
5. A consignment that is over never moves.
6. Of two statements with one ``previous`` one counts at most.
7. A claim changes nothing.
8. While an offer is open, its holder can withdraw it.

Judged by a second telling of the law, in words of its own, from the acts that counted alone.
"""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ledger.codec.statement import OPENING_ACTS, ZERO32, Statement
from ledger.codec.terms import Accept, Goods, Inputs, Merge, Offer, Open, Split, Terms, Transform
from ledger.domain.custody.acts import Act
from ledger.domain.custody.consignment import Consignment, Status
from ledger.domain.custody.law import Refused, judge
from ledger.domain.custody.replay import Claim, replay
from ledger.types import Hash32, LogId, UnixTime
from tests.builders import hash_of, party

PARTIES = ("maker", "carrier", "warehouse")
WORDS = (
    *("open consignment", "split consignment", "merge consignments", "transform goods"),
    *("offer handover", "accept handover", "refuse handover", "withdraw offer", "end consignment", "report loss"),
)
SALT = hash_of("salt")


class Custody(RuleBasedStateMachine):
    """Acts drawn at random over the consignments so far, and what must be true of them."""

    def __init__(self) -> None:
        super().__init__()
        self.acts: list[Act] = []
        self.counted: list[Act] = []
        self.state: dict[Hash32, Consignment] = {}
        self.over: dict[Hash32, Consignment] = {}

    @rule(data=st.data())
    def state_something(self, data: st.DataObject) -> None:
        act = self._draw(data)
        self.acts.append(act)
        outcome = judge(act, self.state)
        if isinstance(outcome, Refused):
            return
        self._must_be_allowed(act)
        self.counted.append(act)
        for after in outcome:
            assert after.subject not in self.over, "5"
            self.state[after.subject] = after
            if after.status.is_over:
                self.over[after.subject] = after

    @invariant()
    def holders_are_those_of_the_acts(self) -> None:
        for subject, consignment in self.state.items():
            named = [act for act in self.counted if act.statement.subject == subject]
            taken = [act for act in named if act.statement.act in (*OPENING_ACTS, "accept handover")]
            assert consignment.holder == taken[-1].statement.party, "1"

    @invariant()
    def nothing_is_consumed_twice(self) -> None:
        given: dict[Hash32, int] = {}
        for act in self.counted:
            if isinstance(act.terms, Split | Merge | Transform):
                for parent, quantity in zip(act.terms.inputs.parents, act.terms.inputs.quantities, strict=True):
                    given[parent] = given.get(parent, 0) + quantity
        for subject, total in given.items():
            assert total + self.state[subject].quantity == _opened(self.counted, subject), "4"

    @invariant()
    def one_statement_follows_another(self) -> None:
        followed = [follows for act in self.counted for follows in _follows(act)]
        assert len(followed) == len(set(followed)), "6"

    @invariant()
    def an_offer_can_be_withdrawn(self) -> None:
        for consignment in self.state.values():
            if consignment.status is Status.OFFERED:
                act = _act("withdraw offer", consignment.holder, consignment.subject, consignment.head, None, 10**6)
                assert not isinstance(judge(act, self.state), Refused), "8"

    def teardown(self) -> None:
        history = replay(self.acts)
        assert history.state == self.state
        assert [step.act for step in history.steps if not isinstance(step, Claim)] == self.counted, "7"

    def _must_be_allowed(self, act: Act) -> None:
        said = act.statement
        if isinstance(act.terms, Split | Merge | Transform):
            assert all(self.state[parent].holder == said.party for parent in act.terms.inputs.parents), "2"
            units = [self.state[parent].unit for parent in act.terms.inputs.parents]
            pairs = zip(units, act.terms.inputs.quantities, strict=True)
            came_in = sum(quantity for unit, quantity in pairs if unit == units[0])
            is_made = isinstance(act.terms, Transform)
            yields = act.terms.yield_output / act.terms.yield_input if isinstance(act.terms, Transform) else 1
            assert act.terms.goods.quantity <= came_in * yields + 1e-9, "3"
            assert is_made or set(units) == {act.terms.goods.unit}, "3"
        elif said.act in ("accept handover", "refuse handover"):
            offers = [each for each in self.counted if each.statement_hash == said.previous]
            assert [each.terms.to for each in offers if isinstance(each.terms, Offer)] == [said.party], "2"
        elif not act.opens:
            assert self.state[said.subject].holder == said.party, "2"

    def _draw(self, data: st.DataObject) -> Act:
        word = data.draw(st.sampled_from(WORDS))
        known = data.draw(st.sampled_from(list(self.state.values()))) if self.state else None
        who = party(data.draw(st.sampled_from(PARTIES)))
        if known is not None and data.draw(st.booleans()):
            who = (
                known.taker
                if known.taker is not None and word in ("accept handover", "refuse handover")
                else known.holder
            )
        number = len(self.acts)
        terms = self._terms(data, word)
        if word in OPENING_ACTS:
            return _act(word, who, hash_of(f"subject {number}"), ZERO32, terms, number)
        heads = [each.head for each in self.state.values()] or [SALT]
        head = known.head if known is not None and data.draw(st.booleans()) else data.draw(st.sampled_from(heads))
        return _act(word, who, known.subject if known else SALT, head, terms, number)

    def _terms(self, data: st.DataObject, word: str) -> Terms | None:
        goods = Goods(SALT, data.draw(st.integers(1, 9)), data.draw(st.sampled_from(("KGM", "EA"))))
        match word:
            case "open consignment":
                return Open(goods, SALT)
            case "split consignment":
                return Split(goods, self._inputs(data, 1, 1), SALT)
            case "merge consignments":
                return Merge(goods, self._inputs(data, 2, 3), SALT)
            case "transform goods":
                yields = data.draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
                return Transform(goods, self._inputs(data, 1, 2), *yields, SALT)
            case "offer handover":
                return Offer(party(data.draw(st.sampled_from(PARTIES))), SALT, SALT, SALT)
            case _:
                return Accept(SALT, SALT, SALT) if word == "accept handover" else None

    def _inputs(self, data: st.DataObject, least: int, most: int) -> Inputs:
        some = [*self.state, *(hash_of(f"nothing {place}") for place in range(most))]
        chosen = sorted(data.draw(st.lists(st.sampled_from(some), min_size=least, max_size=most, unique=True)))
        heads = tuple(self.state[each].head if each in self.state else SALT for each in chosen)
        return Inputs(tuple(chosen), heads, tuple(data.draw(st.integers(1, 9)) for _ in chosen))


def _act(word: str, who: bytes, subject: Hash32, previous: Hash32, terms: Terms | None, number: int) -> Act:
    statement = Statement(
        word,
        who,
        "carrier",
        "DE",
        hash_of(f"event {number}"),
        LogId(SALT),
        UnixTime(0),
        subject,
        previous,  # type: ignore[arg-type]
    )
    return Act(hash_of(f"statement {number}"), statement, terms, UnixTime(number))


def _opened(counted: list[Act], subject: Hash32) -> int:
    [opening] = [act for act in counted if act.opens and act.statement.subject == subject]
    assert isinstance(opening.terms, Open | Split | Merge | Transform)
    return opening.terms.goods.quantity


def _follows(act: Act) -> list[tuple[Hash32, Hash32]]:
    if isinstance(act.terms, Split | Merge | Transform):
        return [*zip(act.terms.inputs.parents, act.terms.inputs.heads, strict=True)]
    return [] if act.opens else [(act.statement.subject, act.statement.previous)]


Custody.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestCustody = Custody.TestCase


def test_two_lawful_statements_of_one_party_after_one_are_a_fork() -> None:
    goods = Goods(SALT, 5, "KGM")
    opened = _act("open consignment", party("maker"), hash_of("subject"), ZERO32, Open(goods, SALT), 0)
    offers = [
        _act(
            "offer handover",
            party("maker"),
            hash_of("subject"),
            opened.statement_hash,
            Offer(party(to), *[SALT] * 3),
            n,
        )
        for n, to in enumerate(("carrier", "warehouse"), 1)
    ]
    strange = _act("end consignment", party("carrier"), hash_of("subject"), opened.statement_hash, None, 3)
    [fork] = replay([opened, *offers, strange]).forks
    assert (fork.party, fork.first, fork.second) == (party("maker"), offers[0].statement_hash, offers[1].statement_hash)
