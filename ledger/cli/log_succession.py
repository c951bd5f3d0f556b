"""``tradeledger log close|succeed``: the end of a log, and the one that goes on after it. For whoever owns the log."""

from __future__ import annotations

import argparse

from ledger.bootstrap.service import system_clock
from ledger.bootstrap.succession import begin_successor, close_log
from ledger.cli.exits import Exit
from ledger.cli.output import print_rows, progress, warn
from ledger.cli.settings import config_from
from ledger.codec.hex_strict import encode_hex
from ledger.types import JsonObject


def run(arguments: argparse.Namespace) -> int:
    """Close the log, or begin its successor, and print how."""
    row = _close(arguments) if arguments.action == "close" else _succeed(arguments)
    print_rows([row], tuple(row), arguments.format)
    return Exit.OK


def _close(arguments: argparse.Namespace) -> JsonObject:
    progress("anchoring what is left, closing …")
    closing = close_log(config_from(arguments), system_clock)
    if closing.why_short is not None:
        warn(f"closed at the head that the chain holds: {closing.why_short}")
    return {
        "closed": encode_hex(closing.log_id),
        "treeSize": closing.head.tree_size,
        "successor": encode_hex(closing.successor),
    }


def _succeed(arguments: argparse.Namespace) -> JsonObject:
    progress("waiting until the closing is final …")
    beginning = begin_successor(config_from(arguments), system_clock)
    return {
        "log": encode_hex(beginning.log_id),
        "predecessor": encode_hex(beginning.predecessor),
        "treeSize": beginning.head.tree_size,
        "carried": beginning.carried,
    }
