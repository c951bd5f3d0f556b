"""The history of consignments: acts in the order that decides, each counted or shown as a claim (spec §4.3).

Which order decides is left to whoever replays: that of the contract's events for what was opened on chain, else the
index in the log that the opening names. So is whether a signer was entitled: an act by one who was not is handed in as
a stranger's, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from ledger.codec.terms import Merge, Offer, Split, Transform
from ledger.domain.custody.acts import Act
from ledger.domain.custody.consignment import Consignment
from ledger.domain.custody.law import Fault, Refused, judge
from ledger.types import Hash32, PartyId


@dataclass(frozen=True, slots=True)
class Counted:
    """An act that counted, and the consignments as it left them."""

    act: Act
    after: tuple[Consignment, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """An act that counts nowhere, and why."""

    act: Act
    refused: Refused


@dataclass(frozen=True, slots=True)
class Fork:
    """Two statements by one party that follow the same one: the first counted, the second would have."""

    party: PartyId
    subject: Hash32
    first: Hash32
    second: Hash32


Step: TypeAlias = Counted | Claim


@dataclass(frozen=True, slots=True)
class History:
    """What became of every act, the state after the last, and the forks among them."""

    steps: tuple[Step, ...]
    state: dict[Hash32, Consignment]
    forks: tuple[Fork, ...]


def replay(acts: Iterable[Act], knows: Callable[[PartyId], bool] = lambda _: True) -> History:
    """Return the history of ``acts``, in the order given; ``knows`` says whether a party is in the registry."""
    history = _Replay(knows)
    steps = tuple(history.take(act) for act in acts)
    return History(steps, history.state, tuple(history.forks))


class _Replay:
    """The state on the way, and what it was before each statement that counted: a fork is judged there."""

    def __init__(self, knows: Callable[[PartyId], bool]) -> None:
        self.state: dict[Hash32, Consignment] = {}
        self.forks: list[Fork] = []
        self._knows = knows
        self._followed: dict[tuple[Hash32, Hash32], tuple[Act, dict[Hash32, Consignment]]] = {}

    def take(self, act: Act) -> Step:
        outcome = judge(act, self.state, knows_taker=self._knows_taker(act))
        if isinstance(outcome, Refused):
            if outcome.fault in (Fault.TOO_LATE, Fault.OVER):
                self._look_for_fork(act)
            return Claim(act, outcome)
        before = {each.subject: self.state[each.subject] for each in outcome if each.subject in self.state}
        for follows in _follows(act):
            self._followed.setdefault(follows, (act, before))
        self.state.update({each.subject: each for each in outcome})
        return Counted(act, outcome)

    def _look_for_fork(self, act: Act) -> None:
        for subject, previous in _follows(act):
            first, before = self._followed.get((subject, previous), (act, {}))
            if first is act or first.statement.party != act.statement.party:
                continue
            then = {**self.state, **before}
            if not isinstance(judge(act, then, knows_taker=self._knows_taker(act)), Refused):
                self.forks.append(Fork(act.statement.party, subject, first.statement_hash, act.statement_hash))

    def _knows_taker(self, act: Act) -> bool:
        return not isinstance(act.terms, Offer) or self._knows(act.terms.to)


def _follows(act: Act) -> tuple[tuple[Hash32, Hash32], ...]:
    """Return each (subject, statement) that the act follows."""
    if isinstance(act.terms, Split | Merge | Transform):
        return tuple(zip(act.terms.inputs.parents, act.terms.inputs.heads, strict=True))
    return () if act.opens else ((act.statement.subject, act.statement.previous),)
