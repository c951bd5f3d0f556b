"""The homes that are killed: made once, copied for every run, since a start from nothing takes seconds.

``fresh`` has keys, a chain with both contracts, a filled registry and an empty log; ``full`` is the same log with
`RECORDS` records, a few short of a full tile, all of them final.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ledger.adapters.devnet_state import read_durable
from ledger.adapters.ethereum import EthereumChain
from ledger.adapters.ethereum_finality import parse_finality
from ledger.adapters.keystore import Keystore
from ledger.bootstrap.home import Accounts
from ledger.codec.hex_strict import encode_hex
from ledger.codec.note import VerifierKey
from ledger.errors import ChainUnavailableError
from ledger.ports import Block, Deployment
from ledger.service.acceptance import Terms
from ledger.service.deploy import parse_deployment
from ledger.service.signing import Capacity, Mandate
from tests.api.house import OPERATOR, ORIGIN, House
from tests.builders import party
from tests.crash.points import ARMED, STRUCK

RECORDS = 250
SETTINGS = f"""\
origin = "{ORIGIN}"
custodian = "{encode_hex(OPERATOR)}"
checkpoint_seconds = 0.05
anchor_seconds = 0.05
"""


@dataclass(frozen=True, slots=True)
class World:
    """Who speaks to the log, what a signer must know of it, and where its homes are copied from."""

    folder: Path
    keystore: Keystore
    mandates: Mapping[str, Mandate]
    """Of the parties that sign themselves; for ``courier`` the operator signs."""
    api_keys: Mapping[str, str]
    terms: Terms
    log_key: VerifierKey
    accounts: Accounts

    @property
    def fresh(self) -> Path:
        return self.folder / "fresh"

    @property
    def full(self) -> Path:
        return self.folder / "full"

    def deployment(self, home: Path) -> Deployment:
        return parse_deployment((home / "deployment.json").read_bytes())

    def chain(self, home: Path, url: str) -> EthereumChain:
        """The chain of a running service, read as ``tradeledger trust export`` reads it."""

        def durable() -> Block:
            state = read_durable(home / "devnet")
            if state is None:
                raise ChainUnavailableError("no development chain here")
            return state.block

        return EthereumChain(url, self.deployment(home), parse_finality("devnet", durable))


def make_world(folder: Path) -> World:
    """Register everybody, and leave the home as ``fresh``; whoever fills it makes ``full``."""
    house = House(folder / "fresh")
    try:
        service = house.service
        capacity = Capacity("manufacturer", "DE")
        world = World(
            folder,
            service.keystore,
            {name: Mandate(party(name), house.keys[name], capacity) for name in ("maker", "rival")},
            {name: house.api_keys[name] for name in ("maker", "rival", "courier")},
            service.terms,
            service.log_key,
            service.accounts,
        )
    finally:
        house.close()
    (world.fresh / "config.toml").write_text(SETTINGS, encoding="utf-8")
    return world


def copy_home(source: Path, target: Path) -> Path:
    """A home as ``source``, on which nothing was provoked yet."""
    shutil.copytree(source, target)
    for left in (ARMED, STRUCK):
        (target / left).unlink(missing_ok=True)
    return target


def new_home(target: Path) -> Path:
    """A home in which nothing was ever started."""
    target.mkdir(mode=0o700)
    (target / "DEMO").touch()
    (target / "config.toml").write_text(SETTINGS, encoding="utf-8")
    return target
