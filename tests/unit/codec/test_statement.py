"""The statement against the published vectors and eth-account: JSON form, EIP-712 hash, and what a wallet signs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from hypothesis import given
from hypothesis import strategies as st

from ledger.codec.signature import recover
from ledger.codec.statement import (
    ACTS,
    ROLES,
    ZERO32,
    Domain,
    Statement,
    eip712_hash,
    statement_from_json,
    statement_to_json,
    typed_data,
)
from ledger.errors import MalformedError
from ledger.types import Address, Hash32, LogId, PartyId, UnixTime

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "statement.json").read_text(encoding="utf-8"))

STATEMENT = Statement(
    act="record event",
    party=PartyId(b"\x01" * 32),
    role="carrier",
    jurisdiction="NL",
    event_digest=Hash32(b"\x02" * 32),
    log_id=LogId(b"\x03" * 32),
    signed_at=UnixTime(1795334400),
)
DOMAIN = Domain(31337, Address(b"\x04" * 20))

words = st.binary(min_size=32, max_size=32)
statements = st.builds(
    Statement,
    act=st.sampled_from(sorted(ACTS)),
    party=words,
    role=st.sampled_from(sorted(ROLES)),
    jurisdiction=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2),
    event_digest=words,
    log_id=words,
    signed_at=st.integers(0, 2**53 - 1),
    subject=words | st.just(ZERO32),
    previous=words | st.just(ZERO32),
    terms=words | st.just(ZERO32),
)
domains = st.builds(Domain, st.integers(0, 2**256 - 1), st.binary(min_size=20, max_size=20))


def domain_of(case: dict[str, Any]) -> Domain:
    contract = bytes.fromhex(case["domain"]["verifyingContract"][2:])
    return Domain(case["domain"]["chainId"], Address(contract))


@pytest.mark.parametrize("case", VECTORS["statements"], ids=lambda case: case["name"])
def test_published_statement(case: dict[str, Any]) -> None:
    statement, domain = statement_from_json(case["statement"]), domain_of(case)
    assert "0x" + eip712_hash(statement, domain).hex() == case["eip712Hash"]
    assert typed_data(statement, domain) == case["typedData"]
    assert statement_to_json(statement) == case["statement"]
    signer = recover(eip712_hash(statement, domain), bytes.fromhex(case["signature"][2:]))
    assert "0x" + signer.hex() == case["signer"]


@pytest.mark.parametrize("case", VECTORS["badStatements"], ids=lambda case: case["name"])
def test_published_faulty_form_is_refused_where_the_fault_is(case: dict[str, Any]) -> None:
    with pytest.raises(MalformedError) as caught:
        statement_from_json(case["statement"], "/statement")
    assert caught.value.pointer == "/statement" + case["pointer"]


@given(statements, domains)
def test_hash_is_that_of_eth_account(statement: Statement, domain: Domain) -> None:
    signable = encode_typed_data(full_message=typed_data(statement, domain))
    signed = Account.sign_message(signable, b"\x07" * 32)
    assert eip712_hash(statement, domain) == signed.message_hash


@given(statements)
def test_json_form_gives_the_statement_back(statement: Statement) -> None:
    form = statement_to_json(statement)
    assert statement_from_json(json.loads(json.dumps(form))) == statement
    assert {name for name in ("subject", "previous", "terms") if getattr(statement, name) != ZERO32} == form.keys() & {
        "subject",
        "previous",
        "terms",
    }


def test_signature_of_a_wallet_recovers_to_its_address() -> None:
    account = Account.from_key(b"\x07" * 32)
    signed = account.sign_typed_data(full_message=typed_data(STATEMENT, DOMAIN))
    assert recover(eip712_hash(STATEMENT, DOMAIN), bytes(signed.signature)).hex() == account.address[2:].lower()


@pytest.mark.parametrize(
    "change",
    [
        {"act": "declare error"},
        {"party": bytes(32)},
        {"role": "buyer"},
        {"jurisdiction": "BE"},
        {"event_digest": bytes(32)},
        {"log_id": bytes(32)},
        {"signed_at": 1},
        {"subject": b"\x05" * 32},
        {"previous": b"\x05" * 32},
        {"terms": b"\x05" * 32},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_member_is_under_the_hash(change: dict[str, Any]) -> None:
    assert eip712_hash(replace(STATEMENT, **change), DOMAIN) != eip712_hash(STATEMENT, DOMAIN)


@pytest.mark.parametrize("other", [Domain(1, Address(b"\x04" * 20)), Domain(31337, Address(b"\x05" * 20))])
def test_chain_and_registry_are_under_the_hash(other: Domain) -> None:
    assert eip712_hash(STATEMENT, other) != eip712_hash(STATEMENT, DOMAIN)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"act": "sell"}, "/act"),
        ({"role": "Carrier"}, "/role"),
        ({"jurisdiction": "nl"}, "/jurisdiction"),
        ({"jurisdiction": "NL\n"}, "/jurisdiction"),
        ({"party": bytes(31)}, "/party"),
        ({"event_digest": bytes(33)}, "/eventDigest"),
        ({"log_id": b""}, "/logId"),
        ({"subject": bytes(31)}, "/subject"),
        ({"signed_at": -1}, "/signedAt"),
        ({"signed_at": 2**53}, "/signedAt"),
        ({"signed_at": True}, "/signedAt"),
    ],
)
def test_no_other_statement_can_be_made(change: dict[str, Any], pointer: str) -> None:
    with pytest.raises(MalformedError) as caught:
        replace(STATEMENT, **change)
    assert caught.value.pointer == pointer


@pytest.mark.parametrize(
    ("chain_id", "contract"), [(-1, bytes(20)), (2**256, bytes(20)), (1, bytes(19)), (1, bytes(21))]
)
def test_no_other_domain_can_be_made(chain_id: int, contract: bytes) -> None:
    with pytest.raises(MalformedError):
        Domain(chain_id, Address(contract))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(json_values | st.fixed_dictionaries(dict.fromkeys(statement_to_json(STATEMENT), json_values)))
def test_any_json_is_a_statement_or_malformed(value: Any) -> None:
    try:
        statement = statement_from_json(value)
    except MalformedError:
        return
    assert statement_to_json(statement) == value


def test_no_refusal_repeats_what_was_sent() -> None:
    with pytest.raises(MalformedError) as caught:
        statement_from_json({**statement_to_json(STATEMENT), "act": "secret 4711"})
    assert "4711" not in str(caught.value)
