"""Commands that speak to a chain: which node, which contracts, and the keys of this home."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

from ledger.adapters.devnet import FUNDING_WEI
from ledger.adapters.devnet_state import read_durable
from ledger.adapters.ethereum import EthereumChain
from ledger.adapters.ethereum_finality import parse_finality
from ledger.adapters.keystore import Keystore
from ledger.adapters.rpc_values import quantity
from ledger.bootstrap.home import Home
from ledger.cli.output import warn
from ledger.cli.settings import config_from
from ledger.codec.hex_strict import decode_hex, encode_hex
from ledger.errors import ChainUnavailableError, MalformedError
from ledger.ports import Block, Deployment
from ledger.service.deploy import parse_deployment
from ledger.service.registrar import Registrar
from ledger.service.registry import RegistryIndex
from ledger.service.transactions import Transactor
from ledger.types import Address, PartyId

ADDRESS_BYTES = 20
PARTY_BYTES = 32
ENOUGH_WEI = 10**18

OPERATOR = {"root-authority": "root_authority", "log-owner": "log_owner", "anchorer": "anchorer"}
"""Words for the operator's own accounts, which `tradeledger up` drew."""


@dataclass(frozen=True, slots=True)
class Node:
    """A chain seen from the command line, and who can act on it from this home."""

    rpc: str
    deployment: Deployment
    chain: EthereumChain
    home: Home
    keystore: Keystore
    registry: RegistryIndex
    registrar: Registrar

    def actor(self, text: str) -> Address:
        """Return the account that acts: an address or a word of `OPERATOR`; on a development chain it gets coins."""
        by = self._operator(text) if text in OPERATOR else account(text, "/by")
        if self.deployment.network.development:
            self._fund(by)
        return by

    def _operator(self, word: str) -> Address:
        found: Address = getattr(self.home.accounts(self.keystore), OPERATOR[word])
        return found

    def _fund(self, account: Address) -> None:
        balance = quantity(self.chain.rpc.call("eth_getBalance", encode_hex(account), "latest"), "a balance")
        if balance < ENOUGH_WEI:
            self.chain.rpc.call("anvil_setBalance", encode_hex(account), hex(FUNDING_WEI))
            warn(f"DEVELOPMENT CHAIN: {encode_hex(account)} was given coins, which are worth nothing")


def add_node(parser: argparse.ArgumentParser) -> None:
    """Add ``--rpc`` and ``--deployment``."""
    rpc = "JSON-RPC URL of a node; repeatable, for nodes that must agree (default: chain_url, or the running service's)"
    parser.add_argument("--rpc", metavar="URL", action="append", help=rpc)
    deployment = "deployment file that names the contracts (default: the home folder's)"
    parser.add_argument("--deployment", metavar="FILE", help=deployment)


def open_node(arguments: argparse.Namespace, *, every_node: bool = False) -> Node:
    """Return the node and contracts that the flags, or else this home, name.

    Of several nodes that do not contradict one another those that answer are enough, unless ``every_node`` must.
    """
    config = config_from(arguments)
    home = Home(config)
    rpc = ",".join(arguments.rpc or ()) or config.chain_url or _running_chain(home)
    deployment = _deployment(Path(arguments.deployment) if arguments.deployment else home.deployment)
    finality = parse_finality(config.finality, lambda: _durable(home))
    chain = EthereumChain(rpc, deployment, finality, every_node=every_node)
    keystore, registry = home.keystore(), RegistryIndex(chain)
    signer = home.signer(keystore)
    registrar = Registrar(chain, registry, signer, Transactor(chain, signer))
    return Node(rpc, deployment, chain, home, keystore, registry, registrar)


def party_id(text: str, pointer: str = "/party") -> PartyId:
    """Return the party id that an argument spells."""
    return PartyId(decode_hex(text, PARTY_BYTES, pointer))


def account(text: str, pointer: str) -> Address:
    """Return the account that an argument spells."""
    return Address(decode_hex(text.lower(), ADDRESS_BYTES, pointer))


def _running_chain(home: Home) -> str:
    try:
        return str(json.loads((home.path / "runtime.json").read_text(encoding="utf-8"))["chainUrl"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise ChainUnavailableError(f"no service runs from {home.path}: start one, or name a node with --rpc") from None


def _deployment(path: Path) -> Deployment:
    try:
        return parse_deployment(path.read_bytes())
    except OSError:
        raise MalformedError("/deployment", f"a deployment file at {path}", "none") from None


def _durable(home: Home) -> Block:
    state = read_durable(home.devnet)
    if state is None:
        policy = "name the policy with TRADELEDGER_FINALITY"
        raise ChainUnavailableError(f"there is no development chain in {home.devnet}: {policy}")
    return state.block
