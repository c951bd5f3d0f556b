"""``tradeledger log erase``: the values of one event go, every proof stays. For whoever operates the home."""

from __future__ import annotations

import argparse
import time

from ledger.adapters.sql.store import SqlStore
from ledger.bootstrap.home import Home
from ledger.cli.exits import Exit
from ledger.cli.output import print_rows
from ledger.cli.settings import config_from
from ledger.domain.fields import write_date_time
from ledger.errors import MalformedError
from ledger.ports import Store
from ledger.service.erasure import erase, events_named
from ledger.types import UnixTime


def run(arguments: argparse.Namespace) -> int:
    """Erase the event, whether the service runs or not."""
    store = SqlStore(Home(config_from(arguments)).database)
    try:
        erasure = erase(store, _the_one(store, arguments.event), arguments.basis, UnixTime(int(time.time())))
    finally:
        store.close()
    row = {"leafIndex": erasure.leaf_index, "erasedAt": write_date_time(erasure.erased_at), "basis": erasure.basis}
    print_rows([row], tuple(row), arguments.format)
    return Exit.OK


def _the_one(store: Store, name: str) -> int:
    """Return the index of the one event of this name; refuse to choose among several."""
    found = events_named(store, name)
    if len(found) > 1:
        indexes = ", ".join(str(stored.leaf_index) for stored in found)
        raise MalformedError("/event", f"one of the leaf indexes {indexes}", "an eventID that they share")
    return found[0].leaf_index
