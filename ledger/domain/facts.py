"""Registry facts: what `PartyRegistry` announced, as typed values, one class an event, fields named as its arguments.

A file holds each as a JSON object with ``fact`` (the event's name), ``block``, ``time`` and the arguments (spec §8).
The table of events is closed: a fact this version does not know is refused, since skipping one might let an ended key
look good. What the facts mean is `ledger.domain.parties`'s.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

from ledger.codec.hex_strict import encode_hex
from ledger.codec.json_shape import closed_object, open_object, string
from ledger.codec.strict_json_number import MAX_SAFE_INTEGER
from ledger.domain.fields import address, integer, party_id, unix_time
from ledger.errors import MalformedError
from ledger.types import Address, JsonObject, JsonValue, PartyId, UnixTime


@dataclass(frozen=True, slots=True)
class RootAuthorityProposed:
    """``proposed`` may take over as root authority."""

    proposed: Address


@dataclass(frozen=True, slots=True)
class RootAuthorityChanged:
    """``current`` accredits and ends authorities from here on."""

    previous: Address
    current: Address


@dataclass(frozen=True, slots=True)
class AuthorityAccredited:
    """The root authority vouches for the authority of a jurisdiction."""

    party: PartyId
    jurisdiction: str
    cold_key: Address
    name: str


@dataclass(frozen=True, slots=True)
class PartyAccredited:
    """An authority vouches for a party."""

    party: PartyId
    jurisdiction: str
    accreditor: PartyId
    cold_key: Address
    name: str


@dataclass(frozen=True, slots=True)
class AccreditationEnded:
    """Nobody vouches for the party any more, for ever."""

    party: PartyId


@dataclass(frozen=True, slots=True)
class ColdKeyProposed:
    """``proposed`` may take over as cold key."""

    party: PartyId
    proposed: Address


@dataclass(frozen=True, slots=True)
class ColdKeyChanged:
    """``cold_key`` governs the party from here on."""

    party: PartyId
    cold_key: Address


@dataclass(frozen=True, slots=True)
class RoleGranted:
    """The party may act in a role, from ``valid_from`` to before ``valid_until``."""

    party: PartyId
    role: str
    jurisdiction: str
    valid_from: int
    valid_until: int


@dataclass(frozen=True, slots=True)
class RoleRevoked:
    """The party may no longer act in a role."""

    party: PartyId
    role: str
    jurisdiction: str


@dataclass(frozen=True, slots=True)
class KeyAdded:
    """``key`` speaks for the party; ``custodian`` is zero where the party holds it itself."""

    party: PartyId
    key: Address
    custodian: PartyId


@dataclass(frozen=True, slots=True)
class KeyRotated:
    """``new_key`` speaks for the party; ``old_key`` does until before ``old_key_valid_until``."""

    party: PartyId
    old_key: Address
    new_key: Address
    custodian: PartyId
    old_key_valid_until: int


@dataclass(frozen=True, slots=True)
class KeyCompromised:
    """``key`` is no longer good; others may have used it since ``claimed_since``."""

    party: PartyId
    key: Address
    claimed_since: int


@dataclass(frozen=True, slots=True)
class KeyRevoked:
    """``key`` is no longer good."""

    party: PartyId
    key: Address


@dataclass(frozen=True, slots=True)
class RecoveryBegun:
    """All keys that the party had are no longer good; ``new_key`` is not yet."""

    party: PartyId
    new_key: Address
    epoch: int


@dataclass(frozen=True, slots=True)
class RecoveryCompleted:
    """``new_key`` speaks for the party."""

    party: PartyId
    new_key: Address


@dataclass(frozen=True, slots=True)
class RecoveryCancelled:
    """The recovery is off; the keys that it ended stay ended."""

    party: PartyId


@dataclass(frozen=True, slots=True)
class PrefixClaimed:
    """The party may speak for a company prefix or a GLN."""

    party: PartyId
    digits: int
    length: int


@dataclass(frozen=True, slots=True)
class PrefixReleased:
    """The party may no longer speak for it."""

    party: PartyId
    digits: int
    length: int


Announcement: TypeAlias = (
    RootAuthorityProposed
    | RootAuthorityChanged
    | AuthorityAccredited
    | PartyAccredited
    | AccreditationEnded
    | ColdKeyProposed
    | ColdKeyChanged
    | RoleGranted
    | RoleRevoked
    | KeyAdded
    | KeyRotated
    | KeyCompromised
    | KeyRevoked
    | RecoveryBegun
    | RecoveryCompleted
    | RecoveryCancelled
    | PrefixClaimed
    | PrefixReleased
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One event of the registry and the block it stands in."""

    block: int
    time: UnixTime
    announcement: Announcement


