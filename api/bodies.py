"""Reading a request's body: JSON by its media type, never more of it than is allowed."""

from __future__ import annotations

import asyncio
import re
from typing import Annotated, Any, TypeAlias

from fastapi import Depends, Request
from starlette.requests import ClientDisconnect

from api.problems import MediaTypeError, SlowBodyError, UnreadableBodyError
from ledger.errors import MalformedError, TooLargeError
from ledger.service.intake import MAX_CAPTURE_BYTES

MEDIA_TYPES = ("application/json", "application/ld+json")

BODY_SECONDS = 60
"""For all of a body: the largest capture at ten megabits a second. Whoever sends slower holds memory for nothing."""

_CHARSET = re.compile('charset="?([^";\\s]+)')


async def body_of(request: Request) -> bytes:
    """Return the body; refuse at once one that announces too much, and while reading one that turns out so."""
    _require_json(request)
    _require_size(request)
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_CAPTURE_BYTES:
                    raise TooLargeError("", f"a body of at most {MAX_CAPTURE_BYTES} bytes", "more")
    except ClientDisconnect:
        raise UnreadableBodyError from None
    except TimeoutError:
        raise SlowBodyError("", f"a body within {BODY_SECONDS} seconds", "one that was not there by then") from None
    return bytes(body)


Body: TypeAlias = Annotated[bytes, Depends(body_of)]


def documented(*schemas: str, description: str) -> dict[str, Any]:
    """Return, for the OpenAPI document, a body that is one of these schemas."""
    one_of = [{"$ref": f"#/components/schemas/{name}"} for name in schemas]
    content = {media_type: {"schema": {"anyOf": one_of}} for media_type in MEDIA_TYPES}
    return {"requestBody": {"required": True, "description": description, "content": content}}


def _require_json(request: Request) -> None:
    media_type, _, parameters = request.headers.get("content-type", MEDIA_TYPES[0]).lower().partition(";")
    charset = _CHARSET.search(parameters)
    if media_type.strip() not in MEDIA_TYPES or (charset is not None and charset[1] != "utf-8"):
        raise MediaTypeError("", f"Content-Type {' or '.join(MEDIA_TYPES)}, in UTF-8", "another one")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise MediaTypeError("", "a body without Content-Encoding", "an encoded one")


def _require_size(request: Request) -> None:
    announced = request.headers.get("content-length")
    if announced is None:
        return
    if not (announced.isascii() and announced.isdecimal()):
        raise MalformedError("", "Content-Length as a number", "another text")
    if int(announced[:20]) > MAX_CAPTURE_BYTES:
        raise TooLargeError("", f"a body of at most {MAX_CAPTURE_BYTES} bytes", f"{announced[:20]} bytes announced")
