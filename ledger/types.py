"""Names for the plain values that must not be swapped for one another."""

from __future__ import annotations

from typing import NewType, TypeAlias, Union

JsonValue: TypeAlias = Union[bool, int, float, str, "list[JsonValue]", "dict[str, JsonValue]", None]
JsonObject: TypeAlias = dict[str, JsonValue]

Hash32 = NewType("Hash32", bytes)
"""32 bytes: a SHA-256 or keccak-256 output."""

PartyId = NewType("PartyId", bytes)
"""32 bytes: a party of `PartyRegistry`."""

LogId = NewType("LogId", bytes)
"""32 bytes: a log of `CheckpointRegistry`, signed into every statement."""

Address = NewType("Address", bytes)
"""20 bytes: an Ethereum account."""

Seed = NewType("Seed", bytes)
"""32 random bytes from which the salts of one event are derived. Secret to whoever may not see the whole event."""

UnixTime = NewType("UnixTime", int)
"""Whole seconds since 1970-01-01T00:00:00Z."""
