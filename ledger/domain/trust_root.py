"""The trust root: what a verifier brings, in one dated and hashed file (spec §9.1).

It never comes from the receipt, or from the service, that is being checked. A `TrustRoot` value is always intact: its
hash was recomputed, its heads and facts are in order and none is newer than its block. Whether it is in date, and
knows a given receipt's chain and log, is check 2 of `ledger.domain.verify`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Final

from ledger.codec.hex_strict import encode_hex
from ledger.codec.jcs import canonicalize
from ledger.codec.json_shape import array, closed_object, merkle_hash, open_object, string
from ledger.codec.log_id import log_id
from ledger.codec.note import SignatureType, VerifierKey, format_verifier_key, parse_verifier_key
from ledger.codec.strict_json import MAX_DOCUMENT_BYTES, parse
from ledger.codec.strict_json_number import MAX_SAFE_INTEGER
from ledger.domain.facts import dump_fact, parse_fact
from ledger.domain.fields import (
    address,
    boolean,
    constant,
    date_time,
    hash_hex,
    integer,
    positive,
    unix_time,
    write_base64,
    write_date_time,
)
from ledger.domain.trusted import AsOf, Head, TrustedChain, TrustedContract, TrustedLog, TrustRoot
from ledger.errors import MalformedError
from ledger.types import Hash32, JsonObject, JsonValue, LogId

__all__ = [
    "FORMAT",
    "AsOf",
    "Head",
    "TrustRoot",
    "TrustedChain",
    "TrustedContract",
    "TrustedLog",
    "dump_trust_root",
    "parse_trust_root",
    "seal_trust_root",
    "trust_root_hash",
]

FORMAT: Final = "tradeledger-trust-root/1"
_HASH_TAG: Final = b"tradeledger/trust-root/1"


def trust_root_hash(contents: JsonObject) -> Hash32:
    """Return the hash of a trust root's JSON object without its member ``hash``."""
    return Hash32(hashlib.sha256(_HASH_TAG + canonicalize(contents)).digest())


def seal_trust_root(trust_root: TrustRoot) -> TrustRoot:
    """Return the trust root with its hash; refuse contents that `parse_trust_root` would refuse."""
    contents = _contents(trust_root)
    return _read(contents, trust_root_hash(contents))


def dump_trust_root(trust_root: TrustRoot) -> bytes:
    """Return the file, laid out for people who compare two of them."""
    value = _contents(trust_root) | {"hash": encode_hex(trust_root.hash)}
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


def parse_trust_root(data: bytes) -> TrustRoot:
    """Return the trust root in a file; refuse one that is malformed, in disorder, or does not have its own hash."""
    value = open_object(parse(data, MAX_DOCUMENT_BYTES), "")
    contents = {name: member for name, member in value.items() if name != "hash"}
    stated = hash_hex(value.get("hash"), "/hash")
    computed = trust_root_hash(contents)
    if stated != computed:
        raise MalformedError("/hash", encode_hex(computed), encode_hex(stated))
    return _read(contents, stated)


_MEMBERS: Final = frozenset(
    {"format", "chain", "contracts", "logs", "facts", "asOf", "issuedAt", "staleAfter", "expiresAt"}
)


_CONTRACTS: Final = frozenset({"partyRegistry", "checkpointRegistry"})


def _read(value: JsonValue, own_hash: Hash32) -> TrustRoot:
    root = closed_object(value, "", _MEMBERS)
    constant(root["format"], "/format", FORMAT)
    contracts = closed_object(root["contracts"], "/contracts", _CONTRACTS, {"custodyLedger"})
    as_of = _read_as_of(root["asOf"])
    trust_root = TrustRoot(
        chain=_read_chain(root["chain"]),
        party_registry=_read_contract(contracts["partyRegistry"], "/contracts/partyRegistry"),
        checkpoint_registry=_read_contract(contracts["checkpointRegistry"], "/contracts/checkpointRegistry"),
        logs=tuple(_read_log(log, f"/logs/{i}", as_of) for i, log in enumerate(array(root["logs"], "/logs"))),
        facts=tuple(parse_fact(fact, f"/facts/{i}") for i, fact in enumerate(array(root["facts"], "/facts"))),
        as_of=as_of,
        issued_at=date_time(root["issuedAt"], "/issuedAt"),
        stale_after=date_time(root["staleAfter"], "/staleAfter"),
        expires_at=date_time(root["expiresAt"], "/expiresAt"),
        hash=own_hash,
        custody_ledger=_read_contract(contracts["custodyLedger"], "/contracts/custodyLedger")
        if "custodyLedger" in contracts
        else None,
    )
    if not trust_root.facts:  # else a list that is missing would read as a verdict about parties
        raise MalformedError("/facts", "at least the fact that names the root authority", "none")
    _require_order((fact.block for fact in trust_root.facts), as_of.block, "/facts")
    _require_order((fact.time for fact in trust_root.facts), as_of.time, "/facts")
    if not trust_root.issued_at <= trust_root.stale_after <= trust_root.expires_at:
        raise MalformedError("/staleAfter", "a date from issuedAt to expiresAt", "another date")
    for place, log in enumerate(trust_root.logs):
        _require_own_id(trust_root, log, f"/logs/{place}/logId")
    if len({log.log_id for log in trust_root.logs}) < len(trust_root.logs):
        raise MalformedError("/logs", "each log once", "a log twice")
    return trust_root


def _read_chain(value: JsonValue) -> TrustedChain:
    chain = closed_object(value, "/chain", {"chainId", "genesisHash", "development"})
    return TrustedChain(
        positive(chain["chainId"], "/chain/chainId"),
        hash_hex(chain["genesisHash"], "/chain/genesisHash"),
        boolean(chain["development"], "/chain/development"),
    )


