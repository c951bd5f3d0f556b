"""A log to measure with: records, the tree above them in memory, checkpoints and receipts of any size of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from ledger.codec import tree
from ledger.codec.checkpoint import Checkpoint, format_checkpoint
from ledger.codec.merkle import leaf_hashes
from ledger.codec.note import VerifierKey, sign_note
from ledger.codec.tiles import TileId
from ledger.domain.receipt import Anchor, Receipt, Shown
from ledger.domain.trust_root import seal_trust_root
from ledger.domain.trusted import AsOf, Head, TrustedChain, TrustedContract, TrustedLog, TrustRoot
from ledger.types import Hash32, UnixTime
from scripts.bench import world
from scripts.bench.world import NOW, Signed

MILLION = 1_000_000


def records_of_others(count: int) -> list[Hash32]:
    """Return as many records, all different."""
    return [Hash32(sha256(number.to_bytes(8, "big")).digest()) for number in range(count)]


@dataclass(frozen=True, slots=True)
class Log:
    """A log of ``size`` records, every prefix of which may have been a checkpoint."""

    size: int
    tiles: dict[tuple[int, int], bytes]

    @classmethod
    def of(cls, records: Sequence[Hash32]) -> Log:
        """Return the log of these records."""
        _, tiles = tree.append(tree.EMPTY_EDGE, leaf_hashes(records))
        return cls(len(records), {(tile.level, tile.index): data for tile, data in tiles.items()})

    def head(self, size: int) -> Head:
        """Return the anchored head of a size."""
        return Head(size, tree.root_hash(size, self._read), 2, NOW)

    def receipt(self, signed: Signed, leaf_index: int, head: Head, shown: Shown) -> Receipt:
        """Return the receipt of what stands at ``leaf_index``, under the checkpoint that was anchored as ``head``."""
        proof = tree.inclusion_proof(leaf_index, head.tree_size, self._read)
        return receipt_under(head, signed, leaf_index, proof, shown)

    def _read(self, tile: TileId) -> bytes:
        return self.tiles[tile.level, tile.index]


def receipt_under(head: Head, signed: Signed, leaf_index: int, proof: Sequence[Hash32], shown: Shown) -> Receipt:
    """Return the receipt whose inclusion proof leads to ``head``, the signed checkpoint of which it carries."""
    return Receipt(
        domain=world.DOMAIN,
        shown=shown,
        statement=signed.statement,
        signature=signed.signature,
        leaf_index=leaf_index,
        inclusion_proof=tuple(proof),
        checkpoint=checkpoint(head),
        anchor=Anchor(head.tree_size, head.root_hash, head.block, head.time, Hash32(head.root_hash), ()),
    )


def checkpoint(head: Head) -> bytes:
    """Return the signed checkpoint of a head."""
    text = format_checkpoint(Checkpoint(world.ORIGIN, head.tree_size, head.root_hash))
    return sign_note(text, world.ORIGIN, world.LOG_KEY.sign, world.LOG_KEY.public_key)


def trust_root(heads: Sequence[Head]) -> TrustRoot:
    """Return a trust root that knows the world's party and these heads, ascending, of its log."""
    nothing = Hash32(bytes(32))
    key = VerifierKey(world.ORIGIN, world.LOG_KEY.public_key)
    return seal_trust_root(
        TrustRoot(
            chain=TrustedChain(world.DOMAIN.chain_id, nothing, development=False),
            party_registry=TrustedContract(world.DOMAIN.verifying_contract, nothing),
            checkpoint_registry=TrustedContract(world.CHECKPOINT_REGISTRY, nothing),
            logs=(TrustedLog(world.LOG_ID, world.ORIGIN, key, world.OWNER, None, True, tuple(heads)),),
            facts=world.FACTS,
            as_of=AsOf(3, nothing, NOW, "depth 12"),
            issued_at=NOW,
            stale_after=UnixTime(NOW + 86_400),
            expires_at=UnixTime(NOW + 172_800),
        )
    )
