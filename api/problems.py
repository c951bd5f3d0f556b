"""RFC 9457 problem details: one table from error class to status, type and whether a retry helps.

Types of the EPCIS 2.0 REST binding (``epcisException:…``) where it names one. A problem carries the RFC 6901 pointer of
the offending member, what was expected and what was found, and never a value of an event.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse

from api.rate_limit import WINDOW_SECONDS, Taken
from api.schemas.answers import EventResult, Problem
from ledger.errors import (
    BadEvidenceError,
    ConflictError,
    GoneError,
    IdempotencyKeyReusedError,
    InternalError,
    LedgerError,
    MalformedError,
    NoAnswerError,
    NotAllowedError,
    NotFoundError,
    RequestRefusedError,
    TooLargeError,
)

PROBLEM_JSON = "application/problem+json"
RETRY_AFTER_SECONDS = 5


class UnauthenticatedError(NotAllowedError):
    """No API key, or one that is not good; ``code`` is the error code of RFC 6750 §3.1, none where no key was sent."""

    def __init__(self, expected: str, found: str, code: str = "") -> None:
        super().__init__("", expected, found)
        self.challenge = f'Bearer realm="tradeledger", error="{code}"' if code else 'Bearer realm="tradeledger"'


class ScopeError(NotAllowedError):
    """A good API key that is not for this."""

    def __init__(self, scope: str) -> None:
        super().__init__("", f"an API key with the scope {scope}", "one without")
        self.challenge = f'Bearer realm="tradeledger", error="insufficient_scope", scope="{scope}"'


class TooManyRequestsError(RequestRefusedError):
    """More requests than the caller's quota."""

    def __init__(self, taken: Taken) -> None:
        super().__init__("", f"at most {taken.quota} requests in {WINDOW_SECONDS} seconds", "more")
        self.taken = taken


class SlowBodyError(RequestRefusedError):
    """A body that takes too long to arrive."""


class MediaTypeError(RequestRefusedError):
    """A body of another kind than JSON."""


class UnreadableBodyError(MalformedError):
    """A body that ended before its end."""

    def __init__(self) -> None:
        super().__init__("", "a whole body", "one that was cut off")


@dataclass(frozen=True, slots=True)
class Kind:
    """How one error class reads over HTTP."""

    status: int
    type: str
    title: str
    retry: bool = False


KINDS: dict[type[LedgerError], Kind] = {
    MalformedError: Kind(400, "epcisException:ValidationException", "The request is malformed"),
    SlowBodyError: Kind(408, "tradeledger:too-slow", "The body takes too long", retry=True),
    UnauthenticatedError: Kind(401, "epcisException:SecurityException", "An API key is needed"),
    NotAllowedError: Kind(403, "epcisException:SecurityException", "Not allowed"),
    NotFoundError: Kind(404, "epcisException:NoSuchResourceException", "No such resource"),
    ConflictError: Kind(409, "epcisException:ResourceAlreadyExistsException", "It exists already"),
    GoneError: Kind(410, "tradeledger:erased", "It was erased"),
    TooLargeError: Kind(413, "epcisException:CaptureLimitExceededException", "Beyond a stated limit"),
    MediaTypeError: Kind(415, "epcisException:UnsupportedMediaTypeException", "The body is not JSON"),
    IdempotencyKeyReusedError: Kind(422, "tradeledger:idempotency-key-reused", "The key was used with another body"),
    BadEvidenceError: Kind(422, "tradeledger:evidence-does-not-match", "The evidence does not match"),
    TooManyRequestsError: Kind(429, "tradeledger:too-many-requests", "Too many requests", retry=True),
    InternalError: Kind(500, "epcisException:ImplementationException", "A fault of this software"),
    NoAnswerError: Kind(503, "tradeledger:could-not-answer", "Could not be done now", retry=True),
}

_OF_EVENTS: dict[str, type[LedgerError]] = {
    "malformed": MalformedError,
    "not-allowed": NotAllowedError,
    "conflict": ConflictError,
    "too-large": TooLargeError,
    "bad-evidence": BadEvidenceError,
}
"""Classes by the kind that a refused event's result names."""


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return, for the OpenAPI document, the problems that a route may answer: these, and those of any route."""
    content = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    titles: dict[int, list[str]] = {}
    for kind in KINDS.values():
        titles.setdefault(kind.status, []).append(kind.title)
    return {
        status: {"description": "; ".join(titles[status]), "content": content} for status in (*statuses, 429, 500, 503)
    }


def problem_of(error: LedgerError) -> Problem:
    """Return the problem object of an error."""
    kind = next(KINDS[base] for base in type(error).__mro__ if base in KINDS)
    match error:
        case RequestRefusedError():
            details = {"detail": str(error), "pointer": error.pointer, "expected": error.expected, "found": error.found}
        case BadEvidenceError():
            details = {"detail": error.reason, "expected": error.expected, "found": error.found}
        case NoAnswerError():
            details = {"detail": f"{error}; this says nothing about the request"}
        case _:
            details = {}
    return _problem(kind, details)


def problem_of_event(result: EventResult) -> Problem:
    """Return the problem object of a single event that was not captured; ``result`` says what became of it."""
    if result.error is None:
        error = ConflictError("/eventID", "an event that is not logged", f"the event of leaf {result.leafIndex}")
        return problem_of(error).model_copy(update={"result": result})
    details = result.error.model_dump(include={"detail", "pointer", "expected", "found"})
    return _problem(KINDS[_OF_EVENTS[result.error.kind]], {**details, "result": result})


def answer(problem: Problem) -> JSONResponse:
    """Return the response that carries a problem."""
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if problem.retry else {}
    content = problem.model_dump(exclude_unset=True)
    return JSONResponse(content, status_code=problem.status, media_type=PROBLEM_JSON, headers=headers)


def respond(_request: Request, error: Exception) -> JSONResponse:
    """Return the response to an error; one that is not ours is a fault of this software and says nothing more."""
    response = answer(problem_of(error if isinstance(error, LedgerError) else InternalError("unexpected")))
    match error:
        case UnauthenticatedError() | ScopeError():
            response.headers["WWW-Authenticate"] = error.challenge
        case TooManyRequestsError(taken=taken):
            response.headers.update({**taken.headers, "Retry-After": str(taken.wait)})
    return response


def _problem(kind: Kind, details: dict[str, Any]) -> Problem:
    about = {"type": kind.type, "title": kind.title, "status": kind.status, "retry": kind.retry}
    return Problem.model_validate(about | details)
