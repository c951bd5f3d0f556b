"""When a block is final: a policy per network, since a node's tag says little about a chain of one's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ledger.adapters.ethereum_network import EthereumNetwork, read_block
from ledger.errors import ChainUnavailableError, MalformedError
from ledger.ports import Block

_DEPTH = re.compile("depth:(0|[1-9][0-9]{0,5})")


class Finality(Protocol):
    """A policy; its ``str`` is for people."""

    def final_block(self, network: EthereumNetwork) -> Block:
        """Return the newest block that is final now."""


@dataclass(frozen=True, slots=True)
class Depth:
    """A block is final with ``blocks`` on top: for networks that reorganise, but not that deep."""

    blocks: int

    def __str__(self) -> str:
        return f"depth {self.blocks}"

    def final_block(self, network: EthereumNetwork) -> Block:
        return _canonical(network, max(0, network.latest_block().number - self.blocks))


@dataclass(frozen=True, slots=True)
class FinalizedTag:
    """A block is final when the node's consensus says so: proof of stake, QBFT."""

    def __str__(self) -> str:
        return "finalized tag"

    def final_block(self, network: EthereumNetwork) -> Block:
        return read_block(network.rpc.call("eth_getBlockByNumber", "finalized", False))


@dataclass(frozen=True, slots=True)
class DurableHeight:
    """A block is final when a development chain will still have it after a crash."""

    durable_block: Callable[[], Block]

    def __str__(self) -> str:
        return "devnet durable height"

    def final_block(self, network: EthereumNetwork) -> Block:
        durable = self.durable_block()
        if _canonical(network, durable.number) != durable:
            raise ChainUnavailableError("the development chain does not have its durable block")
        return durable


def parse_finality(text: str, durable_block: Callable[[], Block] | None = None) -> Finality:
    """Return the policy that a setting names: "finalized", "depth:N", or "devnet" on a development chain."""
    depth = _DEPTH.fullmatch(text)
    if depth is not None:
        return Depth(int(depth[1]))
    if text == "finalized":
        return FinalizedTag()
    if text == "devnet" and durable_block is not None:
        return DurableHeight(durable_block)
    raise MalformedError(
        "/finality", '"finalized", "depth:N" or, for its own development chain, "devnet"', "another policy"
    )


def _canonical(network: EthereumNetwork, number: int) -> Block:
    block = network.block(number)
    if block is None:
        raise ChainUnavailableError(f"the node has no block {number}")
    return block
