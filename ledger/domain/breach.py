"""A broken promise in one file, and whether it is one (spec §6.2): anyone with a trust root can check it.

Either the log holds another record at the promised index, which its own checkpoint proves; or no head with the
promised index was anchored in time, which a trust root that lists all heads proves. As with receipts, only bad
evidence reads INVALID, and what the trust root cannot say reads ERROR.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from ledger.codec.checkpoint import parse_checkpoint
from ledger.codec.json_shape import closed_object, merkle_hash, open_object, string
from ledger.codec.merkle import leaf_hash, verify_inclusion
from ledger.codec.note import open_note
from ledger.codec.promise import Promise, parse_promise
from ledger.codec.strict_json import parse
from ledger.domain.check_trust import date_error
from ledger.domain.checks import Finding, Status, error, invalid, valid
from ledger.domain.fields import constant, note_text, proof, write_base64, write_date_time
from ledger.domain.messages import quoted
from ledger.domain.trust_root import parse_trust_root
from ledger.domain.trusted import TrustedLog, TrustRoot
from ledger.errors import BadEvidenceError, MalformedError, RequestRefusedError
from ledger.types import Hash32, JsonObject, UnixTime

FORMAT: Final = "tradeledger-breach/1"


@dataclass(frozen=True, slots=True)
class OtherRecord:
    """The promise, and the log's own proof that ``record`` stands at the promised index."""

    promise: bytes
    checkpoint: bytes
    record: Hash32
    inclusion_proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class NotAnchored:
    """The promise alone: the trust root shows that it was not kept in time."""

    promise: bytes


Breach: TypeAlias = OtherRecord | NotAnchored


class BreachOutcome(Enum):
    """What a breach file comes to."""

    BROKEN = "broken"
    NOT_SHOWN = "not-shown"
    COULD_NOT_CHECK = "could-not-check"


@dataclass(frozen=True, slots=True)
class BreachVerdict:
    """VALID is a promise shown to be broken. ``promise`` is ``None`` where the log has not signed one."""

    finding: Finding
    promise: Promise | None = None

    @property
    def outcome(self) -> BreachOutcome:
        """What the file comes to."""
        match self.finding.status:
            case Status.VALID:
                return BreachOutcome.BROKEN
            case Status.INVALID:
                return BreachOutcome.NOT_SHOWN
            case Status.ERROR | Status.SKIPPED:
                return BreachOutcome.COULD_NOT_CHECK


def parse_breach(data: bytes) -> Breach:
    """Return the breach that a file states; refuse any other file."""
    value = open_object(parse(data), "")
    if value.get("kind") == "not-anchored":
        breach = closed_object(value, "", {"format", "kind", "promise"})
        constant(breach["format"], "/format", FORMAT)
        return NotAnchored(string(breach["promise"], "/promise").encode())
    breach = closed_object(value, "", {"format", "kind", "promise", "checkpoint", "record", "inclusionProof"})
    constant(breach["format"], "/format", FORMAT)
    constant(breach["kind"], "/kind", "other-record")
    return OtherRecord(
        string(breach["promise"], "/promise").encode(),
        string(breach["checkpoint"], "/checkpoint").encode(),
        merkle_hash(breach["record"], "/record"),
        proof(breach["inclusionProof"], "/inclusionProof"),
    )


def dump_breach(breach: Breach) -> bytes:
    """Return the file that `parse_breach` reads."""
    value: JsonObject = {"format": FORMAT, "kind": "not-anchored", "promise": breach.promise.decode()}
    if isinstance(breach, OtherRecord):
        value |= {
            "kind": "other-record",
            "checkpoint": breach.checkpoint.decode(),
            "record": write_base64(breach.record),
            "inclusionProof": [write_base64(node) for node in breach.inclusion_proof],
        }
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


def is_breach(data: bytes) -> bool:
    """Say whether a file calls itself a breach file, of this format or a later one."""
    try:
        value = parse(data)
    except RequestRefusedError:
        return False
    return isinstance(value, dict) and str(value.get("format")).startswith(FORMAT.partition("/")[0] + "/")


def verify_breach_file(data: bytes, trust_root: bytes, now: UnixTime) -> BreachVerdict:
    """Return what `verify_breach` says; a trust root that is damaged is no fault of the file's."""
    try:
        root = parse_trust_root(trust_root)
    except RequestRefusedError as refusal:
        found = f"{refusal.found} at {quoted(refusal.pointer or '/')}"
        return BreachVerdict(error("trust-root.damaged", refusal.expected, found))
    return verify_breach(data, root, now)


def verify_breach(data: bytes, trust_root: TrustRoot, now: UnixTime) -> BreachVerdict:
    """Return whether the file in ``data`` shows a promise of a trusted log to be broken."""
    undated = date_error(trust_root, now)
    if undated is not None:
        return BreachVerdict(undated)
    try:
        breach = parse_breach(data)
        promise = parse_promise(note_text(breach.promise))
    except RequestRefusedError as refusal:
        return BreachVerdict(
            invalid("breach-form.invalid", refusal.expected, f"{refusal.found} at {quoted(refusal.pointer)}")
        )
    log = trust_root.log(promise.log_id)
    if log is None:
        return BreachVerdict(error("trust-root.log"))
    return _judge(breach, promise, log, trust_root.as_of.time)


def _judge(breach: Breach, promise: Promise, log: TrustedLog, as_of: UnixTime) -> BreachVerdict:
    try:
        _require_signed(breach.promise, promise.origin, log)
    except (BadEvidenceError, RequestRefusedError) as fault:
        return BreachVerdict(invalid("promise.invalid", found=str(fault)))
    match breach:
        case OtherRecord():
            return BreachVerdict(_other_record(breach, promise, log), promise)
        case NotAnchored():
            return BreachVerdict(_not_anchored(promise, log, as_of), promise)


def _other_record(breach: OtherRecord, promise: Promise, log: TrustedLog) -> Finding:
    try:
        checkpoint = parse_checkpoint(note_text(breach.checkpoint))
        _require_signed(breach.checkpoint, checkpoint.origin, log)
        verify_inclusion(  # RFC 9162 §2.1.3.2
            promise.leaf_index,
            checkpoint.tree_size,
            leaf_hash(breach.record),
            breach.inclusion_proof,
            checkpoint.root_hash,
        )
    except (BadEvidenceError, RequestRefusedError) as fault:
        return invalid("breach.not-shown", found=str(fault))
    if breach.record == promise.record:
        return invalid("breach.same-record")
    return valid("breach.other-record")


def _not_anchored(promise: Promise, log: TrustedLog, as_of: UnixTime) -> Finding:
    kept = log.head_above(promise.leaf_index)
    if kept is not None and kept.time <= promise.deadline:
        return invalid("breach.anchored", size=str(kept.tree_size), date=write_date_time(kept.time))
    if not log.heads_complete:
        return error("breach.heads-incomplete")
    if as_of <= promise.deadline:
        return error("breach.early", date=write_date_time(as_of))
    return valid("breach.not-anchored")


def _require_signed(note: bytes, origin: str, log: TrustedLog) -> None:
    open_note(note, [log.key])
    if origin != log.origin:
        raise MalformedError("", log.origin, "the origin of another log")
