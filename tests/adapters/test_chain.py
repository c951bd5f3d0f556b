"""What every `Chain` does: the one in memory, a real anvil, and that anvil asked as two nodes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator

import pytest

from ledger.adapters.devnet import Devnet
from ledger.codec.key_binding import KeyBinding
from ledger.codec.merkle import leaf_hash
from ledger.codec.tree import EMPTY_EDGE, Edge, append, consistency_proof
from ledger.domain.facts import parse_fact
from ledger.domain.parties import replay
from ledger.domain.tenure import Moment
from ledger.errors import AnchorRefusedError, ChainUnavailableError, RegistryRefusedError
from ledger.ports import AnchoredHead, Chain
from ledger.service.deploy import dump_deployment, open_log, parse_deployment
from ledger.types import Address, Hash32, LogId, PartyId, UnixTime
from tests.adapters.chains import DEPTH, LOG_KEY, MIN_INTERVAL, ORIGIN, ChainWorld, anvil_world, memory_world
from tests.adapters.proxy import Proxy
from tests.builders import hash_of, party

FOR_EVER = UnixTime(2**53 - 1)


@pytest.fixture(scope="session")
def devnet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Devnet]:
    with Devnet(tmp_path_factory.mktemp("devnet")) as running:
        yield running


@pytest.fixture(scope="session")
def proxy(devnet: Devnet) -> Iterator[Proxy]:
    with Proxy(devnet.url) as passing_through:
        yield passing_through


@pytest.fixture(params=["memory", "anvil", "two nodes"])
def world(request: pytest.FixtureRequest) -> Iterator[ChainWorld]:
    if request.param == "memory":
        yield memory_world()
        return
    devnet = request.getfixturevalue("devnet")
    urls = devnet.url
    if request.param == "two nodes":
        urls += "," + request.getfixturevalue("proxy").url
    with anvil_world(devnet, urls=urls) as on_anvil:
        yield on_anvil


class Tree:
    """A log's tree, and the proofs between its sizes."""

    def __init__(self, name: str = "record") -> None:
        self.edges: list[Edge] = [EMPTY_EDGE]
        self._tiles: dict[tuple[int, int], bytes] = {}
        for number in range(20):
            edge, tiles = append(self.edges[-1], [leaf_hash(hash_of(f"{name} {number}"))])
            self._tiles.update({(tile.level, tile.index): data for tile, data in tiles.items()})
            self.edges.append(edge)

    def root(self, size: int) -> Hash32:
        return self.edges[size].root_hash

    def proof(self, size1: int, size2: int) -> list[Hash32]:
        return consistency_proof(size1, size2, lambda tile: self._tiles[tile.level, tile.index])


TREE = Tree()


def anchor(world: ChainWorld, size: int) -> AnchoredHead:
    last = world.chain.head(world.log_id)
    if last is not None:
        world.controls.pass_time(MIN_INTERVAL)
    proof = TREE.proof(last.tree_size, size) if last else []
    assert world.mined(world.send_anchor(size, TREE.root(size), proof)).succeeded
    head = world.chain.head(world.log_id)
    assert head is not None
    return head


