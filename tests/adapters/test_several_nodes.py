"""Several nodes asked as one: what they agree on is believed, who is missing is said, who contradicts is named."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from ledger.adapters import several_nodes
from ledger.adapters.ethereum import EthereumChain
from ledger.adapters.ethereum_finality import Depth, FinalizedTag
from ledger.adapters.ethereum_network import CallRevertedError, EthereumNetwork
from ledger.adapters.json_rpc import NodeError
from ledger.adapters.node_agreement import NodesDisagreeError
from ledger.adapters.several_nodes import SeveralNodes, connect
from ledger.errors import ChainUnavailableError, MalformedError
from ledger.types import Address, Hash32, JsonValue
from tests.adapters.test_chain_ethereum import DEPLOYMENT, GENESIS, LOG, NETWORK, WORD, Node, entry

ACCOUNT = Address(bytes(20))
REGISTRY = "0x" + "01" * 20
HEIGHT = 9
REVERT: JsonValue = {"error": {"code": 3, "message": "execution reverted", "data": "0xdeadbeef"}}


def block(number: int, branch: str = "ab") -> JsonValue:
    return {"number": hex(number), "hash": "0x" + branch * 32, "timestamp": "0x5", "size": "0x220"}


def at_height(node: Node, height: int, branch: str = "ab") -> None:
    """Let a node be this far, with blocks of this branch above the first."""

    def asked(tag: str, _: bool) -> JsonValue:
        number = {"latest": height, "finalized": height - 2}.get(tag) if not tag.startswith("0x") else int(tag, 16)
        assert number is not None
        return GENESIS if number == 0 else block(number, branch) if number <= height else None

    node.answers |= {"eth_blockNumber": hex(height), "eth_getBlockByNumber": asked, "eth_getLogs": []}


@pytest.fixture
def nodes() -> Iterator[list[Node]]:
    running = [Node() for _ in range(3)]
    for node in running:
        at_height(node, HEIGHT)
    yield running
    for node in running:
        if node.thread.is_alive():
            node.stop()


def urls(nodes: list[Node]) -> str:
    return ", ".join(node.url for node in nodes)


@pytest.fixture
def chain(nodes: list[Node]) -> Iterator[EthereumChain]:
    opened = EthereumChain(urls(nodes[:2]), DEPLOYMENT, Depth(2), timeout=2.0)
    yield opened
    opened.close()


def name(nodes: list[Node], place: int) -> str:
    return f"node {place} ({nodes[place - 1].url.removeprefix('http://')})"


def rpc(chain: EthereumChain) -> SeveralNodes:
    assert isinstance(chain.rpc, SeveralNodes)
    return chain.rpc


class TestAgreement:
    def test_what_all_say_is_believed(self, chain: EthereumChain) -> None:
        assert chain.latest_block().number == HEIGHT
        assert chain.final_block().number == HEIGHT - 2
        assert chain.block(HEIGHT + 1) is None
        assert chain.facts(0, HEIGHT) == ()
        assert chain.network() == NETWORK

    def test_clients_may_differ_in_what_decides_nothing(self, nodes: list[Node], chain: EthereumChain) -> None:
        for node, size in zip(nodes, ("0x1", "0x2"), strict=False):
            node.answers["eth_getBlockByNumber"] = lambda number, _, size=size: {**GENESIS, "size": size}
        assert chain.block(0) is not None

    def test_all_nodes_are_asked(self, nodes: list[Node], chain: EthereumChain) -> None:
        chain.block(3)
        assert all(node.calls for node in nodes[:2])

    def test_of_three_nodes_no_majority_decides(self, nodes: list[Node]) -> None:
        at_height(nodes[2], HEIGHT, "cd")
        network = EthereumNetwork(urls(nodes), NETWORK)
        with pytest.raises(NodesDisagreeError) as failure:
            network.block(4)
        assert str(failure.value) == (
            f"the nodes disagree about block 4: {name(nodes, 1)} and {name(nodes, 2)}; {name(nodes, 3)}"
        )
        network.close()

    @pytest.mark.parametrize(
        ("method", "one", "other", "ask", "about"),
        [
            ("eth_getCode", "0x01", "0x02", lambda c: c.code_hash(ACCOUNT), "the code at an address"),
            ("eth_getCode", "0x01", "0x", lambda c: c.code_hash(ACCOUNT), "the code at an address"),
            ("eth_getTransactionCount", "0x1", "0x2", lambda c: c.nonce(ACCOUNT), "the nonce of an account"),
            ("eth_getLogs", [], [entry(address=REGISTRY)], lambda c: c.facts(0, 9), "the events of blocks 0 to 9"),
            ("eth_call", "0x" + "00" * 64, "0x" + "01" * 64, lambda c: c.head(LOG), "what a contract answers"),
            ("eth_call", "0x" + "00" * 64, REVERT, lambda c: c.head(LOG), "what a contract answers"),
            (
                "eth_getTransactionReceipt", None, {"blockNumber": "0x4", "status": "0x1"},
                lambda c: c.receipt(Hash32(bytes(32))), "the receipt of a transaction",
            ),
            (
                "eth_getTransactionByHash", {"from": REGISTRY, "nonce": "0x1"}, {"from": REGISTRY, "nonce": "0x2"},
                lambda c: c.sent_by(Hash32(bytes(32))), "a transaction",
            ),
        ],
    )  # fmt: skip
    def test_a_contradiction_is_named(
        self, nodes: list[Node], chain: EthereumChain, method: str, one: Any, other: Any, ask: Any, about: str
    ) -> None:
        nodes[0].answers[method], nodes[1].answers[method] = one, other
        with pytest.raises(NodesDisagreeError) as failure:
            ask(chain)
        assert str(failure.value) == f"the nodes disagree about {about}: {name(nodes, 1)}; {name(nodes, 2)}"

    def test_honest_nodes_that_differ_for_a_moment_are_asked_again(
        self, nodes: list[Node], chain: EthereumChain
    ) -> None:
        told = iter([block(4, "cd"), block(4)])
        at = nodes[0].answers["eth_getBlockByNumber"]
        assert callable(at)
        nodes[0].answers["eth_getBlockByNumber"] = lambda number, full: (
            next(told) if number == "0x4" else at(number, full)
        )
        assert chain.block(4) is not None

    def test_whether_a_call_would_revert_must_be_agreed_on(self, nodes: list[Node], chain: EthereumChain) -> None:
        def ask() -> JsonValue:
            return chain.build(chain._parties, ACCOUNT, b"", ACCOUNT, 0, chain.fees())["gas"]

        for node in nodes[:2]:
            node.answers |= {"eth_feeHistory": {"baseFeePerGas": ["0x1"], "reward": []}, "eth_estimateGas": REVERT}
        with pytest.raises(CallRevertedError):
            ask()
        nodes[1].answers["eth_estimateGas"] = "0x5208"
        with pytest.raises(NodesDisagreeError, match="whether a call would revert"):
            ask()
        nodes[0].answers["eth_estimateGas"] = "0x5000"
        assert ask() == 21_000 + 21_000 // 4 + 30_000  # the higher estimate


class TestIdentity:
    def test_nodes_of_different_chains_are_no_network(self, nodes: list[Node]) -> None:
        nodes[1].answers["eth_chainId"] = "0x8"
        network = EthereumNetwork(urls(nodes[:2]))
        with pytest.raises(NodesDisagreeError, match="different chains") as failure:
            network.network()
        assert name(nodes, 1) in str(failure.value) and name(nodes, 2) in str(failure.value)
        network.close()

    def test_a_node_of_another_chain_is_not_left_out_but_named(self, nodes: list[Node], chain: EthereumChain) -> None:
        nodes[1].answers["eth_chainId"] = "0x8"
        with pytest.raises(NodesDisagreeError) as failure:
            chain.latest_block()
        assert str(failure.value).startswith(f"{name(nodes, 2)}: another chain answers: id 8")

    def test_a_node_that_comes_later_is_held_to_the_network_of_the_others(self, nodes: list[Node]) -> None:
        network = EthereumNetwork(urls(nodes[:2]), timeout=2.0)
        nodes[1].status = 503
        assert network.network() == NETWORK
        nodes[1].status = 200
        nodes[1].answers["eth_chainId"] = "0x8"
        several = network.rpc
        assert isinstance(several, SeveralNodes)
        several._rests_until.clear()
        with pytest.raises(NodesDisagreeError, match="another chain"):
            network.latest_block()
        network.close()

    @pytest.mark.parametrize("text", ["http://a,http://a", "http://a,", ",", "http://a,ftp://b"])
    def test_urls_that_are_none_or_twice_the_same(self, text: str) -> None:
        with pytest.raises(MalformedError):
            connect(text, NETWORK, 1.0)


class TestSilence:
    @pytest.mark.parametrize("fault", ["status", "gone", "page"])
    def test_the_others_serve_and_it_is_said_once(
        self, nodes: list[Node], chain: EthereumChain, caplog: pytest.LogCaptureFixture, fault: str
    ) -> None:
        if fault == "status":
            nodes[0].status = 503
        elif fault == "page":
            nodes[0].raw = b"<html>"
        else:
            nodes[0].stop()
        with caplog.at_level(logging.WARNING):
            assert [chain.latest_block().number for _ in range(3)] == [HEIGHT] * 3
        assert list(chain.node_faults) == [name(nodes, 1)]
        assert caplog.text.count("is left out") == 1

    def test_it_is_asked_again_after_a_rest(
        self, nodes: list[Node], chain: EthereumChain, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(several_nodes, "REST_SECONDS", 0.0)
        nodes[0].status = 503
        chain.latest_block()
        nodes[0].status = 200
        with caplog.at_level(logging.WARNING):
            chain.latest_block()
        assert rpc(chain).faults == {} and "answers again" in caplog.text

    def test_when_none_answers_each_is_named(self, nodes: list[Node], chain: EthereumChain) -> None:
        for node, status in zip(nodes, (429, 502), strict=False):
            node.status = status
        nodes[0].headers = {"Retry-After": "7"}
        for _ in range(2):
            with pytest.raises(ChainUnavailableError) as failure:
                chain.latest_block()
            assert str(failure.value) == (
                f"{name(nodes, 1)}: the node answers with HTTP status 429 and asks to wait 7 seconds; "
                f"{name(nodes, 2)}: the node answers with HTTP status 502"
            )
        for node in nodes:
            node.status = 200
        assert chain.latest_block().number == HEIGHT

    def test_where_every_node_must_answer_none_is_left_out(self, nodes: list[Node]) -> None:
        nodes[1].status = 503
        chain = EthereumChain(urls(nodes[:2]), DEPLOYMENT, Depth(0), timeout=2.0, every_node=True)
        for _ in range(2):
            with pytest.raises(ChainUnavailableError) as failure:
                chain.latest_block()
            assert str(failure.value) == f"{name(nodes, 2)}: the node answers with HTTP status 503"
        chain.close()

    def test_no_name_shows_more_of_a_url_than_its_host(
        self, nodes: list[Node], caplog: pytest.LogCaptureFixture
    ) -> None:
        hosts = [node.url.removeprefix("http://") for node in nodes]
        secret = EthereumNetwork(
            ",".join(f"http://user:hunter2@{host}/s3cr3t?key=t0ken" for host in hosts), NETWORK, 2.0
        )
        nodes[0].status = 401
        at_height(nodes[1], HEIGHT, "cd")
        with pytest.raises(NodesDisagreeError) as failure:
            secret.latest_block()
        secret.close()
        shown = str(failure.value) + caplog.text
        assert hosts[0] in shown and hosts[1] in shown
        assert not any(word in shown for word in ("hunter2", "s3cr3t", "t0ken"))


class TestLag:
    def test_the_newest_block_is_the_lowest_head(self, nodes: list[Node], chain: EthereumChain) -> None:
        at_height(nodes[1], HEIGHT - 3)
        assert chain.latest_block().number == HEIGHT - 3
        assert rpc(chain).faults == {}
        assert rpc(chain).heights == {name(nodes, 1): HEIGHT, name(nodes, 2): HEIGHT - 3}

    def test_so_is_the_newest_final_block(self, nodes: list[Node]) -> None:
        at_height(nodes[1], HEIGHT - 3)
        chain = EthereumChain(urls(nodes[:2]), DEPLOYMENT, FinalizedTag(), timeout=2.0)
        assert chain.final_block().number == HEIGHT - 5
        chain.close()

    def test_a_node_has_no_say_in_blocks_it_has_not_come_to(self, nodes: list[Node], chain: EthereumChain) -> None:
        at_height(nodes[1], HEIGHT - 3)
        assert chain.block(HEIGHT) is not None
        nodes[0].answers["eth_getLogs"] = [
            entry(address=REGISTRY, topics=["0x" + chain._parties.topic("AccreditationEnded").hex(), WORD])
        ]
        assert len(chain.facts(0, HEIGHT)) == 1

    def test_the_view_stands_still_where_a_node_falls_behind_it(self, nodes: list[Node], chain: EthereumChain) -> None:
        assert chain.latest_block().number == HEIGHT
        at_height(nodes[1], 2)
        at_height(nodes[0], HEIGHT + 5)
        assert chain.latest_block().number == HEIGHT
        at_height(nodes[1], HEIGHT + 1)
        assert chain.latest_block().number == HEIGHT + 1

    def test_the_view_goes_back_where_the_chain_does(self, nodes: list[Node], chain: EthereumChain) -> None:
        assert chain.latest_block().number == HEIGHT
        for node in nodes:
            at_height(node, HEIGHT - 1, "cd")
        assert chain.latest_block().number == HEIGHT - 1


class TestTrouble:
    def test_a_range_that_one_node_refuses_is_asked_for_in_halves(
        self, nodes: list[Node], chain: EthereumChain
    ) -> None:
        limit: JsonValue = {"error": {"code": -32005, "message": "block range too large"}}
        nodes[1].answers["eth_getLogs"] = lambda query: limit if query["fromBlock"] != query["toBlock"] else []
        assert chain.facts(0, HEIGHT) == ()
        assert nodes[1].calls.count("eth_getLogs") > HEIGHT

    def test_a_node_without_the_state_is_left_out(self, nodes: list[Node], chain: EthereumChain) -> None:
        nodes[0].answers["eth_getCode"] = {"error": {"code": -32000, "message": "missing trie node"}}
        nodes[1].answers["eth_getCode"] = "0x01"
        assert chain.code_hash(ACCOUNT) is not None
        assert "missing trie node" in rpc(chain).faults[name(nodes, 1)]

    def test_what_all_refuse_is_refused(self, nodes: list[Node], chain: EthereumChain) -> None:
        for node in nodes:
            node.answers["eth_getTransactionCount"] = {"error": {"code": -32000, "message": "no state"}}
        with pytest.raises(NodeError, match="no state"):
            chain.nonce(ACCOUNT)


class TestWrites:
    RAW = bytes.fromhex("02")

    @pytest.fixture(autouse=True)
    def hashing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("ledger.adapters.ethereum_network.transaction_hash", lambda raw: Hash32(bytes(32)))

    def test_go_to_all(self, nodes: list[Node], chain: EthereumChain) -> None:
        for node in nodes:
            node.answers["eth_sendRawTransaction"] = WORD
        chain.broadcast(self.RAW)
        assert [node.calls.count("eth_sendRawTransaction") for node in nodes] == [1, 1, 0]

    @pytest.mark.parametrize("message", ["transaction underpriced", "already known"])
    def test_one_node_that_takes_it_is_enough(self, nodes: list[Node], chain: EthereumChain, message: str) -> None:
        nodes[0].answers["eth_sendRawTransaction"] = {"error": {"code": -32000, "message": message}}
        nodes[1].answers["eth_sendRawTransaction"] = WORD
        chain.broadcast(self.RAW)

    def test_what_none_takes_is_refused(self, nodes: list[Node], chain: EthereumChain) -> None:
        for node in nodes:
            node.answers["eth_sendRawTransaction"] = {"error": {"code": -32000, "message": "insufficient funds"}}
        with pytest.raises(NodeError, match="insufficient funds"):
            chain.broadcast(self.RAW)
