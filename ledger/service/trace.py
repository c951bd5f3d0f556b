"""Traces: the custody graph of an item from the store, with the custody checks, as far as the caller may see it.

The store is asked for one item at a time, so that a trace costs what it reaches and not what is stored. Where it does
not answer, `StoreUnavailableError` leaves: nothing is said about the item. Where the registry cannot be read, the
checks that need it say that they are not evaluable, and the answer says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Protocol

from ledger.codec.json_shape import open_object
from ledger.codec.signature import recover
from ledger.codec.statement import Domain, Statement, eip712_hash, statement_from_json
from ledger.codec.strict_json import parse
from ledger.domain.custody_checks import DEFAULT_POLICY, Answer, Context, Coordinates, Limit, Policy, examine
from ledger.domain.parties import Registry
from ledger.domain.tenure import Moment
from ledger.domain.trace import CustodyGraph, Direction, Evidence, TracedEvent, trace
from ledger.domain.trace_report import trace_json
from ledger.errors import BadEvidenceError, NoAnswerError
from ledger.ports import Clock, Store, StoredEvent
from ledger.service.acceptance import RegistryNow
from ledger.types import Hash32, JsonObject, JsonValue, LogId, PartyId, UnixTime

NO_PLACES: Final[Mapping[str, Coordinates]] = MappingProxyType({})
NO_LIMITS: Final[Mapping[str, Limit]] = MappingProxyType({})


class ItemEvents(Protocol):
    """The events of one log by what they name. May raise `StoreUnavailableError`."""

    def events_of_item(self, item_key: str) -> Sequence[StoredEvent]:
        """Return the events that have this item key, by index."""

    def events_of_transformation(self, transformation_id: str) -> Sequence[StoredEvent]:
        """Return the events of this transformationID, by index."""


@dataclass(frozen=True, slots=True)
class TracedLog:
    """A log that traces go through."""

    log_id: LogId
    store: Store
    items: ItemEvents
    tree_size: int | None = None
    """Where it was closed; its records from there on are its successor's."""


class Sight(Protocol):
    """What somebody may see."""

    def members_shown(self, stored: StoredEvent, event: JsonObject) -> frozenset[str] | None:
        """Return the names of the members that may be seen; ``None`` where the event may not be seen at all."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: about which item, which way, as of when; ``places`` and ``limits`` as the checks take them."""

    item: str
    direction: Direction = Direction.BOTH
    recorded_by: UnixTime | None = None
    known_by: UnixTime | None = None
    policy: Policy = DEFAULT_POLICY
    places: Mapping[str, Coordinates] = field(default_factory=lambda: NO_PLACES)
    limits: Mapping[str, Limit] = field(default_factory=lambda: NO_LIMITS)


@dataclass(frozen=True, slots=True)
class Traced:
    """The answer: ``withheld`` and ``erased`` say of how many events reached nothing was shown, and why.

    ``could_not_check`` names what did not answer; it says nothing about the item.
    """

    graph: CustodyGraph
    answers: tuple[Answer, ...]
    names: Mapping[PartyId, str]
    as_of: UnixTime
    policy: str
    withheld: int
    erased: int
    could_not_check: tuple[str, ...]


class Tracing:
    """Traces through the log in use and those before it."""

    def __init__(
        self, logs: Sequence[TracedLog], domain: Domain, registry: Callable[[], RegistryNow], clock: Clock
    ) -> None:
        self._logs = logs
        self._domain = domain
        self._registry = registry
        self._clock = clock

    def trace(self, question: Question, sight: Sight) -> Traced:
        """Return the trace of an item as somebody of this sight may see it."""
        source = _Source(self._logs, self._domain, sight)
        graph = trace(
            question.item,
            source,
            recorded_by=question.recorded_by,
            known_by=question.known_by,
            direction=question.direction,
        )
        now, registry = self._clock(), self._read_registry()
        context = self._context(question, graph, source, registry, now)
        return Traced(
            graph=graph,
            answers=examine(graph, context),
            names=context.names,
            as_of=context.as_of,
            policy=question.policy.version,
            withheld=len(source.withheld),
            erased=len(source.erased),
            could_not_check=() if registry is not None else ("registry",),
        )

    def _read_registry(self) -> RegistryNow | None:
        try:
            return self._registry()
        except NoAnswerError:
            return None

    def _context(
        self, question: Question, graph: CustodyGraph, source: _Source, now: RegistryNow | None, clock: UnixTime
    ) -> Context:
        dates = [date for date in (question.recorded_by, question.known_by) if date is not None]
        as_of = min(clock, max(dates, default=clock))
        if now is None:
            return Context(as_of, question.policy, question.places, limits=question.limits)
        registry, at = now.registry, now.at
        stored = {step.event.event_digest: source.stored[step.event.event_digest] for step in graph.steps}
        holders = {digest: _key_holder(each, self._domain, registry) for digest, each in stored.items()}
        return Context(
            as_of=as_of,
            policy=question.policy,
            places=question.places,
            holder=_holder(registry, at),
            key_holders={digest: party for digest, party in holders.items() if party is not None},
            limits=question.limits,
            names={party.id: party.name for party in registry.parties()},
        )


