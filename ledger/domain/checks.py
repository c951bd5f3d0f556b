"""What a check answers: the four statuses, the numbered checks of `docs/spec.md` §10, and one check's result.

A number never changes its meaning; a check that is added gets the next number under a new name of the rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ledger.domain.messages import Message

RULES = "tradeledger-verify/1"
"""The rules these checks follow. A change of what they accept is a new name; old names are verified for ever."""


class Status(Enum):
    """How a check came out."""

    VALID = "VALID"
    INVALID = "INVALID"
    ERROR = "ERROR"
    """Could not be checked; says nothing about the evidence."""
    SKIPPED = "SKIPPED"
    """Not done, for the reason given."""


class CheckId(Enum):
    """The checks: ``number`` is their place in spec §10 and in every verdict, ``slug`` their name there."""

    RECEIPT_FORM = (1, "receipt-form")
    TRUST_ROOT = (2, "trust-root")
    EVENT_DIGEST = (3, "event-digest")
    EVENT_FORM = (4, "event-form")
    STATEMENT = (5, "statement")
    SIGNATURE = (6, "signature")
    INCLUSION = (7, "inclusion")
    CHECKPOINT = (8, "checkpoint")
    ANCHOR = (9, "anchor")
    SIGNER = (10, "signer")
    IDENTIFIERS = (11, "identifiers")
    CUSTODIAN = (12, "custodian")
    CORRECTION = (13, "correction")

    def __init__(self, number: int, slug: str) -> None:
        self.number = number
        self.slug = slug


@dataclass(frozen=True, slots=True)
class Finding:
    """What one step found: status, reason in words, and for whoever digs deeper what was expected and found."""

    status: Status
    reason: Message
    expected: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a verdict."""

    id: CheckId
    finding: Finding

    @property
    def number(self) -> int:
        """The check's number."""
        return self.id.number

    @property
    def status(self) -> Status:
        """How it came out."""
        return self.finding.status


def valid(key: str, **values: str | Message) -> Finding:
    """Return the finding VALID with this reason."""
    return Finding(Status.VALID, Message(key, values))


def invalid(key: str, expected: str = "", found: str = "", **values: str | Message) -> Finding:
    """Return the finding INVALID with this reason."""
    return Finding(Status.INVALID, Message(key, values), expected, found)


def error(key: str, expected: str = "", found: str = "", **values: str | Message) -> Finding:
    """Return the finding ERROR, could not be checked, with this reason."""
    return Finding(Status.ERROR, Message(key, values), expected, found)


def skipped(key: str, **values: str | Message) -> Finding:
    """Return the finding SKIPPED with this reason."""
    return Finding(Status.SKIPPED, Message(key, values))
