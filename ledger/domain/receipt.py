"""The receipt: the whole evidence for one event in one file (spec §9.2), as typed values.

`parse_receipt` answers for the form alone: a file it takes is a receipt, true or not. Lengths of proofs and
signatures, and what the members prove, are left to the checks of `ledger.domain.verify`, so that each fault is named
by the check it belongs to.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from ledger.codec.checkpoint import Checkpoint, parse_checkpoint
from ledger.codec.hex_strict import encode_hex
from ledger.codec.json_shape import closed_object, merkle_hash, open_object, string
from ledger.codec.note import MAX_NOTE_BYTES
from ledger.codec.statement import Domain, Statement, statement_from_json, statement_to_json
from ledger.codec.strict_json import parse
from ledger.domain.fields import (
    address,
    constant,
    hash_hex,
    hex_of_any_size,
    integer,
    note_text,
    positive,
    proof,
    unix_time,
    write_base64,
)
from ledger.errors import MalformedError, TooLargeError
from ledger.types import Address, Hash32, JsonObject, JsonValue, Seed, UnixTime

FORMAT: Final = "tradeledger-receipt/1"

_NUMBERED_FORMAT: Final = re.compile("tradeledger-receipt/[1-9][0-9]{0,3}")

MAX_RECEIPT_BYTES: Final = 8 << 20
"""A role view adds a salt and an index to each element: an event of 1 MiB with 100,000 elements takes 6.3 MiB."""

_USUAL_NOTE_BYTES: Final = 4 << 10
"""Longer notes are not remembered: anybody can make them."""


class LaterFormatError(MalformedError):
    """A receipt of a format that came after this software: it may be as sound as any."""


@dataclass(frozen=True, slots=True)
class WholeEvent:
    """The event with the seed of its salts."""

    event: JsonObject
    seed: Seed


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role view of the event (spec §3.1), not yet examined."""

    view: JsonObject


@dataclass(frozen=True, slots=True)
class EvidenceOnly:
    """Nothing of the event: the evidence without the event's values."""


Shown: TypeAlias = WholeEvent | RoleView | EvidenceOnly


@dataclass(frozen=True, slots=True)
class Anchor:
    """The head on chain that the receipt leads to. ``transaction`` helps to find it; no check rests on it."""

    tree_size: int
    root_hash: Hash32
    block: int
    time: UnixTime
    transaction: Hash32
    consistency_proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """``anchor`` is ``None`` while the checkpoint is not anchored; ``checkpoint`` is the signed note."""

    domain: Domain
    shown: Shown
    statement: Statement
    signature: bytes
    leaf_index: int
    inclusion_proof: tuple[bytes, ...]
    checkpoint: bytes
    anchor: Anchor | None


def parse_receipt(data: bytes) -> Receipt:
    """Return the receipt in a file; refuse any other file, and any member missing, unknown or misspelt."""
    value = open_object(parse(data, MAX_RECEIPT_BYTES), "")
    _refuse_later(value.get("format"))
    receipt = closed_object(value, "", _ALWAYS | _shown_members(value))
    constant(receipt["format"], "/format", FORMAT)
    checkpoint = string(receipt["checkpoint"], "/checkpoint").encode()
    if len(checkpoint) > MAX_NOTE_BYTES:
        raise TooLargeError("/checkpoint", f"a note of at most {MAX_NOTE_BYTES} bytes", f"{len(checkpoint)} bytes")
    stated_checkpoint(checkpoint)
    return Receipt(
        domain=_read_domain(receipt["domain"]),
        shown=_read_shown(receipt),
        statement=statement_from_json(receipt["statement"], "/statement"),
        signature=hex_of_any_size(receipt["signature"], "/signature"),
        leaf_index=integer(receipt["leafIndex"], "/leafIndex"),
        inclusion_proof=proof(receipt["inclusionProof"], "/inclusionProof"),
        checkpoint=checkpoint,
        anchor=None if receipt["anchor"] is None else _read_anchor(receipt["anchor"]),
    )


def _refuse_later(name: JsonValue) -> None:
    if isinstance(name, str) and name != FORMAT and _NUMBERED_FORMAT.fullmatch(name):
        raise LaterFormatError("/format", f'"{FORMAT}"', "a later format")


