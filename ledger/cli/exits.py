"""Exit codes: part of the security boundary, one per kind of ending."""

from __future__ import annotations

from enum import IntEnum

from ledger.domain.report import printable
from ledger.errors import (
    AnchorRefusedError,
    BadEvidenceError,
    ChainUnavailableError,
    LedgerError,
    NoAnswerError,
    NotAllowedError,
    RequestRefusedError,
    SignerUnavailableError,
    StoreUnavailableError,
)


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
        return f"could not be done now: {text}. This says nothing about goods or parties. Next: {next_step(error)}"
    return f"a fault of this software: {text}"


def next_step(error: NoAnswerError) -> str:
    """Return what whoever meets this error can do now; no answer is a dead end."""
    return next(step for kind, step in _NEXT_STEPS if isinstance(error, kind))


_NEXT_STEPS: tuple[tuple[type[NoAnswerError], str], ...] = (
    (AnchorRefusedError, "compare this log with the chain before anything is anchored again."),
    (
        ChainUnavailableError,
        "see that the nodes named (--rpc, chain_url) run and are of the right chain, then try again or name others.",
    ),
    (StoreUnavailableError, "see that the disk has room and the database answers, then try again."),
    (SignerUnavailableError, "see that the key is there and unlocked, then try again."),
    (NoAnswerError, "see that the service named (--url) runs, then try again."),
)
"""The most precise first."""
