"""A verification as text for people and as JSON for programs, in English or Chinese.

The text says every status in words, so that colour, where a face adds it, is never the only sign. Both are the same
on every machine for the same result. Names and values come from outside: what a terminal could act on is written out.
"""

from __future__ import annotations

import json
import unicodedata
from typing import Final

from ledger.codec.hex_strict import encode_hex
from ledger.domain.checks import Check
from ledger.domain.fields import write_date_time
from ledger.domain.messages import Language, Message
from ledger.domain.verification import LIMIT, Verification
from ledger.types import JsonObject, JsonValue

FORMAT: Final = "tradeledger-verification/1"

_UNSAFE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that move the cursor, turn the reading direction, or show nothing."""


def render_text(verification: Verification, language: Language = "en") -> str:
    """Return the report for people, ending in a newline: the sentence first, every check, what to do, and the limit."""
    lines = [verification.sentence, *verification.notices]
    if verification.basis is not None:
        lines.append(verification.basis.as_of())
    blocks = [
        [message.text(language) for message in lines],
        [message.text(language) for message in _who_and_when(verification)],
        _warnings(verification, language),
        _checks(verification, language),
        [f"{Message('label.next').text(language)}: {verification.next_action.text(language)}"],
        [message.text(language) for message in _small_print(verification)],
    ]
    return "\n\n".join("\n".join(map(printable, block)) for block in blocks if block) + "\n"


def render_json(verification: Verification, language: Language = "en") -> str:
    """Return the report for programs, ending in a newline; only sentences differ between languages."""
    return write_json(_json(verification, language))


def write_json(value: JsonObject) -> str:
    """Return JSON as a terminal may show it, ending in a newline."""
    lines = json.dumps(value, ensure_ascii=False, indent=2).split("\n")
    return "".join(f"{line if line.isprintable() else _escaped(line)}\n" for line in lines)


def printable(text: str) -> str:
    """Return ``text`` with every character that a terminal could act on, or hide, written as its code point."""
    return "".join(f"\\u{{{ord(sign):x}}}" if _is_unsafe(sign) else sign for sign in text)


def _escaped(line: str) -> str:
    """Return a line of JSON with every such character escaped as JSON does."""
    return "".join(json.dumps(sign)[1:-1] if _is_unsafe(sign) else sign for sign in line)


def _is_unsafe(sign: str) -> bool:
    return unicodedata.category(sign) in _UNSAFE


def _who_and_when(verification: Verification) -> list[Message]:
    lines: list[Message] = []
    claims = verification.claims
    if claims is not None:
        if claims.event_time is not None:
            lines.append(Message("label.event-time", {"date": claims.event_time}))
        lines.append(Message("label.claimed", {"date": write_date_time(claims.signed_at)}))
        if claims.anchored_at is not None:
            lines.append(Message("label.anchored", {"date": write_date_time(claims.anchored_at)}))
    return lines


def _warnings(verification: Verification, language: Language) -> list[str]:
    if not verification.warnings:
        return []
    heading = Message("label.warnings").text(language)
    return [f"{heading}:", *(f"  ! {warning.text(language)}" for warning in verification.warnings)]


def _checks(verification: Verification, language: Language) -> list[str]:
    lines = [f"{Message('label.checks').text(language)}:"]
    for check in verification.checks:
        status = Message(f"status.{check.status.value}").text(language)
        lines.append(f"  {check.number:2} {check.id.slug} [{status}] {check.finding.reason.text(language)}")
        lines.extend(_details(check, language))
    return lines


def _details(check: Check, language: Language) -> list[str]:
    details = (("label.expected", check.finding.expected), ("label.found", check.finding.found))
    return [f"       {Message(label).text(language)}: {value}" for label, value in details if value]


def _small_print(verification: Verification) -> list[Message]:
    lines = [Message("label.rules", {"rules": verification.rules, "now": write_date_time(verification.checked_at)})]
    basis = verification.basis
    if basis is not None:
        expires = write_date_time(basis.expires_at)
        lines.append(Message("label.trust-root", {"hash": encode_hex(basis.trust_root), "expires": expires}))
    return [*lines, LIMIT]


def _json(verification: Verification, language: Language) -> JsonObject:
    return {
        "format": FORMAT,
        "rules": verification.rules,
        "outcome": verification.outcome.value,
        "language": language,
        "sentence": verification.sentence.text(language),
        "next": verification.next_action.text(language),
        "limit": LIMIT.text(language),
        "notices": _texts(verification.notices, language),
        "warnings": _texts(verification.warnings, language),
        "checks": [_check_json(check, language) for check in verification.checks],
        "signer": _signer_json(verification),
        "claims": _claims_json(verification),
        "basis": _basis_json(verification, language),
        "checkedAt": write_date_time(verification.checked_at),
    }


def _texts(messages: tuple[Message, ...], language: Language) -> JsonValue:
    return [{"id": message.key, "text": message.text(language)} for message in messages]


def _check_json(check: Check, language: Language) -> JsonObject:
    return {
        "number": check.number,
        "id": check.id.slug,
        "status": check.status.value,
        "reasonId": check.finding.reason.key,
        "reason": check.finding.reason.text(language),
        "expected": check.finding.expected,
        "found": check.finding.found,
    }


def _signer_json(verification: Verification) -> JsonValue:
    signer = verification.signer
    if signer is None:
        return None
    return {
        "party": encode_hex(signer.party),
        "name": signer.name,
        "accreditor": signer.accreditor,
        "role": signer.role,
        "jurisdiction": signer.jurisdiction,
        "key": encode_hex(signer.key),
        "custodian": signer.custodian,
    }


def _claims_json(verification: Verification) -> JsonValue:
    claims = verification.claims
    if claims is None:
        return None
    return {
        "leafIndex": claims.leaf_index,
        "eventTime": claims.event_time,
        "signedAt": write_date_time(claims.signed_at),
        "anchoredBlock": claims.anchored_block,
        "anchoredAt": None if claims.anchored_at is None else write_date_time(claims.anchored_at),
    }


def _basis_json(verification: Verification, language: Language) -> JsonValue:
    basis = verification.basis
    if basis is None:
        return None
    return {
        "trustRoot": encode_hex(basis.trust_root),
        "expiresAt": write_date_time(basis.expires_at),
        "treeSize": basis.tree_size,
        "block": basis.block,
        "time": write_date_time(basis.time),
        "text": basis.as_of().text(language),
    }
