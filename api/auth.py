"""API keys: random, scoped to one party, stored as SHA-256, sent as ``Authorization: Bearer tlk_…``, never in a URL."""

from __future__ import annotations

import hashlib
from typing import Annotated, TypeAlias

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.problems import UnauthenticatedError
from ledger.bootstrap.service import Service
from ledger.types import Hash32, PartyId

PREFIX = "tlk_"

_bearer = HTTPBearer(
    scheme_name="apiKey",
    description="An API key of a party, made by `tradeledger key api`.",
    auto_error=False,  # it documents; the header is read below
)


def service_of(request: Request) -> Service:
    """Return the service behind this application."""
    service: Service = request.app.state.service
    return service


OpenService: TypeAlias = Annotated[Service, Depends(service_of)]


def party_if_any(
    request: Request,
    service: OpenService,
    _documented: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> PartyId | None:
    """Return the party of the request's API key, ``None`` without a key; anything but a known key is refused."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if not scheme:
        return None
    if scheme.lower() != "bearer" or not secret.startswith(PREFIX):
        raise UnauthenticatedError("", "Authorization: Bearer and an API key", "another scheme or form")
    key = service.store.api_key(Hash32(hashlib.sha256(secret.encode()).digest()))
    if key is None:
        raise UnauthenticatedError("", "a known API key", "an unknown one")
    return key.party


PartyIfAny: TypeAlias = Annotated[PartyId | None, Depends(party_if_any)]


def party_of(party: PartyIfAny) -> PartyId:
    """Return the party whose API key the request carries; a request without one is refused."""
    if party is None:
        raise UnauthenticatedError("", "Authorization: Bearer and an API key", "none")
    return party


Party: TypeAlias = Annotated[PartyId, Depends(party_of)]
