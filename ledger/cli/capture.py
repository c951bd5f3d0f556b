"""``tradeledger capture``: hand in an EPCIS file, signed here with an own key, or by the service as custodian."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from ledger.cli.client import add_service, client_of, results_of
from ledger.cli.exits import Exit
from ledger.cli.output import add_format, print_json, print_table, read_input
from ledger.cli.settings import add_home
from ledger.codec.statement import ROLES
from ledger.errors import MalformedError
from ledger.types import JsonObject

EXITS = {"not-allowed": Exit.NOT_ALLOWED, "bad-evidence": Exit.MISMATCH}
"""By the kind of the first event's error; every other is `Exit.USAGE`."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument(
        "file", help="EPCIS document, event, list of events, or signed envelopes (- for standard input)"
    )
    parser.add_argument("--proceed", action="store_true", help="capture what can be captured (default: all or none)")
    parser.add_argument("--lenient", action="store_true", help="take what circulates and record each deviation")
    key_help = "the same key and file are captured once, however often they are sent"
    parser.add_argument("--idempotency-key", metavar="KEY", help=key_help)
    parser.add_argument("--sign-with", metavar="ACCOUNT", help="sign here, with this key of the home's keystore")
    parser.add_argument("--party", help="with --sign-with: id of the party that signs")
    parser.add_argument("--role", choices=sorted(ROLES), help="role in which the party speaks")
    parser.add_argument("--jurisdiction", help="jurisdiction that granted the role")
    add_service(parser)
    add_home(parser)
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Hand a file in and print what became of each event."""
    _require_together(arguments)
    client, body, headers = client_of(arguments), read_input(arguments.file), _headers(arguments)
    if arguments.sign_with:
        from ledger.cli.signing import hand_in_signed  # noqa: PLC0415  only who signs needs a keystore

        job = hand_in_signed(client, body, headers, arguments)
    else:
        job = client.post("/capture", body, headers)
    results = results_of(job)
    if arguments.format == "json":
        print_json(job)
    else:
        rows = [{**result, "reason": _reason(result)} for result in results]
        print_table(rows, ("status", "leafIndex", "eventDigest", "eventID", "reason"))
    return Exit.OK if job["success"] else _exit(results)


def _require_together(arguments: argparse.Namespace) -> None:
    needed = ("party", "role", "jurisdiction") if arguments.sign_with else ("role", "jurisdiction")
    given = [name for name in needed if getattr(arguments, name)]
    if (arguments.sign_with or given) and len(given) < len(needed):
        raise MalformedError("", " and ".join(f"--{name}" for name in needed), "not all of them")


def _headers(arguments: argparse.Namespace) -> dict[str, str]:
    headers = {
        "GS1-Capture-Error-Behaviour": "proceed" if arguments.proceed else "rollback",
        "Validation-Mode": "lenient" if arguments.lenient else "strict",
    }
    if arguments.idempotency_key:
        headers["Idempotency-Key"] = arguments.idempotency_key
    if arguments.role and not arguments.sign_with:
        headers["Party-Role"] = f"{arguments.role}/{arguments.jurisdiction}"
    return headers


def _reason(result: JsonObject) -> str:
    error = result.get("error")
    return f"{error['pointer']}: {error['detail']}" if isinstance(error, dict) else ""


def _exit(results: Sequence[JsonObject]) -> Exit:
    errors = (result.get("error") for result in results)
    first = next((error for error in errors if isinstance(error, dict)), {})
    return EXITS.get(str(first.get("kind")), Exit.USAGE)
