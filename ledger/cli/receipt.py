"""``tradeledger receipt``: one file with all the evidence for one event."""

from __future__ import annotations

import argparse
import time
from typing import cast
from urllib.parse import quote

from ledger.cli.client import Client, add_service, client_of
from ledger.cli.exits import Exit
from ledger.cli.output import progress, whole_number, write_output
from ledger.cli.settings import add_home
from ledger.codec.hex_strict import encode_hex
from ledger.codec.json_shape import open_object
from ledger.codec.strict_json import parse
from ledger.domain.receipt import MAX_RECEIPT_BYTES, LaterFormatError, parse_receipt
from ledger.errors import NoAnswerError, NotFoundError, RequestRefusedError

POLL_SECONDS = 0.2
MAX_WAIT_SECONDS = 86_400


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("event_digest", help="digest of the event, as the capture job names it")
    views = ("whole", "public", "bare")
    parser.add_argument("--view", choices=views, default="public", help="what to show (default: public)")
    parser.add_argument("--show", action="append", metavar="NAME", help="show this member in a role view (repeatable)")
    parser.add_argument("-o", "--output", metavar="FILE", help="write to this file (default: standard output)")
    wait = whole_number(0, MAX_WAIT_SECONDS)
    parser.add_argument("--wait", type=wait, default=0, metavar="SECONDS", help="wait this long until it is final")
    add_service(parser)
    add_home(parser)


def run(arguments: argparse.Namespace) -> int:
    """Fetch the receipt and write it as it came, once it is seen to be one of this event; true or not is `verify`'s."""
    query = f"?view={arguments.view}" + "".join(f"&show={quote(name, safe='')}" for name in arguments.show or ())
    client, path = client_of(arguments), f"/receipts/{quote(arguments.event_digest, safe='')}{query}"
    if arguments.wait:
        _wait(client, path, arguments.wait)
    content = client.get(path)
    _require_receipt(content, arguments.event_digest)
    write_output(arguments.output, content)
    return Exit.OK


def _require_receipt(content: bytes, event_digest: str) -> None:
    """Refuse half an answer, a page of somebody in between, and the receipt of another event."""
    try:
        receipt = parse_receipt(content)
    except LaterFormatError:
        return  # as sound as any, for a later version of this software
    except RequestRefusedError:
        raise NoAnswerError("what the service answers is no receipt, or not a whole one") from None
    if encode_hex(receipt.statement.event_digest) != event_digest.lower():
        raise NoAnswerError("the service answers with the receipt of another event")


def _wait(client: Client, path: str, seconds: int) -> None:
    """Return when the record of the receipt is final; one that is not in time could not be had now."""
    progress("waiting until it is final …")
    deadline = time.monotonic() + seconds
    while not _is_final(client, path):
        if time.monotonic() > deadline:
            raise NoAnswerError(f"the record is not final after {seconds} seconds")
        time.sleep(POLL_SECONDS)


def _is_final(client: Client, path: str) -> bool:
    try:
        receipt = open_object(parse(client.get(path), MAX_RECEIPT_BYTES), "")
    except NotFoundError:
        return False  # no checkpoint covers it yet
    records = open_object(client.get_json("/health").get("records"), "/records")
    return cast(int, records.get("final", 0)) > cast(int, receipt["leafIndex"])
