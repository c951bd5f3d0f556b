"""The trust root file: what is written is read back; what is malformed, in disorder or changed is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from ledger.codec.hex_strict import encode_hex
from ledger.codec.jcs import canonicalize
from ledger.codec.strict_json import MAX_DOCUMENT_BYTES, parse
from ledger.domain.trust_root import dump_trust_root, parse_trust_root, seal_trust_root, trust_root_hash
from ledger.errors import MalformedError, TooLargeError
from ledger.types import LogId, UnixTime
from tests.builders import World, hash_of


@pytest.fixture
def world() -> World:
    world = World.with_maker()
    world.fill(3)
    world.anchor()
    world.fill(3)
    world.anchor()
    return world


def test_what_is_written_is_read_back(world: World) -> None:
    trust_root = world.trust_root()
    assert parse_trust_root(dump_trust_root(trust_root)) == trust_root


def test_a_log_without_heads(world: World) -> None:
    trust_root = world.trust_root(logs=(world.trusted_log(heads=()),))
    assert parse_trust_root(dump_trust_root(trust_root)).logs[0].newest_size == 0


def test_the_hash_is_that_of_the_spec(world: World) -> None:
    value = parse(dump_trust_root(world.trust_root()))
    assert isinstance(value, dict)
    stated = value.pop("hash")
    assert stated == "0x" + sha256(b"tradeledger/trust-root/1" + canonicalize(value)).hexdigest()


def test_layout_does_not_matter(world: World) -> None:
    trust_root = world.trust_root()
    assert parse_trust_root(canonicalize(parse(dump_trust_root(trust_root)))) == trust_root


def test_a_log_that_a_successor_continues(world: World) -> None:
    trust_root = world.trust_root(logs=(world.trusted_log(successor=LogId(hash_of("successor"))),))
    assert parse_trust_root(dump_trust_root(trust_root)) == trust_root


def resealed(world: World, change: Callable[[Any], Any]) -> bytes:
    """A trust root that somebody changed, hash and all."""
    value: Any = parse(dump_trust_root(world.trust_root()))
    del value["hash"]
    change(value)
    return json.dumps(value | {"hash": encode_hex(trust_root_hash(value))}).encode()


@pytest.mark.parametrize(
    ("pointer", "change"),
    [
        ("/format", lambda v: v.update(format="tradeledger-trust-root/2")),
        ("/note", lambda v: v.update(note="trust me")),
        ("/facts", lambda v: v.pop("facts")),
        ("/chain/chainId", lambda v: v["chain"].update(chainId=0)),
        ("/chain/chainId", lambda v: v["chain"].update(chainId=True)),
        ("/chain/development", lambda v: v["chain"].update(development="no")),
        ("/chain/genesisHash", lambda v: v["chain"].update(genesisHash="0x00")),
        ("/contracts/partyRegistry/address", lambda v: v["contracts"]["partyRegistry"].update(address="0xAB")),
        ("/asOf/time", lambda v: v["asOf"].update(time=2**53 - 1)),
        ("/issuedAt", lambda v: v.update(issuedAt="2026-09-21T14:20:20+00:00")),
        ("/expiresAt", lambda v: v.update(expiresAt="2026-02-30T00:00:00Z")),
        ("/staleAfter", lambda v: v.update(staleAfter="2036-01-01T00:00:00Z")),
        ("/logs", lambda v: v["logs"].append(v["logs"][0])),
        ("/logs/0/logId", lambda v: v["logs"][0].update(owner="0x" + "11" * 20)),
        ("/logs/0/key", lambda v: v["logs"][0].update(key="log.example/one+00000000+AAAA")),
        ("/logs/0/key", lambda v: v["logs"][0].update(origin="log.example/two")),
        ("/logs/0/heads/1", lambda v: v["logs"][0]["heads"].reverse()),
        ("/logs/0/heads/1", lambda v: v["logs"][0]["heads"][1].__setitem__(0, 3)),
        ("/logs/0/heads/0", lambda v: v["logs"][0]["heads"][0].append(1)),
        ("/logs/0/heads/0/0", lambda v: v["logs"][0]["heads"][0].__setitem__(0, 0)),
        ("/logs/0/heads/0/1", lambda v: v["logs"][0]["heads"][0].__setitem__(1, "AAAA")),
        ("/logs/0/heads/1", lambda v: v["logs"][0]["heads"][1].__setitem__(2, 10**6)),
        ("/logs/0/heads/1", lambda v: v["logs"][0]["heads"][1].__setitem__(3, v["asOf"]["time"] + 1)),
        ("/facts/1", lambda v: v["facts"].insert(0, v["facts"].pop(1))),
        ("/facts/4", lambda v: v["facts"][4].update(block=10**6)),
        ("/facts/0/fact", lambda v: v["facts"][0].update(fact="KeyForgotten")),
        ("/facts/0/name", lambda v: v["facts"][0].pop("name")),
        ("/facts/0/jurisdiction", lambda v: v["facts"][0].update(jurisdiction="de")),
        ("/facts/2/key", lambda v: v["facts"][2].update(key="0x00")),
    ],
)
def test_disorder_is_refused_where_it_stands(world: World, pointer: str, change: Callable[[Any], Any]) -> None:
    with pytest.raises(MalformedError) as refused:
        parse_trust_root(resealed(world, change))
    assert refused.value.pointer == pointer


def test_a_change_without_a_new_hash_is_refused(world: World) -> None:
    data = dump_trust_root(world.trust_root()).replace(b"Maker GmbH", b"Faker GmbH")
    with pytest.raises(MalformedError) as refused:
        parse_trust_root(data)
    assert refused.value.pointer == "/hash"


def test_a_file_beyond_the_limit_is_refused() -> None:
    with pytest.raises(TooLargeError):
        parse_trust_root(b" " * (MAX_DOCUMENT_BYTES + 1))


def test_what_would_be_refused_is_not_sealed(world: World) -> None:
    backwards = tuple(reversed(world.heads))
    with pytest.raises(MalformedError):
        world.trust_root(logs=(world.trusted_log(heads=backwards),))
    with pytest.raises(MalformedError):
        seal_trust_root(replace(world.trust_root(), expires_at=UnixTime(0)))
