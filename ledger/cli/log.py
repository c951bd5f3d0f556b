"""``tradeledger log``: the log's parameters, its newest checkpoint, or a tile, exactly as served."""

from __future__ import annotations

import argparse
from urllib.parse import quote

from ledger.cli.client import add_service, client_of
from ledger.cli.exits import Exit
from ledger.cli.output import write_output
from ledger.cli.settings import add_home
from ledger.errors import MalformedError


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    what = "what to show (C2SP tlog-checkpoint and tlog-tiles)"
    parser.add_argument("what", choices=("parameters", "checkpoint", "tile"), help=what)
    parser.add_argument("path", nargs="?", help="for a tile: its C2SP path, such as 0/000.p/5 or entries/000")
    parser.add_argument("-o", "--output", metavar="FILE", help="write to this file (default: standard output)")
    add_service(parser)
    add_home(parser)


def run(arguments: argparse.Namespace) -> int:
    """Fetch one file and write it as it came."""
    if (arguments.what == "tile") != (arguments.path is not None):
        raise MalformedError("/path", "a path with `tile`, and only with it", "a path" if arguments.path else "none")
    tile = f"/log/tile/{quote(arguments.path or '')}"
    path = {"parameters": "/log", "checkpoint": "/log/checkpoint", "tile": tile}[arguments.what]
    write_output(arguments.output, client_of(arguments).get(path))
    return Exit.OK