class TestNetwork:
    def test_has_an_identity(self, world: ChainWorld) -> None:
        network, identity = world.chain.network(), world.chain.identity()

        assert network == world.deployment.network and network.development
        first = world.chain.block(0)
        assert first is not None and first.block_hash == identity.genesis_hash == network.genesis_hash
        assert identity.chain_id == network.chain_id
        assert identity.party_registry_code_hash == world.chain.code_hash(identity.party_registry)
        assert world.chain.code_hash(Address(b"\x99" * 20)) is None

    def test_has_blocks_up_to_its_latest(self, world: ChainWorld) -> None:
        latest = world.latest()

        assert world.chain.block(latest.number) == latest
        assert world.chain.block(latest.number + 1) is None
        assert world.chain.first_block() <= latest.number

    def test_knows_what_an_account_can_pay_with(self, world: ChainWorld) -> None:
        account = Address(secrets.token_bytes(20))
        before = world.chain.balance(account)
        world.controls.fund(account, 7 * 10**18 + 1)

        assert (before, world.chain.balance(account)) == (0, 7 * 10**18 + 1)

    def test_counts_mined_transactions(self, world: ChainWorld) -> None:
        before = world.chain.nonce(world.anchorer)
        world.controls.hold()
        sent = world.send_anchor(3, TREE.root(3), [])

        assert world.chain.receipt(sent) is None and world.chain.nonce(world.anchorer) == before
        world.controls.mine()
        assert world.mined(sent).succeeded and world.chain.nonce(world.anchorer) == before + 1
        assert world.chain.sent_by(sent) == (world.anchorer, before)
        assert world.chain.sent_by(hash_of("nothing")) is None

    def test_takes_the_same_bytes_again(self, world: ChainWorld) -> None:
        world.controls.hold()
        raw = world.raw_anchor(3, TREE.root(3), [])
        sent = world.chain.broadcast(raw)

        assert world.chain.broadcast(raw) == sent == world.chain.hash_of(raw)
        world.controls.mine()
        world.mined(sent)
        assert world.chain.broadcast(raw) == sent
        assert len(world.chain.heads(world.log_id, 0, world.latest().number)) == 1

    def test_mines_the_replacement_in_its_place(self, world: ChainWorld) -> None:
        world.controls.hold()
        raw = world.raw_anchor(3, TREE.root(3), [])
        first = world.chain.broadcast(raw)
        replacement = world.chain.replacement_transaction(raw, world.chain.fees())
        second = world.chain.broadcast(world.signer.sign_transaction(world.anchorer, replacement))
        world.controls.mine()

        assert world.mined(second).succeeded
        assert world.chain.receipt(first) is None

    def test_tells_why_a_mined_transaction_reverted(self, world: ChainWorld) -> None:
        world.controls.hold()
        stale = world.raw_anchor(3, TREE.root(3), [])
        world.controls.mine()
        takes_over = world.chain.replacement_transaction(stale, world.chain.fees())
        assert takes_over["nonce"] == 0
        world.controls.release()
        world.act(world.owner, "replaceAnchorer", world.log_id, world.others[0])

        receipt = world.mined(world.chain.broadcast(stale))

        assert not receipt.succeeded and receipt.revert_reason.startswith("NotAnchorer(")

    def test_is_final_with_blocks_on_top(self, world: ChainWorld) -> None:
        assert world.chain.finality() == f"depth {DEPTH}"
        world.controls.mine(3)
        final, latest = world.chain.final_block(), world.latest()

        assert final.number == latest.number - DEPTH and world.chain.block(final.number) == final
        world.controls.mine()
        assert world.chain.final_block().number == final.number + 1

    def test_never_takes_back_what_was_final(self, world: ChainWorld) -> None:
        world.controls.mine(3)
        world.chain.final_block()
        world.controls.reorganise(DEPTH)
        world.chain.final_block()
        world.controls.reorganise(DEPTH + 2)

        with pytest.raises(ChainUnavailableError, match="was final"):
            world.chain.final_block()

    def test_a_silent_node_is_no_answer(self, world: ChainWorld) -> None:
        head = anchor(world, 3)
        questions: list[Callable[[Chain], object]] = [
            lambda chain: chain.identity(),
            lambda chain: chain.latest_block(),
            lambda chain: chain.final_block(),
            lambda chain: chain.head(world.log_id),
            lambda chain: chain.facts(0, 1),
            lambda chain: chain.nonce(world.anchorer),
            lambda chain: chain.balance(world.anchorer),
            lambda chain: chain.receipt(head.transaction),
        ]
        with world.controls.outage():
            for question in questions:
                with pytest.raises(ChainUnavailableError):
                    question(world.chain)

        assert world.chain.head(world.log_id) == head


