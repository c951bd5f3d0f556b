"""Watching the promises of a log, for whoever received them: a broken one becomes one file that anyone can check.

Needs nothing of the service that it does not verify. Whether a head was anchored in time a trust root says; what stands
at the promised index the log's own public files say, from a URL or a mirror, and they are believed only with a proof
that leads to an anchored head or to a checkpoint that the log has signed. What cannot be read or proved is "could not
check", never a breach (spec §6.2).

Whether a service is late itself, `overdue` counts for its own alarm; nobody vouches for itself with it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from typing import Final, Protocol

from ledger.codec.checkpoint import Checkpoint, parse_checkpoint
from ledger.codec.merkle import HASH_BYTES, leaf_hash, verify_inclusion
from ledger.codec.note import open_note
from ledger.codec.promise import Promise, parse_promise
from ledger.codec.strict_json import MAX_DOCUMENT_BYTES, parse
from ledger.codec.tiles import TILE_WIDTH, BundleId
from ledger.codec.tree import inclusion_proof
from ledger.domain.breach import FORMAT, Breach, BreachOutcome, NotAnchored, OtherRecord, dump_breach, verify_breach
from ledger.domain.fields import note_text, write_date_time
from ledger.domain.messages import Message
from ledger.domain.trusted import TrustedLog, TrustRoot
from ledger.errors import BadEvidenceError, MalformedError, NoAnswerError, RequestRefusedError
from ledger.ports import LogFile, Store
from ledger.types import Hash32, JsonValue, UnixTime

_BUNDLED_BYTES: Final = 2 + HASH_BYTES
"""A record in an entry bundle: its length as uint16, then itself (C2SP tlog-tiles)."""

_FAULTS: Final = (NoAnswerError, BadEvidenceError, RequestRefusedError)


class PublishedLog(Protocol):
    """The public files of a log. What cannot be had is `NoAnswerError`."""

    def read(self, file: LogFile) -> bytes:
        """Return the bytes of this tile or bundle, or those of a wider one."""

    def read_checkpoint(self) -> bytes | None:
        """Return the published checkpoint, or ``None`` before the first."""


class KeptBreaches(Protocol):
    """Where breach files are kept, one a name."""

    def read(self, name: str) -> bytes | None:
        """Return the file of this name."""

    def keep(self, name: str, data: bytes) -> None:
        """Write the file, whole or not at all; one that is there already stays as it is."""


class State(Enum):
    """How a promise stands."""

    KEPT = "kept"
    PENDING = "pending"
    BROKEN = "broken"
    COULD_NOT_CHECK = "could-not-check"
    NO_PROMISE = "no-promise"
    """Not signed by the log that it names."""


@dataclass(frozen=True, slots=True)
class Watched:
    """One promise and how it stands. ``breach`` is the name of its breach file, where it is broken."""

    note: bytes
    promise: Promise | None
    state: State
    reason: Message
    breach: str | None = None


@dataclass(frozen=True, slots=True)
class _Look:
    """What the log's files show at the promised index: the own record, another one by proof, or why nothing."""

    reason: Message
    own: bool = False
    breach: OtherRecord | None = None


