"""A home on disk with a log of some events, two heads of which are anchored; made once, copied for each test that
damages it.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ledger.adapters.sql.evidence import HomeEvidence
from ledger.adapters.sql.store import SqlStore
from ledger.adapters.tile_files import TileFiles
from ledger.domain.audit import AuditReport
from ledger.domain.trusted import TrustRoot
from ledger.ports import Anchor, AnchorState
from ledger.service.audit.run import Ears, Order, audit
from tests.adapters.stored import ANCHORER
from tests.builders import World, hash_of
from tests.unit.service.desk import Desk, envelope_of, event_numbered, open_desk

SMALL = (4, 9, 12)
LARGE = (100, 280, 300)
"""The sizes of two heads that are anchored, and of one that is not yet; the large log has a full tile."""


@dataclass(frozen=True)
class AuditHome:
    """Files, and the world that they came from."""

    folder: Path
    world: World
    trust_root: TrustRoot

    @property
    def database(self) -> Path:
        return self.folder / "ledger.db"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def copy(self, folder: Path) -> AuditHome:
        shutil.copytree(self.folder, folder)
        return AuditHome(folder, self.world, self.trust_root)

    def order(self, **changes: Any) -> Order:
        opening = partial(HomeEvidence, self.database, self.log)
        return Order(**{"open_evidence": opening, "trust_root": self.trust_root, "now": self.world.now, **changes})

    def audit(self, ears: Ears | None = None, state: bytes | None = None, **changes: Any) -> AuditReport:
        return audit(self.order(**changes), ears or Ears(), state)

    def by_hand(self, *statements: str) -> None:
        """Do to the database what nobody may: without its triggers, checks and references."""
        connection = sqlite3.connect(self.database)
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in names:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()

    def edit(self, path: str, change: Callable[[bytes], bytes]) -> None:
        """Change one file of the log's folder."""
        file = self.log / path
        file.write_bytes(change(file.read_bytes()))


def make_home(folder: Path, sizes: tuple[int, int, int] = SMALL, price: float = 19.5) -> AuditHome:
    """Capture, publish and anchor as a service does."""
    folder.mkdir(exist_ok=True)
    store = SqlStore(folder / "ledger.db")
    with open_desk(store, TileFiles(folder / "log")) as desk:
        for start, end in zip((0, *sizes), sizes, strict=False):
            capture(desk, start, end, price)
            publish(desk)
            if end != sizes[-1]:
                anchor(desk, len(desk.world.heads))
        desk.world.wait()
        world = desk.world
    store.close()
    return AuditHome(folder, world, world.trust_root())


def capture(desk: Desk, start: int, end: int, price: float) -> None:
    serial = "urn:epc:id:sgtin:4012345.011122.%d"
    changed = {"example:price": price}
    events = [event_numbered(number, epcList=[serial % number], **changed) for number in range(start, end)]
    assert desk.capture([envelope_of(desk.world.record(event)) for event in events]).success


def publish(desk: Desk) -> None:
    desk.publisher.integrate()
    desk.publisher.checkpoint()


def anchor(desk: Desk, nonce: int) -> None:
    head = desk.world.anchor()
    block = (head.block, hash_of(f"block {head.block}"), head.time)
    transactions = (hash_of(f"transaction {head.block}"),)
    kept = (head.tree_size, head.root_hash, ANCHORER, nonce, transactions, b"raw", AnchorState.FINAL, head.time)
    desk.store.put_anchor(Anchor(*kept, *block))
