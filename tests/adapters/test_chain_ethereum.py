"""What only a node by its URL can do: lie, stutter, be another one, and keep its past from us."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ledger.adapters.devnet import Devnet
from ledger.adapters.ethereum import EthereumChain
from ledger.adapters.ethereum_finality import Depth, DurableHeight, FinalizedTag, parse_finality
from ledger.adapters.ethereum_network import EthereumNetwork
from ledger.adapters.json_rpc import JsonRpc, NodeError
from ledger.errors import ChainUnavailableError, MalformedError
from ledger.ports import Block, Deployment, NetworkIdentity
from ledger.types import Address, Hash32, JsonValue, LogId, UnixTime

WORD = "0x" + "ab" * 32
GENESIS = {"number": "0x0", "hash": WORD, "timestamp": "0x5"}
NETWORK = NetworkIdentity(7, Hash32(b"\xab" * 32), development=True)
DEPLOYMENT = Deployment(
    NETWORK, Address(b"\1" * 20), Hash32(b"\1" * 32), Address(b"\2" * 20), Hash32(b"\2" * 32),
    0, Address(b"\3" * 20), 200_000, 5,
)  # fmt: skip
LOG = LogId(b"\4" * 32)


def entry(**changes: JsonValue) -> JsonValue:
    """An event of nobody's in the first block."""
    return {
        "address": "0x" + "03" * 20, "topics": [WORD], "data": "0x", "blockNumber": "0x0", "blockHash": WORD,
        "logIndex": "0x0", "transactionHash": WORD, **changes,
    }  # fmt: skip


class Node:
    """A node that answers what a test wants; ``raw`` is sent instead of a well-formed answer."""

    def __init__(self) -> None:
        self.answers: dict[str, JsonValue | Callable[..., JsonValue]] = {
            "eth_chainId": "0x7",
            "eth_getBlockByNumber": GENESIS,
            "web3_clientVersion": "anvil/v1.7.1",
        }
        self.raw: bytes | None = None
        self.status = 200
        self.headers: dict[str, str] = {}
        self.requests = 0
        self.keeps_alive = True
        self.calls: list[str] = []
        node = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                node.requests += 1
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                body = node.answer(request) if node.raw is None else node.raw
                self.send_response(node.status)
                self.send_header("Content-Length", str(len(body)))
                for name, value in node.headers.items():
                    self.send_header(name, value)
                if not node.keeps_alive:
                    self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def answer(self, request: Any) -> bytes:
        if isinstance(request, list):
            return b"[" + b",".join(self.answer(each) for each in reversed(request)) + b"]"
        self.calls.append(request["method"])
        answer = self.answers[request["method"]]
        value = answer(*request["params"]) if callable(answer) else answer
        member = value if isinstance(value, dict) and "error" in value else {"result": value}
        return json.dumps({"jsonrpc": "2.0", "id": request["id"], **member}).encode()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def node() -> Iterator[Node]:
    running = Node()
    yield running
    running.stop()


@pytest.fixture
def chain(node: Node) -> Iterator[EthereumChain]:
    opened = EthereumChain(node.url, DEPLOYMENT, Depth(0), timeout=2.0)
    yield opened
    opened.close()


