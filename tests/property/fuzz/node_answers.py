"""What a node answers, for readers of it: a transport that never leaves the process, and one answer of each kind.

A node's body is what is outside here; HTTP itself is judged by the tests of the adapters, against real nodes.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter

from ledger.adapters.ethereum import EthereumChain
from ledger.adapters.ethereum_finality import Depth, FinalizedTag
from ledger.adapters.proven_rpc import ProvenRpc
from ledger.codec.keccak import keccak256
from ledger.domain.facts import parse_fact
from ledger.ports import Deployment, Fees, NetworkIdentity, RegistryCall
from ledger.types import Address, Hash32, JsonObject, JsonValue, LogId
from tests.property.fuzz.parser import NO_ANSWER

URL = "http://node.invalid"
READERS = 16
"""How many readers there are."""

MAX_REQUESTS = 60
"""A node that draws its answers out to ever more requests is hung up on."""

WORD = "0x" + "11" * 32
ACCOUNT = Address(b"\x22" * 20)
CODE = b"\x60\x01"
TIME = (1_790_000_000).to_bytes(32, "big").hex()
LOG = LogId(b"\x33" * 32)
NETWORK = NetworkIdentity(1_337, Hash32(bytes.fromhex(WORD[2:])), development=True)
DEPLOYMENT = Deployment(
    NETWORK, ACCOUNT, keccak256(CODE), Address(b"\x44" * 20), keccak256(CODE), 0, ACCOUNT, 90_000, 600
)  # fmt: skip


class Answers(BaseAdapter):
    """Gives every request the body that ``body_of`` makes of its calls."""

    def __init__(self, body_of: Callable[[list[dict[str, Any]]], bytes]) -> None:
        super().__init__()
        self._body_of = body_of
        self._asked = 0

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        self._asked += 1
        if self._asked > MAX_REQUESTS:
            raise ConnectionResetError
        response = Response()
        response.status_code = 200
        response.raw = io.BytesIO(self._body_of(json.loads(request.body if isinstance(request.body, bytes) else b"[]")))
        return response

    def close(self) -> None:
        """Nothing is held."""


def read_body(data: bytes) -> list[bool]:
    """Every reader, for a node whose HTTP body is ``data``."""
    return _read_all(lambda _: data)


def read_results(data: bytes) -> list[bool]:
    """Every reader, for a node that proves its network and answers as the object of methods in ``data`` says."""
    try:
        answers = json.loads(data)
    except (ValueError, RecursionError):
        return []
    if not isinstance(answers, dict):
        return []
    return _read_all(lambda calls: json.dumps([_answer(call, answers) for call in calls]).encode())


def _answer(call: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    """An answer object: a method's value is its result, unless it is an object of ``error`` alone."""
    method, given = call["method"], call["params"]
    result = answers.get(method)
    if method == "eth_getBlockByNumber" and given[0] == "0x0":
        result = {"hash": WORD}
    elif method == "eth_chainId":
        result = hex(NETWORK.chain_id)
    elif method == "eth_getLogs" and isinstance(result, list):
        result = [entry for entry in result if _is_asked_for(entry, given[0])]
    elif isinstance(result, dict) and result.keys() == {"error"}:
        return {"jsonrpc": "2.0", "id": call["id"], **result}
    return {"jsonrpc": "2.0", "id": call["id"], "result": result}


def _is_asked_for(entry: Any, query: dict[str, Any]) -> bool:
    """Whether a node that filters would give the entry; what is no entry it gives always."""
    if not isinstance(entry, dict) or not isinstance(entry.get("topics"), list):
        return True
    first = entry["topics"][:1]
    return entry.get("address") == query["address"] and (not query["topics"] or first == query["topics"][:1])


