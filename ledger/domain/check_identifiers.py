"""Check 11, identifiers: what an event brings into being stands under no other party's GS1 company prefix.

Brought into being are the items of an ObjectEvent ADD, the parent of an AggregationEvent ADD, both of an ADD event of
somebody else's type, since nobody can tell, and the outputs of any event. An identifier under no claimed prefix, or
that resembles no GS1 key, is nobody else's; the reason says how many there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ledger.domain.case import Case, usable
from ledger.domain.checks import Finding, invalid, skipped, valid
from ledger.domain.parties import Registry
from ledger.domain.shown_part import ShownPart
from ledger.domain.tenure import Moment
from ledger.epcis.event_checks import standard_event_type
from ledger.epcis.identifiers import canonical_digital_link
from ledger.epcis.named_prefix import digits_named
from ledger.types import JsonValue, PartyId

_ITEMS: Final = ("epcList", "quantityList")
_OUTPUTS: Final = ("outputEPCList", "outputQuantityList")
_PARENT: Final = ("parentID",)


def check_identifiers(case: Case) -> Finding:
    """11: no new identifier whose company prefix another party held at the head that the signer is judged at."""
    if case.shown is None:
        return skipped("identifiers.absent")
    members = _new_members(case.shown)
    identifiers = [each for name in members for each in _identifiers(case.shown.members.get(name))]
    some_hidden = any(name in case.shown.hidden or name in case.shown.partial for name in members)
    if not identifiers:
        return skipped("identifiers.hidden") if some_hidden else valid("identifiers.none")
    holders = [_holder(usable(case.trust).registry, identifier, case.judged_at) for identifier in identifiers]
    return _foreign(case, identifiers, holders) or _own(holders, some_hidden=some_hidden)


def _new_members(part: ShownPart) -> tuple[str, ...]:
    """Return the members that hold new identifiers."""
    kind = part.members.get("type")
    match standard_event_type(kind) if isinstance(kind, str) else None, part.members.get("action"):
        case "ObjectEvent", "ADD":
            return (*_ITEMS, *_OUTPUTS)
        case "AggregationEvent", "ADD":
            return (*_PARENT, *_OUTPUTS)
        case None, "ADD":
            return (*_ITEMS, *_PARENT, *_OUTPUTS)
        case _:
            return _OUTPUTS


def _identifiers(value: JsonValue) -> Iterator[str]:
    for each in value if isinstance(value, list) else [value]:
        identifier = each.get("epcClass") if isinstance(each, dict) else each
        if isinstance(identifier, str):
            yield identifier


def _holder(registry: Registry, identifier: str, at: Moment) -> PartyId | None:
    digits = digits_named(identifier)
    return None if digits is None else registry.holder(digits, at)


def _foreign(case: Case, identifiers: list[str], holders: list[PartyId | None]) -> Finding | None:
    for identifier, holder in zip(identifiers, holders, strict=True):
        if holder is not None and holder != case.receipt.statement.party:
            found = canonical_digital_link(identifier) or digits_named(identifier) or ""  # no query, no other words
            return invalid("identifiers.foreign", found=found, holder=usable(case.trust).registry.name(holder))
    return None


def _own(holders: list[PartyId | None], *, some_hidden: bool) -> Finding:
    count, unclaimed = str(len(holders)), holders.count(None)
    if some_hidden:
        return valid("identifiers.partly", count=count)
    if unclaimed:
        return valid("identifiers.unclaimed", count=count, unclaimed=str(unclaimed))
    return valid("identifiers.own", count=count)
