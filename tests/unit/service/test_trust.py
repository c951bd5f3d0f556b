"""The exported trust root: everything as of one final block, and nothing newer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.adapters.devnet import Devnet
from ledger.codec.merkle import node_hash
from ledger.domain.facts import KeyCompromised
from ledger.domain.trust_root import dump_trust_root, parse_trust_root
from ledger.errors import ChainUnavailableError, NotFoundError
from ledger.service.deploy import open_log
from ledger.service.trust import EXPIRES_AFTER_SECONDS, STALE_AFTER_SECONDS, Validity, export_trust_root
from ledger.types import Hash32, LogId, UnixTime
from tests.adapters.chains import DEPTH, LOG_KEY, MIN_INTERVAL, ORIGIN, ChainWorld, anvil_world, memory_world
from tests.builders import hash_of, party

NOW = UnixTime(1_795_100_000)
FIRST, SECOND = hash_of("first"), node_hash(hash_of("first"), hash_of("second"))


@pytest.fixture(scope="session")
def devnet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Devnet]:
    with Devnet(tmp_path_factory.mktemp("devnet")) as running:
        yield running


@pytest.fixture(params=["memory", "anvil"])
def world(request: pytest.FixtureRequest) -> Iterator[ChainWorld]:
    if request.param == "memory":
        yield memory_world()
    else:
        with anvil_world(request.getfixturevalue("devnet")) as on_anvil:
            yield on_anvil


def anchor(world: ChainWorld, size: int, root: Hash32, proof: list[Hash32]) -> None:
    world.controls.pass_time(MIN_INTERVAL)
    assert world.mined(world.send_anchor(size, root, proof)).succeeded


def test_holds_what_a_verifier_needs(world: ChainWorld) -> None:
    cold = world.others[0]
    world.registrar.accredit_authority(world.root, party("authority"), "DE", cold, "Trade Authority")
    anchor(world, 1, FIRST, [])
    anchor(world, 2, SECOND, [hash_of("second")])
    world.controls.mine(DEPTH)

    root = export_trust_root(world.chain, [world.log_id], NOW)

    identity, final = world.chain.identity(), world.chain.final_block()
    assert (root.chain.chain_id, root.chain.genesis_hash) == (identity.chain_id, identity.genesis_hash)
    assert root.chain.development
    assert root.party_registry.address == identity.party_registry
    assert root.checkpoint_registry.code_hash == identity.checkpoint_registry_code_hash
    (log,) = root.logs
    assert (log.log_id, log.origin, log.key.public_key) == (world.log_id, ORIGIN, LOG_KEY)
    assert log.owner == world.owner and log.successor is None and log.heads_complete
    assert [(head.tree_size, head.root_hash) for head in log.heads] == [(1, FIRST), (2, SECOND)]
    assert [type(fact.announcement).__name__ for fact in root.facts] == ["RootAuthorityChanged", "AuthorityAccredited"]
    assert (root.as_of.block, root.as_of.block_hash, root.as_of.time) == (final.number, final.block_hash, final.time)
    assert root.as_of.finality == f"depth {DEPTH}"
    assert parse_trust_root(dump_trust_root(root)) == root


def test_holds_nothing_that_is_not_final(world: ChainWorld) -> None:
    anchor(world, 1, FIRST, [])
    world.controls.mine(DEPTH)
    anchor(world, 2, SECOND, [hash_of("second")])
    world.registrar.accredit_authority(world.root, party("authority"), "DE", world.owner, "Trade Authority")
    successor = open_log(world.chain, world.transactor, world.owner, "log.example/two", LOG_KEY, world.anchorer)
    world.act(world.owner, "closeLog", world.log_id, successor)

    root = export_trust_root(world.chain, [world.log_id], NOW)

    assert len(root.facts) in (1, 2)  # the accreditation stands two blocks below the latest or one above
    assert root.logs[0].successor is None
    assert all(head.block <= root.as_of.block for head in root.logs[0].heads)
    assert all(fact.block <= root.as_of.block for fact in root.facts)
    world.controls.mine(DEPTH)
    assert export_trust_root(world.chain, [world.log_id], NOW).logs[0].successor == successor


def test_a_late_compromise_is_in_the_next_one(world: ChainWorld) -> None:
    cold, key = world.others[0], world.others[1]
    world.registrar.accredit_authority(world.root, party("authority"), "DE", cold, "Trade Authority")
    world.registrar.add_key(cold, party("authority"), key)
    world.controls.mine(DEPTH)
    before = export_trust_root(world.chain, [world.log_id], NOW)
    world.registrar.declare_compromise(cold, key, UnixTime(5))
    world.controls.mine(DEPTH)
    after = export_trust_root(world.chain, [world.log_id], NOW)

    assert after.facts[:-1] == before.facts
    assert after.facts[-1].announcement == KeyCompromised(party("authority"), key, 5)
    assert after.hash != before.hash


def test_says_how_long_it_serves(world: ChainWorld) -> None:
    world.controls.mine(DEPTH)
    usual = export_trust_root(world.chain, [world.log_id], NOW)
    short = export_trust_root(world.chain, [world.log_id], NOW, Validity(60, 120))

    assert (usual.issued_at, usual.stale_after, usual.expires_at) == (
        NOW, NOW + STALE_AFTER_SECONDS, NOW + EXPIRES_AFTER_SECONDS
    )  # fmt: skip
    assert (short.stale_after, short.expires_at) == (NOW + 60, NOW + 120)


def test_a_log_that_was_never_opened_is_not_found(world: ChainWorld) -> None:
    with pytest.raises(NotFoundError):
        export_trust_root(world.chain, [LogId(hash_of("no log"))], NOW)


def test_a_silent_chain_is_no_answer(world: ChainWorld) -> None:
    with world.controls.outage(), pytest.raises(ChainUnavailableError):
        export_trust_root(world.chain, [world.log_id], NOW)
