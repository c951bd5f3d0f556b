"""Which consignments a statement is about, so that their history can be found again."""

from __future__ import annotations

from ledger.codec.hex_strict import decode_hex
from ledger.codec.statement import OPENING_ACTS
from ledger.codec.strict_json import parse
from ledger.codec.terms import TERMS, Merge, Split, Transform, terms_from_json
from ledger.errors import RequestRefusedError
from ledger.types import Hash32, JsonObject


def subjects_of(statement: JsonObject, event_bytes: bytes) -> tuple[Hash32, ...]:
    """Return the subject that a statement names and the parents of a consignment that it opens; none for others."""
    if "subject" not in statement:
        return ()
    subject = Hash32(decode_hex(statement["subject"], 32, "/subject"))
    if statement["act"] not in OPENING_ACTS:
        return (subject,)
    return (subject, *_parents(str(statement["act"]), event_bytes))


def _parents(act: str, event_bytes: bytes) -> tuple[Hash32, ...]:
    event = parse(event_bytes) if event_bytes else None
    if not isinstance(event, dict) or TERMS not in event:
        return ()
    try:
        terms = terms_from_json(act, event[TERMS])
    except RequestRefusedError:
        return ()
    return terms.inputs.parents if isinstance(terms, Split | Merge | Transform) else ()