class TestDeployment:
    def test_survives_in_a_file(self, world: ChainWorld) -> None:
        assert parse_deployment(dump_deployment(world.deployment)) == world.deployment

    def test_opens_a_log_once(self, world: ChainWorld) -> None:
        before = world.latest()

        again = open_log(world.chain, world.transactor, world.owner, ORIGIN, LOG_KEY, world.anchorer)

        assert again == world.log_id and world.latest() == before

    def test_a_log_says_what_it_is(self, world: ChainWorld) -> None:
        assert world.chain.log_parameters(world.log_id) == {
            "origin": ORIGIN,
            "logKey": "0x" + LOG_KEY.hex(),
            "owner": "0x" + world.owner.hex(),
            "successor": None,
        }
        assert world.chain.log_parameters(LogId(hash_of("no log"))) is None
        assert world.chain.log_parameters(world.log_id, 0) is None

    def test_a_closed_log_names_its_successor_from_its_block_on(self, world: ChainWorld) -> None:
        anchor(world, 3)
        successor = open_log(world.chain, world.transactor, world.owner, "log.example/two", LOG_KEY, world.anchorer)
        closed = world.act(world.owner, "closeLog", world.log_id, successor).block.number

        def successor_at(block: int) -> object:
            parameters = world.chain.log_parameters(world.log_id, block)
            assert parameters is not None
            return parameters["successor"]

        assert successor_at(closed) == "0x" + successor.hex() and successor_at(closed - 1) is None
        with pytest.raises(AnchorRefusedError, match=r"LogIsClosed\("):
            world.send_anchor(5, TREE.root(5), TREE.proof(3, 5))


class TestAnchors:
    def test_a_log_without_a_head(self, world: ChainWorld) -> None:
        assert world.chain.head(world.log_id) is None
        assert world.chain.heads(world.log_id, 0, world.latest().number) == ()

    def test_heads_stand_where_they_were_anchored(self, world: ChainWorld) -> None:
        heads = [anchor(world, size) for size in (1, 2, 7, 20)]

        assert world.chain.heads(world.log_id, 0, world.latest().number) == tuple(heads)
        assert world.chain.heads(world.log_id, heads[1].block, heads[2].block) == tuple(heads[1:3])
        for head, size in zip(heads, (1, 2, 7, 20), strict=True):
            block = world.chain.block(head.block)
            assert block is not None and block.time == head.time
            assert (head.tree_size, head.root_hash) == (size, TREE.root(size))
            receipt = world.chain.receipt(head.transaction)
            assert receipt is not None and receipt.succeeded and receipt.block == block

    @pytest.mark.parametrize(
        ("size", "root", "proof", "error"),
        [
            (6, TREE.root(6), TREE.proof(7, 20), "Shrunk(7, 6)"),
            (7, TREE.root(6), [], f"Fork(7, 0x{TREE.root(7).hex()}, 0x{TREE.root(6).hex()})"),
            (20, TREE.root(19), TREE.proof(7, 20), "NotConsistent(7, 20)"),
            (20, TREE.root(20), [], "ProofTooShort(0)"),
        ],
    )
    def test_only_a_head_that_extends_the_last_is_taken(
        self, world: ChainWorld, size: int, root: Hash32, proof: list[Hash32], error: str
    ) -> None:
        anchor(world, 7)
        world.controls.pass_time(MIN_INTERVAL)
        with pytest.raises(AnchorRefusedError) as refusal:
            world.send_anchor(size, root, proof)
        assert refusal.value.reason == error

    def test_the_next_head_may_come_too_soon(self, world: ChainWorld) -> None:
        head = anchor(world, 7)
        with pytest.raises(AnchorRefusedError) as refusal:
            world.send_anchor(20, TREE.root(20), TREE.proof(7, 20))
        assert refusal.value.reason == f"TooSoon({head.time + MIN_INTERVAL})"

    def test_only_the_anchorer_anchors(self, world: ChainWorld) -> None:
        with pytest.raises(AnchorRefusedError, match=r"NotAnchorer\("):
            world.chain.anchor_transaction(
                world.log_id, None, 1, TREE.root(1), [], world.owner, world.chain.nonce(world.owner), world.chain.fees()
            )

    def test_another_head_than_the_last_is_refused(self, world: ChainWorld) -> None:
        first = anchor(world, 3)
        second = anchor(world, 7)
        with pytest.raises(AnchorRefusedError) as refusal:
            world.chain.anchor_transaction(
                world.log_id, first, 20, TREE.root(20), TREE.proof(3, 20), world.anchorer, 9, world.chain.fees()
            )
        assert refusal.value.reason == f"NotLatest(7, {second.time})"

    def test_a_reorganisation_takes_heads_and_receipts_back(self, world: ChainWorld) -> None:
        first = anchor(world, 3)
        second = anchor(world, 7)
        gone = world.chain.block(second.block)
        world.controls.reorganise(world.latest().number - first.block)

        assert world.chain.head(world.log_id) == first
        assert world.chain.receipt(second.transaction) is None
        assert world.chain.block(second.block) != gone


