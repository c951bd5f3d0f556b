"""What was recorded by one date, corrected as it was known by another (EPCIS 2.0 §7.4.1.2, errorDeclaration).

A declaration repeats the event it calls wrong, under the same eventID. By the same party it strikes that event; by
another it is a claim, which stands beside the event and changes nothing. A declaration is no step itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.domain.trace.event import Evidence, TracedEvent
from ledger.domain.trace.source import EventSource
from ledger.domain.trace.step import Step, read_step
from ledger.types import Hash32, UnixTime


@dataclass(frozen=True, slots=True)
class Correction:
    """An event and the declaration that it is wrong."""

    event: TracedEvent
    declaration: TracedEvent


class Known:
    """The steps of each item, in order of time, as recorded and known by the dates given.

    With no ``known_by``, corrections count as far as ``recorded_by`` goes; with no ``recorded_by``, events count as far
    as ``known_by`` goes. An event recorded later counts too where an applied declaration of its own party names it as
    what is right instead.
    """

    def __init__(self, source: EventSource, recorded_by: UnixTime | None, known_by: UnixTime | None) -> None:
        self._source = source
        self._recorded_by = known_by if recorded_by is None else recorded_by
        self._known_by = recorded_by if known_by is None else known_by
        self._read: dict[Hash32, Step | None] = {}
        self._of_item: dict[str, tuple[Step, ...]] = {}
        self._of_transformation: dict[str, tuple[Step, ...]] = {}
        self._struck: dict[tuple[Hash32, Hash32], Correction] = {}
        self._claims: dict[tuple[Hash32, Hash32], Correction] = {}
        self._set_aside: dict[Hash32, TracedEvent] = {}

    def steps_of(self, item: str) -> tuple[Step, ...]:
        """Return the steps that name this item."""
        if item not in self._of_item:
            self._of_item[item] = self._steps(self._source.events_of(item))
        return self._of_item[item]

    def steps_of_transformation(self, transformation_id: str) -> tuple[Step, ...]:
        """Return the steps that belong to this transformation."""
        if transformation_id not in self._of_transformation:
            events = self._source.events_of_transformation(transformation_id)
            self._of_transformation[transformation_id] = self._steps(events)
        return self._of_transformation[transformation_id]

    @property
    def events_read(self) -> int:
        """How many events were looked at so far."""
        return len(self._read)

    @property
    def transformations(self) -> dict[str, tuple[Step, ...]]:
        """The steps of each transformation seen so far, by its id."""
        return dict(self._of_transformation)

    @property
    def struck(self) -> tuple[Correction, ...]:
        """The events seen so far that their own party declared wrong."""
        return tuple(self._struck.values())

    @property
    def claims(self) -> tuple[Correction, ...]:
        """The events seen so far that another party says are wrong."""
        return tuple(self._claims.values())

    @property
    def set_aside(self) -> tuple[TracedEvent, ...]:
        """The events seen so far whose evidence does not match, or whose time cannot be read."""
        return tuple(self._set_aside.values())

    def _steps(self, events: Iterable[TracedEvent]) -> tuple[Step, ...]:
        sound = [event for event in events if self._is_sound(event)]
        declarations = [event for event in sound if _is_declaration(event) and _by(event, self._known_by)]
        stated = [event for event in sound if not _is_declaration(event)]
        struck = {(each.party, _event_id(each)) for each in declarations}
        right = {(each.party, event_id) for each in declarations for event_id in _corrective_ids(each)}
        counted = [
            event
            for event in stated
            if _by(event, self._recorded_by)
            or ((event.party, _event_id(event)) in right and _by(event, self._known_by))
        ]
        self._note(counted, declarations)
        steps = {step.event.event_digest: step for step in map(self._step, counted) if step is not None}
        kept = [step for step in steps.values() if (step.event.party, _event_id(step.event)) not in struck]
        return tuple(sorted(kept, key=lambda step: step.moment))

    def _note(self, events: list[TracedEvent], declarations: list[TracedEvent]) -> None:
        for declaration in declarations:
            for event in events:
                if _event_id(event) == _event_id(declaration) is not None:
                    noted = self._struck if event.party == declaration.party else self._claims
                    pair = (event.event_digest, declaration.event_digest)
                    noted.setdefault(pair, Correction(event, declaration))

    def _is_sound(self, event: TracedEvent) -> bool:
        if event.evidence is Evidence.INVALID or self._step(event) is None:
            self._set_aside.setdefault(event.event_digest, event)
            return False
        return True

    def _step(self, event: TracedEvent) -> Step | None:
        """Return the event as a step, the same for the same event, though it stand in two logs."""
        if event.event_digest not in self._read:
            self._read[event.event_digest] = read_step(event)
        return self._read[event.event_digest]


def _by(event: TracedEvent, limit: UnixTime | None) -> bool:
    return limit is None or event.recorded_at <= limit


def _is_declaration(event: TracedEvent) -> bool:
    return "errorDeclaration" in event.members or "errorDeclaration" in event.hidden


def _event_id(event: TracedEvent) -> str | None:
    event_id = event.members.get("eventID")
    return event_id if isinstance(event_id, str) else None


def _corrective_ids(declaration: TracedEvent) -> list[str]:
    said = declaration.members.get("errorDeclaration")
    ids = said.get("correctiveEventIDs") if isinstance(said, dict) else None
    return [each for each in ids if isinstance(each, str)] if isinstance(ids, list) else []
