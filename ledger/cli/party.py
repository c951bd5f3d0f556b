"""``tradeledger party``: the acts of authorities in the registry, and who stands in it."""

from __future__ import annotations

import argparse
import secrets
import time

from ledger.cli.exits import Exit
from ledger.cli.node import OPERATOR, Node, account, add_node, open_node, party_id
from ledger.cli.output import add_format, print_json, print_rows, print_table, print_value, progress, whole_number
from ledger.cli.settings import add_home
from ledger.codec.hex_strict import encode_hex
from ledger.codec.statement import ROLES
from ledger.domain.tenure import Party
from ledger.ports import TransactionReceipt
from ledger.types import Address, PartyId, UnixTime

SECONDS_A_DAY = 86_400
DEFAULT_ROLE_DAYS = 365
MAX_ROLE_DAYS = 36_500


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    actions = parser.add_subparsers(dest="action", required=True)
    text = "print who is registered, with roles"
    _common(actions.add_parser("list", help=text, description=text))
    accredit = _acting(actions, "accredit", "accredit a party, as the authority of its jurisdiction; prints its id")
    accredit.add_argument("--authority", action="store_true", help="accredit an authority, as the root authority")
    accredit.add_argument("--jurisdiction", required=True, help="two letters (ISO 3166-1)")
    accredit.add_argument("--cold-key", required=True, help="account that governs the party's keys")
    accredit.add_argument("--name", required=True, help="registered name of a legal entity; public for ever")
    accredit.add_argument("--id", help="party id, 0x and 64 digits (default: drawn)")
    grant = _acting(actions, "grant", "grant a role, as the authority of the jurisdiction")
    days = whole_number(1, MAX_ROLE_DAYS)
    grant.add_argument("--days", type=days, default=DEFAULT_ROLE_DAYS, help="how long from now (default: 365)")
    revoke = _acting(actions, "revoke", "revoke a role, as the authority of the jurisdiction")
    for roles in (grant, revoke):
        roles.add_argument("--role", required=True, choices=sorted(ROLES), help="what the party does in the trade")
        roles.add_argument("--jurisdiction", required=True, help="two letters (ISO 3166-1)")
    claim = _acting(actions, "claim", "record a company prefix or GLN that a party may speak for, as its accreditor")
    release = _acting(actions, "release", "release a company prefix or GLN")
    for prefixes in (claim, release):
        prefixes.add_argument("--prefix", required=True, help="4 to 12 digits, or a GLN of 13")
    end = _acting(actions, "end", "end an accreditation for ever, as the accreditor")
    for named in (grant, revoke, claim, end):
        named.add_argument("--party", required=True, help="party id, 0x and 64 digits")


def run(arguments: argparse.Namespace) -> int:
    """Do one act, or print who is registered."""
    node = open_node(arguments)
    if arguments.action == "list":
        _list(node, arguments.format)
    elif arguments.action == "accredit":
        _accredit(node, arguments)
    else:
        receipt = _act(node, arguments, node.actor(arguments.by))
        row = {"act": arguments.action, "block": receipt.block.number, "gasUsed": receipt.gas_used}
        print_rows([row], tuple(row), arguments.format)
    return Exit.OK


def _accredit(node: Node, arguments: argparse.Namespace) -> None:
    party = party_id(arguments.id, "/id") if arguments.id else PartyId(secrets.token_bytes(32))
    accredit = node.registrar.accredit_authority if arguments.authority else node.registrar.accredit_party
    cold_key = account(arguments.cold_key, "/cold-key")
    receipt = accredit(node.actor(arguments.by), party, arguments.jurisdiction, cold_key, arguments.name)
    progress(f"accredited in block {receipt.block.number}")
    print_value("party", encode_hex(party), arguments.format)


def _act(node: Node, arguments: argparse.Namespace, by: Address) -> TransactionReceipt:
    do = node.registrar
    if arguments.action == "release":
        return do.release_prefix(by, arguments.prefix)
    party = party_id(arguments.party)
    match arguments.action:
        case "grant":
            begin = _present(node)
            until = UnixTime(begin + arguments.days * SECONDS_A_DAY)
            return do.grant_role(by, party, arguments.role, arguments.jurisdiction, begin, until)
        case "revoke":
            return do.revoke_role(by, party, arguments.role, arguments.jurisdiction)
        case "claim":
            return do.claim_prefix(by, party, arguments.prefix)
        case _:
            return do.end_accreditation(by, party)


def _present(node: Node) -> UnixTime:
    """Return the present by the chain's clock where it is behind ours: a role granted from later on is not held yet."""
    return UnixTime(min(int(time.time()), node.chain.latest_block().time))


def _list(node: Node, form: str) -> None:
    now = node.registry.refresh()
    rows = [
        {
            "party": encode_hex(party.id),
            "name": party.name,
            "jurisdiction": party.jurisdiction,
            "accreditedBy": now.registry.name(party.accreditor) if party.accreditor else "root authority",
            "roles": ", ".join(_roles(node, party)),
            "standing": "ended" if party.standing.over(now.at) else "stands",
        }
        for party in now.registry.parties()
    ]
    if form == "json":
        print_json({"asOfBlock": now.at.block, "parties": rows})
    else:
        print_table(rows, ("party", "name", "jurisdiction", "accreditedBy", "roles", "standing"))


def _roles(node: Node, party: Party) -> list[str]:
    now = node.registry.now()
    return [
        f"{role}/{jurisdiction}"
        for role, jurisdiction in now.registry.roles_of(party.id)
        if any(grant.held_at(now.at) for grant in now.registry.grants(party.id, role, jurisdiction))
    ]


def _acting(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=text, description=text)
    acting = f"account that acts, its key in this home's keystore; or {', '.join(OPERATOR)}"
    parser.add_argument("--by", required=True, metavar="ACCOUNT", help=acting)
    _common(parser)
    return parser


def _common(parser: argparse.ArgumentParser) -> None:
    add_node(parser)
    add_home(parser)
    add_format(parser)
