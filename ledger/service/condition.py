"""How the service gets on, in figures, and what keeps it from being ready, in words.

`ChainLook.look` asks the chain now and then; everything else is read from the store when it is wanted, so that neither
a probe nor a scrape waits for a chain. An outage of the chain is a reason not to be ready, and none to refuse captures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from ledger.ports import AnchorState, Block, Clock, Network, Store
from ledger.service.registry import RegistryIndex
from ledger.service.states import Watermarks, watermarks
from ledger.types import Address, UnixTime

CHECKPOINT_LATE_SECONDS: Final = 30
"""An event is in a checkpoint within a second; one that waits longer waits for something."""

HEAD_OLD_SECONDS: Final = 600
"""Public networks make a block every few seconds. Development chains make one when asked, and are exempt."""

INDEX_LATE_BLOCKS: Final = 20
"""The registry is read every second; blocks that come meanwhile are few."""

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Seen:
    """What the chain last said, and when."""

    at: UnixTime
    block: Block
    nonce: int
    balance: int
    development: bool


class ChainLook:
    """What the chain says about itself and about the anchoring account."""

    def __init__(self, network: Network, account: Address, clock: Clock) -> None:
        self._network = network
        self._account = account
        self._clock = clock
        self.seen: Seen | None = None

    def look(self) -> None:
        """Ask again; `ChainUnavailableError` leaves what was seen before."""
        network, account = self._network, self._account
        block, nonce, balance = network.latest_block(), network.nonce(account), network.balance(account)
        self.seen = Seen(self._clock(), block, nonce, balance, network.network().development)


@dataclass(frozen=True, slots=True)
class Figures:
    """Ages in seconds, 0 where nothing waits; ``None`` is not known."""

    records: Watermarks
    queue_age: int
    unanchored_age: int
    checkpoint_age: int | None
    anchored_age: int | None
    head_age: int | None
    answer_age: int | None
    nonce_gap: int | None
    balance: int | None
    gas_today: int
    index_lag: int | None
    overdue: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the service is not ready: which part of it, and what is the matter."""

    part: str
    detail: str


class Condition:
    """Reads figures and reasons. ``promised`` is after how many seconds a record is promised to be on chain."""

    def __init__(self, store: Store, look: ChainLook, index: RegistryIndex, promised: int, clock: Clock) -> None:
        self._store = store
        self._look = look
        self._index = index
        self._promised = promised
        self._clock = clock

    def figures(self) -> Figures:
        """Return the figures as of now."""
        store, seen, now = self._store, self._look.seen, self._clock()
        records = watermarks(store)
        checkpoint, anchor, read = store.latest_checkpoint(), store.latest_anchor(), self._index.read_up_to
        return Figures(
            records=records,
            queue_age=self._age_at(records.checkpointed, now),
            unanchored_age=self._age_at(records.anchored, now),
            checkpoint_age=None if checkpoint is None else _age(checkpoint.signed_at, now),
            anchored_age=None if anchor is None or anchor.time is None else _age(anchor.time, now),
            head_age=None if seen is None else _age(seen.block.time, now),
            answer_age=None if seen is None else _age(seen.at, now),
            nonce_gap=None if seen is None else self._nonce_gap(seen.nonce),
            balance=None if seen is None else seen.balance,
            gas_today=store.gas_used_since(UnixTime(now - now % _DAY)),
            index_lag=None if seen is None or read is None else max(0, seen.block.number - read.number),
            overdue=self._overdue(records, now),
        )

    def reasons(self) -> tuple[Reason, ...]:
        """Return what keeps the service from being ready; none where all is well or nothing waits."""
        return tuple(self._reasons(self.figures()))

    def _reasons(self, figures: Figures) -> Iterator[Reason]:
        seen = self._look.seen
        if figures.queue_age > CHECKPOINT_LATE_SECONDS:
            yield Reason("checkpoint", f"an event waits for a checkpoint since {figures.queue_age} seconds")
        if figures.unanchored_age > self._promised / 2:
            yield Reason("anchor", f"an event waits to be anchored since {figures.unanchored_age} seconds")
        if figures.overdue:
            yield Reason("promise", f"{figures.overdue} events are not on chain though promised by now")
        if seen is not None and not seen.development and (figures.head_age or 0) > HEAD_OLD_SECONDS:
            yield Reason("chain head", f"the chain's newest block is {figures.head_age} seconds old")
        if (figures.index_lag or 0) > INDEX_LATE_BLOCKS:
            yield Reason("registry index", f"it is {figures.index_lag} blocks behind the chain")

    def _age_at(self, leaf_index: int, now: UnixTime) -> int:
        """Return the age of the first event at or above an index; where a predecessor's head stands, of the next."""
        stored = self._store.event_at(leaf_index) or self._store.event_at(leaf_index + 1)
        return 0 if stored is None else _age(stored.captured_at, now)

    def _nonce_gap(self, mined: int) -> int:
        sent = (anchor.nonce for anchor in self._store.open_anchors() if anchor.state is AnchorState.SUBMITTED)
        return max(0, max(sent, default=mined - 1) + 1 - mined)

    def _overdue(self, records: Watermarks, now: UnixTime) -> int:
        """Return how many events above the newest anchor were captured longer ago than promised; they are in order."""
        since = now - self._promised

        def is_overdue(leaf_index: int) -> bool:
            stored = self._store.event_at(leaf_index)
            return stored is not None and stored.captured_at < since

        return _first_not(is_overdue, records.anchored, records.sequenced) - records.anchored


def _age(time: UnixTime, now: UnixTime) -> int:
    return max(0, now - time)


def _first_not(holds: Callable[[int], bool], low: int, high: int) -> int:
    """Return the first number of [low, high) for which it does not hold, of those it holds for first; else ``high``."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            low = middle + 1
        else:
            high = middle
    return low
