"""A house whose service was closed, opened again on the same home or another: the same parties, the same API keys."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace
from pathlib import Path

from api.app import create_app
from api.server import server_of
from ledger.bootstrap.service import open_service
from ledger.domain.trusted import TrustRoot
from ledger.domain.verdict import Outcome
from ledger.domain.verify import verify_receipt
from ledger.service.trust import export_trust_root
from ledger.types import UnixTime
from tests.api.house import House, wait_until


class Reopened(House):
    """What `House` is once its parties are registered."""

    def __init__(self, before: House, home: Path | None = None) -> None:
        self.config = replace(before.config, home=str(home or before.config.home))
        self.api_keys, self.keys = before.api_keys, before.keys
        self.service = open_service(self.config)
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        self._server = server_of(create_app(self.service))
        self._thread = threading.Thread(target=self._server.run, args=([listener],), daemon=True)
        self._thread.start()
        self.service.start()
        wait_until(lambda: self._server.started)


def trust_root(house: House) -> TrustRoot:
    """A trust root of all logs whose receipts this house gives."""
    logs = [house.service.terms.log_id, *(log.log_id for log in house.service.shelf.closed)]
    return export_trust_root(house.service.chain.chain, logs, house.service.clock())


def verdict(house: House, digest: str, root: TrustRoot) -> Outcome:
    """What the receipt of this event comes to."""
    reply = house.ask("GET", f"/receipts/{digest}")
    assert reply.status == 200, reply.body
    return verify_receipt(reply.body, root, UnixTime(root.issued_at + 1)).outcome
