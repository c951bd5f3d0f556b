"""The errors of Trade Ledger, in four families that never mix.

::

    LedgerError
    ├── RequestRefusedError        the request is refused: what was asked cannot be done as asked
    │   ├── MalformedError         bytes or values of the wrong shape (HTTP 400, exit 2)
    │   ├── NotAllowedError        the caller may not do this (HTTP 401/403, exit 4)
    │   ├── NotFoundError          no such thing here (HTTP 404)
    │   │   └── GoneError              it was here, and was erased (HTTP 410)
    │   ├── ConflictError          it exists already, differently (HTTP 409)
    │   │   └── IdempotencyKeyReusedError  the key of another request (HTTP 422)
    │   │   └── RegistryRefusedError   a registry contract refuses an act
    │   └── TooLargeError          beyond a stated limit (HTTP 413)
    ├── BadEvidenceError           the evidence is bad: the only family that may read INVALID (exit 1)
    │   ├── ProofError             a Merkle proof of the wrong form
    │   ├── RootMismatchError      a proof that leads to another root
    │   ├── SignatureError         a signature that is not what it claims
    │   └── DisclosureError        a role view that does not fit its digest
    ├── NoAnswerError              the world did not answer: reads "could not check" (exit 3)
    │   ├── ChainUnavailableError  no node, a time-out, half an answer, or the wrong chain
    │   ├── AnchorRefusedError     the contract refuses a head: it knows another history than this log
    │   ├── StoreUnavailableError  the database or the disk
    │   ├── ContinuityError        this store cannot prove what its log has shown: nothing is promised or signed here
    │   └── SignerUnavailableError a key that is locked or out of reach
    └── InternalError              our bug (HTTP 500, exit 70)

Every refusal carries where (an RFC 6901 JSON pointer), what was expected and what was found. The texts never hold
secrets, personal data or prices: ``found`` names a kind, a length or a public identifier, not a value of an event.
"""

from __future__ import annotations


class LedgerError(Exception):
    """Base of everything this package raises on purpose."""


class RequestRefusedError(LedgerError):
    """The request is refused.

    ``pointer`` is the RFC 6901 JSON pointer of the offending member ("" is the whole document),
    ``expected`` and ``found`` say what was wanted and what stood there.
    """

    def __init__(self, pointer: str, expected: str, found: str) -> None:
        super().__init__(f"{pointer or '/'}: expected {expected}, found {found}")
        self.pointer = pointer
        self.expected = expected
        self.found = found


class MalformedError(RequestRefusedError):
    """Bytes or values of the wrong shape."""


class NotAllowedError(RequestRefusedError):
    """The caller may not do this."""


class NotFoundError(RequestRefusedError):
    """No such thing here."""


class GoneError(NotFoundError):
    """It was here, and its values were erased; ``found`` says when and on what basis."""


class ConflictError(RequestRefusedError):
    """It exists already, and differs or may exist only once."""


class RegistryRefusedError(ConflictError):
    """A registry contract refuses an act as things stand; ``found`` is its decoded error."""

    def __init__(self, act: str, reason: str) -> None:
        super().__init__(f"/{act}", "an act that the registry accepts", reason)


class IdempotencyKeyReusedError(ConflictError):
    """The same Idempotency-Key with another body."""


class TooLargeError(RequestRefusedError):
    """Beyond a stated limit."""


class BadEvidenceError(LedgerError):
    """The evidence is bad. ``expected`` and ``found`` are what a check prints."""

    def __init__(self, reason: str, expected: str = "", found: str = "") -> None:
        detail = f" (expected {expected}, found {found})" if expected or found else ""
        super().__init__(reason + detail)
        self.reason = reason
        self.expected = expected
        self.found = found


class ProofError(BadEvidenceError):
    """A Merkle proof of the wrong form: index, size, length, or a hash that is not 32 bytes."""


class RootMismatchError(BadEvidenceError):
    """A well-formed proof that leads to another root."""


class SignatureError(BadEvidenceError):
    """A signature that is malformed, not canonical, or by another key."""


class DisclosureError(BadEvidenceError):
    """A disclosed event or role view that does not fit its digest or hides what must be shown."""


class NoAnswerError(LedgerError):
    """The world did not answer; says nothing about goods, parties or evidence."""


class ChainUnavailableError(NoAnswerError):
    """No node, a time-out, half an answer, or another chain behind the URL."""


class AnchorRefusedError(NoAnswerError):
    """The contract refuses a head; ``reason`` is its decoded error. The operator has to act; it judges no receipt."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the checkpoint registry refuses the head: {reason}")
        self.reason = reason


class StoreUnavailableError(NoAnswerError):
    """The database or the disk did not do what was asked."""


class ContinuityError(NoAnswerError):
    """The store does not hold, or need not hold, all that its log promised: nothing is captured or signed with it.

    The text says in one sentence what the operator can do; it judges no receipt.
    """


class SignerUnavailableError(NoAnswerError):
    """A key is locked or out of reach."""


class InternalError(LedgerError):
    """Our bug: an invariant of this software does not hold."""
