"""``tradeledger log parameters|checkpoint|tile``: the log's public files, exactly as served."""

from __future__ import annotations

import argparse
from urllib.parse import quote

from ledger.cli.client import client_of
from ledger.cli.exits import Exit
from ledger.cli.output import write_output


def run(arguments: argparse.Namespace) -> int:
    """Fetch one file and write it as it came."""
    match arguments.action:
        case "parameters":
            path = "/log"
        case "checkpoint":
            path = "/log/checkpoint"
        case _:
            path = f"/log/tile/{quote(arguments.path)}"
    write_output(arguments.output, client_of(arguments).get(path))
    return Exit.OK
