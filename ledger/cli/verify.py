"""``tradeledger verify``: a receipt against a trust root, thirteen checks and one verdict, without a network.

A breach file (spec §6.2) is told by its format, and comes to one verdict too.
"""

from __future__ import annotations

import argparse
import sys
import time

from ledger.cli.exits import Exit
from ledger.cli.output import add_format, read_input
from ledger.domain.breach import BreachOutcome, is_breach, verify_breach_file
from ledger.domain.breach_report import breach_json, breach_text
from ledger.domain.messages import MESSAGES
from ledger.domain.report import render_json, render_text
from ledger.domain.verdict import exit_code
from ledger.domain.verify import verify_files
from ledger.types import UnixTime

_BREACH_EXITS = {
    BreachOutcome.BROKEN: Exit.OK,
    BreachOutcome.NOT_SHOWN: Exit.MISMATCH,
    BreachOutcome.COULD_NOT_CHECK: Exit.COULD_NOT_CHECK,
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("receipt", help="receipt or breach file (- for standard input)")
    parser.add_argument("--trust-root", required=True, metavar="FILE", help="what you trust; never from whom you check")
    parser.add_argument("--require-final", action="store_true", help="exit 5 unless the record is final")
    parser.add_argument("--lang", choices=tuple(MESSAGES), default="en", help="language of sentences (default: en)")
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the checks and the verdict; the exit code is the outcome's."""
    receipt, trust_root = read_input(arguments.receipt), read_input(arguments.trust_root)
    now = UnixTime(int(time.time()))
    if is_breach(receipt):
        verdict = verify_breach_file(receipt, trust_root, now)
        write = breach_json if arguments.format == "json" else breach_text
        sys.stdout.write(write(verdict, now, arguments.lang))
        return _BREACH_EXITS[verdict.outcome]
    verification = verify_files(receipt, trust_root, now)
    render = render_json if arguments.format == "json" else render_text
    sys.stdout.write(render(verification, arguments.lang))
    return exit_code(verification.outcome, arguments.require_final)
