"""What an anchor costs at a million leaves: by batch, by slot, and at its worst."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from ledger.codec.log_id import log_id
from ledger.codec.merkle import leaf_hashes
from ledger.codec.tiles import TileId
from ledger.codec.tree import EMPTY_EDGE, append, consistency_proof, inclusion_proof, root_hash
from ledger.ports import TransactionReceipt
from ledger.types import Hash32, JsonObject
from scripts.gas.lane import CHAIN_ID, DAY, START, Lane, records

LEAVES = 1_000_000
ANCHORS = {1: 50, 100: 50, 1_000: 16}
"""How many anchors of each batch are measured on a lap. All sizes stay below 2^20: proofs are short just above."""

MIN_INTERVAL = 12
RING = 1024

_DAYS = 10
_REACH = 300
_SHOWN = 50
_LAP = MIN_INTERVAL * RING
_ORIGIN, _LOG_KEY = "gas.example/log", b"\x5a" * 32


class Tree:
    """A real tree of more than a million records."""

    def __init__(self, leaves: int) -> None:
        self._tiles: dict[tuple[int, int], bytes] = {}
        self.records = records(leaves)
        edge = EMPTY_EDGE
        for start in range(0, leaves, 4096):
            edge, tiles = append(edge, leaf_hashes(self.records[start : start + 4096]))
            self._tiles.update({(tile.level, tile.index): data for tile, data in tiles.items()})

    def root(self, size: int) -> Hash32:
        """Return the root of the first ``size`` records."""
        return root_hash(size, self._read)

    def consistency(self, size1: int, size2: int) -> list[Hash32]:
        """Return the consistency proof between two sizes."""
        return consistency_proof(size1, size2, self._read)

    def size_with_longest_proof(self, size: int) -> int:
        """Return the size, of the next few hundred, to and from which consistency takes the most hashes."""
        return max(
            range(size + 1, size + _REACH),
            key=lambda later: len(self.consistency(size, later)) + len(self.consistency(later, later + 1)),
        )

    def inclusion(self, leaf_index: int, size: int) -> list[Hash32]:
        """Return the inclusion proof of a record."""
        return inclusion_proof(leaf_index, size, self._read)

    def _read(self, tile: TileId) -> bytes:
        return self._tiles[tile.level, tile.index]


@dataclass(frozen=True)
class Measured:
    """The gas of one anchor, and how many hashes its proof had."""

    gas: int
    hashes: int


class AnchoredLog:
    """A log on chain that grows from anchor to anchor."""

    def __init__(self, lane: Lane, tree: Tree) -> None:
        self._lane = lane
        self._tree = tree
        lane.deploy("CheckpointRegistry", MIN_INTERVAL)
        owner, anchorer = lane.account("owner"), lane.account("anchorer")
        self.opening = lane.call("owner", "CheckpointRegistry", "openLog", _ORIGIN, _LOG_KEY, anchorer)
        registry = lane.contracts["CheckpointRegistry"]
        self.log_id = log_id(CHAIN_ID, registry, owner, _ORIGIN, _LOG_KEY)
        self.head: tuple[int, bytes, int, int] = (0, bytes(32), 0, 0)

    def anchor(self, size: int, time: int) -> Measured:
        """Anchor the first ``size`` records in a block of this time."""
        root = self._tree.root(size)
        proof = self._tree.consistency(self.head[0], size) if self.head[0] else []
        receipt = self._lane.call(
            "anchorer", "CheckpointRegistry", "anchor", self.log_id, self.head, size, root, proof, time=time
        )
        self.head = (size, root, receipt.block.number, receipt.block.time)
        return Measured(receipt.gas_used, len(proof))

    def include(self, leaf_index: int) -> TransactionReceipt:
        """Show a record on chain, by a transaction that does nothing else."""
        proof = self._tree.inclusion(leaf_index, self.head[0])
        record = self._tree.records[leaf_index]
        return self._lane.call(
            "anybody", "CheckpointRegistry", "includes", self.log_id, self.head, leaf_index, record, proof
        )


def measure_anchors(lane: Lane) -> JsonObject:
    """Return the costs of anchors, and of showing a record on chain."""
    tree = Tree(1 << 20)
    log = AnchoredLog(lane, tree)
    first = log.anchor(LEAVES, START)
    daily = [log.anchor(LEAVES + 1_000, START + DAY)]
    fresh = _lap(log, START + DAY)
    reused = _lap(log, START + DAY + _LAP)  # a lap of the ring later: the same slots once more
    included = [log.include(leaf_index).gas_used for leaf_index in range(0, LEAVES, LEAVES // _SHOWN)]
    for day in range(2, 2 + _DAYS):
        daily.append(log.anchor(tree.size_with_longest_proof(log.head[0]), START + day * DAY))
    steady = [anchor for anchors in reused.values() for anchor in anchors]
    every = [*steady, *daily, *(anchor for anchors in fresh.values() for anchor in anchors)]
    return {
        "leaves": LEAVES,
        "openLog": log.opening.gas_used,
        "firstEver": first.gas,
        "steady": _spread(steady),
        "steadyByBatch": {str(batch): _per_event(anchors, batch) for batch, anchors in reused.items()},
        "firstLapByBatch": {str(batch): _per_event(anchors, batch) for batch, anchors in fresh.items()},
        "firstOfDay": _spread(daily),
        "worst": _spread([max(every, key=lambda anchor: anchor.gas)]),
        "inclusion": {"median": int(median(included)), "worst": max(included)},
    }


def _lap(log: AnchoredLog, time: int) -> dict[int, list[Measured]]:
    """Anchor every batch many times, each anchor in the slot after the last."""
    measured: dict[int, list[Measured]] = {batch: [] for batch in ANCHORS}
    for batch, anchors in ANCHORS.items():
        for _ in range(anchors):
            time += MIN_INTERVAL
            measured[batch].append(log.anchor(log.head[0] + batch, time))
    return measured


def _spread(anchors: Sequence[Measured]) -> JsonObject:
    gas = [anchor.gas for anchor in anchors]
    return {
        "anchors": len(gas),
        "median": int(median(gas)),
        "worst": max(gas),
        "mostHashes": max(anchor.hashes for anchor in anchors),
    }


def _per_event(anchors: Sequence[Measured], batch: int) -> JsonObject:
    spread = _spread(anchors)
    return {**spread, "perEvent": round(median(anchor.gas for anchor in anchors) / batch, 1)}