def dump_receipt(receipt: Receipt) -> bytes:
    """Return the file, in one line, that `parse_receipt` reads."""
    value: JsonObject = {
        "format": FORMAT,
        "domain": {
            "chainId": receipt.domain.chain_id,
            "verifyingContract": encode_hex(receipt.domain.verifying_contract),
        },
        **_write_shown(receipt.shown),
        "statement": statement_to_json(receipt.statement),
        "signature": encode_hex(receipt.signature),
        "leafIndex": receipt.leaf_index,
        "inclusionProof": [write_base64(node) for node in receipt.inclusion_proof],
        "checkpoint": receipt.checkpoint.decode(),
        "anchor": None if receipt.anchor is None else _write_anchor(receipt.anchor),
    }
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def stated_checkpoint(note: bytes) -> Checkpoint:
    """Return the checkpoint that a note states, whoever signed it."""
    return _remembered_checkpoint(note) if len(note) <= _USUAL_NOTE_BYTES else _read_checkpoint(note)


@lru_cache(maxsize=1024)  # read for its form and again by the checks; many receipts share one
def _remembered_checkpoint(note: bytes) -> Checkpoint:
    return _read_checkpoint(note)


def _read_checkpoint(note: bytes) -> Checkpoint:
    try:
        return parse_checkpoint(note_text(note))
    except MalformedError as error:
        raise MalformedError("/checkpoint", error.expected, error.found) from None


_ALWAYS: Final = frozenset(
    {"format", "domain", "statement", "signature", "leafIndex", "inclusionProof", "checkpoint", "anchor"}
)


def _shown_members(receipt: JsonObject) -> frozenset[str]:
    """Return the members that a receipt of this kind has besides those of every receipt."""
    if "view" in receipt:
        return frozenset({"view"})
    return frozenset({"event", "seed"}) if "event" in receipt or "seed" in receipt else frozenset()


def _read_shown(receipt: JsonObject) -> Shown:
    if "view" in receipt:
        return RoleView(open_object(receipt["view"], "/view"))
    if "event" in receipt:
        return WholeEvent(open_object(receipt["event"], "/event"), Seed(hash_hex(receipt["seed"], "/seed")))
    return EvidenceOnly()


def _write_shown(shown: Shown) -> JsonObject:
    match shown:
        case WholeEvent(event, seed):
            return {"event": event, "seed": encode_hex(seed)}
        case RoleView(view):
            return {"view": view}
        case EvidenceOnly():
            return {}


def _read_domain(value: JsonValue) -> Domain:
    domain = closed_object(value, "/domain", {"chainId", "verifyingContract"})
    contract = address(domain["verifyingContract"], "/domain/verifyingContract")
    return _domain(positive(domain["chainId"], "/domain/chainId"), contract)


@lru_cache(maxsize=16)  # its separator takes five hashes, and one verifier sees few domains
def _domain(chain_id: int, contract: Address) -> Domain:
    return Domain(chain_id, contract)


_ANCHOR: Final = frozenset({"treeSize", "rootHash", "block", "time", "transaction", "consistencyProof"})


def _read_anchor(value: JsonValue) -> Anchor:
    anchor = closed_object(value, "/anchor", _ANCHOR)
    return Anchor(
        positive(anchor["treeSize"], "/anchor/treeSize"),
        merkle_hash(anchor["rootHash"], "/anchor/rootHash"),
        integer(anchor["block"], "/anchor/block"),
        unix_time(anchor["time"], "/anchor/time"),
        hash_hex(anchor["transaction"], "/anchor/transaction"),
        proof(anchor["consistencyProof"], "/anchor/consistencyProof"),
    )


def _write_anchor(anchor: Anchor) -> JsonObject:
    return {
        "treeSize": anchor.tree_size,
        "rootHash": write_base64(anchor.root_hash),
        "block": anchor.block,
        "time": anchor.time,
        "transaction": encode_hex(anchor.transaction),
        "consistencyProof": [write_base64(node) for node in anchor.consistency_proof],
    }
