"""Which receipt answers which shipment, as far as events say: by the things named, else by document.

A shipment lasts until the same things are shipped again. Things named one by one are followed through what they were
packed in; of a class, a shipment and a receipt belong together only where both name one document, or one of them none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.domain.custody_checks.reading import RECEIVING, SHIPPING
from ledger.domain.trace import Step
from ledger.epcis.canonical import Namespaces, canonical_text
from ledger.epcis.vocabulary import SOURCE_DESTINATION_TYPES
from ledger.types import JsonObject, JsonValue


@dataclass(frozen=True, slots=True)
class Shipment:
    """Goods sent, and what answers it: the receipts until ``again``, the next shipment of the same things."""

    shipped: Step
    things: frozenset[str]
    receipts: tuple[Step, ...]
    again: Step | None

    @property
    def items(self) -> tuple[str, ...]:
        """What the shipping event itself names."""
        return tuple(sorted(self.shipped.key_set))


def shipments(steps: tuple[Step, ...], things: dict[Step, frozenset[str]]) -> tuple[Shipment, ...]:
    """Return every shipment among these steps that was not called off, in order of time."""
    voids = [step for step in steps if step.biz_step == "void_shipping"]
    shipped = [step for step in steps if step.biz_step in SHIPPING]
    sent = [step for step in shipped if not any(_calls_off(void, step, shipped) for void in voids)]
    received = [step for step in steps if step.biz_step in RECEIVING]
    return tuple(_shipment(step, sent, received, things) for step in sent)


def _shipment(step: Step, sent: list[Step], received: list[Step], things: dict[Step, frozenset[str]]) -> Shipment:
    again = next(
        (each for each in sent if each.moment > step.moment and things[each] & things[step] and not _same(step, each)),
        None,
    )
    receipts = tuple(
        each
        for each in received
        if each.moment > step.moment
        and (again is None or each.moment < again.moment)
        and belong_together(step, each, things)
    )
    return Shipment(step, things[step], receipts, again)


def early_receipts(
    sent: tuple[Shipment, ...], steps: tuple[Step, ...], things: dict[Step, frozenset[str]]
) -> tuple[tuple[Step, Step], ...]:
    """Return each receipt that stands before the one shipment it can answer, with that shipping step."""
    answered = {received for shipment in sent for received in shipment.receipts}
    received = [step for step in steps if step.biz_step in RECEIVING and step not in answered]
    pairs = []
    for each in received:
        later = [one.shipped for one in sent if not one.receipts and one.shipped.moment > each.moment]
        match = next((shipped for shipped in later if _answers_early(shipped, each, sent, things)), None)
        if match is not None:
            pairs.append((each, match))
    return tuple(pairs)


def _answers_early(
    shipped: Step, received: Step, sent: tuple[Shipment, ...], things: dict[Step, frozenset[str]]
) -> bool:
    if shipped.event.party == received.event.party or not belong_together(shipped, received, things):
        return False
    before = any(one.shipped.moment < received.moment and one.things & things[received] for one in sent)
    return bool(documents_of(shipped) & documents_of(received)) or not before


def belong_together(shipped: Step, received: Step, things: dict[Step, frozenset[str]]) -> bool:
    """Say whether a receipt may answer a shipment, whenever either happened."""
    if things[shipped] & things[received]:
        return True
    documents, others = documents_of(shipped), documents_of(received)
    one_document = bool(documents & others) or not documents or not others
    return bool(shipped.key_set & received.key_set) and one_document


def _same(one: Step, other: Step) -> bool:
    """Say whether two shipping events tell of one shipment: by one party, to nobody else, under one document."""
    if one.event.party != other.event.party:
        return False
    receivers, documents = (parties_named(one), parties_named(other)), (documents_of(one), documents_of(other))
    return all(not first or not second or bool(set(first) & set(second)) for first, second in (receivers, documents))


def _calls_off(void: Step, step: Step, shipped: list[Step]) -> bool:
    """Say whether ``void`` calls off this shipment, and not a later one of the same things."""
    if void.moment < step.moment or not void.key_set & step.key_set:
        return False
    return not any(step.moment < each.moment < void.moment and each.key_set & step.key_set for each in shipped)


def documents_of(step: Step) -> frozenset[str]:
    """Return the business documents that a step belongs to."""
    names = Namespaces(step.event.members.get("@context"))
    found = (each.get("bizTransaction") for each in _objects(step.event.members.get("bizTransactionList")))
    return frozenset(canonical_text(each, names) for each in found if isinstance(each, str))


def parties_named(step: Step) -> tuple[str, ...]:
    """Return to whom a step says that things go: the possessing party, else the owning party; canonical."""
    return _destinations(step, "possessing_party") or _destinations(step, "owning_party")


def is_owner_only(step: Step) -> bool:
    """Say whether a step names the new owner and not who takes the goods."""
    return not _destinations(step, "possessing_party")


def _destinations(step: Step, kind: str) -> tuple[str, ...]:
    names = Namespaces(step.event.members.get("@context"))
    found = [
        each.get("destination")
        for each in _objects(step.event.members.get("destinationList"))
        if isinstance(said := each.get("type"), str) and SOURCE_DESTINATION_TYPES.word(said) == kind
    ]
    return tuple(canonical_text(each, names) for each in found if isinstance(each, str))


def _objects(value: JsonValue) -> Iterator[JsonObject]:
    for each in value if isinstance(value, list) else ():
        if isinstance(each, dict):
            yield each
