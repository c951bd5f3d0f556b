"""What a breach file comes to, as text for people and as JSON for programs, in English or Chinese."""

from __future__ import annotations

from typing import Final

from ledger.codec.hex_strict import encode_hex
from ledger.codec.promise import Promise
from ledger.domain.breach import BreachOutcome, BreachVerdict
from ledger.domain.fields import write_base64, write_date_time
from ledger.domain.messages import Language, Message
from ledger.domain.report import printable, write_json
from ledger.types import JsonObject, UnixTime

FORMAT: Final = "tradeledger-breach-verification/1"


def breach_text(verdict: BreachVerdict, now: UnixTime, language: Language = "en") -> str:
    """Return the report for people, ending in a newline: the sentence first, then the reason and what was promised."""
    finding = verdict.finding
    lines = [_sentence(verdict).text(language)]
    if verdict.outcome is not BreachOutcome.COULD_NOT_CHECK:
        lines.append(finding.reason.text(language))
    details = (("label.expected", finding.expected), ("label.found", finding.found))
    lines += [f"  {Message(label).text(language)}: {value}" for label, value in details if value]
    if verdict.promise is not None:
        lines.append(promised(verdict.promise).text(language))
    lines.append(Message("label.rules", {"rules": FORMAT, "now": write_date_time(now)}).text(language))
    return "".join(f"{printable(line)}\n" for line in lines)


def breach_json(verdict: BreachVerdict, now: UnixTime, language: Language = "en") -> str:
    """Return the report for programs, ending in a newline; only sentences differ between languages."""
    value: JsonObject = {
        "format": FORMAT,
        "outcome": verdict.outcome.value,
        "language": language,
        "sentence": _sentence(verdict).text(language),
        "reasonId": verdict.finding.reason.key,
        "reason": verdict.finding.reason.text(language),
        "expected": verdict.finding.expected,
        "found": verdict.finding.found,
        "promise": None if verdict.promise is None else promise_json(verdict.promise),
        "checkedAt": write_date_time(now),
    }
    return write_json(value)


def promised(promise: Promise) -> Message:
    """Return what was promised, in words."""
    return Message(
        "label.promised",
        {
            "record": write_base64(promise.record),
            "index": str(promise.leaf_index),
            "origin": promise.origin,
            "date": write_date_time(promise.deadline),
        },
    )


def promise_json(promise: Promise) -> JsonObject:
    """Return a promise for programs."""
    return {
        "origin": promise.origin,
        "logId": encode_hex(promise.log_id),
        "leafIndex": promise.leaf_index,
        "record": write_base64(promise.record),
        "deadline": write_date_time(promise.deadline),
    }


def _sentence(verdict: BreachVerdict) -> Message:
    reason = {"reason": verdict.finding.reason} if verdict.outcome is BreachOutcome.COULD_NOT_CHECK else {}
    return Message(f"breach-verdict.{verdict.outcome.value}", reason)
