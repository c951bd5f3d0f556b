"""``tradeledger epcis``: the CBV event hash of each event of a file, or all that EPCIS 2.0 finds wrong with it."""

from __future__ import annotations

import argparse

from ledger.cli.exits import Exit
from ledger.cli.output import add_format, print_json, print_table, read_input
from ledger.codec.json_shape import open_object
from ledger.codec.strict_json import MAX_DOCUMENT_BYTES, parse
from ledger.epcis.deviation import TOLERATED, Deviation
from ledger.epcis.documents import complete_events, document_problems
from ledger.epcis.event_hash import RULE_SETS, event_hash
from ledger.epcis.validation import event_problems
from ledger.types import JsonObject


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    actions = parser.add_subparsers(dest="action", required=True)
    text = "print one CBV event hash a line, in document order"
    hashes = actions.add_parser("hash", help=text, description=text)
    hashes.add_argument("file", help="EPCIS document, event or list of events (- for standard input)")
    hashes.add_argument("--cbv", choices=tuple(RULE_SETS), default="2.0", help="which rules (default: 2.0)")
    add_format(hashes)
    text = "print what is wrong with a document and its events; exit 1 if anything is"
    check = actions.add_parser("check", help=text, description=text)
    check.add_argument("file", help="EPCIS document, event or list of events (- for standard input)")
    check.add_argument("--lenient", action="store_true", help="accept what lenient capture admits, and list it")
    add_format(check)


def run(arguments: argparse.Namespace) -> int:
    """Print hashes or problems."""
    data = read_input(arguments.file)
    return _hash(data, arguments) if arguments.action == "hash" else _check(data, arguments)


def _hash(data: bytes, arguments: argparse.Namespace) -> int:
    document = parse(data, MAX_DOCUMENT_BYTES)
    rows: list[JsonObject] = [
        {"pointer": placed.pointer, "hash": event_hash(open_object(placed.event, placed.pointer), None, arguments.cbv)}
        for placed in complete_events(document)
    ]
    if arguments.format == "json":
        print_json({"ruleSet": RULE_SETS[arguments.cbv], "events": rows})
    else:
        for row in rows:
            print(row["hash"])
    return Exit.OK


def _check(data: bytes, arguments: argparse.Namespace) -> int:
    document = parse(data, MAX_DOCUMENT_BYTES)
    problems = list(document_problems(document))
    for placed in complete_events(document):
        problems += event_problems(placed.event, placed.pointer)
    refused = [problem for problem in problems if not (arguments.lenient and problem.rule in TOLERATED)]
    rows = [_row(problem, refused=problem in refused) for problem in problems]
    if arguments.format == "json":
        print_json({"accepted": not refused, "problems": rows})
    else:
        print_table(rows, ("pointer", "verdict", "rule", "expected", "found"))
        print("accepted" if not refused else f"refused: {len(refused)} of {len(rows)} problems are not admitted")
    return Exit.MISMATCH if refused else Exit.OK


def _row(problem: Deviation, *, refused: bool) -> dict[str, object]:
    return {
        "pointer": problem.pointer or "/",
        "verdict": "refused" if refused else "admitted",
        "rule": problem.rule.value,
        "expected": problem.expected,
        "found": problem.found,
    }