def _read_contract(value: JsonValue, pointer: str) -> TrustedContract:
    contract = closed_object(value, pointer, {"address", "codeHash"})
    where = address(contract["address"], f"{pointer}/address")
    return TrustedContract(where, hash_hex(contract["codeHash"], f"{pointer}/codeHash"))


def _read_as_of(value: JsonValue) -> AsOf:
    as_of = closed_object(value, "/asOf", {"block", "blockHash", "time", "finality"})
    return AsOf(
        integer(as_of["block"], "/asOf/block"),
        hash_hex(as_of["blockHash"], "/asOf/blockHash"),
        unix_time(as_of["time"], "/asOf/time"),
        string(as_of["finality"], "/asOf/finality"),
    )


_LOG_MEMBERS: Final = frozenset({"logId", "origin", "key", "owner", "successor", "headsComplete", "heads"})


def _read_log(value: JsonValue, pointer: str, as_of: AsOf) -> TrustedLog:
    log = closed_object(value, pointer, _LOG_MEMBERS)
    origin = string(log["origin"], f"{pointer}/origin")
    key = _read_key(log["key"], f"{pointer}/key")
    if key.name != origin or key.signature_type is not SignatureType.ED25519:
        raise MalformedError(f"{pointer}/key", "an Ed25519 key under the log's origin", "another key")
    successor = log["successor"]
    heads = array(log["heads"], f"{pointer}/heads")
    trusted = TrustedLog(
        LogId(hash_hex(log["logId"], f"{pointer}/logId")),
        origin,
        key,
        address(log["owner"], f"{pointer}/owner"),
        None if successor is None else LogId(hash_hex(successor, f"{pointer}/successor")),
        boolean(log["headsComplete"], f"{pointer}/headsComplete"),
        tuple(_read_head(head, f"{pointer}/heads/{i}") for i, head in enumerate(heads)),
    )
    _require_order((head.tree_size for head in trusted.heads), MAX_SAFE_INTEGER, f"{pointer}/heads", step=1)
    _require_order((head.block for head in trusted.heads), as_of.block, f"{pointer}/heads")
    _require_order((head.time for head in trusted.heads), as_of.time, f"{pointer}/heads")
    return trusted


def _require_own_id(trust_root: TrustRoot, log: TrustedLog, pointer: str) -> None:
    """Refuse a log whose id is not that of its parameters: parties sign the id, receipts are checked by the others."""
    registry = trust_root.checkpoint_registry.address
    computed = log_id(trust_root.chain.chain_id, registry, log.owner, log.origin, log.key.public_key)
    if computed != log.log_id:
        raise MalformedError(pointer, encode_hex(computed), encode_hex(log.log_id))


def _read_key(value: JsonValue, pointer: str) -> VerifierKey:
    try:
        return parse_verifier_key(string(value, pointer))
    except MalformedError as error:
        raise MalformedError(pointer, error.expected, error.found) from None


def _read_head(value: JsonValue, pointer: str) -> Head:
    head = array(value, pointer)
    if len(head) != 4:
        raise MalformedError(pointer, "tree size, root, block and time", f"{len(head)} elements")
    return Head(
        positive(head[0], f"{pointer}/0"),
        merkle_hash(head[1], f"{pointer}/1"),
        integer(head[2], f"{pointer}/2"),
        unix_time(head[3], f"{pointer}/3"),
    )


def _require_order(numbers: Iterable[int], most: int, pointer: str, step: int = 0) -> None:
    """Refuse numbers that do not ascend by at least ``step`` each, or go beyond ``most``."""
    last = -1
    for place, number in enumerate(numbers):
        if number < last + step:
            raise MalformedError(f"{pointer}/{place}", "ascending order", "a step back")
        if number > most:
            raise MalformedError(f"{pointer}/{place}", "nothing newer than asOf", "something newer")
        last = number


def _contents(trust_root: TrustRoot) -> JsonObject:
    chain, as_of = trust_root.chain, trust_root.as_of
    return {
        "format": FORMAT,
        "chain": {
            "chainId": chain.chain_id,
            "genesisHash": encode_hex(chain.genesis_hash),
            "development": chain.development,
        },
        "contracts": _write_contracts(trust_root),
        "logs": [_write_log(log) for log in trust_root.logs],
        "facts": [dump_fact(fact) for fact in trust_root.facts],
        "asOf": {
            "block": as_of.block,
            "blockHash": encode_hex(as_of.block_hash),
            "time": as_of.time,
            "finality": as_of.finality,
        },
        "issuedAt": write_date_time(trust_root.issued_at),
        "staleAfter": write_date_time(trust_root.stale_after),
        "expiresAt": write_date_time(trust_root.expires_at),
    }


def _write_contracts(trust_root: TrustRoot) -> JsonObject:
    contracts: JsonObject = {
        "partyRegistry": _write_contract(trust_root.party_registry),
        "checkpointRegistry": _write_contract(trust_root.checkpoint_registry),
    }
    if trust_root.custody_ledger is not None:
        contracts["custodyLedger"] = _write_contract(trust_root.custody_ledger)
    return contracts


def _write_contract(contract: TrustedContract) -> JsonObject:
    return {"address": encode_hex(contract.address), "codeHash": encode_hex(contract.code_hash)}


def _write_log(log: TrustedLog) -> JsonObject:
    return {
        "logId": encode_hex(log.log_id),
        "origin": log.origin,
        "key": format_verifier_key(log.key),
        "owner": encode_hex(log.owner),
        "successor": None if log.successor is None else encode_hex(log.successor),
        "headsComplete": log.heads_complete,
        "heads": [[head.tree_size, write_base64(head.root_hash), head.block, head.time] for head in log.heads],
    }
