"""What a dishonest operator can make: a log of its own choosing, signed with the real log key, and receipts from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ledger.adapters.memory import MemoryTileStore
from ledger.codec.checkpoint import Checkpoint, format_checkpoint
from ledger.codec.merkle import leaf_hashes
from ledger.codec.note import sign_note
from ledger.codec.tree import EMPTY_EDGE, append, consistency_proof, inclusion_proof
from ledger.domain.breach import OtherRecord, dump_breach
from ledger.domain.receipt import Anchor, Receipt, dump_receipt
from ledger.domain.trusted import Head
from ledger.ports import LogSigner
from ledger.types import Hash32


class ForgedLog:
    """Records in an order that the operator likes better, under a checkpoint that its log key really signed."""

    def __init__(self, records: Sequence[Hash32], origin: str, signer: LogSigner, claimed: Head) -> None:
        self.records = tuple(records)
        self._claimed = claimed
        self.edge, files = append(EMPTY_EDGE, leaf_hashes(self.records))
        self._tiles = MemoryTileStore()
        self._tiles.write(tuple(files.items()))
        text = format_checkpoint(Checkpoint(origin, len(self.records), self.edge.root_hash))
        self.checkpoint = sign_note(text, origin, signer.sign, signer.public_key)

    def receipt(self, honest: Receipt, leaf_index: int) -> bytes:
        """Return a receipt for an event of the honest log as if it stood at ``leaf_index`` here."""
        proof = tuple(inclusion_proof(leaf_index, len(self.records), self._tiles.read))
        return dump_receipt(
            replace(
                honest, leaf_index=leaf_index, inclusion_proof=proof, checkpoint=self.checkpoint, anchor=self._anchor()
            )
        )

    def _anchor(self) -> Anchor:
        """Return the anchored head with the best proof there is: of a tree that the forged log does begin."""
        head, size = self._claimed, len(self.records)
        proof: tuple[Hash32, ...] = ()
        if size < head.tree_size:
            edge, files = append(self.edge, [head.root_hash] * (head.tree_size - size))
            self._tiles.write(tuple(files.items()))
            proof = tuple(consistency_proof(size, edge.tree_size, self._tiles.read))
        return Anchor(head.tree_size, head.root_hash, head.block, head.time, Hash32(bytes(32)), proof)

    def breach(self, promise: str, leaf_index: int) -> bytes:
        """Return the breach file of whoever was promised another record at ``leaf_index``."""
        proof = tuple(inclusion_proof(leaf_index, len(self.records), self._tiles.read))
        return dump_breach(OtherRecord(promise.encode(), self.checkpoint, self.records[leaf_index], proof))
