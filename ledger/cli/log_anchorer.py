"""``tradeledger log anchorer``: another account anchors, since the key of the one before is lost or stuck."""

from __future__ import annotations

import argparse
from dataclasses import replace

from ledger.bootstrap.backup import logs_of
from ledger.cli.exits import Exit
from ledger.cli.node import account, open_node
from ledger.cli.output import progress, warn
from ledger.cli.settings import config_from
from ledger.codec.hex_strict import encode_hex
from ledger.errors import SignerUnavailableError
from ledger.service.deploy import replace_anchorer
from ledger.service.transactions import Transactor


def run(arguments: argparse.Namespace) -> int:
    """Say so on chain, then in this home; done again it changes nothing."""
    node, anchorer = open_node(arguments), account(arguments.account, "/account")
    signer = node.home.signer(node.keystore)
    if anchorer not in signer.addresses():
        raise SignerUnavailableError(f"there is no key here for {encode_hex(anchorer)}")
    log = next(logs_of(node.home, config_from(arguments).origin))
    owner, _ = node.actor("log-owner"), node.actor(arguments.account)  # on a development chain both get coins
    progress("waiting for the transaction …")
    replace_anchorer(node.chain, Transactor(node.chain, signer), owner, log.log_id, anchorer)
    node.home.write_accounts(replace(node.home.read_accounts(), anchorer=anchorer))
    warn("start the service again: it anchors from this account then")
    return Exit.OK
