"""Statements: hashes, signatures, records and log ids of Solidity on a real chain are the vectors' and Python's."""

from __future__ import annotations

import json
import random
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger.codec.key_binding import KeyBinding
from ledger.codec.key_binding import eip712_hash as key_binding_hash
from ledger.codec.log_id import log_id
from ledger.codec.record import predecessor_record, statement_record
from ledger.codec.signature import recover
from ledger.codec.statement import ACTS, ROLES, Domain, Statement, eip712_hash, statement_from_json
from ledger.errors import MalformedError, SignatureError
from ledger.types import Address, Hash32, LogId, PartyId, UnixTime
from tests.builders import DAY, FOR_EVER, address, contract, hash_of, party, secret, sign
from tests.contracts.onchain import Node, OnChain, Refused

FOLDER = Path(__file__).parents[1] / "vectors"
VECTORS, RECORDS = (
    json.loads((FOLDER / name).read_text(encoding="utf-8")) for name in ("statement.json", "record.json")
)
NO_CUSTODIAN = PartyId(bytes(32))


def unhex(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def struct(statement: Statement) -> tuple[object, ...]:
    """The statement as the contract's struct."""
    return (
        statement.act, statement.party, statement.role, statement.jurisdiction, statement.event_digest,
        statement.log_id, statement.subject, statement.previous, statement.terms, statement.signed_at,
    )  # fmt: skip


@pytest.fixture(scope="module")
def statements(harnesses: dict[str, OnChain]) -> OnChain:
    return harnesses["StatementsHarness"]


@pytest.fixture(scope="module")
def digests(harnesses: dict[str, OnChain]) -> OnChain:
    return harnesses["DigestHarness"]


# --- the published vectors ------------------------------------------------------------------------------------------


def test_the_vectors_are_those_that_were_counted() -> None:
    counts = {name: len(VECTORS[name]) for name in ("statements", "badStatements", "badSignatures", "otherSigners")}
    assert counts == {"statements": 9, "badStatements": 35, "badSignatures": 13, "otherSigners": 2}
    assert {name: len(RECORDS[name]) for name in ("statements", "predecessors", "logIds")} == {
        "statements": 3,
        "predecessors": 4,
        "logIds": 10,
    }


@pytest.mark.parametrize("case", VECTORS["statements"], ids=lambda case: case["name"])
def test_hash_and_signer_of_a_statement(statements: OnChain, digests: OnChain, case: Any) -> None:
    domain = Domain(case["domain"]["chainId"], Address(unhex(case["domain"]["verifyingContract"])))
    statement = statement_from_json(case["statement"])
    separator = digests.ask("domainSeparator", domain.chain_id, domain.verifying_contract)
    digest = digests.ask("digest", separator, statements.ask("hash", struct(statement)))
    assert separator == domain.separator
    assert digest == unhex(case["eip712Hash"]) == eip712_hash(statement, domain)
    assert statements.ask("recover", digest, unhex(case["signature"])) == unhex(case["signer"])


@pytest.mark.parametrize("case", VECTORS["badSignatures"], ids=lambda case: case["name"])
def test_a_signature_that_both_refuse(statements: OnChain, case: Any) -> None:
    digest, signature = Hash32(unhex(case["digest"])), unhex(case["signature"])
    assert isinstance(statements.ask("recover", digest, signature), Refused)
    with pytest.raises(SignatureError):
        recover(digest, signature)


@pytest.mark.parametrize("case", VECTORS["otherSigners"], ids=lambda case: case["name"])
def test_a_signature_in_which_both_see_the_same_other_signer(statements: OnChain, case: Any) -> None:
    digest, signature = Hash32(unhex(case["digest"])), unhex(case["signature"])
    assert statements.ask("recover", digest, signature) == recover(digest, signature) != unhex(VECTORS["signer"])


@pytest.mark.parametrize("case", RECORDS["statements"], ids=lambda case: case["name"])
def test_the_record_of_a_statement(statements: OnChain, case: Any) -> None:
    digest, signature = Hash32(unhex(case["eip712Hash"])), unhex(case["signature"])
    record = statements.ask("record", digest, signature)
    assert record == b64decode(case["record"]) == statement_record(digest, signature)


@pytest.mark.parametrize("case", RECORDS["predecessors"], ids=lambda case: case["treeSize"])
def test_the_record_of_a_predecessor(digests: OnChain, case: Any) -> None:
    head = LogId(unhex(case["logId"])), int(case["treeSize"]), Hash32(b64decode(case["rootHash"]))
    assert digests.ask("predecessorRecord", *head) == b64decode(case["record"]) == predecessor_record(*head)


# --- by the hundred -------------------------------------------------------------------------------------------------


def test_both_languages_take_the_same_signatures_and_see_the_same_signer(statements: OnChain) -> None:
    random_ = random.Random(65)
    taken = refused = 0
    for number in range(400):
        digest = hash_of(f"digest {number}")
        signature = bytearray(sign(digest, "maker"))
        match random_.randrange(5):
            case 0:
                signature[64] = random_.randrange(256)
            case 1:
                signature[random_.randrange(65)] ^= 1 << random_.randrange(8)
            case 2:
                signature = signature[: random_.randrange(66)]
            case 3:
                signature[32:64] = random_.choice((bytes(32), b"\xff" * 32, random_.randbytes(32)))
            case _:
                pass
        answer = statements.ask("recover", digest, bytes(signature))
        try:
            assert answer == recover(digest, bytes(signature))
            taken += 1
        except SignatureError:
            assert isinstance(answer, Refused)
            refused += 1
    assert min(taken, refused) > 100


def test_both_languages_hash_the_same_key_bindings(digests: OnChain) -> None:
    domain = Domain(31_337, contract("party registry"))
    for number in range(20):
        custodian = party("custodian") if number % 2 else NO_CUSTODIAN
        binding = KeyBinding(party(f"{number}"), address(f"{number}"), custodian)
        structure = digests.ask("hashKeyBinding", binding.party, binding.key, binding.custodian)
        assert digests.ask("digest", domain.separator, structure) == key_binding_hash(binding, domain)


# --- the deployed registries ----------------------------------------------------------------------------------------

OVERLAP = 2 * DAY
ROOT, COLD, KEY = address("root"), address("cold"), "maker"
MAKER = party("maker")


@pytest.fixture(scope="module")
def registry(node: Node) -> OnChain:
    """A deployed `PartyRegistry` in which the maker has a key and every role in DE."""
    deployed = node.create("PartyRegistry", ROOT, OVERLAP)
    domain = Domain(node.chain_id, deployed.address)
    possession = sign(key_binding_hash(KeyBinding(MAKER, address(KEY)), domain), KEY)
    acts = [
        deployed.tell(ROOT, "accreditAuthority", party("authority"), b"DE", COLD, "Authority"),
        deployed.tell(COLD, "accreditParty", MAKER, b"DE", COLD, "Maker"),
        deployed.tell(COLD, "addKey", MAKER, address(KEY), NO_CUSTODIAN, possession),
    ]
    acts += [deployed.tell(COLD, "grantRole", MAKER, role, b"DE", 0, FOR_EVER) for role in sorted(ROLES)]
    node.mine(node.latest().time + 1)
    assert all(node.outcomes(acts))
    return deployed


def stated(**changes: Any) -> Statement:
    statement = Statement(
        act="record event",
        party=MAKER,
        role="manufacturer",
        jurisdiction="DE",
        event_digest=hash_of("event"),
        log_id=LogId(hash_of("log")),
        signed_at=UnixTime(1),
    )
    return replace(statement, **changes)


def test_the_deployed_registry_has_the_domain_that_python_computes(node: Node, registry: OnChain) -> None:
    assert registry.ask("domainSeparator") == Domain(node.chain_id, registry.address).separator


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize("act", sorted(ACTS))
def test_the_deployed_registry_hashes_every_act_and_role_alike(
    node: Node, registry: OnChain, act: str, role: str
) -> None:
    words = {name: hash_of(name) for name in ("subject", "previous", "terms")}
    for statement in (stated(act=act, role=role), stated(act=act, role=role, signed_at=UnixTime(2**53 - 1), **words)):
        digest = eip712_hash(statement, Domain(node.chain_id, registry.address))
        assert registry.ask("checkStatement", struct(statement), sign(digest, KEY)) == digest


def test_the_deployed_registry_knows_the_same_roles_and_jurisdictions(registry: OnChain) -> None:
    for word in ("", "Seller", "seller ", "authority", "recorder"):
        changed = (*struct(stated())[:2], word, *struct(stated())[3:])
        assert registry.ask("checkStatement", changed, bytes(65)).name == "UnknownRole"
        with pytest.raises(MalformedError):
            stated(role=word)
    for word in ("", "D", "DEU", "de", "D1", "D\u00c9"):
        changed = (*struct(stated())[:3], word, *struct(stated())[4:])
        assert registry.ask("checkStatement", changed, bytes(65)).name == "NotAJurisdiction"
        with pytest.raises(MalformedError):
            stated(jurisdiction=word)


ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def test_the_deployed_registry_refuses_every_other_spelling_of_a_signature(node: Node, registry: OnChain) -> None:
    digest = eip712_hash(stated(), Domain(node.chain_id, registry.address))
    good = sign(digest, KEY)
    twin = good[:32] + (ORDER - int.from_bytes(good[32:64], "big")).to_bytes(32, "big") + bytes([55 - good[64]])
    compact = secret(KEY).sign_recoverable(digest, hasher=None)
    spellings = {
        "SignatureLength": (good[:64], good + b"\0", b""),
        "SignatureV": (compact, good[:64] + b"\x1d"),
        "SignatureS": (twin, good[:32] + b"\xff" * 32 + good[64:]),
        "SignatureUnrecoverable": (bytes(32) + good[32:], good[:32] + bytes(32) + good[64:], b"\xff" * 32 + good[32:]),
    }
    for name, signatures in spellings.items():
        for signature in signatures:
            assert registry.ask("checkStatement", struct(stated()), signature).name == name
            with pytest.raises(SignatureError):
                recover(digest, signature)


@pytest.mark.parametrize("case", RECORDS["logIds"], ids=lambda case: f"{case['chainId']}-{case['origin']}")
def test_the_deployed_registry_gives_a_log_the_id_that_python_computes(node: Node, case: Any) -> None:
    """Under this chain's own id and address, which no vector can know."""
    registry = node.create("CheckpointRegistry", 5)
    owner, key = Address(unhex(case["owner"])), unhex(case["logKey"])
    opened = registry.ask("openLog", case["origin"], key, owner, sender=owner)
    if case["origin"] == "":
        assert opened.name == "OriginLength"
    else:
        assert opened == log_id(node.chain_id, registry.address, owner, case["origin"], key)
