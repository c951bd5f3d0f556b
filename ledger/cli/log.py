"""``tradeledger log``: the log as served, and what its operator does with it.

Each action is done by a module of its own; what it needs is imported only when it is called.
"""

from __future__ import annotations

import argparse
from importlib import import_module

from ledger.cli.client import add_service
from ledger.cli.output import add_format, whole_number
from ledger.cli.settings import add_home

MAX_JOBS = 1_024

_DONE_BY = {
    "parameters": "log_served",
    "checkpoint": "log_served",
    "tile": "log_served",
    "audit": "log_audit",
    "erase": "log_erase",
    "anchorer": "log_anchorer",
    "close": "log_succession",
    "succeed": "log_succession",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the actions and their arguments."""
    actions = parser.add_subparsers(dest="action", required=True)
    _served(actions, "parameters", "show what a statement names: chain, registry, log id, origin and key")
    _served(actions, "checkpoint", "show the newest checkpoint (C2SP tlog-checkpoint), as served")
    tile = _served(actions, "tile", "show a hash tile or an entry bundle (C2SP tlog-tiles), as served")
    tile.add_argument("path", help="its C2SP path, such as 0/000.p/5 or entries/000")
    _configure_audit(actions)
    _configure_erase(actions)
    _configure_anchorer(actions)
    _configure_succession(actions)


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked."""
    return int(import_module(f"ledger.cli.{_DONE_BY[arguments.action]}").run(arguments))


def _served(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=text, description=text)
    parser.add_argument("-o", "--output", metavar="FILE", help="write to this file (default: standard output)")
    add_service(parser)
    add_home(parser)
    return parser


def _configure_audit(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "check all that a home's store and log hold against a trust root, whether its service runs or not"
    parser = actions.add_parser("audit", help=text, description=text)
    parser.add_argument("--trust-root", required=True, metavar="FILE", help="what you trust; never from whom you check")
    parser.add_argument("--jobs", type=whole_number(1, MAX_JOBS), help="processes that check (default: one a core)")
    resume = "keep the progress in this file, and go on from what it holds if it is there"
    parser.add_argument("--resume", metavar="STATE", help=resume)
    forms = "json: one report; jsonl: each fault as it is found, the report last (default: text)"
    parser.add_argument("--format", choices=("text", "json", "jsonl"), default="text", help=forms)
    add_home(parser)


def _configure_erase(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "erase the values of one event for ever; every proof stays"
    parser = actions.add_parser("erase", help=text, description=text)
    parser.add_argument("event", help="its eventID, or its leaf index where several events share the id")
    parser.add_argument("--basis", required=True, help='why, for everyone to read, such as "GDPR Art. 17(1)(a)"')
    add_home(parser)
    add_format(parser)


def _configure_anchorer(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "let another account of this home anchor the log, as its owner; the service takes it up when it starts again"
    parser = actions.add_parser("anchorer", help=text, description=text)
    parser.add_argument("--account", required=True, help="account, a key of which is here (`tradeledger key new`)")
    parser.set_defaults(rpc=None, deployment=None)  # those of this home
    add_home(parser)


def _configure_succession(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    close = "close the log of a stopped service at its head, for ever, in favour of a successor under a new key"
    succeed = "begin that successor, with the closed head as its first record, as the log of this home"
    for name, text in (("close", close), ("succeed", succeed)):
        parser = actions.add_parser(name, help=text, description=text)
        _add_chain(parser)
        add_home(parser)
        add_format(parser)


def _add_chain(parser: argparse.ArgumentParser) -> None:
    """Add the settings that `tradeledger up` takes as flags and that name chain and log."""
    parser.add_argument("--chain-url", metavar="URL", help="as for `tradeledger up`")
    parser.add_argument("--finality", help="as for `tradeledger up`")
    parser.add_argument("--origin", help="as for `tradeledger up`")
