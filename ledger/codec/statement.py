"""The statement, the one struct that parties sign, for the log and the contracts alike: EIP-712, and its JSON form.

A `Statement` that exists is well-formed: a known act and role, each id of its width. It is packed by hand, because a
general encoder takes integers as strings and missing structs as zero, and because this is the dearest step of many.

Whether the act fits the event, and whether subject, previous and terms are zero where they must be, is left to the
verifier; signing, to whoever holds the key, who is given `typed_data`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from ledger.codec.hex_strict import decode_hex, encode_hex
from ledger.codec.json_shape import closed_object, string, whole_number
from ledger.codec.keccak import keccak256
from ledger.codec.strict_json_number import MAX_SAFE_INTEGER
from ledger.errors import MalformedError
from ledger.types import Address, Hash32, JsonObject, JsonValue, LogId, PartyId, UnixTime

PLAIN_ACTS = frozenset({"record event", "declare error"})
"""That something happened, or that it did not: nothing but the event."""

OPENING_ACTS = frozenset({"open consignment", "split consignment", "merge consignments", "transform goods"})
"""What begins a consignment, out of nothing recorded or out of others."""

MOVING_ACTS = frozenset(
    {
        "offer handover",
        "accept handover",
        "refuse handover",
        "withdraw offer",
        "report loss",
        "report destruction",
        "end consignment",
    }
)
"""What follows an earlier statement about a consignment."""

CUSTODY_ACTS = OPENING_ACTS | MOVING_ACTS
"""What is stated about a consignment."""

ERASE_DATA = "erase data"
"""That values of an earlier event are destroyed, and on what basis."""

ACTS = PLAIN_ACTS | CUSTODY_ACTS | {ERASE_DATA}
"""What a statement may say, in words that a person can read on a signing device."""

CUSTODY_ROLES = frozenset({"manufacturer", "seller", "buyer", "platform", "carrier", "declarant", "warehouse"})
"""In what capacity a party may hold goods."""

ROLES = frozenset(
    {
        "manufacturer",
        "seller",
        "buyer",
        "platform",
        "psp",
        "carrier",
        "declarant",
        "warehouse",
        "assessor",
        "customs",
        "tax",
        "arbiter",
        "auditor",
    }
)
"""In what capacity a party may speak."""

ZERO32 = Hash32(bytes(32))
"""Stands in the struct where there is nothing to name."""

DOMAIN_NAME, DOMAIN_VERSION = "Trade Ledger", "1"

_DOMAIN_TYPE = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
_STATEMENT_TYPE = (
    "Statement(string act,bytes32 party,string role,string jurisdiction,bytes32 eventDigest,bytes32 logId,"
    "bytes32 subject,bytes32 previous,bytes32 terms,uint64 signedAt)"
)

_WORD_BYTES, _ADDRESS_BYTES = 32, 20
_MAX_UINT256 = 2**256 - 1
_JURISDICTION = re.compile("[A-Z]{2}")  # ISO 3166-1 alpha-2

_TEXT_MEMBERS = ("act", "role", "jurisdiction")
_ZERO_LEFT_OUT = frozenset({"subject", "previous", "terms"})
_REQUIRED = frozenset({*_TEXT_MEMBERS, "party", "eventDigest", "logId", "signedAt"})


@dataclass(frozen=True, slots=True)
class Statement:
    """What one party signs about one event. ``signed_at`` is the signer's clock."""

    act: str
    party: PartyId
    role: str
    jurisdiction: str
    event_digest: Hash32
    log_id: LogId
    signed_at: UnixTime
    subject: Hash32 = ZERO32
    previous: Hash32 = ZERO32
    terms: Hash32 = ZERO32

    def __post_init__(self) -> None:
        if self.act not in ACTS:
            raise MalformedError("/act", "a known act", "another text")
        if self.role not in ROLES:
            raise MalformedError("/role", "a known role", "another text")
        if not _JURISDICTION.fullmatch(self.jurisdiction):
            raise MalformedError("/jurisdiction", "two letters A-Z", "another text")
        for name, word in _words(self).items():
            if len(word) != _WORD_BYTES:
                raise MalformedError(f"/{name}", f"{_WORD_BYTES} bytes", f"{len(word)} bytes")
        whole_number(self.signed_at, "/signedAt", MAX_SAFE_INTEGER)  # uint64 in the struct, a JSON number in files


@dataclass(frozen=True, slots=True)
class Domain:
    """Where statements count: one `PartyRegistry` on one chain. ``separator`` is its EIP-712 domain separator."""

    chain_id: int
    verifying_contract: Address
    separator: Hash32 = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not 0 <= self.chain_id <= _MAX_UINT256:
            raise MalformedError("/chainId", "a chain id of 256 bits", "another number")
        size = len(self.verifying_contract)
        if size != _ADDRESS_BYTES:
            raise MalformedError("/verifyingContract", f"{_ADDRESS_BYTES} bytes", f"{size} bytes")
        object.__setattr__(self, "separator", _domain_separator(self.chain_id, self.verifying_contract))


