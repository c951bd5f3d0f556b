"""``tradeledger custody``: state an act about a consignment, show who holds it, put a logged act to the contract."""

from __future__ import annotations

import argparse
import secrets
import time
import uuid
from collections.abc import Callable
from typing import Final

from ledger.adapters.ethereum_custody import EthereumCustody
from ledger.bootstrap.home import Home
from ledger.cli.client import add_service, client_of, results_of
from ledger.cli.exits import Exit
from ledger.cli.node import account, add_node, open_node, party_id
from ledger.cli.output import add_format, print_json, print_rows, print_table, progress, read_input
from ledger.cli.settings import add_home, config_from
from ledger.cli.signing import log_terms
from ledger.codec.commitments import Commitments
from ledger.codec.hex_strict import decode_hex, encode_hex
from ledger.codec.json_shape import open_object
from ledger.codec.statement import CUSTODY_ROLES, OPENING_ACTS, ZERO32
from ledger.codec.strict_json import MAX_DOCUMENT_BYTES, parse
from ledger.codec.terms import Accept, Goods, Inputs, Merge, Offer, Open, Split, Terms, Transform
from ledger.domain.custody.drafting import told
from ledger.domain.receipt import parse_receipt
from ledger.epcis.documents import complete_events
from ledger.errors import MalformedError, NotFoundError
from ledger.service.custodian import complete
from ledger.service.custody import signed_act
from ledger.service.signing import Capacity, Mandate, Move, dump_envelope, sign_move
from ledger.service.transactions import Transactor
from ledger.types import Hash32, JsonObject, UnixTime

ACTS: Final = {
    "open": "open consignment",
    "split": "split consignment",
    "merge": "merge consignments",
    "transform": "transform goods",
    "offer": "offer handover",
    "accept": "accept handover",
    "refuse": "refuse handover",
    "withdraw": "withdraw offer",
    "lose": "report loss",
    "destroy": "report destruction",
    "end": "end consignment",
}
"""The act of each word."""

THOUSANDTHS: Final = 1_000


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for word, act in ACTS.items():
        _configure_act(
            actions.add_parser(word, help=f'state "{act}"', description=f'State "{act}" over an event.'), act
        )
    show = actions.add_parser("show", help="who holds a consignment, and every statement about it")
    show.add_argument("subject", help="the consignment")
    add_service(show)
    submit = actions.add_parser("submit", help="put the act that a receipt proves to the CustodyLedger")
    submit.add_argument("receipt", help="receipt that shows the event, or a view with its terms (- for standard input)")
    submit.add_argument("--by", default="anchorer", metavar="ACCOUNT", help="account that pays (default: anchorer)")
    add_node(submit)
    for each in (show, submit):
        add_home(each)
        add_format(each)


