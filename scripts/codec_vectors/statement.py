"""The cases of tests/vectors/statement.json: statements as wallets sign them, and one faulty form or signature a fault.

EIP-712 and the signatures are computed by eth-account, never by the code under test.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eth_account import Account
from eth_account.messages import encode_typed_data

from scripts.codec_vectors.case import Case, digest, hexadecimal, word

ORDER = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141  # SEC 2 §2.4.1, n of secp256k1
STATEMENT_TYPE = [
    {"name": "act", "type": "string"},
    {"name": "party", "type": "bytes32"},
    {"name": "role", "type": "string"},
    {"name": "jurisdiction", "type": "string"},
    {"name": "eventDigest", "type": "bytes32"},
    {"name": "logId", "type": "bytes32"},
    {"name": "subject", "type": "bytes32"},
    {"name": "previous", "type": "bytes32"},
    {"name": "terms", "type": "bytes32"},
    {"name": "signedAt", "type": "uint64"},
]
DOMAIN_TYPE = [
    {"name": "name", "type": "string"},
    {"name": "version", "type": "string"},
    {"name": "chainId", "type": "uint256"},
    {"name": "verifyingContract", "type": "address"},
]
ZERO = "0x" + "00" * 32


KEY = word("signing key")
DOMAIN: Case = {"chainId": 31337, "verifyingContract": hexadecimal(digest("party registry")[:20])}
STATEMENT: Case = {
    "act": "record event",
    "party": word("party"),
    "role": "seller",
    "jurisdiction": "DE",
    "eventDigest": word("event digest"),
    "logId": word("log id"),
    "signedAt": 1795334400,
}


def statement_case(name: str, domain: Case = DOMAIN, **changes: Any) -> Case:
    """Return a statement with what a wallet shows and signs."""
    statement = {**STATEMENT, **changes}
    typed_data = {
        "types": {"EIP712Domain": DOMAIN_TYPE, "Statement": STATEMENT_TYPE},
        "primaryType": "Statement",
        "domain": {"name": "Trade Ledger", "version": "1", **domain},
        "message": {"subject": ZERO, "previous": ZERO, "terms": ZERO, **statement},
    }
    signed = Account.sign_message(encode_typed_data(full_message=typed_data), KEY)
    return {
        "name": name,
        "domain": domain,
        "statement": statement,
        "typedData": typed_data,
        "eip712Hash": hexadecimal(signed.message_hash),
        "privateKey": KEY,
        "signer": Account.from_key(KEY).address.lower(),
        "signature": hexadecimal(signed.signature),
    }


def statements() -> Iterator[Case]:
    """Yield statements of every act, and of the ends of each range."""
    yield statement_case("record-event")
    yield statement_case("declare-error", act="declare error", role="customs", jurisdiction="CN")
    yield statement_case("with-subject", subject=word("subject"))
    yield statement_case("with-all", subject=word("subject"), previous=word("previous"), terms=word("terms"))
    yield statement_case("signed-at-0", signedAt=0)
    yield statement_case("signed-at-2^53-1", signedAt=2**53 - 1)
    yield statement_case("zero-ids", party=ZERO, eventDigest=ZERO, logId=ZERO)
    yield statement_case("another-chain", {**DOMAIN, "chainId": 1})
    yield statement_case("another-registry", {**DOMAIN, "verifyingContract": "0x" + "ff" * 20})


def bad_statements() -> Iterator[Case]:
    """Yield one JSON form per fault, with the pointer at which it is refused."""
    changes: list[tuple[str, str, Any]] = [
        ("act-unknown", "act", "record events"),
        ("act-of-other-case", "act", "Record event"),
        ("act-is-null", "act", None),
        ("role-unknown", "role", "thief"),
        ("role-is-array", "role", ["seller"]),
        ("jurisdiction-lower-case", "jurisdiction", "de"),
        ("jurisdiction-three-letters", "jurisdiction", "DEU"),
        ("jurisdiction-newline", "jurisdiction", "DE\n"),
        ("jurisdiction-not-latin", "jurisdiction", "\u0414\u0415"),
        ("party-31-bytes", "party", "0x" + "11" * 31),
        ("party-33-bytes", "party", "0x" + "11" * 33),
        ("party-upper-case", "party", "0x" + "AA" * 32),
        ("party-without-0x", "party", "11" * 33),
        ("party-not-hex", "party", "0x" + "1g" * 32),
        ("party-is-number", "party", 1),
        ("eventDigest-31-bytes", "eventDigest", "0x" + "11" * 31),
        ("logId-31-bytes", "logId", "0x" + "11" * 31),
        ("subject-zero", "subject", ZERO),
        ("previous-zero", "previous", ZERO),
        ("terms-zero", "terms", ZERO),
        ("terms-is-null", "terms", None),
        ("signedAt-negative", "signedAt", -1),
        ("signedAt-beyond-2^53-1", "signedAt", 2**53),
        ("signedAt-fraction", "signedAt", 0.5),
        ("signedAt-is-string", "signedAt", "1795334400"),
        ("signedAt-is-true", "signedAt", True),
        ("unknown-member", "nonce", 1),
    ]
    for name, member, value in changes:
        yield {"name": name, "pointer": f"/{member}", "statement": {**STATEMENT, member: value}}
    for member in STATEMENT:
        without = {name: value for name, value in STATEMENT.items() if name != member}
        yield {"name": f"{member}-missing", "pointer": f"/{member}", "statement": without}
    yield {"name": "not-an-object", "pointer": "", "statement": [STATEMENT]}


def bad_signatures() -> Iterator[Case]:
    """Yield one signature per fault, of the first statement."""
    good = statement_case("")
    signature = bytes.fromhex(good["signature"][2:])
    r, s, v = signature[:32], signature[32:64], signature[64:]
    high_s = (ORDER - int.from_bytes(s, "big")).to_bytes(32, "big")
    faults = {
        "64-bytes": r + s,
        "66-bytes": signature + b"\x00",
        "empty": b"",
        "v-0": r + s + b"\x00",
        "v-1": r + s + b"\x01",
        "v-26": r + s + b"\x1a",
        "v-29": r + s + b"\x1d",
        "r-zero": bytes(32) + s + v,
        "s-zero": r + bytes(32) + v,
        "s-in-the-upper-half": r + high_s + bytes([55 - v[0]]),
        "s-just-above-the-half": r + (ORDER // 2 + 1).to_bytes(32, "big") + v,
        "r-is-the-order": ORDER.to_bytes(32, "big") + s + v,
        "r-of-no-point": (5).to_bytes(32, "big") + s + v,  # 5³ + 7 is no square modulo p
    }
    for name, faulty in faults.items():
        yield {"name": name, "digest": good["eip712Hash"], "signature": hexadecimal(faulty)}


def other_signers() -> Iterator[Case]:
    """Yield canonical signatures that recover to another address than the signer's, each by the fault it shows."""
    good, other = statement_case(""), statement_case("", {**DOMAIN, "chainId": 1})
    signature = bytes.fromhex(good["signature"][2:])
    turned = signature[:64] + bytes([55 - signature[64]])
    yield {"name": "digest-of-another-chain", "digest": other["eip712Hash"], "signature": good["signature"]}
    yield {"name": "the-other-v", "digest": good["eip712Hash"], "signature": hexadecimal(turned)}


def vectors() -> Case:
    """Return the content of statement.json."""
    return {
        "format": "tradeledger-vectors/statement/1",
        "about": "Statements, docs/spec.md §4: JSON form, EIP-712 by eth-account, RFC 6979 signatures by a key for "
        "tests only. pointer is where a faulty JSON form is refused. badSignatures are refused; those of otherSigners "
        "recover to an address, which is not signer.",
        "signer": Account.from_key(KEY).address.lower(),
        "statements": [*statements()],
        "badStatements": [*bad_statements()],
        "badSignatures": [*bad_signatures()],
        "otherSigners": [*other_signers()],
    }
