"""What a mirror proves for a service that is gone: inclusion of a record, and the way from an old receipt on chain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ledger.codec.checkpoint import Checkpoint
from ledger.codec.hex_strict import encode_hex
from ledger.codec.merkle import leaf_hash, verify_consistency, verify_inclusion
from ledger.codec.record import statement_record
from ledger.codec.statement import ZERO32, eip712_hash
from ledger.codec.tiles import TILE_WIDTH, BundleId, decode_bundle
from ledger.codec.tree import consistency_proof, inclusion_proof
from ledger.domain.fields import write_base64
from ledger.domain.receipt import Anchor, Receipt, stated_checkpoint
from ledger.domain.trusted import TrustedLog
from ledger.errors import BadEvidenceError, MalformedError, NotFoundError, RootMismatchError, StoreUnavailableError
from ledger.ports.mirror import MirrorFolder
from ledger.types import Hash32, JsonObject

FORMAT = "tradeledger-inclusion/1"


class MirrorProofs:
    """The proofs of one mirror. `StoreUnavailableError` where its files do not make its checkpoint."""

    def __init__(self, folder: MirrorFolder) -> None:
        note = folder.read_checkpoint()
        if note is None:
            raise NotFoundError("/folder", "a folder with a mirror", "one without a checkpoint")
        self._folder = folder
        self._note = note
        self._checkpoint: Checkpoint = stated_checkpoint(note)

    def inclusion(self, leaf_index: int) -> JsonObject:
        """Return record, inclusion proof and checkpoint of an index, for anyone to check."""
        record = self._record(leaf_index)
        proof = self._inclusion_proof(leaf_index, record)
        return {
            "format": FORMAT,
            "leafIndex": leaf_index,
            "record": write_base64(record),
            "inclusionProof": [write_base64(node) for node in proof],
            "checkpoint": self._note.decode(),
        }

    def index_of(self, record: Hash32) -> int:
        """Return the first index at which a record stands; reads the log from its beginning."""
        found = (start + records.index(record) for start, records in self._bundles() if record in records)
        index = next(found, None)
        if index is None:
            held = f"none such among {self._checkpoint.tree_size}"
            raise NotFoundError("/record", "a record of the log", held)
        return index

    def renew(self, receipt: Receipt, log: TrustedLog | None) -> Receipt:
        """Return a receipt that leads to the earliest head of ``log`` it can, or else to the mirror's checkpoint.

        Its record must stand in the mirror (`RootMismatchError`); what it shows of the event stays as it was.
        """
        record = statement_record(eip712_hash(receipt.statement, receipt.domain), receipt.signature)
        if self._record(receipt.leaf_index) != record:
            raise RootMismatchError("another record stands at the receipt's index", encode_hex(record))
        anchored = None if log is None else self._anchored(receipt, log)
        if anchored is not None:
            return anchored
        proof = self._inclusion_proof(receipt.leaf_index, record)
        return replace(receipt, inclusion_proof=proof, checkpoint=self._note, anchor=None)

    def _anchored(self, receipt: Receipt, log: TrustedLog) -> Receipt | None:
        """Return the receipt with the way from its own checkpoint to the next head, where the mirror has both."""
        own = stated_checkpoint(receipt.checkpoint)
        sizes = range(own.tree_size, self._checkpoint.tree_size + 1)
        head = next((head for head in log.heads if head.tree_size in sizes), None)
        if head is None or own.tree_size <= receipt.leaf_index:
            return None
        proof = tuple(consistency_proof(own.tree_size, head.tree_size, self._folder.read))
        verify_consistency(own.tree_size, head.tree_size, proof, own.root_hash, head.root_hash)
        anchor = Anchor(head.tree_size, head.root_hash, head.block, head.time, Hash32(ZERO32), proof)
        return replace(receipt, anchor=anchor)

    def _inclusion_proof(self, leaf_index: int, record: bytes) -> tuple[Hash32, ...]:
        size, root = self._checkpoint.tree_size, self._checkpoint.root_hash
        proof = tuple(inclusion_proof(leaf_index, size, self._folder.read))
        try:
            verify_inclusion(leaf_index, size, leaf_hash(record), proof, root)
        except BadEvidenceError as error:  # against this copy, not against the log
            raise StoreUnavailableError(f"the mirror's files are damaged: {error.reason}") from None
        return proof

    def _record(self, leaf_index: int) -> bytes:
        if not 0 <= leaf_index < self._checkpoint.tree_size:
            raise NotFoundError("/index", f"an index below {self._checkpoint.tree_size}", str(leaf_index))
        return self._read(leaf_index // TILE_WIDTH)[leaf_index % TILE_WIDTH]

    def _bundles(self) -> Iterator[tuple[int, list[bytes]]]:
        for start in range(0, self._checkpoint.tree_size, TILE_WIDTH):
            yield start, self._read(start // TILE_WIDTH)

    def _read(self, index: int) -> list[bytes]:
        width = min(TILE_WIDTH, self._checkpoint.tree_size - index * TILE_WIDTH)
        wanted = BundleId(index, width)
        for kept, data in self._folder.kept(wanted):
            if kept.width >= width:
                try:
                    return decode_bundle(data, kept.width)[:width]
                except MalformedError:
                    continue
        raise StoreUnavailableError(f"the mirror's files are damaged: no whole bundle {index}")