def traced_json(traced: Traced) -> JsonObject:
    """Return the answer as it is exchanged: format `tradeledger-trace/1`."""
    answer = trace_json(traced.graph, traced.answers, traced.names, traced.as_of, traced.policy)
    could_not_check: list[JsonValue] = [*traced.could_not_check]
    unseen: JsonObject = {"withheld": traced.withheld, "erased": traced.erased, "couldNotCheck": could_not_check}
    return answer | unseen


def _holder(registry: Registry, at: Moment) -> Callable[[str], PartyId | None]:
    return lambda digits: registry.holder(digits, at)


def _key_holder(stored: StoredEvent, domain: Domain, registry: Registry) -> PartyId | None:
    """Return who holds the key that signed: the custodian, else the party itself."""
    statement = statement_from_json(stored.event.statement)
    try:
        key = registry.key(recover(eip712_hash(statement, domain), stored.event.signature))
    except BadEvidenceError:
        return None
    return None if key is None else key.custodian or key.party


class _Source:
    """An `EventSource` over several logs: what may be seen of each event, and how many nothing was shown of."""

    def __init__(self, logs: Sequence[TracedLog], domain: Domain, sight: Sight) -> None:
        self._logs = [(log, log.store.final_size()) for log in logs]
        self._domain = domain
        self._sight = sight
        self._seen: dict[Hash32, TracedEvent | None] = {}
        self.stored: dict[Hash32, StoredEvent] = {}
        self.withheld: set[Hash32] = set()
        self.erased: set[Hash32] = set()

    def events_of(self, item: str) -> Iterator[TracedEvent]:
        """Yield the events of an item as far as they may be seen."""
        for log, final_size in self._logs:
            yield from self._shown(log, final_size, log.items.events_of_item(item))

    def events_of_transformation(self, transformation_id: str) -> Iterator[TracedEvent]:
        """Yield the events of a transformation as far as they may be seen."""
        for log, final_size in self._logs:
            yield from self._shown(log, final_size, log.items.events_of_transformation(transformation_id))

    def _shown(self, log: TracedLog, final_size: int, events: Sequence[StoredEvent]) -> Iterator[TracedEvent]:
        for stored in events:
            if log.tree_size is not None and stored.leaf_index >= log.tree_size:
                continue
            digest = stored.event.event_digest
            if digest not in self._seen:
                self._seen[digest] = self._traced(stored, log.log_id, final_size)
            event = self._seen[digest]
            if event is not None:
                yield event

    def _traced(self, stored: StoredEvent, log_id: LogId, final_size: int) -> TracedEvent | None:
        if stored.erasure is not None:
            self.erased.add(stored.event.event_digest)
            return None
        event = open_object(parse(stored.event.event_bytes), "")
        shown = self._sight.members_shown(stored, event)
        if shown is None:
            self.withheld.add(stored.event.event_digest)
            return None
        self.stored[stored.event.event_digest] = stored
        statement: Statement = statement_from_json(stored.event.statement)
        return TracedEvent(
            members={name: value for name, value in event.items() if name in shown},
            event_digest=stored.event.event_digest,
            log_id=log_id,
            leaf_index=stored.leaf_index,
            statement=statement,
            statement_hash=eip712_hash(statement, self._domain),
            recorded_at=stored.captured_at,
            evidence=Evidence.VALID if stored.leaf_index < final_size else Evidence.NOT_FINAL,
            hidden=frozenset(event.keys() - shown),
        )
