"""Whether a signed event may enter the log: judged as a verifier would judge it later, as of the registry now.

The stages are functions of their own, in the order in which they refuse: form of the event, statement, time, digest,
signature, entitlement. The CBV event hash is computed last, for interoperability; nothing rests on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Final, TypeAlias

from ledger.codec.commitments import commitments_of_event
from ledger.codec.disclosure import event_digest
from ledger.codec.event_leaves import MAX_EVENT_BYTES, MAX_EVENT_DEPTH
from ledger.codec.hex_strict import encode_hex
from ledger.codec.record import statement_record
from ledger.codec.signature import recover
from ledger.codec.statement import Domain, Statement, eip712_hash, statement_to_json
from ledger.codec.strict_json import is_deeper
from ledger.domain.custody.stated import Told, require_stated
from ledger.domain.parties import Registry
from ledger.domain.signer import judge_signer
from ledger.domain.tenure import Moment
from ledger.epcis.deviation import Deviation, Mode
from ledger.epcis.event_hash import RULE_SET, event_hash
from ledger.epcis.validation import require_signable, validate_event
from ledger.errors import (
    BadEvidenceError,
    DisclosureError,
    InternalError,
    MalformedError,
    NotAllowedError,
    RequestRefusedError,
    TooLargeError,
)
from ledger.ports import NewEvent
from ledger.service.envelopes import Envelope
from ledger.types import Address, Hash32, JsonObject, LogId, UnixTime

MAX_SECONDS_AHEAD: Final = 300
"""How far a signer's clock may run before ours: five minutes, as Kerberos allows (RFC 4120 §8.2)."""


@dataclass(frozen=True, slots=True)
class RegistryNow:
    """The replayed registry, and the block up to which it is."""

    registry: Registry
    at: Moment


Refusal: TypeAlias = RequestRefusedError | BadEvidenceError
"""What keeps one event out; every other error says nothing about the event and ends the whole capture."""

RegistryView: TypeAlias = Callable[[], RegistryNow]


@dataclass(frozen=True, slots=True)
class Terms:
    """What every statement of this log must name: this log or, signed before it was closed, a ``predecessor``.

    ``custody_ledger`` is the contract in which consignments are named; without one none can be.
    """

    domain: Domain
    log_id: LogId
    predecessors: frozenset[LogId] = frozenset()
    custody_ledger: Address | None = None


@dataclass(frozen=True, slots=True)
class Formed:
    """An envelope whose event is a complete EPCIS event, with the deviations it was taken with."""

    envelope: Envelope
    deviations: tuple[Deviation, ...]


@dataclass(slots=True)
class Draft:
    """An event on its way in: what each stage found, until one refuses it."""

    read: Callable[[], Formed]
    refusal: Refusal | None = None
    formed: Formed | None = None
    signing_hash: Hash32 = field(init=False)
    signed_by: Address = field(init=False)
    event_hash: str = field(init=False)
    event: NewEvent = field(init=False)

    @property
    def envelope(self) -> Envelope:
        """The envelope, from the first stage on."""
        if self.formed is None:
            raise InternalError("a draft is judged before it is read")
        return self.formed.envelope


def accept_all(drafts: Sequence[Draft], terms: Terms, now: RegistryNow, clock: UnixTime) -> None:
    """Bring every draft to its ``event``, as it will be stored, or to its ``refusal``.

    Stage by stage over the whole batch, rather than event by event: the code and tables of one stage stay in the
    processor's caches, which takes a fifth off the time.
    """
    stages: tuple[Callable[[Draft], None], ...] = (
        _read,
        lambda draft: check_statement(draft.envelope, terms, clock),
        lambda draft: check_digest(draft.envelope),
        lambda draft: _recover(draft, terms),
        lambda draft: check_entitled(draft.envelope.statement, draft.signed_by, now),
        _hash,
        _conclude,
    )
    for stage in stages:
        for draft in drafts:
            if draft.refusal is None:
                _take(stage, draft)


def accept(formed: Formed, terms: Terms, now: RegistryNow, clock: UnixTime) -> NewEvent:
    """Return one event as it will be stored, or refuse it."""
    draft = Draft(lambda: formed)
    accept_all([draft], terms, now, clock)
    if draft.refusal is not None:
        raise draft.refusal
    return draft.event


