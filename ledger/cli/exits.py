"""Exit codes: part of the security boundary, one per kind of ending."""

from __future__ import annotations

from enum import IntEnum

from ledger.domain.report import printable
from ledger.errors import BadEvidenceError, LedgerError, NoAnswerError, NotAllowedError, RequestRefusedError


class Exit(IntEnum):
    """What a script may rely on."""

    OK = 0
    MISMATCH = 1
    USAGE = 2
    COULD_NOT_CHECK = 3
    NOT_ALLOWED = 4
    NOT_FINAL = 5
    WITHDRAWN = 6
    SIGNER_UNKNOWN = 7
    INTERNAL = 70

    @property
    def meaning(self) -> str:
        """What it means, for people."""
        return _MEANINGS[self]


_MEANINGS = {
    Exit.OK: "done; records check out",
    Exit.MISMATCH: "the evidence does not match",
    Exit.USAGE: "wrong usage, or refused as it was asked",
    Exit.COULD_NOT_CHECK: "could not check or be done now; says nothing about the goods",
    Exit.NOT_ALLOWED: "not allowed",
    Exit.NOT_FINAL: "not final yet (with --require-final)",
    Exit.WITHDRAWN: "withdrawn or corrected by its issuer",
    Exit.SIGNER_UNKNOWN: "signature sound, signer not known or not entitled",
    Exit.INTERNAL: "a fault of this software",
}


def exit_of(error: LedgerError) -> Exit:
    """Return the exit code of an error by its family."""
    if isinstance(error, NotAllowedError):
        return Exit.NOT_ALLOWED
    if isinstance(error, RequestRefusedError):
        return Exit.USAGE
    if isinstance(error, BadEvidenceError):
        return Exit.MISMATCH
    if isinstance(error, NoAnswerError):
        return Exit.COULD_NOT_CHECK
    return Exit.INTERNAL


def refusal_text(error: LedgerError) -> str:
    """Return one sentence that says which family the error belongs to."""
    text = printable(str(error))
    if isinstance(error, RequestRefusedError):
        return f"refused: {text}"
    if isinstance(error, BadEvidenceError):
        return f"the evidence does not match: {text}"
    if isinstance(error, NoAnswerError):
        return f"could not be done now: {text}"
    return f"a fault of this software: {text}"
