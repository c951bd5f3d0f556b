"""``tradeledger trust export``: what a verifier brings, read from a node that its holder trusts.

Of several nodes every one has to answer, and the same: what they contradict one another in is not exported.
"""

from __future__ import annotations

import argparse
import time

from ledger.cli.client import add_service, client_of
from ledger.cli.exits import Exit
from ledger.cli.node import add_node, open_node
from ledger.cli.output import progress, whole_number, write_output
from ledger.cli.settings import add_home
from ledger.codec.hex_strict import decode_hex
from ledger.codec.json_shape import array, string
from ledger.domain.trust_root import dump_trust_root
from ledger.service.trust import EXPIRES_AFTER_SECONDS, STALE_AFTER_SECONDS, Validity, export_trust_root
from ledger.types import JsonObject, JsonValue, LogId, UnixTime

SECONDS_A_DAY = 86_400
STALE_DAYS, EXPIRE_DAYS = STALE_AFTER_SECONDS // SECONDS_A_DAY, EXPIRES_AFTER_SECONDS // SECONDS_A_DAY
MAX_DAYS = 3_650
LOG_ID_BYTES = 32


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("action", choices=("export",), help="write a trust root")
    log = "id of a log to trust (repeatable; default: the service's, and those it succeeds)"
    parser.add_argument("--log", action="append", metavar="ID", help=log)
    parser.add_argument("-o", "--output", metavar="FILE", help="write to this file (default: standard output)")
    days = whole_number(0, MAX_DAYS)
    parser.add_argument("--stale-days", type=days, default=STALE_DAYS, help="warn after so many (default: 7)")
    parser.add_argument("--expire-days", type=days, default=EXPIRE_DAYS, help="refuse after so many (default: 90)")
    add_node(parser)
    add_service(parser)
    add_home(parser)


def run(arguments: argparse.Namespace) -> int:
    """Export the trust root as of the newest final block."""
    node = open_node(arguments, every_node=True)
    validity = Validity(arguments.stale_days * SECONDS_A_DAY, arguments.expire_days * SECONDS_A_DAY)
    progress("reading registry facts and heads …")
    root = export_trust_root(node.chain, _log_ids(arguments), UnixTime(int(time.time())), validity)
    write_output(arguments.output, dump_trust_root(root))
    return Exit.OK


def _log_ids(arguments: argparse.Namespace) -> list[LogId]:
    named = arguments.log or _of_service(client_of(arguments).get_json("/log"))
    return [LogId(decode_hex(text, LOG_ID_BYTES, "/log")) for text in named]


def _of_service(parameters: JsonObject) -> list[str]:
    """Return the ids of the service's log and of the closed ones before it, whose receipts it gives too."""
    return [string(parameters.get("logId"), "/logId"), *_texts(parameters.get("predecessors") or [])]


def _texts(value: JsonValue) -> list[str]:
    return [string(each, f"/predecessors/{place}") for place, each in enumerate(array(value, "/predecessors"))]
