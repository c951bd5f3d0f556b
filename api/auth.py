"""API keys: random, scoped to one party, stored as SHA-256, sent as ``Authorization: Bearer tlk_…``, never in a URL.

A key is looked up by its hash, so how long that takes says nothing about the key: nothing secret is compared. Refusals
carry the error codes of RFC 6750 §3.1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Annotated, TypeAlias

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.problems import ScopeError, UnauthenticatedError
from ledger.bootstrap.service import Service
from ledger.ports import ApiKey, Scope, Store
from ledger.types import Hash32, PartyId, UnixTime

PREFIX = "tlk_"
MAX_SECRET_CHARACTERS = 128
"""A key has 47."""

_bearer = HTTPBearer(
    scheme_name="apiKey",
    description="An API key of a party, made by `tradeledger key api make`. Its scopes are `capture` and `read`.",
    auto_error=False,  # it documents; the header is read below
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request: by a good API key, else by network address; ``refusal`` is what is wrong with its key."""

    address: str
    key: ApiKey | None = None
    refusal: UnauthenticatedError | None = None

    @property
    def name(self) -> str:
        """Whose requests these count as: of the key, or of all without one from this address."""
        return f"key {self.key.key_id}" if self.key else f"address {self.address}"


def identify(authorization: str, address: str, store: Store, now: UnixTime) -> Caller:
    """Return who sends a request with this ``Authorization``; it is refused only where authority is asked for."""
    address = _network_of(address)
    try:
        return Caller(address, _key(authorization, store, now))
    except UnauthenticatedError as error:
        return Caller(address, refusal=error)


def _key(authorization: str, store: Store, now: UnixTime) -> ApiKey | None:
    scheme, _, secret = authorization.partition(" ")
    if not scheme:
        return None
    if scheme.lower() != "bearer":
        raise UnauthenticatedError("Authorization: Bearer and an API key", "another scheme")
    if not secret.startswith(PREFIX) or len(secret) > MAX_SECRET_CHARACTERS:
        raise UnauthenticatedError("Authorization: Bearer and an API key", "another form", "invalid_token")
    key = store.api_key(Hash32(hashlib.sha256(secret.encode()).digest()))
    if key is None:
        raise UnauthenticatedError("a known API key", "an unknown one", "invalid_token")
    for end, found in ((key.revoked_at, "one that was revoked"), (key.expires_at, "one that expired")):
        if end is not None and now >= end:
            raise UnauthenticatedError("an API key that is good", found, "invalid_token")
    return key


def _network_of(host: str) -> str:
    """Return what is given to one caller: an IPv4 address, or the /64 of an IPv6 address (RFC 6177)."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or ip_network((address, 64), strict=False))


def service_of(request: Request) -> Service:
    """Return the service behind this application."""
    service: Service = request.app.state.service
    return service


OpenService: TypeAlias = Annotated[Service, Depends(service_of)]


async def key_if_any(
    request: Request,
    _documented: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> ApiKey | None:
    """Return the request's API key, ``None`` without one; anything but a good key is refused."""
    caller: Caller = request.state.caller
    if caller.refusal is not None:
        raise caller.refusal
    return caller.key


KeyIfAny: TypeAlias = Annotated[ApiKey | None, Depends(key_if_any)]


def party_by(key: ApiKey | None, scope: Scope) -> PartyId:
    """Return the party that a key speaks for; refuse none, and one that is not for this."""
    if key is None:
        raise UnauthenticatedError("Authorization: Bearer and an API key", "none")
    if scope not in key.scopes:
        raise ScopeError(scope.value)
    return key.party


def _party_for(scope: Scope) -> Callable[..., object]:
    async def party(key: KeyIfAny) -> PartyId:
        return party_by(key, scope)

    return party


CapturingParty: TypeAlias = Annotated[PartyId, Depends(_party_for(Scope.CAPTURE))]
ReadingParty: TypeAlias = Annotated[PartyId, Depends(_party_for(Scope.READ))]