def _configure_act(parser: argparse.ArgumentParser, act: str) -> None:
    parser.add_argument("file", help="file with the EPCIS event over which it is stated (- for standard input)")
    if act in OPENING_ACTS:
        parser.add_argument("--quantity", required=True, help="how much it holds, up to three decimals")
        parser.add_argument("--unit", required=True, help="code of UN/ECE Recommendation 20, such as KGM or H87")
    else:
        parser.add_argument("--subject", required=True, help="the consignment")
    if act in OPENING_ACTS and act != "open consignment":
        taken = "a consignment and how much of it goes in; repeatable"
        parser.add_argument("--parent", metavar="SUBJECT=QUANTITY", action="append", required=True, help=taken)
    if act == "transform goods":
        yields = "how much comes out at most for how much that goes in (default: 1/1)"
        parser.add_argument("--yield", dest="yields", metavar="OUT/IN", default="1/1", help=yields)
    if act == "offer handover":
        parser.add_argument("--to", required=True, metavar="PARTY", help="the party to which it is offered")
    parser.add_argument("--party", required=True, help="id of the party that signs")
    parser.add_argument("--role", required=True, choices=sorted(CUSTODY_ROLES), help="role in which it speaks")
    parser.add_argument("--jurisdiction", required=True, help="jurisdiction that granted the role")
    parser.add_argument("--sign-with", required=True, metavar="ACCOUNT", help="key of the home's keystore")
    add_service(parser)
    add_home(parser)
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Do one of them; exit 0 where the act is logged."""
    match arguments.action:
        case "show":
            return _show(arguments)
        case "submit":
            return _submit(arguments)
        case _:
            return _state(arguments)


def _state(arguments: argparse.Namespace) -> int:
    client = client_of(arguments)
    home, terms = Home(config_from(arguments)), log_terms(client.get_json("/log"))

    def look(subject: Hash32) -> JsonObject:
        return _consignment(client.get_json(f"/consignments/{encode_hex(subject)}"))

    capacity = Capacity(arguments.role, arguments.jurisdiction)
    mandate = Mandate(party_id(arguments.party), account(arguments.sign_with, "/sign-with"), capacity)
    now = UnixTime(int(time.time()))
    envelope = sign_move(
        _event(arguments.file), _move(arguments, look), mandate, home.signer(home.keystore()), terms, now
    )
    job = client.post("/capture", b"[" + dump_envelope(envelope) + b"]")
    [result] = results_of(job)
    row = {**result, "subject": encode_hex(envelope.statement.subject)}
    if arguments.format == "json":
        print_json(row)
    else:
        print_table([row], ("status", "leafIndex", "subject", "eventDigest"))
    return Exit.OK if job["success"] else Exit.USAGE


def _event(file: str) -> JsonObject:
    placed = [*complete_events(parse(read_input(file), MAX_DOCUMENT_BYTES))]
    if len(placed) != 1:
        raise MalformedError("", "one event", f"{len(placed)}")
    return complete(open_object(placed[0].event, placed[0].pointer), uuid.uuid4().urn)


def _move(arguments: argparse.Namespace, look: Callable[[Hash32], JsonObject]) -> Move:
    act, salt = ACTS[arguments.action], Hash32(secrets.token_bytes(32))
    if act in OPENING_ACTS:
        return Move(act, make=lambda commitments: _opening(arguments, act, commitments, salt, look))
    subject = _word(arguments.subject, "/subject")
    previous = _word(str(look(subject)["head"]), "/head")
    return Move(act, subject, previous, _handover(arguments, salt))


def _handover(arguments: argparse.Namespace, salt: Hash32) -> Callable[[Commitments], Terms] | None:
    match arguments.action:
        case "offer":
            to = party_id(arguments.to, "/to")
            return lambda own: Offer(to, told(own.seals), told(own.condition), salt)
        case "accept":
            return lambda own: Accept(told(own.seals), told(own.condition), salt)
        case _:
            return None


def _opening(
    arguments: argparse.Namespace, act: str, own: Commitments, salt: Hash32, look: Callable[[Hash32], JsonObject]
) -> Terms:
    goods = Goods(told(own.contents), _thousandths(arguments.quantity, "/quantity"), arguments.unit)
    if act == "open consignment":
        return Open(goods, salt)
    inputs = _inputs(arguments.parent, look)
    if act == "transform goods":
        output, _, given = arguments.yields.partition("/")
        return Transform(goods, inputs, _thousandths(output, "/yield"), _thousandths(given, "/yield"), salt)
    return Split(goods, inputs, salt) if act == "split consignment" else Merge(goods, inputs, salt)


def _inputs(parents: list[str], look: Callable[[Hash32], JsonObject]) -> Inputs:
    taken = dict[Hash32, int]()
    for place, parent in enumerate(parents):
        subject, _, quantity = parent.partition("=")
        taken[_word(subject, f"/parent/{place}")] = _thousandths(quantity, f"/parent/{place}")
    subjects = tuple(sorted(taken))
    heads = tuple(_word(str(look(subject)["head"]), "/head") for subject in subjects)
    return Inputs(subjects, heads, tuple(taken[subject] for subject in subjects))


def _consignment(found: JsonObject) -> JsonObject:
    held = found["onChain"] or found["byLog"]
    if not isinstance(held, dict):
        raise NotFoundError("/subject", "a consignment that was opened", "one of which there are only claims")
    return held


def _word(text: str, pointer: str) -> Hash32:
    return Hash32(decode_hex(text, len(ZERO32), pointer))


def _thousandths(text: str, pointer: str) -> int:
    whole, _, fraction = text.partition(".")
    if not (whole.isascii() and whole.isdecimal() and (fraction or "0").isdecimal() and len(fraction) <= 3):
        raise MalformedError(pointer, "a number of up to three decimals", "another text")
    return int(whole) * THOUSANDTHS + int(fraction.ljust(3, "0"))


def _show(arguments: argparse.Namespace) -> int:
    found = client_of(arguments).get_json(f"/consignments/{arguments.subject}")
    if arguments.format == "json":
        print_json(found)
        return Exit.OK
    held = [{"by": by, **state} for by in ("onChain", "byLog") if isinstance(state := found[by], dict)]
    print_table(held, ("by", "status", "holder", "since", "taker", "quantity", "unit"))
    statements = found["statements"]
    rows = [each for each in statements if isinstance(each, dict)] if isinstance(statements, list) else []
    print_table(rows, ("leafIndex", "act", "party", "recorded", "counted", "reason"))
    return Exit.OK


def _submit(arguments: argparse.Namespace) -> int:
    act = signed_act(parse_receipt(read_input(arguments.receipt)))
    node = open_node(arguments)
    if node.deployment.custody_ledger is None:
        raise NotFoundError("", "a network with a CustodyLedger", "one without")
    chain, by = EthereumCustody(node.chain, node.deployment.custody_ledger), node.actor(arguments.by)
    progress("waiting for the transaction …")
    transactor = Transactor(node.chain, node.home.signer(node.keystore))
    receipt = transactor.run(act.statement.act, by, lambda nonce, fees: chain.act_transaction(act, by, nonce, fees))
    row = {"act": act.statement.act, "block": receipt.block.number, "gasUsed": receipt.gas_used}
    print_rows([row], tuple(row), arguments.format)
    return Exit.OK