def eip712_hash(statement: Statement, domain: Domain) -> Hash32:
    """Return the digest that is signed: that of the statement in its domain (EIP-712, encode)."""
    return keccak256(b"\x19\x01" + domain.separator + _hash_struct(statement))


def typed_data(statement: Statement, domain: Domain) -> JsonObject:
    """Return what a wallet signs by ``eth_signTypedData_v4``, as EIP-712 writes it in JSON."""
    message = {name: encode_hex(word) for name, word in _words(statement).items()}
    return {
        "types": {"EIP712Domain": _members_of_type(_DOMAIN_TYPE), "Statement": _members_of_type(_STATEMENT_TYPE)},
        "primaryType": "Statement",
        "domain": {
            "name": DOMAIN_NAME,
            "version": DOMAIN_VERSION,
            "chainId": domain.chain_id,
            "verifyingContract": encode_hex(domain.verifying_contract),
        },
        "message": {**message, **_texts(statement), "signedAt": statement.signed_at},
    }


def statement_to_json(statement: Statement) -> JsonObject:
    """Return the JSON form; subject, previous and terms are left out exactly when zero."""
    words = {
        name: encode_hex(word)
        for name, word in _words(statement).items()
        if name not in _ZERO_LEFT_OUT or word != ZERO32
    }
    return {**_texts(statement), **words, "signedAt": statement.signed_at}


def statement_from_json(value: JsonValue, pointer: str = "") -> Statement:
    """Return the statement that ``value`` spells; refuse any value that `statement_to_json` does not write."""
    try:
        return _parse(value)
    except MalformedError as error:
        raise MalformedError(pointer + error.pointer, error.expected, error.found) from None


def _parse(value: JsonValue) -> Statement:
    members = closed_object(value, "", _REQUIRED, _ZERO_LEFT_OUT)
    act, role, jurisdiction = (string(members[name], f"/{name}") for name in _TEXT_MEMBERS)
    return Statement(
        act=act,
        party=PartyId(decode_hex(members["party"], _WORD_BYTES, "/party")),
        role=role,
        jurisdiction=jurisdiction,
        event_digest=Hash32(decode_hex(members["eventDigest"], _WORD_BYTES, "/eventDigest")),
        log_id=LogId(decode_hex(members["logId"], _WORD_BYTES, "/logId")),
        signed_at=UnixTime(whole_number(members["signedAt"], "/signedAt", MAX_SAFE_INTEGER)),
        subject=_parse_optional(members, "subject"),
        previous=_parse_optional(members, "previous"),
        terms=_parse_optional(members, "terms"),
    )


def _parse_optional(members: JsonObject, name: str) -> Hash32:
    if name not in members:
        return ZERO32
    word = Hash32(decode_hex(members[name], _WORD_BYTES, f"/{name}"))
    if word == ZERO32:  # one spelling for each statement
        raise MalformedError(f"/{name}", "no member that is zero", "one")
    return word


def _texts(statement: Statement) -> JsonObject:
    return {"act": statement.act, "role": statement.role, "jurisdiction": statement.jurisdiction}


def _words(statement: Statement) -> dict[str, bytes]:
    return {
        "party": statement.party,
        "eventDigest": statement.event_digest,
        "logId": statement.log_id,
        "subject": statement.subject,
        "previous": statement.previous,
        "terms": statement.terms,
    }


@lru_cache(maxsize=1024)  # acts, roles and the 676 jurisdictions
def _hash_text(text: str) -> Hash32:
    return keccak256(text.encode("utf-8"))


_STATEMENT_TYPE_HASH = keccak256(_STATEMENT_TYPE.encode())


def _hash_struct(statement: Statement) -> Hash32:  # EIP-712 hashStruct: typeHash and encodeData
    return keccak256(
        _STATEMENT_TYPE_HASH
        + _hash_text(statement.act)
        + statement.party
        + _hash_text(statement.role)
        + _hash_text(statement.jurisdiction)
        + statement.event_digest
        + statement.log_id
        + statement.subject
        + statement.previous
        + statement.terms
        + statement.signed_at.to_bytes(_WORD_BYTES, "big")
    )


def _domain_separator(chain_id: int, verifying_contract: Address) -> Hash32:
    return keccak256(
        keccak256(_DOMAIN_TYPE.encode())
        + _hash_text(DOMAIN_NAME)
        + _hash_text(DOMAIN_VERSION)
        + chain_id.to_bytes(_WORD_BYTES, "big")
        + verifying_contract.rjust(_WORD_BYTES, b"\0")
    )


def _members_of_type(type_string: str) -> list[JsonValue]:
    """Return the members that an EIP-712 type string lists, as its ``types`` object names them."""
    pairs = (member.split(" ") for member in type_string.partition("(")[2].rstrip(")").split(","))
    return [{"name": name, "type": type_name} for type_name, name in pairs]
