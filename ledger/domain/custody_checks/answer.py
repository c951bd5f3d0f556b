"""What a custody check answers: that all is as expected, a question, or that it cannot tell and what is missing.

A question is never a verdict about goods or people: most have a plain cause, such as a scan that was forgotten or a
clock that runs wrong, and each sentence leaves room for one. Whoever shows an answer shows its evidence with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from ledger.domain.messages import Message
from ledger.domain.trace import Step
from ledger.types import Hash32, LogId

RULES = "tradeledger-custody-checks/1"
"""The rules these checks follow; a check that answers otherwise for the same events gets a higher version."""


class CheckId(Enum):
    """The checks, by the name under which they are cited, with their version."""

    CUSTODY_GAP = ("custody-gap", 1)
    FORK = ("fork", 1)
    HANDOVER = ("handover", 1)
    TIME_ORDER = ("time-order", 1)
    TRAVEL = ("travel", 1)
    SERIAL_PLACES = ("serial-places", 1)
    SERIAL_END = ("serial-end", 1)
    QUANTITY = ("quantity", 1)
    CONTENTS = ("contents", 1)
    SENSOR_EXCURSION = ("sensor-excursion", 1)
    SENSOR_READINGS = ("sensor-readings", 1)
    LATE_RECORDING = ("late-recording", 1)
    SIGNER_ROLE = ("signer-role", 1)
    COMPANY_PREFIX = ("company-prefix", 1)
    ONE_CUSTODIAN = ("one-custodian", 1)
    SEALS = ("seals", 1)

    def __init__(self, slug: str, version: int) -> None:
        self.slug = slug
        self.version = version


class Outcome(Enum):
    """How a check came out."""

    QUESTION = "question"
    NOT_EVALUABLE = "not evaluable"
    CLEAR = "clear"


class Severity(Enum):
    """How much hangs on a question; 0 for an answer that is none."""

    HIGH = 3
    MEDIUM = 2
    LOW = 1
    NONE = 0


@dataclass(frozen=True, slots=True)
class Cited:
    """An event on which an answer rests."""

    event_digest: Hash32
    log_id: LogId
    leaf_index: int


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of an examination.

    ``at`` is the moment it is about, in milliseconds since 1970; ``policy`` the version of the thresholds used;
    ``items`` whose it is, ascending; ``missing`` what a check that cannot tell would need.
    """

    check: CheckId
    policy: str
    outcome: Outcome
    severity: Severity
    message: Message
    expected: str = ""
    found: str = ""
    at: int | None = None
    items: tuple[str, ...] = ()
    evidence: tuple[Cited, ...] = ()
    missing: Message | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What a check found odd: in which steps, how grave, in which words."""

    severity: Severity
    message: Message
    steps: tuple[Step, ...]
    items: tuple[str, ...]
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Gap:
    """What a check would need to tell about these steps."""

    missing: Message
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What one check found: questions, what it could not tell, and how many things it looked at."""

    questions: tuple[Question, ...] = ()
    gaps: tuple[Gap, ...] = ()
    looked_at: int = 0


def cite(steps: Iterable[Step]) -> tuple[Cited, ...]:
    """Return the events of these steps, each once."""
    events = [step.event for step in steps]
    return tuple(dict.fromkeys(Cited(each.event_digest, each.log_id, each.leaf_index) for each in events))


def missing(what: str) -> Message:
    """Return what is missing, in words."""
    return Message(f"missing.{what}")


def answers(check: CheckId, policy: str, result: Result) -> list[Answer]:
    """Return the answers of one check: each question, then what it could not tell; else that all is as expected."""
    found = [_question(check, policy, each) for each in result.questions]
    gaps: dict[str, list[Step]] = {}
    for gap in result.gaps:
        gaps.setdefault(gap.missing.key, []).extend(gap.steps)
    found += [_not_evaluable(check, policy, Message(key), steps) for key, steps in gaps.items()]
    if not found:
        seen = Message("examined.clear", {"check": Message(f"check.{check.slug}"), "count": str(result.looked_at)})
        found.append(Answer(check, policy, Outcome.CLEAR, Severity.NONE, seen))
    return found


def _question(check: CheckId, policy: str, asked: Question) -> Answer:
    return Answer(
        check=check,
        policy=policy,
        outcome=Outcome.QUESTION,
        severity=asked.severity,
        message=asked.message,
        expected=asked.expected,
        found=asked.found,
        at=max((step.milliseconds for step in asked.steps), default=None),
        items=tuple(sorted(set(asked.items))),
        evidence=cite(asked.steps),
    )


def _not_evaluable(check: CheckId, policy: str, what: Message, steps: list[Step]) -> Answer:
    told = Message("examined.not-evaluable", {"check": Message(f"check.{check.slug}"), "missing": what})
    at = min((step.milliseconds for step in steps), default=None)
    return Answer(check, policy, Outcome.NOT_EVALUABLE, Severity.NONE, told, at=at, evidence=cite(steps), missing=what)
