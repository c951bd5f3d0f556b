"""JSON Schema (2020-12) of a trace, as `ledger.domain.trace_report` writes it."""

from __future__ import annotations

from typing import Any, Final

from ledger.domain.custody_checks import RULES, CheckId, Outcome, Severity
from ledger.domain.trace import Bound, Direction, Evidence, Joint
from ledger.domain.trace_report import FORMAT

_TEXT: Final = {"type": "string"}
_TEXT_OR_NULL: Final = {"type": ["string", "null"]}
_COUNT: Final = {"type": "integer", "minimum": 0}
_DIGEST: Final = {"type": "string", "pattern": "^0x[0-9a-f]{64}$"}
_SENTENCES: Final = {"type": "object", "description": "by language", "required": ["en", "zh-CN"]}


def _closed(**members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}


def _each(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema}


def _one_of(words: list[str]) -> dict[str, Any]:
    return {"enum": words}


_CITED: Final = _closed(eventDigest=_DIGEST, logId=_DIGEST, leafIndex=_COUNT)
_STEP: Final = _closed(
    eventTime=_TEXT, recordedAt=_TEXT, type=_TEXT_OR_NULL, action=_TEXT_OR_NULL, bizStep=_TEXT_OR_NULL,
    disposition=_TEXT_OR_NULL, items={"type": "object", "additionalProperties": _each(_TEXT)}, places=_each(_TEXT),
    party=_DIGEST, name=_TEXT_OR_NULL, role=_TEXT, act=_TEXT, eventID=_TEXT_OR_NULL, eventDigest=_DIGEST, logId=_DIGEST,
    leafIndex=_COUNT, evidence=_one_of([each.value for each in Evidence]), hidden=_each(_TEXT),
)  # fmt: skip
_CHECK: Final = _closed(
    check=_one_of([each.slug for each in CheckId]),
    version={"type": "integer", "minimum": 1},
    policy=_TEXT,
    outcome=_one_of([each.value for each in Outcome]),
    severity=_one_of([each.name.lower() for each in Severity]),
    at=_TEXT_OR_NULL,
    sentence=_SENTENCES,
    expected=_TEXT,
    found=_TEXT,
    missing={"anyOf": [_SENTENCES, {"type": "null"}]},
    items=_each(_TEXT),
    evidence=_each(_CITED),
)
_STAY: Final = _closed(
    item=_TEXT,
    container=_TEXT,
    how=_one_of([each.value for each in Joint]),
    since=_DIGEST,
    until={"anyOf": [_DIGEST, {"type": "null"}]},
)

TRACE_SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "Trace": {
        "description": "The custody graph of an item, and what is odd about it. A question is never a verdict.",
        **_closed(
            format={"const": FORMAT},
            rules={"const": RULES},
            policy=_TEXT,
            asOf=_TEXT,
            item=_TEXT,
            direction=_one_of([each.value for each in Direction]),
            recordedBy=_TEXT_OR_NULL,
            knownBy=_TEXT_OR_NULL,
            items=_each(_closed(item=_TEXT, direction=_one_of(["from", "to"]), depth=_COUNT)),
            stays=_each(_STAY),
            changes=_each(_closed(ingredient=_TEXT, product=_TEXT, taken=_DIGEST, made=_DIGEST)),
            steps=_each(_STEP),
            corrections=_each(
                _closed(
                    event=_DIGEST,
                    declaration=_DIGEST,
                    by=_one_of(["the same party", "another party"]),
                    recordedAt=_TEXT,
                )
            ),
            setAside=_each(_DIGEST),
            cuts=_each(_closed(item=_TEXT, bound=_one_of([each.value for each in Bound]), limit=_COUNT)),
            checks=_each(_CHECK),
            withheld={**_COUNT, "description": "events of these items that the caller may not see"},
            erased={**_COUNT, "description": "events of these items whose values were erased"},
            couldNotCheck=_each(_TEXT),
        ),
    },
}
"""By name in the OpenAPI document's components."""
