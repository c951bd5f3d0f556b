"""Contracts on a real anvil, asked and told without ceremony: any account may send, and a refusal is a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger import contracts
from ledger.adapters import compiler
from ledger.adapters.devnet import Devnet
from ledger.adapters.ethereum_abi import ContractAbi
from ledger.adapters.ethereum_network import read_block
from ledger.adapters.json_rpc import JsonRpc, NodeError
from ledger.adapters.rpc_values import hexed
from ledger.ports import Block
from ledger.types import Address, Hash32, JsonObject
from tests.builders import contract

ROOT = Path(__file__).parents[2]
LATEST = "latest"
_GAS = 10_000_000
_GAS_PRICE = 10**9
_WEALTH = hex(10**24)


@dataclass(frozen=True)
class Refused:
    """A call that reverted, and with what: ``TooSoon(1795375733)``."""

    reason: str

    @property
    def name(self) -> str:
        return self.reason.partition("(")[0]


class Node:
    """The devnet's anvil, with every account unlocked."""

    def __init__(self, devnet: Devnet) -> None:
        self.rpc = JsonRpc(devnet.url)
        self.chain_id = devnet.chain_id
        self.rpc.call("anvil_autoImpersonateAccount", True)
        self._wealthy: set[Address] = set()
        self._queued = 0

    def latest(self) -> Block:
        return read_block(self.rpc.call("eth_getBlockByNumber", LATEST, False))

    def hold(self) -> None:
        """Mine only when told."""
        self.rpc.call("evm_setAutomine", False)

    def release(self) -> None:
        self.rpc.call("evm_setAutomine", True)

    def send(self, sender: Address, to: Address | None, data: bytes) -> Hash32:
        """Put a transaction into the pool; those sent first are mined first."""
        if sender not in self._wealthy:
            self.rpc.call("anvil_setBalance", hexed(sender), _WEALTH)
            self._wealthy.add(sender)
        self._queued += 1
        transaction: JsonObject = {"from": hexed(sender), "data": hexed(data), "gas": hex(_GAS)}
        transaction["gasPrice"] = hex(_GAS_PRICE - self._queued)
        if to is not None:
            transaction["to"] = hexed(to)
        return Hash32(bytes.fromhex(str(self.rpc.call("eth_sendTransaction", transaction))[2:]))

    def mine(self, time: int) -> Block:
        """Make the next block, of this time, from what is in the pool."""
        self.rpc.call("evm_setNextBlockTimestamp", time)
        self.rpc.call("evm_mine")
        self._queued = 0
        return self.latest()

    def outcomes(self, transactions: Sequence[Hash32]) -> list[bool]:
        """Return of each transaction whether it was carried out."""
        receipts = self.rpc.batch([("eth_getTransactionReceipt", (hexed(each),)) for each in transactions])
        return [isinstance(receipt, dict) and receipt["status"] == "0x1" for receipt in receipts]

    def create(self, name: str, *arguments: object) -> OnChain:
        """Deploy a shipped contract from its creation code, in a block of its own."""
        artifact = contracts.load(name)
        abi = ContractAbi(artifact.abi)
        sent = self.send(contract("deployer"), None, artifact.bytecode + abi.encode_constructor(arguments))
        self.mine(self.latest().time + 1)
        receipt: Any = self.rpc.call("eth_getTransactionReceipt", hexed(sent))
        return OnChain(self, Address(bytes.fromhex(receipt["contractAddress"][2:])), abi)


class OnChain:
    """One contract."""

    def __init__(self, node: Node, address: Address, abi: ContractAbi) -> None:
        self.node = node
        self.address = address
        self.abi = abi

    def ask(self, function: str, *arguments: object, sender: Address | None = None) -> Any:
        """Return what a call returns as of the latest block, or how it is refused."""
        try:
            answer = self.node.rpc.call("eth_call", self._call(function, arguments, sender), LATEST)
        except NodeError as error:
            return Refused(self.abi.describe_error(bytes.fromhex(error.data.removeprefix("0x"))))
        return self._read(function, answer)

    def ask_all(self, questions: Sequence[tuple[str, Sequence[object]]]) -> list[Any]:
        """Return what many calls, none of which is refused, return as of the latest block."""
        calls = [("eth_call", (self._call(function, arguments, None), LATEST)) for function, arguments in questions]
        answers = self.node.rpc.batch(calls)
        return [self._read(function, answer) for (function, _), answer in zip(questions, answers, strict=True)]

    def tell(self, sender: Address, function: str, *arguments: object) -> Hash32:
        return self.node.send(sender, self.address, self.abi.encode_call(function, arguments))

    def _call(self, function: str, arguments: Sequence[object], sender: Address | None) -> JsonObject:
        call: JsonObject = {"to": hexed(self.address), "data": hexed(self.abi.encode_call(function, arguments))}
        if sender is not None:
            call["from"] = hexed(sender)
        return call

    def _read(self, function: str, answer: object) -> Any:
        values = self.abi.decode_output(function, bytes.fromhex(str(answer)[2:]))
        return values[0] if len(values) == 1 else values


def compile_harnesses(*sources: str) -> dict[str, tuple[ContractAbi, bytes]]:
    """Return ABI and deployed code of test contracts, by name, from the compiler and settings of the shipped ones."""
    task = compiler._standard_input(ROOT)
    keys = {Path(source).stem: f"project/tests/contracts/{source}" for source in sources}
    task["sources"] |= {key: {"content": (ROOT / key.removeprefix("project/")).read_text()} for key in keys.values()}
    wanted = {"*": ["abi", "evm.deployedBytecode.object"]}
    task["settings"]["outputSelection"] = dict.fromkeys(keys.values(), wanted)
    made = compiler._compile(task, ROOT / "tools" / "solc-js.cjs")["contracts"]
    found = {name: made[key][name] for name, key in keys.items()}
    return {
        name: (ContractAbi(each["abi"]), bytes.fromhex(each["evm"]["deployedBytecode"]["object"]))
        for name, each in found.items()
    }
