"""``tradeledger verify``: a receipt against a trust root, thirteen checks and one verdict, without a network."""

from __future__ import annotations

import argparse
import sys
import time

from ledger.cli.output import add_format, read_input
from ledger.domain.messages import MESSAGES
from ledger.domain.report import render_json, render_text
from ledger.domain.verdict import exit_code
from ledger.domain.verify import verify_files
from ledger.types import UnixTime


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("receipt", help="receipt file (- for standard input)")
    parser.add_argument("--trust-root", required=True, metavar="FILE", help="what you trust; never from whom you check")
    parser.add_argument("--require-final", action="store_true", help="exit 5 unless the record is final")
    parser.add_argument("--lang", choices=tuple(MESSAGES), default="en", help="language of sentences (default: en)")
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the checks and the verdict; the exit code is the outcome's."""
    receipt, trust_root = read_input(arguments.receipt), read_input(arguments.trust_root)
    verification = verify_files(receipt, trust_root, UnixTime(int(time.time())))
    render = render_json if arguments.format == "json" else render_text
    sys.stdout.write(render(verification, arguments.lang))
    return exit_code(verification.outcome, arguments.require_final)