REFUSALS: dict[str, Callable[[ChainWorld], object]] = {
    "NotRootAuthority": lambda w: w.registrar.accredit_authority(w.owner, party("x"), "FR", w.owner, "X"),
    "JurisdictionTaken": lambda w: w.registrar.accredit_authority(w.root, party("x"), "DE", w.owner, "X"),
    "NotAuthority": lambda w: w.registrar.accredit_party(w.owner, party("x"), "DE", w.owner, "X"),
    "PartyExists": lambda w: w.registrar.accredit_party(w.others[0], party("maker"), "DE", w.owner, "X"),
    "UnknownParty": lambda w: w.registrar.end_accreditation(w.root, party("x")),
    "UnknownRole": lambda w: w.registrar.grant_role(w.others[0], party("maker"), "king", "DE", 0, FOR_EVER),
    "EmptyWindow": lambda w: w.registrar.grant_role(w.others[0], party("maker"), "buyer", "DE", 0, 5),
    "NotStanding": lambda w: w.registrar.grant_role(w.others[0], party("x"), "buyer", "DE", 0, FOR_EVER),
    "RoleNotHeld": lambda w: w.registrar.revoke_role(w.others[0], party("maker"), "buyer", "DE"),
    "NotColdKey": lambda w: w.registrar.add_key(w.owner, party("maker"), w.signer.create()),
    "KeyTaken": lambda w: w.registrar.add_key(w.others[0], party("maker"), w.others[3]),
    "UnknownKey": lambda w: w.registrar.revoke_key(w.others[0], w.owner),
    "TimeInFuture": lambda w: w.registrar.declare_compromise(w.others[0], w.others[3], FOR_EVER),
    "NoRecovery": lambda w: w.registrar.cancel_recovery(w.others[0], party("maker")),
    "UnknownClaim": lambda w: w.registrar.release_prefix(w.others[0], "4012345"),
}


