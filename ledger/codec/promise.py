"""The promise: the text by which a log answers for an index before any checkpoint covers it.

Five lines: ``<origin>/promise``, so that it never passes for a checkpoint; the log id; the leaf index; the record; and
the time by which a head that includes the record is anchored. It comes as the text of a signed note; signing and
opening it is left to `note`, telling whether it was broken to the verifier.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass

from ledger.codec.hex_strict import decode_hex, encode_hex
from ledger.codec.json_shape import merkle_hash
from ledger.codec.merkle import HASH_BYTES
from ledger.errors import MalformedError
from ledger.types import Hash32, LogId, UnixTime

_MAX_UINT64 = 2**64 - 1  # indexes and times have 64 bits in logs and contracts
_SUFFIX = "/promise"
_LINES = 5
_ORIGIN = re.compile("[^\x00-\x1f\ud800-\udfff]+")
_DECIMAL = re.compile("0|[1-9][0-9]{0,19}")


@dataclass(frozen=True, slots=True)
class Promise:
    """``record`` stands at ``leaf_index`` in a head anchored by ``deadline``, in block time."""

    origin: str
    log_id: LogId
    leaf_index: int
    record: Hash32
    deadline: UnixTime

    def __post_init__(self) -> None:
        if not _ORIGIN.fullmatch(self.origin):
            raise MalformedError("", "an origin of one line, not empty", "another text")
        for name, value in (("a log id", self.log_id), ("a record", self.record)):
            if len(value) != HASH_BYTES:
                raise MalformedError("", f"{name} of {HASH_BYTES} bytes", f"{len(value)} bytes")
        for name, number in (("a leaf index", self.leaf_index), ("a deadline", self.deadline)):
            if not 0 <= number <= _MAX_UINT64:
                raise MalformedError("", f"{name} from 0 to 2^64-1", "another number")


def format_promise(promise: Promise) -> str:
    """Return the text of the note that makes ``promise``."""
    record = b64encode(promise.record).decode()
    lines = (promise.origin + _SUFFIX, encode_hex(promise.log_id), promise.leaf_index, record, promise.deadline)
    return "".join(f"{line}\n" for line in lines)


def parse_promise(text: str) -> Promise:
    """Return the promise that the text of a note makes; refuse any spelling but that of `format_promise`."""
    lines = text.split("\n")
    if len(lines) != _LINES + 1 or lines.pop() != "":
        raise MalformedError("", "five whole lines", "another form")
    first, log_id, leaf_index, record, deadline = lines
    if not first.endswith(_SUFFIX):
        raise MalformedError("", f"an origin and {_SUFFIX}", "another first line")
    return Promise(
        origin=first.removesuffix(_SUFFIX),
        log_id=LogId(decode_hex(log_id, HASH_BYTES)),
        leaf_index=_parse_decimal(leaf_index, "a leaf index"),
        record=merkle_hash(record, ""),
        deadline=UnixTime(_parse_decimal(deadline, "a deadline")),
    )


def _parse_decimal(line: str, what: str) -> int:
    if not _DECIMAL.fullmatch(line):
        raise MalformedError("", f"{what} in decimal", "another text")
    return int(line)
