"""Signing for a party with a key that the registry itself says this service holds for it.

The event is completed as every signer must (spec §2, §4.1): it gets an eventID and a seed, and a recordTime, which is
no part of what anyone signs, is left out.
"""

from __future__ import annotations

from typing import Final

from ledger.errors import MalformedError, NotAllowedError
from ledger.ports import Signer
from ledger.service.acceptance import RegistryNow, Terms
from ledger.service.envelopes import Envelope
from ledger.service.signing import Capacity, Mandate, sign_event
from ledger.types import Address, JsonObject, PartyId, UnixTime

_NOT_SIGNED: Final = "recordTime"


class Custodian:
    """Signs for others as ``party_id``, under which the registry knows this service."""

    def __init__(self, signer: Signer, party_id: PartyId, terms: Terms) -> None:
        self._signer = signer
        self._party_id = party_id
        self._terms = terms

    def mandate(self, party: PartyId, capacity: Capacity | None, now: RegistryNow) -> Mandate:
        """Return with what the service may sign for ``party`` now; refuse without a key, or a plain role."""
        return Mandate(party, self._key_of(party, now), capacity or _only_capacity(party, now))

    def sign(self, event: JsonObject, mandate: Mandate, clock: UnixTime) -> Envelope:
        """Return the envelope of a complete event, signed."""
        return sign_event(event, mandate, self._signer, self._terms, clock)

    def _key_of(self, party: PartyId, now: RegistryNow) -> Address:
        for address in self._signer.addresses():
            key = now.registry.key(address)
            if key is None or (key.party, key.custodian) != (party, self._party_id):
                continue
            if key.added.block <= now.at.block and key.end_at(now.at) is None:
                return address
        expected = "signed envelopes, or a key that the registry says this service holds for the party"
        raise NotAllowedError("", expected, "events without a signature, and no such key")


def _only_capacity(party: PartyId, now: RegistryNow) -> Capacity:
    """Return the one role that the party holds now."""
    held = [
        Capacity(role, jurisdiction)
        for role, jurisdiction in now.registry.roles_of(party)
        if any(grant.held_at(now.at) for grant in now.registry.grants(party, role, jurisdiction))
    ]
    if len(held) != 1:
        found = ", ".join(f"{each.role} in {each.jurisdiction}" for each in held) or "none held"
        raise MalformedError("", "role and jurisdiction named, where the party does not hold exactly one role", found)
    return held[0]


def complete(event: JsonObject, event_id: str) -> JsonObject:
    """Return the event as it may be signed: with ``event_id`` where it has none, and without a recordTime."""
    signed = {name: value for name, value in event.items() if name != _NOT_SIGNED}
    signed.setdefault("eventID", event_id)
    return signed
