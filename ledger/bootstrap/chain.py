"""The chain of a service: its own development chain or a node by URL, with both registries and the log on it."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.adapters.devnet import Devnet
from ledger.adapters.ethereum import EthereumChain
from ledger.adapters.ethereum_finality import Finality, parse_finality
from ledger.adapters.ethereum_network import EthereumNetwork
from ledger.adapters.key_files import write_private
from ledger.bootstrap.home import Accounts, Home
from ledger.config import Config
from ledger.errors import LedgerError
from ledger.ports import Deployment, Signer
from ledger.service.deploy import MIN_INTERVAL_SECONDS, deploy, dump_deployment, open_log, parse_deployment
from ledger.service.transactions import Transactor
from ledger.types import LogId

DEVNET_MIN_INTERVAL_SECONDS = 1
"""A development chain is watched by people who do not want to wait."""


@dataclass(frozen=True, slots=True)
class OpenChain:
    """A chain with a log on it, the supervisor of a development chain, and who sends acts."""

    url: str
    network: EthereumNetwork
    chain: EthereumChain
    log_id: LogId
    transactor: Transactor
    devnet: Devnet | None

    def close(self) -> None:
        """Leave the chain, and stop it if it is a development chain of this home."""
        self.chain.close()
        self.network.close()
        if self.devnet is not None:
            self.devnet.stop()


def open_chain(
    config: Config, home: Home, signer: Signer, accounts: Accounts, log_public_key: bytes,
    *, may_be_closed: bool = False,
) -> OpenChain:  # fmt: skip
    """Return the chain of this home; contracts and log that are not there yet are put there, paid by the anchorer."""
    devnet = None if config.chain_url else Devnet(home.devnet)
    try:
        url = devnet.url if devnet is not None else config.chain_url
        finality = parse_finality(config.finality, devnet.durable_block if devnet is not None else None)
        wanted = _WantedLog(config.origin, log_public_key, may_be_closed)
        return _open(url, wanted, finality, home, signer, accounts, devnet)
    except LedgerError:
        if devnet is not None:
            devnet.stop()
        raise


@dataclass(frozen=True, slots=True)
class _WantedLog:
    """Which log is meant, and whether it will do if it is closed."""

    origin: str
    public_key: bytes
    may_be_closed: bool


def _open(
    url: str, log: _WantedLog, finality: Finality, home: Home, signer: Signer, accounts: Accounts,
    devnet: Devnet | None,
) -> OpenChain:  # fmt: skip
    network = EthereumNetwork(url)
    transactor = Transactor(network, signer)
    chain = EthereumChain(url, _deployment(home, network, transactor, accounts, devnet), finality)
    log_id = open_log(
        chain, transactor, accounts.log_owner, log.origin, log.public_key, accounts.anchorer,
        may_be_closed=log.may_be_closed,
    )  # fmt: skip
    if devnet is not None:
        devnet.flush()
    return OpenChain(url, network, chain, log_id, transactor, devnet)


def _deployment(
    home: Home, network: EthereumNetwork, transactor: Transactor, accounts: Accounts, devnet: Devnet | None
) -> Deployment:
    if home.deployment.exists():
        return parse_deployment(home.deployment.read_bytes())
    home.require(home.deployment)
    interval = MIN_INTERVAL_SECONDS
    if devnet is not None:
        interval = DEVNET_MIN_INTERVAL_SECONDS
        devnet.fund(accounts.anchorer, accounts.log_owner, accounts.root_authority)
    deployment = deploy(network, transactor, accounts.anchorer, accounts.root_authority, min_interval=interval)
    if devnet is not None:
        devnet.flush()  # before the file: it never names contracts that a killed chain has lost
    write_private(home.deployment, dump_deployment(deployment).decode())
    return deployment
