"""The five kinds of event as typed values (EPCIS 2.0 §7.4), and the structures they share (§7.3).

Names are the standard's, in Python's spelling: ``bizStep`` is ``biz_step``. Identifiers and times are as sent: what a
party signed is never rewritten. Standard words are bare words whatever their form was; numbers are decimals; a missing
list is empty. Values are frozen; the JSON inside ``extensions``, ``ilmd`` and ``context`` is shared: leave it alone.

Left to others: making them (`event_parser`), canonical identifiers (`identifiers`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from ledger.types import JsonValue


class Action(Enum):
    """What an event says of the things it names."""

    ADD = "ADD"
    OBSERVE = "OBSERVE"
    DELETE = "DELETE"


@dataclass(frozen=True, slots=True)
class QuantityElement:
    """So much of a class. No quantity is an unspecified one, not one."""

    epc_class: str
    quantity: Decimal | None
    uom: str | None


@dataclass(frozen=True, slots=True)
class BizTransaction:
    """A business document the event belongs to."""

    type: str | None
    biz_transaction: str


@dataclass(frozen=True, slots=True)
class SourceOrDestination:
    """A party or place the things come from or go to."""

    type: str
    id: str


@dataclass(frozen=True, slots=True)
class Place:
    """A read point or business location."""

    id: str
    extensions: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class PersistentDisposition:
    """Dispositions that begin or end to hold until further notice."""

    set: tuple[str, ...]
    unset: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ErrorDeclaration:
    """The event did not happen, or not so; the event that carries this repeats it otherwise unchanged."""

    declaration_time: str
    reason: str | None
    corrective_event_ids: tuple[str, ...]
    extensions: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class SensorElement:
    """What sensors reported, as parsed JSON: nothing in this product computes with it."""

    sensor_metadata: Mapping[str, JsonValue]
    sensor_reports: tuple[Mapping[str, JsonValue], ...]
    extensions: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What all kinds of event have. ``extensions`` are the members outside the standard, by their name as sent."""

    type: str
    event_time: str
    event_time_zone_offset: str
    event_id: str | None
    record_time: str | None
    error_declaration: ErrorDeclaration | None
    certification_info: tuple[str, ...]
    biz_step: str | None
    disposition: str | None
    persistent_disposition: PersistentDisposition | None
    read_point: Place | None
    biz_location: Place | None
    biz_transaction_list: tuple[BizTransaction, ...]
    source_list: tuple[SourceOrDestination, ...]
    destination_list: tuple[SourceOrDestination, ...]
    sensor_element_list: tuple[SensorElement, ...]
    extensions: Mapping[str, JsonValue]
    context: JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectEvent(Event):
    """Something happened to things: they came into being, were observed, or ceased to be."""

    action: Action
    epc_list: tuple[str, ...]
    quantity_list: tuple[QuantityElement, ...]
    ilmd: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregationEvent(Event):
    """Things were put into, seen in, or taken out of a container, their parent."""

    action: Action
    parent_id: str | None
    child_epcs: tuple[str, ...]
    child_quantity_list: tuple[QuantityElement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionEvent(Event):
    """Things were bound to, or released from, business transactions."""

    action: Action
    parent_id: str | None
    epc_list: tuple[str, ...]
    quantity_list: tuple[QuantityElement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformationEvent(Event):
    """Inputs became outputs."""

    input_epc_list: tuple[str, ...]
    input_quantity_list: tuple[QuantityElement, ...]
    output_epc_list: tuple[str, ...]
    output_quantity_list: tuple[QuantityElement, ...]
    transformation_id: str | None
    ilmd: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationEvent(Event):
    """Things were joined to, or parted from, an asset or a place, their parent."""

    action: Action
    parent_id: str
    child_epcs: tuple[str, ...]
    child_quantity_list: tuple[QuantityElement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionEvent(Event):
    """An event of somebody else's type. ``members`` are those of the standard beyond the common ones, as sent."""

    members: Mapping[str, JsonValue]
