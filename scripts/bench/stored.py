"""A stored log to measure with: signed events in a database, their tiles in files, a checkpoint every so many.

``python -m scripts.bench.stored FOLDER COUNT`` makes a large one, on all cores, for a long measurement.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import islice
from pathlib import Path
from uuid import UUID

from ledger.adapters.sql.store import SqlStore
from ledger.adapters.tile_files import TileFiles
from ledger.codec.statement import statement_to_json
from ledger.domain.trust_root import dump_trust_root
from ledger.domain.trusted import Head, TrustRoot
from ledger.epcis.event_hash import RULE_SET, event_hash
from ledger.ports import Anchor, AnchorState, NewEvent, Submission
from ledger.service.publish import Publisher
from ledger.types import Address, Hash32
from scripts.bench import world
from scripts.bench.events import shipped
from scripts.bench.log import trust_root
from scripts.bench.world import NOW

BATCH = 1_000
BATCHES_A_CHECKPOINT = 10


def make(folder: Path, count: int, jobs: int = 1) -> TrustRoot:
    """Put a log of ``count`` events into a folder; return the trust root that knows all its heads."""
    store, tiles = SqlStore(folder / "ledger.db"), TileFiles(folder / "log")
    publisher = Publisher(store, tiles, world.LOG_KEY, world.ORIGIN, lambda: NOW)
    heads: list[Head] = []
    for number, batch in enumerate(_batches(count, jobs), 1):
        store.append_all([Submission(batch)], NOW)
        if number % BATCHES_A_CHECKPOINT == 0 or number * BATCH >= count:
            heads.append(_publish(store, publisher, len(heads)))
    store.close()
    root = trust_root(heads)
    (folder / "trust-root.json").write_bytes(dump_trust_root(root))
    return root


def new_event(number: int) -> NewEvent:
    """Return the event of this number as capture stores it."""
    signed = world.sign(shipped(number))
    return NewEvent(
        event_bytes=json.dumps(signed.event, separators=(",", ":")).encode(),
        event_id=UUID(int=number, version=4).urn,
        has_declaration=False,
        event_digest=signed.statement.event_digest,
        seed=signed.seed,
        statement=statement_to_json(signed.statement),
        signature=signed.signature,
        party=world.MAKER,
        record=signed.record,
        event_hash=event_hash(signed.event),
        event_hash_rules=RULE_SET,
        deviations=(),
    )


def _batch(count: int, start: int) -> tuple[NewEvent, ...]:
    return tuple(new_event(number) for number in range(start, min(start + BATCH, count)))


def _batches(count: int, jobs: int) -> Iterator[tuple[NewEvent, ...]]:
    starts = iter(range(0, count, BATCH))
    if jobs == 1:
        yield from map(partial(_batch, count), starts)
        return
    with ProcessPoolExecutor(jobs) as pool:
        coming = [pool.submit(_batch, count, start) for start in islice(starts, 2 * jobs)]
        while coming:  # few at a time: a million events do not fit into memory
            yield coming.pop(0).result()
            coming += [pool.submit(_batch, count, start) for start in islice(starts, 1)]


def _publish(store: SqlStore, publisher: Publisher, nonce: int) -> Head:
    publisher.integrate()
    checkpoint = publisher.checkpoint()
    if checkpoint is None:
        raise RuntimeError("a log without events")
    nothing = Hash32(bytes(32))
    head = Head(checkpoint.tree_size, checkpoint.root_hash, 2, NOW)
    account, state = Address(b"\x08" * 20), AnchorState.FINAL
    store.put_anchor(
        Anchor(head.tree_size, head.root_hash, account, nonce, (nothing,), b"", state, NOW, head.block, nothing, NOW)
    )
    return head


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]), os.cpu_count() or 1)
