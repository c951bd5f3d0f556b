"""Whether several nodes say the same, and what they say: the rules, by method, over answers that are there already.

What decides something must be the same in all answers, compared by the members that decide and in one spelling. A node
that has not come to a block yet has nothing to say about it. Asking them is left to `several_nodes`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.adapters.json_rpc import Call, NodeError, Outcome, result_of
from ledger.adapters.rpc_values import quantity
from ledger.errors import ChainUnavailableError
from ledger.types import JsonValue

WRITES: Final = frozenset({"eth_sendRawTransaction", "anvil_setBalance"})
"""Sent to all; one node that takes it is enough."""

_ANY_WILL_DO: Final = frozenset({"eth_feeHistory", "web3_clientVersion"})
"""A remark on the network that decides nothing: the first node's is taken."""

_DECIDING: Final[Mapping[str, tuple[str, ...]]] = {
    "eth_getBlockByNumber": ("number", "hash", "timestamp"),
    "eth_getLogs": ("address", "topics", "data", "blockNumber", "blockHash", "logIndex", "transactionHash"),
    "eth_getTransactionByHash": ("from", "to", "nonce", "input"),
    "eth_getTransactionReceipt": ("blockNumber", "blockHash", "status", "contractAddress", "gasUsed"),
}
"""The members that decide something; clients differ in the others."""

_ABOUT: Final[Mapping[str, str]] = {
    "eth_call": "what a contract answers",
    "eth_estimateGas": "whether a call would revert",
    "eth_getBalance": "a balance",
    "eth_getBlockByNumber": "block",
    "eth_getCode": "the code at an address",
    "eth_getLogs": "the events of blocks",
    "eth_getTransactionByHash": "a transaction",
    "eth_getTransactionCount": "the nonce of an account",
    "eth_getTransactionReceipt": "the receipt of a transaction",
}


class NodesDisagreeError(ChainUnavailableError):
    """Nodes of one network contradict one another; whose word is true is not for this software to guess."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What one node answers to one call, and the height it was at."""

    node: str
    height: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Settled:
    """The common answer, and the nodes that had none though another had."""

    outcome: Outcome
    without: tuple[tuple[str, NodeError], ...] = ()


def settle(call: Call, replies: Sequence[Reply]) -> Settled:
    """Return what the nodes say as one; `NodesDisagreeError` names them and what they disagree about."""
    method, _ = call
    if method in WRITES:
        return Settled(_accepted(replies))
    if method in _ANY_WILL_DO:
        return Settled(_first([reply for reply in replies if not isinstance(reply.outcome, NodeError)] or replies))
    replies = _who_can_know(call, replies)
    troubles = [(reply.node, trouble) for reply in replies if (trouble := _trouble(method, reply.outcome)) is not None]
    told = [reply for reply in replies if _trouble(method, reply.outcome) is None]
    if troubles and (not told or _can_be_halved(call)):
        return Settled(troubles[0][1])
    _require_one_answer(call, told)
    return Settled(_highest(told) if method == "eth_estimateGas" else _first(told), tuple(troubles))


def _accepted(replies: Sequence[Reply]) -> Outcome:
    """Return a node's consent, also where it has the transaction already; else the first refusal."""
    for reply in replies:
        if not isinstance(reply.outcome, NodeError) or reply.outcome.has_it_already:
            return reply.outcome
    return _first(replies)


def _who_can_know(call: Call, replies: Sequence[Reply]) -> Sequence[Reply]:
    """Return the replies but those of nodes that are not there yet; all, if no node is."""
    method, _ = call
    found = [reply for reply in replies if reply.outcome is not None]
    if method == "eth_getTransactionByHash":  # a pool need not have heard of it
        return found or replies
    if method == "eth_getTransactionReceipt":
        needed = _mined_at(found)
        return [reply for reply in replies if reply in found or reply.height >= needed]
    needed = _block_of(call)
    is_there = method == "eth_getBlockByNumber"  # it came there since its height was asked
    return [reply for reply in replies if reply.height >= needed or (is_there and reply in found)] or replies


def _mined_at(found: Sequence[Reply]) -> int:
    blocks = (reply.outcome.get("blockNumber") for reply in found if isinstance(reply.outcome, dict))
    return max((quantity(block, "the block number") for block in blocks), default=0)


def _block_of(call: Call) -> int:
    """Return the highest block that the answer depends on, 0 where the call names none."""
    method, parameters = call
    if method == "eth_getLogs":
        return _blocks_of_query(parameters[0])[1]
    place = 0 if method == "eth_getBlockByNumber" else 1
    named = parameters[place] if place < len(parameters) else None
    return quantity(named, "a block") if isinstance(named, str) and named.startswith("0x") else 0


def _blocks_of_query(query: JsonValue) -> tuple[int, int]:
    query = query if isinstance(query, dict) else {}
    return quantity(query.get("fromBlock"), "a block"), quantity(query.get("toBlock"), "a block")


def _trouble(method: str, outcome: Outcome) -> NodeError | None:
    """Return the node's own trouble; a result is none, nor is a revert, which is about the chain."""
    if not isinstance(outcome, NodeError):
        return None
    return None if method in ("eth_call", "eth_estimateGas") and outcome.is_revert else outcome


def _can_be_halved(call: Call) -> bool:
    """Whether the caller will ask for less when a node refuses this much."""
    method, parameters = call
    if method != "eth_getLogs":
        return False
    first, last = _blocks_of_query(parameters[0])
    return first < last


def _require_one_answer(call: Call, replies: Sequence[Reply]) -> None:
    said: dict[str, list[str]] = {}
    for reply in replies:
        said.setdefault(_gist(call[0], reply.outcome), []).append(reply.node)
    if len(said) > 1:
        sides = "; ".join(" and ".join(nodes) for nodes in said.values())
        raise NodesDisagreeError(f"the nodes disagree about {_about(call)}: {sides}")


def _about(call: Call) -> str:
    method, parameters = call
    words = _ABOUT.get(method, method)
    if method == "eth_getLogs":
        first, last = _blocks_of_query(parameters[0])
        return f"{words} {first} to {last}"
    return f"{words} {_block_of(call)}" if method == "eth_getBlockByNumber" else words


def _gist(method: str, outcome: Outcome) -> str:
    """Return what decides in an answer, in one spelling."""
    if method == "eth_estimateGas":  # estimates differ, whether there is one may not
        return "a revert" if isinstance(outcome, NodeError) else "an estimate"
    if isinstance(outcome, NodeError):
        return f"a revert with {outcome.data}"
    members = _DECIDING.get(method)
    if isinstance(outcome, list):
        return json.dumps(sorted(json.dumps(_reduced(entry, members)) for entry in outcome))
    return json.dumps(_reduced(outcome, members))


def _reduced(value: JsonValue, members: tuple[str, ...] | None) -> JsonValue:
    if isinstance(value, str):
        return value.lower()
    if isinstance(value, list):
        return [_reduced(each, None) for each in value]
    if isinstance(value, dict):
        return {name: _reduced(value.get(name), None) for name in members or sorted(value)}
    return value


def _first(replies: Sequence[Reply]) -> Outcome:
    return replies[0].outcome


def _highest(replies: Sequence[Reply]) -> Outcome:
    if isinstance(replies[0].outcome, NodeError):
        return replies[0].outcome
    return max((result_of(reply.outcome) for reply in replies), key=lambda value: quantity(value, "the gas estimate"))