def _read_all(body_of: Callable[[list[dict[str, Any]]], bytes]) -> list[bool]:
    """Whether each reader, in its order, read what it asked for; a refusal is none of ours."""
    chain = EthereumChain(URL, DEPLOYMENT, Depth(1))
    assert isinstance(chain.rpc, ProvenRpc)  # one node
    chain.rpc._session.mount("http://", Answers(body_of))
    read: list[bool] = []
    fees = Fees(2, 1)
    readers: tuple[Callable[[], object], ...] = (
        chain.identity, chain.final_block, chain.latest_block, chain.fees, lambda: chain.head(LOG),
        lambda: FinalizedTag().final_block(chain), lambda: chain.heads(LOG, 0, 9), lambda: chain.log_parameters(LOG, 9),
        lambda: _facts(chain), lambda: chain.sent_by(Hash32(bytes(32))), lambda: chain.nonce(ACCOUNT),
        lambda: chain.receipt(Hash32(bytes(32))), lambda: chain.broadcast(b"\x02"), lambda: chain.block(7),
        lambda: chain.call_transaction(RegistryCall("PartyRegistry", "revokeKey", (ACCOUNT,)), ACCOUNT, 0, fees),
        lambda: chain.anchor_transaction(LOG, None, 1, Hash32(bytes(32)), (), ACCOUNT, 0, fees),
    )  # fmt: skip
    try:
        for reader in readers:
            read.append(False)
            with suppress(*NO_ANSWER):
                reader()
                read[-1] = True
    finally:
        chain.close()
    return read


def _facts(chain: EthereumChain) -> None:
    for fact in chain.facts(0, 9):
        parse_fact(fact, "")


def _event(chain: EthereumChain, name: str, *topics: str, data: str) -> JsonObject:
    is_of_logs = name.startswith(("Log", "Checkpoint"))
    abi = chain._checkpoints if is_of_logs else chain._parties
    contract = DEPLOYMENT.checkpoint_registry if is_of_logs else DEPLOYMENT.party_registry
    return {
        "topics": ["0x" + abi.topic(name).hex(), *topics], "data": data, "blockNumber": "0x7", "blockHash": WORD,
        "logIndex": "0x0", "transactionHash": WORD, "address": "0x" + contract.hex(),
    }  # fmt: skip


def answers() -> tuple[bytes, ...]:
    """Bodies by method, as a node in order gives them."""
    chain = EthereumChain(URL, DEPLOYMENT, Depth(1))
    block: JsonObject = {"number": "0x7", "hash": WORD, "timestamp": hex(1_790_000_000)}
    text = bytes(31) + b"\x05" + b"a.org".ljust(32, b"\0")
    reason = "0x08c379a0" + (bytes(31) + b"\x20" + text).hex()
    account = "0x" + "00" * 12 + "22" * 20
    opened = "0x" + (bytes(31) + b"\x60" + LOG).hex() + account[2:] + text.hex()
    log_topic, seven = "0x" + LOG.hex(), "0x" + "00" * 31 + "07"
    logs: list[JsonValue] = [
        _event(chain, "CheckpointAnchored", log_topic, "0x" + "00" * 31 + "05", WORD, data="0x" + TIME),
        _event(chain, "LogOpened", log_topic, account, data=opened),
        _event(chain, "LogClosed", log_topic, WORD, data=seven),
        _event(chain, "KeyAdded", WORD, account, WORD, data="0x"),
        _event(chain, "KeyRevoked", WORD, account, data="0x"),
        _event(chain, "PrefixClaimed", WORD, seven, data=seven),
    ]
    common: JsonObject = {
        "eth_getBlockByNumber": block, "eth_getCode": "0x" + CODE.hex(), "eth_getTransactionCount": "0x1",
        "eth_feeHistory": {"baseFeePerGas": ["0x1", "0x2"], "reward": [["0x1"], ["0x0"]]},
        "eth_call": "0x" + "00" * 31 + "05" + TIME, "eth_sendRawTransaction": WORD, "eth_estimateGas": "0x5208",
        "eth_getTransactionByHash": {"from": "0x" + "22" * 20, "nonce": "0x1", "input": "0x"},
        "eth_getTransactionReceipt": {
            "blockNumber": "0x7", "blockHash": WORD, "status": "0x0", "gasUsed": "0x5208", "contractAddress": None,
        },
    }  # fmt: skip
    found: JsonObject = {**common, "eth_getLogs": logs}
    revert = {"code": 3, "message": "execution reverted", "data": reason}
    return json.dumps(found).encode(), json.dumps({**found, "eth_estimateGas": {"error": revert}}).encode()


def bodies() -> tuple[bytes, ...]:
    """Whole HTTP bodies: of the proof of the network, of a call behind it, of a refusal."""
    proof: list[Any] = [{"id": 0, "result": "0x539"}, {"id": 1, "result": {"hash": WORD}}]
    last = {"id": 2, "result": {"number": "0x7", "hash": WORD, "timestamp": "0x1"}}
    error = {"id": 2, "error": {"code": -32000, "message": "limit", "data": "0x"}}
    return tuple(json.dumps(each).encode() for each in ([*proof, last], [*proof, error], {"error": {"message": "no"}}))