def parse_fact(value: JsonValue, pointer: str) -> Fact:
    """Return the fact that a JSON object states; refuse an unknown one, and a missing or foreign member."""
    kind = _KINDS.get(string(open_object(value, pointer).get("fact"), f"{pointer}/fact"))
    if kind is None:
        raise MalformedError(f"{pointer}/fact", "the name of a registry event", "another string")
    arguments = {field.name: _argument_name(field.name) for field in fields(kind)}
    stated = closed_object(value, pointer, {"fact", "block", "time", *arguments.values()})
    block = integer(stated["block"], f"{pointer}/block")
    time = unix_time(stated["time"], f"{pointer}/time")
    values = {name: _READERS[name](stated[written], f"{pointer}/{written}") for name, written in arguments.items()}
    return Fact(block, time, kind(**values))


def dump_fact(fact: Fact) -> JsonObject:
    """Return the JSON object that `parse_fact` reads."""
    kind = type(fact.announcement)
    value: JsonObject = {"fact": kind.__name__, "block": fact.block, "time": fact.time}
    for field in fields(kind):
        argument = getattr(fact.announcement, field.name)
        value[_argument_name(field.name)] = encode_hex(argument) if isinstance(argument, bytes) else argument
    return value


def _argument_name(field: str) -> str:
    """Return the argument's name in the contract: ``old_key`` is ``oldKey``."""
    first, *others = field.split("_")
    return first + "".join(word.capitalize() for word in others)


def _jurisdiction(value: JsonValue, pointer: str) -> str:
    letters = string(value, pointer)
    if not re.fullmatch(r"[A-Z]{2}", letters):
        raise MalformedError(pointer, "two letters A-Z", "another string")
    return letters


def _time(value: JsonValue, pointer: str) -> int:
    """Return a time that the contract keeps as uint64; beyond 2^53-1 it is that, which no clock tells from later."""
    if type(value) is int and value > MAX_SAFE_INTEGER:
        return MAX_SAFE_INTEGER
    return integer(value, pointer)


def _prefix_length(value: JsonValue, pointer: str) -> int:
    length = integer(value, pointer)
    if length not in _PREFIX_LENGTHS:
        raise MalformedError(pointer, "a length from 4 to 13", "another number")
    return length


_PREFIX_LENGTHS = range(4, 14)
"""Of company prefixes, up to a whole GLN, as in the contract."""

_KINDS: dict[str, Any] = {kind.__name__: kind for kind in Announcement.__args__}

_READERS: dict[str, Callable[[JsonValue, str], Any]] = {
    "accreditor": party_id,
    "claimed_since": _time,
    "cold_key": address,
    "current": address,
    "custodian": party_id,
    "digits": integer,
    "epoch": integer,
    "jurisdiction": _jurisdiction,
    "key": address,
    "length": _prefix_length,
    "name": string,
    "new_key": address,
    "old_key": address,
    "old_key_valid_until": _time,
    "party": party_id,
    "previous": address,
    "proposed": address,
    "role": string,
    "valid_from": _time,
    "valid_until": _time,
}
