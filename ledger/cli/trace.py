"""``tradeledger trace``: what happened to an item, step by step, and what a regulator would ask about it."""

from __future__ import annotations

import argparse
import sys
from urllib.parse import quote, urlencode

from ledger.cli.client import add_service, client_of
from ledger.cli.exits import Exit
from ledger.cli.output import add_format
from ledger.cli.settings import add_home
from ledger.domain.fields import date_time
from ledger.domain.messages import MESSAGES
from ledger.domain.report import write_json
from ledger.domain.trace_report import FORMAT, trace_text
from ledger.errors import NoAnswerError


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("item", help="EPC URN, GS1 Digital Link or another URI of an item, a container or a lot")
    parser.add_argument(
        "--direction", choices=("from", "to"), help="only where it comes from, or only where it went (default: both)"
    )
    parser.add_argument("--recorded-by", metavar="DATE", help="as it was recorded by this date (2026-11-22T08:00:00Z)")
    parser.add_argument("--known-by", metavar="DATE", help="with corrections as they were known by this date")
    parser.add_argument("--lang", choices=tuple(MESSAGES), default="en", help="language of sentences (default: en)")
    add_format(parser)
    add_service(parser)
    add_home(parser)


def run(arguments: argparse.Namespace) -> int:
    """Fetch the trace and print it; a question is no fault of the item, so the exit code is 0 whatever is asked."""
    asked = {"direction": arguments.direction or "both"}
    for name in ("recorded_by", "known_by"):
        if getattr(arguments, name) is not None:
            date_time(getattr(arguments, name), f"/{name}")
            asked[name] = getattr(arguments, name)
    answer = client_of(arguments).get_json(f"/items/{quote(arguments.item, safe='')}/trace?{urlencode(asked)}")
    if answer.get("format") != FORMAT:
        raise NoAnswerError("what the service answers is no trace that this version can read")
    sys.stdout.write(write_json(answer) if arguments.format == "json" else trace_text(answer, arguments.lang))
    return Exit.OK
