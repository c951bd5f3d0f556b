"""The chain of a service: its own development chain or a node by URL, with both registries and the log on it."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.adapters.devnet import Devnet
from ledger.adapters.ethereum import EthereumChain
from ledger.adapters.ethereum_finality import Finality, parse_finality
from ledger.adapters.ethereum_network import EthereumNetwork
from ledger.adapters.key_files import write_private
from ledger.adapters.keystore import Keystore
from ledger.bootstrap.home import Accounts, Home
from ledger.config import Config
from ledger.errors import LedgerError
from ledger.ports import Deployment
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


def open_chain(config: Config, home: Home, keystore: Keystore, accounts: Accounts, log_public_key: bytes) -> OpenChain:
    """Return the chain of this home; contracts and log that are not there yet are put there, paid by the anchorer."""
    devnet = None if config.chain_url else Devnet(home.devnet)
    try:
        url = devnet.url if devnet is not None else config.chain_url
        finality = parse_finality(config.finality, devnet.durable_block if devnet is not None else None)
        return _open(url, config.origin, finality, home, keystore, accounts, log_public_key, devnet)
    except LedgerError:
        if devnet is not None:
            devnet.stop()
        raise


def _open(
    url: str, origin: str, finality: Finality, home: Home, keystore: Keystore, accounts: Accounts,
    log_public_key: bytes, devnet: Devnet | None,
) -> OpenChain:  # fmt: skip
    network = EthereumNetwork(url)
    transactor = Transactor(network, keystore)
    chain = EthereumChain(url, _deployment(home, network, transactor, accounts, devnet), finality)
    log_id = open_log(chain, transactor, accounts.log_owner, origin, log_public_key, accounts.anchorer)
    if devnet is not None:
        devnet.flush()
    return OpenChain(url, network, chain, log_id, transactor, devnet)


def _deployment(
    home: Home, network: EthereumNetwork, transactor: Transactor, accounts: Accounts, devnet: Devnet | None
) -> Deployment:
    if home.deployment.exists():
        return parse_deployment(home.deployment.read_bytes())
    interval = MIN_INTERVAL_SECONDS
    if devnet is not None:
        interval = DEVNET_MIN_INTERVAL_SECONDS
        devnet.fund(accounts.anchorer, accounts.log_owner, accounts.root_authority)
    deployment = deploy(network, transactor, accounts.anchorer, accounts.root_authority, min_interval=interval)
    if devnet is not None:
        devnet.flush()  # before the file: it never names contracts that a killed chain has lost
    write_private(home.deployment, dump_deployment(deployment).decode())
    return deployment