def _take(stage: Callable[[Draft], None], draft: Draft) -> None:
    try:
        stage(draft)
    except (RequestRefusedError, BadEvidenceError) as refusal:
        draft.refusal = refusal


def _read(draft: Draft) -> None:
    draft.formed = draft.read()


def _recover(draft: Draft, terms: Terms) -> None:
    draft.signing_hash = eip712_hash(draft.envelope.statement, terms.domain)
    draft.signed_by = recover(draft.signing_hash, draft.envelope.signature)


def _hash(draft: Draft) -> None:
    draft.event_hash = event_hash(draft.envelope.event)


def _conclude(draft: Draft) -> None:
    envelope, statement = draft.envelope, draft.envelope.statement
    draft.event = NewEvent(
        event_bytes=envelope.event_bytes,
        event_id=str(envelope.event["eventID"]),
        has_declaration="errorDeclaration" in envelope.event,
        event_digest=statement.event_digest,
        seed=envelope.seed,
        statement=statement_to_json(statement),
        signature=envelope.signature,
        party=statement.party,
        record=statement_record(draft.signing_hash, envelope.signature),
        event_hash=draft.event_hash,
        event_hash_rules=RULE_SET,
        deviations=tuple(map(_deviation_to_json, draft.formed.deviations if draft.formed else ())),
    )


def check_limits(event: JsonObject, event_bytes: bytes, pointer: str) -> None:
    """Refuse an event of which some view would not fit a receipt (spec §1). ``pointer`` is where it stands."""
    if len(event_bytes) > MAX_EVENT_BYTES:
        raise TooLargeError(pointer, f"an event of at most {MAX_EVENT_BYTES} bytes", f"{len(event_bytes)} bytes")
    may_be_deep = event_bytes.count(b"[") + event_bytes.count(b"{") > MAX_EVENT_DEPTH
    if may_be_deep and is_deeper(event, MAX_EVENT_DEPTH):
        raise MalformedError(
            pointer, f"at most {MAX_EVENT_DEPTH} arrays and objects inside one another", "deeper nesting"
        )


def check_form(event: JsonObject, mode: Mode, pointer: str) -> tuple[Deviation, ...]:
    """Return the deviations with which ``mode`` takes the event; refuse one that is none, or not complete in itself.

    ``pointer`` is where the event stands in what was handed in.
    """
    deviations = validate_event(event, mode, pointer)
    require_signable(event, pointer)
    return deviations


def check_statement(envelope: Envelope, terms: Terms, clock: UnixTime) -> None:
    """Refuse a statement that does not fit its event, for another log, or from the future (spec §4)."""
    statement = envelope.statement
    told = Told(envelope.event, (), lambda: commitments_of_event(envelope.event, envelope.seed))
    require_stated(statement, told, terms.custody_ledger)
    if statement.log_id != terms.log_id and statement.log_id not in terms.predecessors:  # spec §10, the receipt's log
        raise MalformedError("/statement/logId", encode_hex(terms.log_id), encode_hex(statement.log_id))
    if statement.signed_at > clock + MAX_SECONDS_AHEAD:
        ahead = f"{statement.signed_at - clock} seconds later"
        raise MalformedError("/statement/signedAt", f"at most {MAX_SECONDS_AHEAD} seconds after {clock}", ahead)


def check_digest(envelope: Envelope) -> None:
    """Refuse a statement that was signed over another event, or another seed."""
    digest = event_digest(envelope.event, envelope.seed)
    if digest != envelope.statement.event_digest:
        stated = encode_hex(envelope.statement.event_digest)
        raise DisclosureError("the statement names another event digest", encode_hex(digest), stated)


def check_entitled(statement: Statement, signed_by: Address, now: RegistryNow) -> None:
    """Refuse a signer that the registry does not entitle as of now (spec §10 check 10)."""
    judgement = judge_signer(now.registry, statement, signed_by, now.at)
    if not judgement.entitled:
        raise NotAllowedError("/statement", "a signer entitled now", judgement.finding.reason.text())


def _deviation_to_json(deviation: Deviation) -> JsonObject:
    return {**asdict(deviation), "rule": deviation.rule.value}