class Watchdog:
    """Judges promises against one trust root at one time. ``logs`` are the files of each log by its origin.

    ``log_fault`` is why another log, that was named too, could not be read.
    """

    def __init__(
        self,
        root: TrustRoot,
        now: UnixTime,
        breaches: KeptBreaches,
        logs: Mapping[str, PublishedLog],
        log_fault: str | None = None,
    ) -> None:
        self._root = root
        self._now = now
        self._breaches = breaches
        self._logs = logs
        self._log_fault = log_fault

    def watch(self, note: bytes) -> Watched:
        """Return how one promise stands; where it is broken its one breach file is kept when this returns."""
        late = verify_breach(dump_breach(NotAnchored(note)), self._root, self._now)
        promise = late.promise
        log = None if promise is None else self._root.log(promise.log_id)
        if promise is None or log is None:
            no_promise = late.outcome is BreachOutcome.NOT_SHOWN
            return Watched(note, None, State.NO_PROMISE if no_promise else State.COULD_NOT_CHECK, late.finding.reason)
        if self._is_shown(self._breaches.read(breach_name(note))):
            return Watched(note, promise, State.BROKEN, Message("watch.kept-breach"), breach_name(note))
        look = self._look(note, promise, log)
        if look.breach is not None:
            return self._broken(note, promise, look.breach)
        if late.outcome is BreachOutcome.BROKEN:
            return self._broken(note, promise, NotAnchored(note))
        state, reason = self._standing(promise, late.finding.reason, look)
        return Watched(note, promise, state, reason)

    def _standing(self, promise: Promise, reason: Message, look: _Look) -> tuple[State, Message]:
        """Return how a promise stands that is not broken; ``reason`` is why it is not shown to be late."""
        if reason.key == "breach.early":
            return State.PENDING, Message("watch.pending", {"date": write_date_time(promise.deadline)})
        if reason.key != "breach.anchored":
            return State.COULD_NOT_CHECK, reason
        if look.own:
            return State.KEPT, Message("watch.kept", reason.values)
        if not self._logs and self._log_fault is None:
            return State.KEPT, Message("watch.kept-by-head", reason.values)
        return State.COULD_NOT_CHECK, look.reason

    def _broken(self, note: bytes, promise: Promise, breach: Breach) -> Watched:
        """Keep the breach file, judged as anyone will judge it."""
        data, name = dump_breach(breach), breach_name(note)
        verdict = verify_breach(data, self._root, self._now)
        if verdict.outcome is not BreachOutcome.BROKEN:
            return Watched(note, promise, State.COULD_NOT_CHECK, verdict.finding.reason)
        self._breaches.keep(name, data)
        return Watched(note, promise, State.BROKEN, verdict.finding.reason, name)

    def _is_shown(self, data: bytes | None) -> bool:
        return data is not None and verify_breach(data, self._root, self._now).outcome is BreachOutcome.BROKEN

    def _look(self, note: bytes, promise: Promise, log: TrustedLog) -> _Look:
        files = self._logs.get(promise.origin)
        if files is None:
            return _Look(_unreadable(self._log_fault or "no log of this origin"))
        try:
            return self._read(note, promise, log, files)
        except _FAULTS as fault:
            return _Look(_unreadable(str(fault)))

    def _read(self, note: bytes, promise: Promise, log: TrustedLog, files: PublishedLog) -> _Look:
        index, signed = promise.leaf_index, files.read_checkpoint()
        checkpoint = None if signed is None else _opened(signed, log)
        if signed is None or checkpoint is None or checkpoint.tree_size <= index:
            return _Look(_unreadable(f"it does not go up to index {index}"))
        record = _record_at(index, checkpoint.tree_size, files)
        if record != promise.record:
            proof = tuple(inclusion_proof(index, checkpoint.tree_size, files.read))
            breach = OtherRecord(note, signed, record, proof)
            is_shown = self._is_shown(dump_breach(breach))
            return _Look(Message("watch.log-unproved"), breach=breach if is_shown else None)
        head = log.head_above(index)
        if head is None or head.tree_size > checkpoint.tree_size:
            return _Look(_unreadable("it does not go up to the anchored head"))
        for size, root_hash in ((head.tree_size, head.root_hash), (checkpoint.tree_size, checkpoint.root_hash)):
            proof = tuple(inclusion_proof(index, size, files.read))
            verify_inclusion(index, size, leaf_hash(record), proof, root_hash)  # RFC 9162 §2.1.3.2
        return _Look(Message("watch.kept"), own=True)


def read_promises(data: bytes) -> tuple[bytes, ...]:
    """Return the promises in a file: a note by itself, or every one in a JSON document, such as a capture's answer.

    A breach file has none of its own.
    """
    if data.lstrip()[:1] not in (b"{", b"["):
        try:
            parse_promise(note_text(data))
        except (RequestRefusedError, UnicodeDecodeError):
            return ()
        return (data,)
    value = parse(data, MAX_DOCUMENT_BYTES)
    if isinstance(value, dict) and value.get("format") == FORMAT:
        return ()
    return tuple(dict.fromkeys(_promises_in([value])))


def breach_name(note: bytes) -> str:
    """Return the name of a promise's breach file: by what is promised, whoever else signed the note."""
    return f"breach-{sha256(note_text(note).encode()).hexdigest()}.json"


def overdue(store: Store, delay: int, now: UnixTime) -> int:
    """Return how many records are promised for a time before ``now``, and in no anchored head yet.

    ``delay`` is the one that promises are made with. It is a count for an alarm: records are taken to be captured in
    the order of their indexes.
    """
    anchor = store.latest_anchor()
    first, end = anchor.tree_size if anchor else 0, store.record_count()

    if first == 0 < end and store.event_at(0) is None:
        first = 1  # a predecessor's head, which nobody was promised

    def in_time(index: int) -> bool:
        stored = store.event_at(index)
        return stored is not None and stored.captured_at + delay >= now

    return bisect_left(range(first, end), True, key=in_time)


def _promises_in(values: Iterable[JsonValue]) -> Iterable[bytes]:
    for value in values:
        if isinstance(value, list):
            yield from _promises_in(value)
        elif isinstance(value, dict):
            promise = value.get("promise")
            if isinstance(promise, str):
                yield promise.encode()
            yield from _promises_in(value.values())


def _opened(note: bytes, log: TrustedLog) -> Checkpoint:
    checkpoint = parse_checkpoint(open_note(note, [log.key]).text)
    if checkpoint.origin != log.origin:
        raise MalformedError("", log.origin, "the checkpoint of another log")
    return checkpoint


def _record_at(index: int, tree_size: int, files: PublishedLog) -> Hash32:
    """Return the record that an entry bundle holds at ``index``."""
    bundle, place = divmod(index, TILE_WIDTH)
    width = min(TILE_WIDTH, tree_size - bundle * TILE_WIDTH)
    entry = files.read(BundleId(bundle, width))[place * _BUNDLED_BYTES : (place + 1) * _BUNDLED_BYTES]
    if len(entry) != _BUNDLED_BYTES or entry[:2] != HASH_BYTES.to_bytes(2, "big"):
        raise MalformedError("", "an entry bundle of records", "something else")
    return Hash32(entry[2:])


def _unreadable(why: str) -> Message:
    return Message("watch.log-unreadable", {"reason": why})
