"""``tradeledger mirror``: another copy of a log, checked while it is made, and what it proves without the service."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from ledger.adapters.log_sources import FolderLogSource, HttpLogSource, MirrorFiles
from ledger.cli.exits import Exit
from ledger.cli.output import Bar, add_format, print_rows, read_input, whole_number, write_output
from ledger.codec.hex_strict import decode_hex
from ledger.codec.note import SignatureType, parse_verifier_key
from ledger.codec.strict_json_number import MAX_SAFE_INTEGER
from ledger.domain.check_trust import date_error
from ledger.domain.fields import write_base64
from ledger.domain.receipt import Receipt, dump_receipt, parse_receipt, stated_checkpoint
from ledger.domain.trust_root import parse_trust_root
from ledger.domain.trusted import TrustedLog, TrustRoot
from ledger.errors import MalformedError, NoAnswerError, RequestRefusedError
from ledger.ports.mirror import LogSource
from ledger.service.mirror.copy import mirror
from ledger.service.mirror.prove import MirrorProofs
from ledger.service.mirror.source import KnownLog
from ledger.types import Hash32, UnixTime

RECORD_BYTES = 32


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the actions and their arguments."""
    actions = parser.add_subparsers(dest="action", required=True)
    text = "copy a log, or what is new of it, into a folder; any web server over the folder is the log again"
    copy = actions.add_parser("copy", help=text, description=text)
    copy.add_argument("source", help="URL below which the log stands, such as a service's with /log, or a folder")
    copy.add_argument("folder", help="folder of the mirror")
    known = copy.add_mutually_exclusive_group(required=True)
    known.add_argument("--trust-root", metavar="FILE", help="trust root that names the log; its heads are checked too")
    known.add_argument("--log-key", metavar="VKEY", help="the log's verifier key (C2SP signed-note)")
    add_format(copy)
    text = "prove from a mirror that a record stands in the log: inclusion proof and checkpoint as JSON"
    proof = actions.add_parser("proof", help=text, description=text)
    proof.add_argument("folder", help="folder of the mirror")
    which = proof.add_mutually_exclusive_group(required=True)
    which.add_argument("--index", type=whole_number(0, MAX_SAFE_INTEGER), help="leaf index of the record")
    which.add_argument("--record", metavar="HEX", help="the record, 0x and 64 digits; searched for from the beginning")
    text = "write an old receipt anew: led to a head of the trust root, or else under the mirror's checkpoint"
    renew = actions.add_parser("renew", help=text, description=text)
    renew.add_argument("receipt", help="receipt file (- for standard input)")
    renew.add_argument("folder", help="folder of the mirror")
    renew.add_argument("--trust-root", required=True, metavar="FILE", help="trust root with the log's heads")
    for each in (proof, renew):
        each.add_argument("-o", "--output", metavar="FILE", help="write to this file (default: standard output)")


def run(arguments: argparse.Namespace) -> int:
    """Copy, prove or renew."""
    match arguments.action:
        case "copy":
            _copy(arguments)
        case "proof":
            _prove(arguments)
        case _:
            _renew(arguments)
    return Exit.OK


def _copy(arguments: argparse.Namespace) -> None:
    source: LogSource = (
        HttpLogSource(arguments.source)
        if arguments.source.startswith(("http://", "https://"))
        else FolderLogSource(Path(arguments.source))
    )
    with Bar("copied") as bar:
        copied = mirror(source, MirrorFiles(Path(arguments.folder)), _known(arguments), bar.show)
    row = {
        "origin": copied.origin,
        "treeSizeBefore": copied.size_before,
        "treeSize": copied.tree_size,
        "rootHash": write_base64(copied.root_hash),
        "bundlesCopied": copied.bundles,
    }
    print_rows([row], tuple(row), arguments.format)


def _known(arguments: argparse.Namespace) -> list[KnownLog]:
    if arguments.trust_root is not None:
        return [KnownLog(log.key, log.heads) for log in _trust_root(arguments.trust_root).logs]
    key = parse_verifier_key(arguments.log_key)
    if key.signature_type is not SignatureType.ED25519:
        raise MalformedError("/log-key", "an Ed25519 key that signs notes", "one that cosigns")
    return [KnownLog(key)]


def _prove(arguments: argparse.Namespace) -> None:
    proofs = _proofs(arguments)
    index = arguments.index
    if index is None:
        index = proofs.index_of(Hash32(decode_hex(arguments.record, RECORD_BYTES, "/record")))
    proof = proofs.inclusion(index)
    write_output(arguments.output, json.dumps(proof, indent=2).encode() + b"\n")


def _renew(arguments: argparse.Namespace) -> None:
    receipt = parse_receipt(read_input(arguments.receipt))
    renewed = _proofs(arguments).renew(receipt, _log_of(receipt, _trust_root(arguments.trust_root)))
    write_output(arguments.output, dump_receipt(renewed))


def _proofs(arguments: argparse.Namespace) -> MirrorProofs:
    return MirrorProofs(MirrorFiles(Path(arguments.folder), make=False))


def _log_of(receipt: Receipt, root: TrustRoot) -> TrustedLog | None:
    """Return the log of the origin that the receipt's checkpoint names."""
    origin = stated_checkpoint(receipt.checkpoint).origin
    return next((log for log in root.succession(receipt.statement.log_id) if log.origin == origin), None)


def _trust_root(path: str) -> TrustRoot:
    try:
        root = parse_trust_root(read_input(path))
    except RequestRefusedError as refusal:
        raise NoAnswerError(f"the trust root cannot be used: {refusal}") from None
    finding = date_error(root, UnixTime(int(time.time())))
    if finding is not None:
        raise NoAnswerError(f"the trust root cannot be used: {finding.reason.text()}")
    return root
