"""Several nodes of one network, asked as one: what they agree on is the answer, what they do not agree on is none.

Every read goes to all nodes at once and is compared (`node_agreement`), as of a height that all of them have: a node
that lags is no disagreement, and what is newest is the lowest of their heads. A node that does not answer is left out
for a while, and said so; where ``every_node`` must answer, its silence is an error. Nothing is decided by majority.

The view never goes back because one node does: where it falls behind what all had agreed on, the view stands still
until it has caught up. Names of nodes show their host and port and nothing else of a URL.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType
from typing import Final, TypeVar

from ledger.adapters.json_rpc import Call, result_of
from ledger.adapters.node_agreement import WRITES, NodesDisagreeError, Reply, settle
from ledger.adapters.proven_rpc import AnotherChainError, ProvenRpc
from ledger.adapters.rpc_values import member, object_of, quantity
from ledger.errors import ChainUnavailableError, MalformedError
from ledger.ports import NetworkIdentity
from ledger.types import JsonValue

REST_SECONDS: Final = 15.0
"""For how long a node that did not answer is not asked: each time it may cost a whole time-out."""

_ATTEMPTS: Final = 3
"""Honest nodes differ for a moment while the chain moves; liars go on."""

_MOVING: Final = ("latest", "finalized")
_HEIGHT: Final[Call] = ("eth_blockNumber", ())

logger = logging.getLogger(__name__)

Value = TypeVar("Value")


def node_urls(text: str) -> tuple[str, ...]:
    """Return the URLs that a setting names, separated by commas; refuse one that stands twice."""
    urls = tuple(url.strip() for url in text.split(","))
    if len(set(urls)) < len(urls):
        raise MalformedError("/chain_url", "each node once", "one of them twice")
    return urls


def connect(
    urls: str, expected: NetworkIdentity | None, timeout: float, *, every_node: bool = False
) -> ProvenRpc | SeveralNodes:
    """Return the node, or the nodes, that a setting names."""
    first, *others = node_urls(urls)
    if not others:
        return ProvenRpc(first, expected, timeout)
    return SeveralNodes([first, *others], expected, timeout, every_node=every_node)


class SeveralNodes:
    """Nodes of the ``expected`` network; without one, of the network that all of them name. Any thread may ask."""

    def __init__(
        self, urls: Sequence[str], expected: NetworkIdentity | None, timeout: float, *, every_node: bool = False
    ) -> None:
        nodes = [ProvenRpc(url, expected, timeout) for url in urls]
        self._nodes = {f"node {place} ({node.host})": node for place, node in enumerate(nodes, 1)}
        self._network = expected
        self._every_node = every_node
        self._faults: dict[str, str] = {}
        self._heights: dict[str, int] = {}
        self._rests_until: dict[str, float] = {}
        self._agreed: dict[str, int] = {}

    @property
    def timeout(self) -> float:
        """After how many seconds a node counts as silent."""
        return next(iter(self._nodes.values())).timeout

    @timeout.setter
    def timeout(self, seconds: float) -> None:
        for node in self._nodes.values():
            node.timeout = seconds

    @property
    def faults(self) -> Mapping[str, str]:
        """What each node that does not answer last met, by its name; empty when all answer."""
        return MappingProxyType(dict(self._faults))

    @property
    def heights(self) -> Mapping[str, int]:
        """The newest block of each node as last seen: one that lags holds back what all can agree on."""
        return MappingProxyType(dict(self._heights))

    def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        for node in self._nodes.values():
            node.close()

    def network(self) -> NetworkIdentity:
        """Return what tells the network from any other, if all nodes that answer are of it."""
        if self._network is None:
            found = self._of_each(lambda node: node.network())
            names = {(each.chain_id, each.genesis_hash): name for name, each in found.items()}
            if len(names) > 1:
                raise NodesDisagreeError(f"the nodes are of different chains: {'; '.join(names.values())}")
            network = next(iter(found.values()))
            is_development = any(each.development for each in found.values())
            self._network = NetworkIdentity(network.chain_id, network.genesis_hash, is_development)
            for node in self._nodes.values():
                node.pin(self._network)
        return self._network

    def call(self, method: str, *parameters: JsonValue) -> JsonValue:
        """Return what the nodes answer as one; an error object is `NodeError`."""
        return self.batch([(method, parameters)])[0]

    def batch(self, calls: Sequence[Call]) -> list[JsonValue]:
        """Return the results of several calls in their order; the first error object is raised."""
        self.network()
        attempts = 1 if any(method in WRITES for method, _ in calls) else _ATTEMPTS
        for _ in range(attempts - 1):
            try:
                return self._batch(calls)
            except NodesDisagreeError:
                continue
        return self._batch(calls)

    def _batch(self, calls: Sequence[Call]) -> list[JsonValue]:
        placed = self._placed(calls)
        answers = self._of_each(lambda node: node.outcomes([_HEIGHT, *placed]))
        heights = {name: quantity(result_of(found[0]), "the height") for name, found in answers.items()}
        self._heights.update(heights)
        results = []
        for place, call in enumerate(placed, 1):
            settled = settle(call, [Reply(name, heights[name], found[place]) for name, found in answers.items()])
            for name, trouble in settled.without:
                self._note(name, trouble)
            results.append(result_of(settled.outcome))
        return results

    def _placed(self, calls: Sequence[Call]) -> list[Call]:
        """Return the calls with a number for each word that names a moving block: the same for all nodes."""
        words = {word for _, given in calls for word in given if isinstance(word, str) and word in _MOVING}
        numbers = {word: hex(self._common(word)) for word in words}
        return [
            (method, [numbers.get(each, each) if isinstance(each, str) else each for each in given])
            if method != "eth_feeHistory"
            else (method, given)
            for method, given in calls
        ]

    def _common(self, word: str) -> int:
        """Return the newest block of this kind that all nodes have, and never less than they had agreed on before."""
        found = self._of_each(lambda node: node.call("eth_getBlockByNumber", word, False))
        numbers = [
            quantity(member(object_of(block, "a block"), "number"), "the block number") for block in found.values()
        ]
        before = self._agreed.get(word, 0)
        common = before if min(numbers) < before <= max(numbers) else min(numbers)
        self._agreed[word] = common
        return common

    def _of_each(self, ask: Callable[[ProvenRpc], Value]) -> dict[str, Value]:
        """Return what each node answers; `ChainUnavailableError` where none does, or one must and does not."""
        names = self._awake()
        with ThreadPoolExecutor(len(names)) as pool:
            found = dict(zip(names, pool.map(lambda name: _try(ask, self._nodes[name]), names), strict=True))
        for name, answer in found.items():
            if isinstance(answer, AnotherChainError):
                raise NodesDisagreeError(f"{name}: {answer}")
            if isinstance(answer, ChainUnavailableError):
                self._note(name, answer)
            else:
                self._welcome(name)
        answers = {name: each for name, each in found.items() if not isinstance(each, ChainUnavailableError)}
        if not answers:
            raise ChainUnavailableError("; ".join(f"{name}: {fault}" for name, fault in found.items()))
        return answers

    def _awake(self) -> list[str]:
        """Return the nodes worth asking: all where every one must answer, or where none is."""
        now = time.monotonic()
        awake = [name for name in self._nodes if self._rests_until.get(name, now) <= now]
        return awake if awake and not self._every_node else list(self._nodes)

    def _note(self, name: str, fault: ChainUnavailableError) -> None:
        if self._every_node:
            raise ChainUnavailableError(f"{name}: {fault}")
        if name not in self._faults:
            logger.warning("%s is left out: %s", name, fault)
        self._faults[name] = str(fault)
        self._rests_until[name] = time.monotonic() + REST_SECONDS

    def _welcome(self, name: str) -> None:
        if self._faults.pop(name, None) is not None:
            self._rests_until.pop(name, None)
            logger.warning("%s answers again", name)


def _try(ask: Callable[[ProvenRpc], Value], node: ProvenRpc) -> Value | ChainUnavailableError:
    try:
        return ask(node)
    except ChainUnavailableError as error:
        return error
