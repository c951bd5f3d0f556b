"""The registry as this service sees it: its facts, kept up to date from the chain and replayed.

Everything here is derived and can be read again. A block that is gone means that all is read anew, which is rare. How a
key is judged is `ledger.domain`'s; changing the registry, `registrar`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

from ledger.domain.facts import Fact, PrefixClaimed, PrefixReleased, parse_fact
from ledger.domain.parties import Registry, replay
from ledger.domain.tenure import Moment
from ledger.errors import ChainUnavailableError, MalformedError
from ledger.ports import Block, Chain
from ledger.service.acceptance import RegistryNow

NO_CLAIM_BEFORE = 10**13
"""What the contract takes as hint where no claim lies before the place: above every 13-digit number."""

_GLN_DIGITS = 13


@dataclass(frozen=True, slots=True)
class _Seen:
    """All facts up to a block, and what they lead to."""

    block: Block
    facts: tuple[Fact, ...]
    registry: Registry


class RegistryIndex:
    """The replayed registry of one chain. Safe to ask from several threads."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._seen: _Seen | None = None
        self._lock = Lock()

    def refresh(self) -> RegistryNow:
        """Return the registry as of the latest block; `ChainUnavailableError` leaves what was read before."""
        with self._lock:
            latest = self._chain.latest_block()
            seen = self._seen
            if seen is None or seen.block != latest:
                seen = self._seen = self._read(seen, latest)
            return _now(seen)

    def now(self) -> RegistryNow:
        """Return the registry as last read, without asking the chain; reads it the first time."""
        seen = self._seen
        return self.refresh() if seen is None else _now(seen)

    @property
    def read_up_to(self) -> Block | None:
        """The block up to which the registry was read, ``None`` before the first time."""
        return None if self._seen is None else self._seen.block

    def prefix_hint(self, digits: int, length: int) -> int:
        """Return the first number of the claim just before a prefix, as `claimPrefix` and `releasePrefix` want it."""
        self.refresh()
        place = digits * 10 ** (_GLN_DIGITS - length)
        starts: set[int] = set()
        for fact in self._seen.facts if self._seen else ():
            match fact.announcement:
                case PrefixClaimed(_, claimed, fixed):
                    starts.add(claimed * 10 ** (_GLN_DIGITS - fixed))
                case PrefixReleased(_, released, fixed):
                    starts.discard(released * 10 ** (_GLN_DIGITS - fixed))
                case _:
                    pass
        return max((start for start in starts if start < place), default=NO_CLAIM_BEFORE)

    def _read(self, seen: _Seen | None, latest: Block) -> _Seen:
        if seen is not None and self._chain.block(seen.block.number) != seen.block:
            seen = None  # reorganised: what stood in the blocks that are gone was never said
        if seen is not None and latest.number < seen.block.number:
            return seen  # another node of the same address lags: what was read is as good as it was
        first = self._chain.first_block() if seen is None else seen.block.number + 1
        facts = parse_facts(self._chain, first, latest.number)
        if self._chain.block(latest.number) != latest:
            raise ChainUnavailableError("the chain was reorganised while its registry was read")
        if seen is None and not facts:
            raise ChainUnavailableError("the node shows no registry facts, and a registry has one from its first block")
        before = () if seen is None else seen.facts
        if seen is not None and not facts:
            return _Seen(latest, before, seen.registry)
        # A new value rather than a changed one: whoever judges by the old one goes on undisturbed.
        return _Seen(latest, before + facts, replay(before + facts))


def parse_facts(chain: Chain, first: int, last: int) -> tuple[Fact, ...]:
    """Return the facts of these blocks, in chain order; what is no fact is half an answer."""
    try:
        return tuple(parse_fact(fact, f"/{place}") for place, fact in enumerate(chain.facts(first, last)))
    except MalformedError as error:
        raise ChainUnavailableError(f"the node answers with a registry fact that is none: {error}") from None


def _now(seen: _Seen) -> RegistryNow:
    return RegistryNow(seen.registry, Moment(seen.block.number, seen.block.time))
