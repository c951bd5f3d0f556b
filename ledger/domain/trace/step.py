"""One event as a trace reads it: when, what it did to which items, and where.

Tolerant of what a role view hides and of the forms that lenient capture admits (a business step as URN or IRI): what is
not shown, or not of the standard's form, reads as absent. Only a time is asked for, since a step without one has no
place in any order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Final, TypeAlias

from ledger.domain.trace.event import TracedEvent
from ledger.epcis.canonical import Namespaces, canonical_text, canonical_time
from ledger.epcis.event_checks import standard_event_type
from ledger.epcis.item_keys import item_keys_by_field
from ledger.epcis.vocabulary import BIZ_STEPS, DISPOSITIONS
from ledger.errors import MalformedError
from ledger.types import JsonObject, JsonValue

Moment: TypeAlias = tuple[int, bytes, int]
"""When and in what order: milliseconds since 1970 as the party claims, then log and leaf index."""

FIRST: Final[Moment] = (-(2**63), b"", -1)
LAST: Final[Moment] = (2**63, b"", -1)
"""Before and after every step."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CHILDREN: Final = ("childEPCs", "childQuantityList")
_INPUTS: Final = ("inputEPCList", "inputQuantityList")
_OUTPUTS: Final = ("outputEPCList", "outputQuantityList")
_ITEMS: Final = ("epcList", "quantityList")
INSTANCES: Final = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
"""Members that name things one by one; what a quantity list names is so much of a class."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """So much of a class; no amount is an unspecified one, no unit is a count."""

    item: str
    amount: Decimal | None
    unit: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """An event in its place in time. Steps are told apart by identity: an event is read once in a trace."""

    event: TracedEvent
    moment: Moment
    type: str | None
    action: str | None
    biz_step: str | None
    disposition: str | None
    keys: dict[str, tuple[str, ...]]
    key_set: frozenset[str]

    @property
    def milliseconds(self) -> int:
        """When it happened, as its party claims."""
        return self.moment[0]

    @property
    def parent(self) -> str | None:
        """The container, asset or place that things were joined to."""
        return next(iter(self.keys.get("parentID", ())), None)

    @property
    def children(self) -> tuple[str, ...]:
        """What was joined or parted."""
        return self._of(_CHILDREN)

    @property
    def inputs(self) -> tuple[str, ...]:
        """What was used up."""
        return self._of(_INPUTS)

    @property
    def outputs(self) -> tuple[str, ...]:
        """What was made."""
        return self._of(_OUTPUTS)

    @property
    def items(self) -> tuple[str, ...]:
        """What was observed, came into being, ceased to be, or was bound to a document."""
        return self._of(_ITEMS)

    @property
    def instances(self) -> frozenset[str]:
        """The items that are named one by one."""
        return frozenset(key for field in INSTANCES for key in self.keys.get(field, ()))

    @property
    def transformation_id(self) -> str | None:
        """The id that joins the events of one transformation."""
        return _text(self.event.members.get("transformationID"))

    @property
    def hides_items(self) -> bool:
        """Say whether a member that could name items is there and not shown."""
        return not self.event.hidden.isdisjoint({"parentID", *_CHILDREN, *_INPUTS, *_OUTPUTS, *_ITEMS})

    def quantities(self, field: str) -> tuple[Quantity, ...]:
        """Return the elements of a quantity list."""
        names = Namespaces(self.event.members.get("@context"))
        value = self.event.members.get(field)
        elements = [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
        return tuple(
            Quantity(canonical_text(kind, names), decimal_of(each.get("quantity")), _text(each.get("uom")))
            for each in elements
            if isinstance(kind := each.get("epcClass"), str)
        )

    def _of(self, fields: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(key for field in fields for key in self.keys.get(field, ()))


def read_step(event: TracedEvent) -> Step | None:
    """Return the event as a step, or ``None`` if its time or its names cannot be read."""
    members = event.members
    try:
        at = milliseconds_of(members.get("eventTime"))
        keys = item_keys_by_field(members)
    except MalformedError:
        return None
    kind = _text(members.get("type"))
    return Step(
        event=event,
        moment=(at, bytes(event.log_id), event.leaf_index),
        type=None if kind is None else standard_event_type(kind),
        action=_text(members.get("action")),
        biz_step=_word(members, "bizStep"),
        disposition=_word(members, "disposition"),
        keys=keys,
        key_set=frozenset(key for each in keys.values() for key in each),
    )


def milliseconds_of(time: JsonValue) -> int:
    """Return an ``xsd:dateTimeStamp`` as milliseconds since 1970; `MalformedError` for anything else."""
    moment = datetime.fromisoformat(canonical_time(time))
    past = moment - _EPOCH
    return (past.days * 86_400 + past.seconds) * 1_000 + past.microseconds // 1_000


def decimal_of(value: JsonValue) -> Decimal | None:
    """Return a number, or a text that reads as one, as a decimal; ``None`` for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _word(members: JsonObject, name: str) -> str | None:
    """Return a standard word bare whatever its form is, any other text as it is."""
    value = _text(members.get(name))
    vocabulary = BIZ_STEPS if name == "bizStep" else DISPOSITIONS
    return None if value is None else vocabulary.word(value) or value


def _text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) else None
