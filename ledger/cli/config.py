"""``tradeledger config show``: every setting with its origin."""

from __future__ import annotations

import argparse

from ledger.cli.exits import Exit
from ledger.cli.output import add_format, print_rows
from ledger.cli.settings import add_home, settings_of


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("action", choices=("show",), help="show all settings")
    add_home(parser)
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print every setting; a URL that may hold a secret is shown without it."""
    rows = [{"setting": s.name, "value": s.shown, "origin": s.origin} for s in settings_of(arguments)]
    print_rows(rows, ("setting", "value", "origin"), arguments.format)
    return Exit.OK
