"""JSON-RPC to a node of one network: no answer is believed that does not come with proof of the network.

Chain id and first block are asked in the same request as the calls themselves, so another node that took over the
address cannot slip in behind a kept connection. A transaction reaches it all the same; the chain id that is signed
with it (EIP-155) keeps it from counting there.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.adapters.json_rpc import Call, JsonRpc, Outcome, result_of
from ledger.adapters.rpc_values import hash32, hexed, member, object_of, quantity
from ledger.errors import ChainUnavailableError
from ledger.ports import NetworkIdentity
from ledger.types import Hash32, JsonValue

_PROOF: tuple[Call, ...] = (("eth_chainId", ()), ("eth_getBlockByNumber", ("0x0", False)))
_DEVELOPMENT_CLIENTS = ("anvil", "hardhat", "ganache")


class AnotherChainError(ChainUnavailableError):
    """Who answers is a node of another network."""

    def __init__(self, chain_id: int, genesis: Hash32) -> None:
        super().__init__(f"another chain answers: id {chain_id}, first block {hexed(genesis)}")


class ProvenRpc(JsonRpc):
    """A node of the ``expected`` network; without one, of the network that answers first."""

    def __init__(self, url: str, expected: NetworkIdentity | None, timeout: float) -> None:
        super().__init__(url, timeout)
        self._network = expected

    def network(self) -> NetworkIdentity:
        """Return what tells the network from any other."""
        if self._network is None:
            *proof, client = super().outcomes([*_PROOF, ("web3_clientVersion", ())])
            self._network = NetworkIdentity(*_proven(*proof), development=_is_development(result_of(client)))
        return self._network

    def pin(self, network: NetworkIdentity) -> None:
        """Believe no other network from now on."""
        self._network = network

    def outcomes(self, calls: Sequence[Call]) -> list[Outcome]:
        expected = self.network()
        chain_id, genesis, *answers = super().outcomes([*_PROOF, *calls])
        proven = _proven(chain_id, genesis)
        if proven != (expected.chain_id, expected.genesis_hash):
            raise AnotherChainError(*proven)
        return answers


def _proven(chain_id: Outcome, first_block: Outcome) -> tuple[int, Hash32]:
    genesis = member(object_of(result_of(first_block), "a block"), "hash")
    return quantity(result_of(chain_id), "the chain id"), hash32(genesis, "the block hash")


def _is_development(client: JsonValue) -> bool:
    return isinstance(client, str) and client.lower().startswith(_DEVELOPMENT_CLIENTS)