class TestFaults:
    @pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 502, 503])
    def test_a_status_that_is_not_200(self, node: Node, chain: EthereumChain, status: int) -> None:
        chain.latest_block()
        node.status = status
        with pytest.raises(ChainUnavailableError, match=str(status)):
            chain.latest_block()

    @pytest.mark.parametrize(
        "raw",
        [
            b"", b"<html>", b"null", b"[]", b"{}", b"7", b'"x"', b"[" * 100_000, b"\xff\xfe", b'{"id":1}',
            b'{"jsonrpc":"2.0","id":999,"result":"0x1"}', b'{"jsonrpc":"2.0","id":null,"result":"0x1"}',
            b"[7]", b"[{}]", b"[[]]", b'[{"id":0,"result":"0x7"}]', b'[{"id":0},{"id":0},{"id":0}]',
            b'[{"id":0},{"id":"1"},{"id":2}]', b'[{"id":0,"result":"0x7"},{"id":1},{"id":2}]',
            b'[{"id":0},{"id":1},{"id":2},{"id":3}]',
        ],
        ids=str,
    )  # fmt: skip
    def test_half_an_answer(self, node: Node, chain: EthereumChain, raw: bytes) -> None:
        chain.latest_block()
        node.raw = raw
        with pytest.raises(ChainUnavailableError):
            chain.latest_block()
        node.raw = None
        assert chain.latest_block() == Block(0, NETWORK.genesis_hash, UnixTime(5))

    @pytest.mark.parametrize("missing", ["number", "hash", "timestamp"])
    @pytest.mark.parametrize("value", [None, 7, "", "0x", "0xzz", "seven", [], {}, "absent"])
    def test_a_member_that_is_missing_or_malformed(
        self, node: Node, chain: EthereumChain, missing: str, value: JsonValue
    ) -> None:
        chain.network()
        chain.latest_block()
        block = {**GENESIS, missing: value} if value != "absent" else {k: v for k, v in GENESIS.items() if k != missing}
        node.answers["eth_getBlockByNumber"] = block
        with pytest.raises(ChainUnavailableError):
            chain.latest_block()

    def test_an_error_object(self, node: Node, chain: EthereumChain) -> None:
        node.answers["eth_getTransactionCount"] = {"error": {"code": -32005, "message": "limit exceeded"}}
        with pytest.raises(NodeError, match="limit exceeded") as failure:
            chain.nonce(Address(bytes(20)))
        assert failure.value.code == -32005

    def test_a_revert_that_no_contract_names(self, node: Node, chain: EthereumChain) -> None:
        node.answers["eth_call"] = {"error": {"code": 3, "message": "execution reverted", "data": "0xdeadbeef"}}
        with pytest.raises(ChainUnavailableError, match="does not name"):
            chain.head(LOG)

    @pytest.mark.parametrize("output", ["0x", "0x00", "0x" + "ff" * 64])
    def test_output_that_does_not_decode(self, node: Node, chain: EthereumChain, output: str) -> None:
        node.answers["eth_call"] = output
        with pytest.raises(ChainUnavailableError):
            chain.head(LOG)

    def test_an_event_that_the_contract_does_not_have(self, node: Node, chain: EthereumChain) -> None:
        node.answers["eth_getLogs"] = [entry(address="0x" + "01" * 20)]
        with pytest.raises(ChainUnavailableError, match="does not have"):
            chain.facts(0, 0)

    @pytest.mark.parametrize(
        ("changes", "match"),
        [
            ({}, "another contract"),
            ({"address": "0x" + "02" * 20}, "other events"),
            ({"address": "0x" + "02" * 20, "topics": []}, "other events"),
            ({"address": None}, "without bytes"),
        ],
    )
    def test_an_answer_to_another_question(
        self, node: Node, chain: EthereumChain, changes: dict[str, JsonValue], match: str
    ) -> None:
        node.answers["eth_getLogs"] = [entry(**changes)]
        with pytest.raises(ChainUnavailableError, match=match):
            chain.heads(LOG, 0, 0)

    def test_an_event_of_another_block_than_asked_for(self, node: Node, chain: EthereumChain) -> None:
        node.answers["eth_getLogs"] = [entry(address="0x" + "01" * 20, blockNumber="0x5")]
        with pytest.raises(ChainUnavailableError, match="other events"):
            chain.facts(0, 4)

    def test_a_node_that_has_not_come_to_the_last_block_asked_for(self, node: Node, chain: EthereumChain) -> None:
        node.answers["eth_getLogs"] = []
        node.answers["eth_getBlockByNumber"] = lambda number, _: GENESIS if number == "0x0" else None
        assert chain.facts(0, 0) == ()
        with pytest.raises(ChainUnavailableError, match="not come to block 3"):
            chain.facts(0, 3)

    def test_nobody_there(self) -> None:
        silent = EthereumNetwork("http://127.0.0.1:9", timeout=1.0)
        with pytest.raises(ChainUnavailableError, match="cannot be reached"):
            silent.latest_block()

    def test_a_url_that_is_none(self) -> None:
        for url in ("", "node.example", "ftp://node.example", "http://"):
            with pytest.raises(MalformedError):
                JsonRpc(url)

    @pytest.mark.parametrize("location", ["/", "http://127.0.0.1:9/"])
    def test_a_redirect_is_not_followed(self, node: Node, chain: EthereumChain, location: str) -> None:
        chain.latest_block()
        node.status, node.headers, node.raw = 307, {"Location": location}, b""
        before = len(node.calls)
        with pytest.raises(ChainUnavailableError, match="something else"):
            chain.latest_block()
        assert len(node.calls) == before

    def test_a_call_is_sent_once(self, node: Node, chain: EthereumChain) -> None:
        chain.latest_block()
        node.requests, node.status = 0, 503
        with pytest.raises(ChainUnavailableError):
            chain.latest_block()
        assert node.requests == 1

    @pytest.mark.parametrize("fault", ["status", "page", "silence"])
    def test_neither_error_nor_log_shows_the_access_token(
        self, node: Node, caplog: pytest.LogCaptureFixture, fault: str
    ) -> None:
        caplog.set_level(logging.DEBUG)
        host = node.url.removeprefix("http://")
        network = EthereumNetwork(f"http://user:hunter2@{host}/v3/s3cr3t?key=t0ken", NETWORK)
        network.latest_block()
        if fault == "status":
            node.status = 401
        elif fault == "page":
            node.raw = b"<html>s3cr3t</html>"
        else:
            node.stop()
            network.close()
        with pytest.raises(ChainUnavailableError) as failure:
            network.latest_block()
        network.close()
        assert failure.value.__cause__ is None and failure.value.__suppress_context__
        shown = str(failure.value) + caplog.text
        assert not any(secret in shown for secret in ("hunter2", "s3cr3t", "t0ken", "Basic"))

    def test_the_proxy_of_the_environment_is_not_used(
        self, chain: EthereumChain, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        assert chain.latest_block().number == 0


class TestIdentity:
    def test_another_chain_is_refused(self, node: Node, chain: EthereumChain) -> None:
        node.answers["eth_chainId"] = "0x8"
        with pytest.raises(ChainUnavailableError, match="another chain answers: id 8"):
            chain.latest_block()

    def test_another_first_block_is_refused(self, node: Node, chain: EthereumChain) -> None:
        node.answers["eth_getBlockByNumber"] = {**GENESIS, "hash": "0x" + "cd" * 32}
        with pytest.raises(ChainUnavailableError, match="another chain answers"):
            chain.latest_block()

    def test_it_is_proven_with_every_request(self, node: Node, chain: EthereumChain) -> None:
        for _ in range(3):
            chain.latest_block()
        assert node.calls == ["eth_getBlockByNumber", "eth_getBlockByNumber", "eth_chainId"] * 3

    @pytest.mark.parametrize("keeps_alive", [True, False])
    def test_another_node_behind_a_used_connection_is_refused(
        self, node: Node, chain: EthereumChain, keeps_alive: bool
    ) -> None:
        node.keeps_alive = keeps_alive
        chain.latest_block()
        node.answers["eth_chainId"] = "0x8"
        with pytest.raises(ChainUnavailableError, match="another chain"):
            chain.latest_block()

    def test_the_refusal_of_another_node_is_not_believed(self, node: Node, chain: EthereumChain) -> None:
        node.answers["eth_chainId"] = "0x8"
        node.answers["eth_call"] = {"error": {"code": 3, "message": "execution reverted", "data": "0x"}}
        with pytest.raises(ChainUnavailableError, match="another chain"):
            chain.head(LOG)

    def test_the_first_network_that_answers_is_pinned(self, node: Node) -> None:
        network = EthereumNetwork(node.url)
        assert network.network() == NETWORK
        node.answers["eth_chainId"] = "0x8"
        with pytest.raises(ChainUnavailableError, match="another chain"):
            network.latest_block()
        assert network.network() == NETWORK
        network.close()

    def test_another_node_cannot_take_over_the_address(self, tmp_path: Path) -> None:
        with Devnet(tmp_path / "one") as one:
            network = EthereumNetwork(one.url)
            pinned, port = network.network(), one._running().port
        with Devnet(tmp_path / "two") as two:
            two._running().kill()
            two._process.port = port  # type: ignore[union-attr]  # it starts again there
            while not (two._running().is_running and two._running().port == port):
                pass
            with pytest.raises(ChainUnavailableError):
                network.latest_block()
            assert network.network() == pinned
            network.close()


class TestLogs:
    def test_a_node_that_limits_ranges_is_asked_for_less(self, node: Node, chain: EthereumChain) -> None:
        asked: list[tuple[int, int]] = []

        def logs(query: Any) -> JsonValue:
            start, end = int(query["fromBlock"], 16), int(query["toBlock"], 16)
            asked.append((start, end))
            if end - start >= 1_000:
                return {"error": {"code": -32005, "message": "block range too large"}}
            return []

        node.answers["eth_getLogs"] = logs
        assert chain.heads(LOG, 0, 12_000) == ()
        answered = sorted((start, end) for start, end in asked if end - start < 1_000)
        assert answered[0][0] == 0 and answered[-1][1] == 12_000
        assert all(before[1] + 1 == after[0] for before, after in pairwise(answered))

    def test_a_block_that_was_replaced_meanwhile_is_no_answer(self, node: Node, chain: EthereumChain) -> None:
        chain.latest_block()
        topic = "0x" + chain._parties.topic("AccreditationEnded").hex()
        node.answers["eth_getLogs"] = [
            entry(address="0x" + "01" * 20, topics=[topic, WORD], blockHash="0x" + "cd" * 32)
        ]
        with pytest.raises(ChainUnavailableError, match="reorganised"):
            chain.facts(0, 0)


class TestFinality:
    def test_settings_name_the_policies(self) -> None:
        durable = lambda: Block(0, NETWORK.genesis_hash, UnixTime(5))  # noqa: E731
        assert str(parse_finality("depth:12")) == "depth 12"
        assert str(parse_finality("finalized")) == "finalized tag"
        assert str(parse_finality("devnet", durable)) == "devnet durable height"

    @pytest.mark.parametrize("text", ["", "depth", "depth:", "depth:-1", "depth:01", "latest", "devnet", "depth:1 "])
    def test_others_are_refused(self, text: str) -> None:
        with pytest.raises(MalformedError):
            parse_finality(text)

    def test_the_node_tags_what_is_final(self, node: Node) -> None:
        node.answers["eth_getBlockByNumber"] = lambda tag, _: {
            **GENESIS, "number": {"latest": "0x9", "finalized": "0x4"}.get(tag, "0x0")
        }  # fmt: skip
        chain = EthereumChain(node.url, DEPLOYMENT, FinalizedTag())
        assert chain.final_block().number == 4
        chain.close()

    def test_a_durable_block_that_the_chain_does_not_have_is_no_answer(self, node: Node) -> None:
        gone = Block(0, Hash32(b"\xcd" * 32), UnixTime(5))
        chain = EthereumChain(node.url, DEPLOYMENT, DurableHeight(lambda: gone))
        with pytest.raises(ChainUnavailableError, match="durable"):
            chain.final_block()
        chain.close()


class TestFees:
    def fees(self, node: Node, rewards: list[str], base: str) -> tuple[int, int]:
        node.answers["eth_feeHistory"] = {"baseFeePerGas": ["0x1", base], "reward": [[reward] for reward in rewards]}
        network = EthereumNetwork(node.url)
        fees = network.fees()
        network.close()
        return fees.max_fee, fees.max_priority_fee

    def test_twice_the_next_base_fee_and_the_usual_priority_fee(self, node: Node) -> None:
        assert self.fees(node, ["0x0", "0x5", "0x3", "0x9"], "0x64") == (205, 5)

    def test_at_least_one_wei_of_priority_fee(self, node: Node) -> None:
        assert self.fees(node, [], "0x64") == (201, 1)
