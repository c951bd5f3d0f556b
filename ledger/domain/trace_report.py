"""A trace as JSON for programs, and as text for people made of that JSON, so that both say the same.

Every sentence stands in the JSON in both languages. The text names what was not shown, cut or not checked before it
lists the steps, so that nobody takes a part for the whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from ledger.codec.event_leaves import has_hash_id
from ledger.codec.hex_strict import encode_hex
from ledger.domain.custody_checks import RULES, Answer, Cited
from ledger.domain.custody_checks.place import places_of
from ledger.domain.custody_checks.reading import date_text
from ledger.domain.messages import MESSAGES, Language, Message
from ledger.domain.report import printable
from ledger.domain.trace import Change, Correction, CustodyGraph, Stay, Step
from ledger.types import JsonObject, JsonValue, PartyId, UnixTime

FORMAT: Final = "tradeledger-trace/1"


def graph_json(graph: CustodyGraph, names: Mapping[PartyId, str]) -> JsonObject:
    """Return what was reached and what happened, steps in order of time."""
    return {
        "item": graph.item,
        "direction": graph.direction.value,
        "recordedBy": _date(graph.recorded_by),
        "knownBy": _date(graph.known_by),
        "items": [{"item": node.item, "direction": node.direction.value, "depth": node.depth} for node in graph.nodes],
        "stays": [_stay(stay) for stay in graph.stays],
        "changes": [_change(change) for change in graph.changes],
        "steps": [_step(step, names) for step in graph.steps],
        "corrections": [
            *(_correction(each, "the same party") for each in graph.struck),
            *(_correction(each, "another party") for each in graph.claims),
        ],
        "setAside": [encode_hex(event.event_digest) for event in graph.set_aside],
        "cuts": [{"item": cut.item, "bound": cut.bound.value, "limit": cut.limit} for cut in graph.cuts],
    }


def trace_json(
    graph: CustodyGraph, answers: tuple[Answer, ...], names: Mapping[PartyId, str], as_of: UnixTime, policy: str
) -> JsonObject:
    """Return the whole answer: the graph, then every check."""
    checks: list[JsonValue] = [answer_json(answer) for answer in answers]
    about: JsonObject = {"format": FORMAT, "rules": RULES, "policy": policy, "asOf": _date(as_of)}
    return {**about, **graph_json(graph, names), "checks": checks}


def answer_json(answer: Answer) -> JsonObject:
    """Return one line of an examination."""
    return {
        "check": answer.check.slug,
        "version": answer.check.version,
        "policy": answer.policy,
        "outcome": answer.outcome.value,
        "severity": answer.severity.name.lower(),
        "at": None if answer.at is None else date_text(answer.at),
        "sentence": _sentences(answer.message),
        "expected": answer.expected,
        "found": answer.found,
        "missing": None if answer.missing is None else _sentences(answer.missing),
        "items": list(answer.items),
        "evidence": [_cited(each) for each in answer.evidence],
    }


def _sentences(message: Message) -> JsonObject:
    return {language: message.text(language) for language in MESSAGES}


def _cited(cited: Cited) -> JsonObject:
    return {
        "eventDigest": encode_hex(cited.event_digest), "logId": encode_hex(cited.log_id), "leafIndex": cited.leaf_index
    }  # fmt: skip


def _step(step: Step, names: Mapping[PartyId, str]) -> JsonObject:
    event = step.event
    return {
        "eventTime": date_text(step.milliseconds),
        "recordedAt": _date(event.recorded_at),
        "type": step.type,
        "action": step.action,
        "bizStep": step.biz_step,
        "disposition": step.disposition,
        "items": {field: list(keys) for field, keys in step.keys.items()},
        "places": list(places_of(step)),
        "party": encode_hex(event.party),
        "name": names.get(event.party),
        "role": event.statement.role,
        "act": event.act,
        "eventID": _shown_id(event.members.get("eventID")),
        "eventDigest": encode_hex(event.event_digest),
        "logId": encode_hex(event.log_id),
        "leafIndex": event.leaf_index,
        "evidence": event.evidence.value,
        "hidden": [*sorted(event.hidden)],
    }


def _shown_id(event_id: JsonValue) -> JsonValue:
    """Return an eventID, but none that is a hash of the event, from which what is hidden could be guessed."""
    return None if has_hash_id(event_id) else event_id


def _stay(stay: Stay) -> JsonObject:
    return {
        "item": stay.item,
        "container": stay.container,
        "how": stay.joint.value,
        "since": encode_hex(stay.since.event.event_digest),
        "until": None if stay.until is None else encode_hex(stay.until.event.event_digest),
    }


def _change(change: Change) -> JsonObject:
    return {
        "ingredient": change.ingredient,
        "product": change.product,
        "taken": encode_hex(change.taken.event.event_digest),
        "made": encode_hex(change.made.event.event_digest),
    }


def _correction(correction: Correction, by: str) -> JsonObject:
    return {
        "event": encode_hex(correction.event.event_digest),
        "declaration": encode_hex(correction.declaration.event_digest),
        "by": by,
        "recordedAt": _date(correction.declaration.recorded_at),
    }


def _date(time: UnixTime | None) -> str | None:
    return None if time is None else date_text(time * 1_000)


def trace_text(answer: JsonObject, language: Language = "en") -> str:
    """Return a trace, as `trace_json` has it, for people; what is not a part of it reads as absent."""
    blocks = [_head(answer), _notes(answer, language), _steps(answer), _checks(answer, language)]
    return "\n\n".join("\n".join(map(printable, block)) for block in blocks if block) + "\n"


def _head(answer: JsonObject) -> list[str]:
    dates = [f"{label} {answer[name]}" for name, label in _DATES.items() if answer.get(name)]
    return [f"{answer.get('item')}", *dates]


_DATES: Final = {"recordedBy": "as recorded by", "knownBy": "as known by", "asOf": "asked on"}
_COUNTED: Final = {
    "withheld": "trace.withheld",
    "erased": "trace.erased",
    "setAside": "trace.set-aside",
    "cuts": "trace.cut",
    "couldNotCheck": "trace.could-not-check",
    "corrections": "trace.corrected",
}


def _notes(answer: JsonObject, language: Language) -> list[str]:
    """Return a sentence for each thing that keeps the answer from being the whole story."""
    counts = {name: _count(answer.get(name)) for name in _COUNTED}
    return [Message(key, {"count": str(counts[name])}).text(language) for name, key in _COUNTED.items() if counts[name]]


def _count(value: JsonValue) -> int:
    return value if isinstance(value, int) else len(value) if isinstance(value, list) else 0


def _steps(answer: JsonObject) -> list[str]:
    return [line for step in _objects(answer.get("steps")) for line in _step_lines(step)]


def _step_lines(step: JsonObject) -> list[str]:
    who = f"{step.get('name') or step.get('party')} ({step.get('role')})"
    what = " ".join(str(step[name]) for name in ("type", "action", "bizStep") if step.get(name))
    first = f"{step.get('eventTime')}  {what}  by {who}, #{step.get('leafIndex')}, {step.get('evidence')}"
    items = cast(JsonObject, step.get("items") if isinstance(step.get("items"), dict) else {})
    fields = [f"    {field}: {' '.join(map(str, cast(list[JsonValue], keys)))}" for field, keys in items.items()]
    places = step.get("places")
    return [first, *fields, *([f"    at: {' '.join(map(str, places))}"] if isinstance(places, list) and places else [])]


def _checks(answer: JsonObject, language: Language) -> list[str]:
    lines = []
    for check in _objects(answer.get("checks")):
        sentence = check.get("sentence")
        said = sentence.get(language) if isinstance(sentence, dict) else ""
        grave = "" if check.get("severity") == "none" else f" ({check.get('severity')})"
        lines.append(f"[{check.get('outcome')}{grave}] {check.get('check')}/{check.get('version')}: {said}")
        where = [f"#{each.get('leafIndex')}" for each in _objects(check.get("evidence"))]
        if check.get("outcome") == "question":
            lines.append(f"    expected {check.get('expected')}; found {check.get('found')}; see {', '.join(where)}")
    return lines


def _objects(value: JsonValue) -> list[JsonObject]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
