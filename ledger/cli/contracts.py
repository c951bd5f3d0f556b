"""``tradeledger contracts verify``: whether the deployed code is what this package, or a checkout, compiles."""

from __future__ import annotations

import argparse
from pathlib import Path

from ledger.adapters.compiler import compile_contracts
from ledger.adapters.json_rpc import Rpc
from ledger.adapters.rpc_values import data
from ledger.cli.exits import Exit
from ledger.cli.node import add_node, open_node
from ledger.cli.output import add_format, print_rows
from ledger.cli.settings import add_home
from ledger.codec.hex_strict import encode_hex
from ledger.contracts import Artifact, load, parse
from ledger.contracts.compare import Outcome, compare_deployed
from ledger.types import Address


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("action", choices=("verify",), help="compare all of them")
    add_node(parser)
    source = "compile this checkout instead of using the shipped artifacts"
    parser.add_argument("--source", metavar="CHECKOUT", help=source)
    add_home(parser)
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print how each contract compares; exit 1 where one is another."""
    node = open_node(arguments)
    deployed = node.deployment
    addresses = {"PartyRegistry": deployed.party_registry, "CheckpointRegistry": deployed.checkpoint_registry}
    if deployed.custody_ledger is not None:
        addresses["CustodyLedger"] = deployed.custody_ledger
    artifacts = _artifacts(arguments.source)
    rows = [_row(artifacts[name], address, node.chain.rpc) for name, address in addresses.items()]
    print_rows(rows, ("contract", "address", "compiler", "outcome"), arguments.format)
    return Exit.OK if all(row["outcome"] == Outcome.EQUAL.value for row in rows) else Exit.MISMATCH


def _artifacts(checkout: str | None) -> dict[str, Artifact]:
    names = ("PartyRegistry", "CheckpointRegistry", "CustodyLedger")
    if checkout is None:
        return {name: load(name) for name in names}
    compiled = compile_contracts(Path(checkout))
    return {name: parse(compiled[name]) for name in names}


def _row(artifact: Artifact, address: Address, node: Rpc) -> dict[str, object]:
    found = compare_deployed(artifact, data(node.call("eth_getCode", encode_hex(address), "latest"), "the code"))
    return {
        "contract": artifact.contract_name,
        "address": encode_hex(address),
        "compiler": artifact.compiler,
        "outcome": found.outcome.value,
        "firstDifference": found.first_difference,
    }
