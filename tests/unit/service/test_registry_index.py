"""The registry as read from the chain: up to date, through reorganisations, an older view undisturbed."""

from __future__ import annotations

import pytest

from ledger.domain.tenure import Moment
from ledger.errors import ChainUnavailableError, MalformedError
from ledger.ports import RegistryCall
from ledger.service.registry import NO_CLAIM_BEFORE, RegistryIndex
from ledger.service.transactions import Transactor
from ledger.types import UnixTime
from tests.adapters.chains import ChainWorld, memory_world
from tests.builders import party

FOR_EVER = UnixTime(2**53 - 1)


@pytest.fixture
def world() -> ChainWorld:
    world = memory_world()
    cold = world.others[0]
    world.registrar.accredit_authority(world.root, party("authority"), "DE", cold, "Trade Authority")
    world.registrar.accredit_party(cold, party("maker"), "DE", cold, "Maker")
    return world


class TestIndex:
    def test_is_as_of_the_latest_block(self, world: ChainWorld) -> None:
        index = RegistryIndex(world.chain)
        now, latest = index.refresh(), world.latest()

        assert now.at == Moment(latest.number, latest.time)
        assert now.registry.name(party("maker")) == "Maker"

    def test_reads_the_chain_the_first_time_it_is_asked(self, world: ChainWorld) -> None:
        assert RegistryIndex(world.chain).now().registry.party(party("maker")) is not None

    def test_asks_the_chain_only_to_refresh(self, world: ChainWorld) -> None:
        index = RegistryIndex(world.chain)
        index.refresh()
        with world.controls.outage():
            assert index.now().registry.party(party("maker")) is not None
            with pytest.raises(ChainUnavailableError):
                index.refresh()
            assert index.now().registry.party(party("maker")) is not None

    def test_a_view_stays_as_it_was(self, world: ChainWorld) -> None:
        index = RegistryIndex(world.chain)
        before = index.refresh()
        world.registrar.accredit_party(world.others[0], party("courier"), "DE", world.others[0], "Courier")

        assert index.refresh().registry.party(party("courier")) is not None
        assert before.registry.party(party("courier")) is None

    def test_forgets_what_stood_in_blocks_that_are_gone(self, world: ChainWorld) -> None:
        index = RegistryIndex(world.chain)
        index.refresh()
        world.controls.reorganise(1)
        world.controls.mine(3)

        now = index.refresh()
        assert now.registry.party(party("maker")) is None and now.registry.party(party("authority")) is not None

    def test_agrees_with_one_that_reads_everything(self, world: ChainWorld) -> None:
        index = RegistryIndex(world.chain)
        for name in ("a", "b", "c"):
            world.registrar.accredit_party(world.others[0], party(name), "DE", world.others[0], name)
            index.refresh()
        fresh = RegistryIndex(world.chain).refresh()
        assert all(index.now().registry.name(party(n)) == fresh.registry.name(party(n)) == n for n in ("a", "b", "c"))


class TestPrefixHint:
    def test_is_the_claim_just_before(self, world: ChainWorld) -> None:
        cold = world.others[0]
        assert world.index.prefix_hint(4012345, 7) == NO_CLAIM_BEFORE
        for prefix in ("0400001", "4012345", "4099999000000"[:12]):
            world.registrar.claim_prefix(cold, party("maker"), prefix)

        assert world.index.prefix_hint(300, 4) == NO_CLAIM_BEFORE  # 0300
        assert world.index.prefix_hint(4000000, 7) == 400_001 * 10**6
        assert world.index.prefix_hint(4012345, 7) == 400_001 * 10**6  # a claim is not before itself
        assert world.index.prefix_hint(4050000, 7) == 4_012_345 * 10**6
        world.registrar.release_prefix(cold, "4012345")
        assert world.index.prefix_hint(4050000, 7) == 400_001 * 10**6

    @pytest.mark.parametrize("prefix", ["", "123", "12345678901234", "40a2345", "-123456", "٤٠١٢٣٤٥"])
    def test_what_is_no_prefix_is_refused(self, world: ChainWorld, prefix: str) -> None:
        with pytest.raises(MalformedError):
            world.registrar.claim_prefix(world.others[0], party("maker"), prefix)

    @pytest.mark.parametrize("jurisdiction", ["", "D", "DEU", "de", "Ä1"])
    def test_what_is_no_jurisdiction_is_refused(self, world: ChainWorld, jurisdiction: str) -> None:
        with pytest.raises(MalformedError):
            world.registrar.grant_role(
                world.others[0], party("maker"), "seller", jurisdiction, UnixTime(0), FOR_EVER
            )  # fmt: skip


class TestTransactor:
    def call(self, world: ChainWorld, name: str) -> RegistryCall:
        arguments = (party(name), b"DE", world.others[0], name)
        return RegistryCall("PartyRegistry", "accreditParty", arguments)

    def run(self, world: ChainWorld, transactor: Transactor, name: str = "x") -> bool:
        cold, call = world.others[0], self.call(world, name)
        return transactor.run(
            name, cold, lambda nonce, fees: world.chain.call_transaction(call, cold, nonce, fees)
        ).succeeded

    def test_offers_more_when_it_is_not_mined(self, world: ChainWorld) -> None:
        pauses: list[float] = []

        def pause(seconds: float) -> None:
            pauses.append(seconds)
            if sum(pauses) > 2:
                world.controls.mine()

        world.controls.hold()
        assert self.run(world, Transactor(world.chain, world.signer, pause, raise_after=1.0))
        assert world.index.refresh().registry.party(party("x")) is not None

    def test_gives_up_in_the_end(self, world: ChainWorld) -> None:
        world.controls.hold()
        transactor = Transactor(world.chain, world.signer, lambda _: None, give_up_after=60.0)
        with pytest.raises(ChainUnavailableError, match="may still be"):
            self.run(world, transactor)

    def test_says_when_another_took_its_nonce(self, world: ChainWorld) -> None:
        def pause(_: float) -> None:
            if world.index.refresh().registry.party(party("y")) is None:
                world.controls.lose_pool()
                world.controls.release()
                self.run(world, Transactor(world.chain, world.signer), "y")

        world.controls.hold()
        with pytest.raises(ChainUnavailableError, match="another transaction"):
            self.run(world, Transactor(world.chain, world.signer, pause))
