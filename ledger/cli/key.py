"""``tradeledger key``: signing keys in this home and in the registry, and API keys."""

from __future__ import annotations

import argparse

from ledger.bootstrap.home import Home
from ledger.cli import key_api
from ledger.cli.exits import Exit
from ledger.cli.node import OPERATOR, Node, account, add_node, open_node, party_id
from ledger.cli.output import add_format, print_rows, print_value, whole_number
from ledger.cli.settings import add_home, config_from
from ledger.codec.hex_strict import encode_hex
from ledger.codec.key_binding import NO_CUSTODIAN
from ledger.ports import TransactionReceipt
from ledger.types import UnixTime

MAX_SECONDS = 2**53 - 1


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    actions = parser.add_subparsers(dest="action", required=True)
    for name, text in (
        ("new", "draw a key into this home's keystore; prints its account"),
        ("list", "list the keys of this home"),
    ):
        local = actions.add_parser(name, help=text, description=text)
        add_home(local)
        add_format(local)
    api_text = "make, list and revoke API keys"
    key_api.configure(actions.add_parser("api", help=api_text, description=api_text))
    _configure_acts(actions)


def _configure_acts(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    add = _acting(actions, "add", "bind a key to a party, as its cold key")
    add.add_argument("--custodian", dest="held_by", metavar="PARTY", help="party id of whoever holds the key for it")
    rotate = _acting(actions, "rotate", "replace a key, as itself or the cold key; the old one stays good for a while")
    rotate.add_argument("--new-key", required=True, metavar="ACCOUNT", help="the key that takes its place")
    compromise = _acting(actions, "compromise", "end a key from now on, and say since when it may have been misused")
    since = whole_number(0, MAX_SECONDS)
    compromise.add_argument("--since", type=since, required=True, metavar="SECONDS", help="seconds since 1970")
    _acting(actions, "revoke", "end a key from now on, as the party's cold key")
    recover = _acting(
        actions, "recover", "end all keys of a party, as its cold key, and name the one to start anew with"
    )
    complete = _acting(actions, "complete-recovery", "bind the key named by recover, which proves that it is there")
    for named in (add, recover, complete):
        named.add_argument("--party", required=True, help="party id, 0x and 64 digits")


def run(arguments: argparse.Namespace) -> int:
    """Make or list keys, or do one act in the registry."""
    match arguments.action:
        case "new":
            print_value("key", encode_hex(_home(arguments).keystore().create()), arguments.format)
        case "list":
            rows = [{"key": encode_hex(key)} for key in _home(arguments).keystore().addresses()]
            print_rows(rows, ("key",), arguments.format)
        case "api":
            key_api.run(arguments)
        case _:
            receipt = _act(open_node(arguments), arguments)
            row = {"act": arguments.action, "block": receipt.block.number, "gasUsed": receipt.gas_used}
            print_rows([row], tuple(row), arguments.format)
    return Exit.OK


def _act(node: Node, arguments: argparse.Namespace) -> TransactionReceipt:
    key, do = account(arguments.key, "/key"), node.registrar
    by = node.actor(arguments.by)
    match arguments.action:
        case "add":
            custodian = party_id(arguments.held_by, "/custodian") if arguments.held_by else NO_CUSTODIAN
            return do.add_key(by, party_id(arguments.party), key, custodian)
        case "rotate":
            return do.rotate_key(by, key, account(arguments.new_key, "/new-key"))
        case "compromise":
            return do.declare_compromise(by, key, UnixTime(arguments.since))
        case "revoke":
            return do.revoke_key(by, key)
        case "recover":
            return do.begin_recovery(by, party_id(arguments.party), key)
        case _:
            return do.complete_recovery(by, party_id(arguments.party), key)


def _home(arguments: argparse.Namespace) -> Home:
    return Home(config_from(arguments))


def _acting(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=text, description=text)
    acting = f"account that acts, its key in this home's keystore; or {', '.join(OPERATOR)}"
    parser.add_argument("--by", required=True, metavar="ACCOUNT", help=acting)
    parser.add_argument("--key", required=True, metavar="ACCOUNT", help="the key that the act is about")
    add_node(parser)
    add_home(parser)
    add_format(parser)
    return parser
