"""``tradeledger key api``: API keys of parties, made, listed and revoked; a service that runs obeys at once."""

from __future__ import annotations

import argparse
import secrets
import time
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from ledger.adapters.key_files import write_private
from ledger.adapters.sql.store import SqlStore
from ledger.bootstrap.home import Home
from ledger.cli.node import party_id
from ledger.cli.output import add_format, print_rows, print_value, progress, whole_number
from ledger.cli.settings import add_home, config_from
from ledger.codec.hex_strict import encode_hex
from ledger.domain.fields import write_date_time
from ledger.errors import NotFoundError
from ledger.ports import ApiKey, Scope
from ledger.types import Hash32, UnixTime

PREFIX = "tlk_"
DAY = 86_400
MAX_DAYS = 36_500


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    actions = parser.add_subparsers(dest="api_action", required=True)
    make = _action(actions, "make", "make an API key for a party; it is shown once and stored hashed")
    make.add_argument("--party", required=True, help="party id, 0x and 64 digits")
    make.add_argument("--label", default="", help="what the key is for")
    make.add_argument(
        "--scope", action="append", choices=[scope.value for scope in Scope],
        help="what it may be used for; may be repeated (default: everything)",
    )  # fmt: skip
    make.add_argument("--days", type=whole_number(1, MAX_DAYS), help="for how long it is good (default: until revoked)")
    make.add_argument("-o", "--output", metavar="FILE", help="write it to this file, for its owner alone")
    _action(actions, "list", "list the API keys: what for, until when, and by which id they are revoked")
    revoke = _action(actions, "revoke", "end an API key, for good")
    revoke.add_argument("key_id", metavar="ID", help="its id, as listed")


def run(arguments: argparse.Namespace) -> None:
    """Make, list or revoke."""
    with closing(SqlStore(Home(config_from(arguments)).database)) as store:
        match arguments.api_action:
            case "make":
                _make(store, arguments)
            case "list":
                rows = [_row(key) for key in store.api_keys()]
                print_rows(rows, tuple(rows[0]) if rows else (), arguments.format)
            case _:
                _revoke(store, arguments.key_id)


def _make(store: SqlStore, arguments: argparse.Namespace) -> None:
    party, secret, now = party_id(arguments.party), PREFIX + secrets.token_urlsafe(32), _now()
    key = ApiKey(
        key_hash=Hash32(sha256(secret.encode()).digest()),
        party=party,
        label=arguments.label,
        created_at=now,
        scopes=frozenset(map(Scope, arguments.scope)) if arguments.scope else frozenset(Scope),
        expires_at=UnixTime(now + arguments.days * DAY) if arguments.days else None,
    )
    store.put_api_key(key)
    if arguments.output is None:
        print_value("apiKey", secret, arguments.format)
    else:
        write_private(Path(arguments.output), secret + "\n")
        progress(f"written to {arguments.output}")


def _revoke(store: SqlStore, key_id: str) -> None:
    for key in store.api_keys():
        if key.key_id == key_id:
            store.revoke_api_key(key.key_hash, _now())
            return
    raise NotFoundError("", "the id of an API key of this home", "another one")


def _row(key: ApiKey) -> dict[str, object]:
    return {
        "id": key.key_id,
        "party": encode_hex(key.party),
        "scopes": " ".join(sorted(scope.value for scope in key.scopes)),
        "created": write_date_time(key.created_at),
        "expires": _date(key.expires_at),
        "revoked": _date(key.revoked_at),
        "label": key.label,
    }


def _date(at: UnixTime | None) -> str:
    return "" if at is None else write_date_time(at)


def _now() -> UnixTime:
    return UnixTime(int(time.time()))


def _action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=text, description=text)
    add_home(parser)
    add_format(parser)
    return parser