class TestFacts:
    def test_every_act_becomes_a_fact(self, world: ChainWorld) -> None:
        act, cold, payer = world.registrar, world.others[0], world.others[1]
        authority, maker, courier = party("authority"), party("maker"), party("courier")
        first, second, third, held = (world.signer.create() for _ in range(4))
        start = world.latest().number + 1
        acts = [
            act.accredit_authority(world.root, authority, "DE", cold, "Trade Authority"),
            act.accredit_party(cold, maker, "DE", cold, "Maker GmbH ✓"),
            act.accredit_party(cold, courier, "DE", cold, "Courier"),
            act.grant_role(cold, maker, "manufacturer", "DE", UnixTime(0), FOR_EVER),
            act.add_key(cold, maker, first),
            act.add_key(cold, courier, held, maker),
            act.rotate_key(cold, first, second),
            act.declare_compromise(cold, first, UnixTime(7)),
            act.revoke_key(cold, second),
            act.begin_recovery(cold, maker, third),
            act.complete_recovery(payer, maker, third),
            act.begin_recovery(cold, courier, world.signer.create()),
            act.cancel_recovery(cold, courier),
            act.claim_prefix(cold, maker, "4012345"),
            act.claim_prefix(cold, courier, "0400001"),
            act.release_prefix(cold, "4012345"),
            act.revoke_role(cold, maker, "manufacturer", "DE"),
            act.end_accreditation(cold, courier),
        ]

        facts = world.chain.facts(start, world.latest().number)

        assert [fact["fact"] for fact in facts] == [
            "AuthorityAccredited",
            "PartyAccredited",
            "PartyAccredited",
            "RoleGranted",
            "KeyAdded",
            "KeyAdded",
            "KeyRotated",
            "KeyCompromised",
            "KeyRevoked",
            "RecoveryBegun",
            "RecoveryCompleted",
            "RecoveryBegun",
            "RecoveryCancelled",
            "PrefixClaimed",
            "PrefixClaimed",
            "PrefixReleased",
            "RoleRevoked",
            "AccreditationEnded",
        ]
        assert [(fact["block"], fact["time"]) for fact in facts] == [(a.block.number, a.block.time) for a in acts]
        assert facts[1] == {
            "fact": "PartyAccredited", "block": acts[1].block.number, "time": acts[1].block.time,
            "party": "0x" + maker.hex(), "jurisdiction": "DE", "accreditor": "0x" + authority.hex(),
            "coldKey": "0x" + cold.hex(), "name": "Maker GmbH ✓",
        }  # fmt: skip
        granted = facts[3]
        assert (granted["validFrom"], granted["validUntil"]) == (acts[3].block.time, FOR_EVER)
        assert facts[6]["oldKeyValidUntil"] == acts[6].block.time + world.deployment.rotation_overlap
        assert facts[13]["digits"] == 4_012_345 and facts[14]["digits"] == 400_001 and facts[14]["length"] == 7
        registry = replay(parse_fact(fact, "") for fact in world.chain.facts(0, world.latest().number))
        now = Moment(world.latest().number, world.latest().time)
        assert registry.holder("0400001123456", now) == courier and registry.holder("4012345123456", now) is None
        assert world.index.refresh().registry.name(maker) == "Maker GmbH ✓"

    def test_facts_start_with_the_root_authority(self, world: ChainWorld) -> None:
        (first,) = world.chain.facts(0, world.latest().number)
        assert first["fact"] == "RootAuthorityChanged" and first["current"] == "0x" + world.root.hex()

    def test_what_the_registry_refuses_is_told_by_name(self, world: ChainWorld) -> None:
        cold = world.others[0]
        world.registrar.accredit_authority(world.root, party("authority"), "DE", cold, "Trade Authority")
        world.registrar.accredit_party(cold, party("maker"), "DE", cold, "Maker")
        world.registrar.add_key(cold, party("maker"), world.others[3])
        for error, act in REFUSALS.items():
            with pytest.raises(RegistryRefusedError) as refusal:
                act(world)
            assert refusal.value.found.startswith(f"{error}(")

    def test_a_key_proves_that_it_is_possessed(self, world: ChainWorld) -> None:
        cold, maker = world.others[0], party("maker")
        world.registrar.accredit_authority(world.root, party("authority"), "DE", cold, "Trade Authority")
        world.registrar.accredit_party(cold, maker, "DE", cold, "Maker")
        by_another = world.registrar.prove_possession(KeyBinding(maker, world.others[1]))
        for_another = world.registrar.prove_possession(KeyBinding(PartyId(party("courier")), world.others[2]))
        for possession in (by_another, for_another):
            with pytest.raises(RegistryRefusedError, match=r"NotPossessed\("):
                world.registrar.add_key(cold, maker, world.others[2], possession=possession)

    def test_a_reorganisation_takes_facts_back(self, world: ChainWorld) -> None:
        before = world.latest().number
        world.registrar.accredit_authority(world.root, party("authority"), "DE", world.owner, "Trade Authority")
        assert world.index.refresh().registry.party(party("authority")) is not None
        world.controls.reorganise(world.latest().number - before)

        assert len(world.chain.facts(0, world.latest().number)) == 1
        assert world.index.refresh().registry.party(party("authority")) is None
