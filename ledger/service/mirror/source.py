"""What a source says, read strictly: a signed checkpoint, tiles as wide as asked for, records.

C2SP tlog-tiles, "Partial Tiles": a log may have dropped a partial one once the full one is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.codec.checkpoint import Checkpoint, parse_checkpoint
from ledger.codec.merkle import HASH_BYTES
from ledger.codec.note import MAX_NOTE_BYTES, VerifierKey, open_note
from ledger.codec.tiles import TILE_BYTES, TILE_WIDTH, BundleId, TileId, decode_bundle, format_path
from ledger.domain.trusted import Head
from ledger.errors import BadEvidenceError, MalformedError, NoAnswerError, ProofError, SignatureError, TooLargeError
from ledger.ports import LogFile
from ledger.ports.mirror import LogSource

CHECKPOINT: Final = "checkpoint"
BUNDLE_BYTES: Final = TILE_WIDTH * (2 + HASH_BYTES)
"""A full bundle of records, each behind its length (spec §6: an entry is a record)."""


@dataclass(frozen=True, slots=True)
class KnownLog:
    """A log that may be mirrored: its key, and its heads on chain as far as they are known."""

    key: VerifierKey
    heads: tuple[Head, ...] = ()


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint that a known log has signed, and its note."""

    log: KnownLog
    note: bytes
    checkpoint: Checkpoint


def open_signed(note: bytes, logs: Sequence[KnownLog]) -> Signed:
    """Return the checkpoint in a note; refuse one that no known log has signed under its own origin."""
    refusal: Exception | None = None
    for log in logs:
        try:
            checkpoint = parse_checkpoint(open_note(note, [log.key]).text)
        except (BadEvidenceError, MalformedError, TooLargeError) as error:
            refusal = error
            continue
        if checkpoint.origin == log.key.name:
            return Signed(log, note, checkpoint)
    raise SignatureError(f"not a checkpoint of a log that is known here: {refusal or 'another origin'}")


class SourceLog:
    """The files of a source."""

    def __init__(self, source: LogSource) -> None:
        self._source = source

    def checkpoint(self) -> bytes:
        """Return the newest note."""
        note = self._source.read(CHECKPOINT, MAX_NOTE_BYTES)
        if note is None:
            raise NoAnswerError("there is no log at the source, or no checkpoint of it yet")
        return note

    def tile(self, tile: TileId) -> bytes:
        """Return a tile, perhaps wider than asked for."""
        return self._read(tile, TILE_BYTES)[1]

    def records(self, bundle: BundleId) -> list[bytes]:
        """Return the records of a bundle, as many as it is wide."""
        kept, data = self._read(bundle, BUNDLE_BYTES)
        try:
            return decode_bundle(data, kept.width)[: bundle.width]
        except MalformedError as error:
            raise ProofError(f"{format_path(kept)} is torn", error.expected, error.found) from None

    def _read(self, file: LogFile, limit: int) -> tuple[LogFile, bytes]:
        for form in dict.fromkeys((file, file._replace(width=TILE_WIDTH))):
            data = self._source.read(format_path(form), limit)
            if data is not None:
                return form, data
        raise NoAnswerError(f"the source has no {format_path(file)}")
