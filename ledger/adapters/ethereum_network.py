"""An EVM network by the JSON-RPC URLs of its nodes, behind the `Network` port: blocks, fees, and transactions.

Every fault of transport, every half answer and another network is `ChainUnavailableError`. A call that would revert is
told apart, with the contract's own error. What is deployed there is left to `ethereum`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from ledger import contracts
from ledger.adapters.ethereum_abi import ContractAbi
from ledger.adapters.json_rpc import TIMEOUT_SECONDS, NodeError
from ledger.adapters.raw_transaction import (
    new_transaction,
    read_transaction,
    replacing,
    transaction_hash,
    unsigned,
)
from ledger.adapters.rpc_values import data, hash32, hexed, list_of, member, object_of, quantity
from ledger.adapters.several_nodes import SeveralNodes, connect
from ledger.codec.keccak import keccak256
from ledger.errors import ChainUnavailableError, RegistryRefusedError
from ledger.ports import AbiValue, Block, ContractName, Fees, NetworkIdentity, TransactionReceipt
from ledger.types import Address, Hash32, JsonObject, JsonValue, UnixTime

MAX_TRANSACTION_GAS = 1 << 24
"""EIP-7825."""

FEE_BLOCKS = 8
"""Over how many blocks the usual priority fee is looked up."""

_GAS_RESERVE = 30_000
"""A slot may be fresh where the estimate met a used one (22,100 against 5,000 gas)."""

_USUAL_PERCENTILE = 50
_UNTOLD = "not told by the node"


class CallRevertedError(ChainUnavailableError):
    """A call that would revert; ``reason`` is the decoded error. The caller says what that means."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the call would revert: {reason}")
        self.reason = reason


class EthereumNetwork:
    """A `Network`, by one URL or several, separated by commas.

    Without an ``expected`` identity the first answer is pinned.
    """

    def __init__(
        self,
        urls: str,
        expected: NetworkIdentity | None = None,
        timeout: float = TIMEOUT_SECONDS,
        *,
        every_node: bool = False,
    ) -> None:
        self.rpc = connect(urls, expected, timeout, every_node=every_node)

    def close(self) -> None:
        """Close the connections to the nodes."""
        self.rpc.close()

    @property
    def node_faults(self) -> Mapping[str, str]:
        """What each of several nodes that does not answer last met, by its name; of a single one every call says so."""
        return self.rpc.faults if isinstance(self.rpc, SeveralNodes) else {}

    def network(self) -> NetworkIdentity:
        return self.rpc.network()

    def code_hash(self, contract: Address) -> Hash32 | None:
        code = data(self.rpc.call("eth_getCode", hexed(contract), "latest"), "the code")
        return keccak256(code) if code else None

    def latest_block(self) -> Block:
        return self._require_block("latest")

    def block(self, number: int) -> Block | None:
        found = self.rpc.call("eth_getBlockByNumber", hex(number), False)
        return None if found is None else read_block(found)

    def nonce(self, account: Address) -> int:
        return quantity(self.rpc.call("eth_getTransactionCount", hexed(account), "latest"), "the nonce")

    def balance(self, account: Address) -> int:
        return quantity(self.rpc.call("eth_getBalance", hexed(account), "latest"), "the balance")

    def fees(self) -> Fees:
        """Return twice the next base fee, so that six full blocks do not price it out, and the usual priority fee."""
        answer = self.rpc.call("eth_feeHistory", hex(FEE_BLOCKS), "latest", [_USUAL_PERCENTILE])
        history = object_of(answer, "a fee history")
        base_fees = list_of(member(history, "baseFeePerGas"), "base fees")
        rewards = [quantity(each, "a reward") for block in _rewards(history) for each in list_of(block, "rewards")[:1]]
        paid = sorted(reward for reward in rewards if reward > 0)
        priority = paid[len(paid) // 2] if paid else 1
        return Fees(2 * quantity(base_fees[-1] if base_fees else None, "the base fee") + priority, priority)

    def deployment_transaction(
        self, contract: ContractName, arguments: Sequence[AbiValue], account: Address, nonce: int, fees: Fees
    ) -> JsonObject:
        artifact = contracts.load(contract)
        abi = ContractAbi(artifact.abi)
        code = artifact.bytecode + abi.encode_constructor(arguments)
        try:
            return self.build(abi, None, code, account, nonce, fees)
        except CallRevertedError as error:
            raise RegistryRefusedError(contract, error.reason) from None

    def replacement_transaction(self, raw_transaction: bytes, fees: Fees) -> JsonObject:
        transaction = read_transaction(raw_transaction)
        return unsigned(transaction, replacing(fees, transaction.fees))

    def hash_of(self, raw_transaction: bytes) -> Hash32:
        return transaction_hash(raw_transaction)

    def broadcast(self, raw_transaction: bytes) -> Hash32:
        try:
            self.rpc.call("eth_sendRawTransaction", hexed(raw_transaction))
        except NodeError as error:
            if not error.has_it_already:
                raise
        return transaction_hash(raw_transaction)

    def receipt(self, transaction: Hash32) -> TransactionReceipt | None:
        answer = self.rpc.call("eth_getTransactionReceipt", hexed(transaction))
        if answer is None:
            return None
        receipt = object_of(answer, "a receipt")
        block = self.block(quantity(member(receipt, "blockNumber"), "the block number"))
        if block is None or block.block_hash != hash32(member(receipt, "blockHash"), "the block hash"):
            return None  # its block was replaced since the node looked
        succeeded = quantity(member(receipt, "status"), "the status") == 1
        created = receipt.get("contractAddress")
        return TransactionReceipt(
            succeeded=succeeded,
            block=block,
            gas_used=quantity(member(receipt, "gasUsed"), "the gas used"),
            revert_reason="" if succeeded else self._why_reverted(transaction, block),
            contract=Address(data(created, "the contract", 20)) if created else None,
        )

    def build(
        self, abi: ContractAbi, to: Address | None, call_data: bytes, account: Address, nonce: int, fees: Fees
    ) -> JsonObject:
        """Return the unsigned transaction with its gas limit; one that would revert is `CallRevertedError`."""
        call: JsonObject = {"from": hexed(account), "data": hexed(call_data)}
        if to is not None:
            call["to"] = hexed(to)
        try:
            # As of the block that is being made: its time decides whether the next head comes too soon.
            estimate = quantity(self.rpc.call("eth_estimateGas", call, "pending"), "the gas estimate")
        except NodeError as error:
            raise reverted(error, abi) from None
        gas = min(estimate + estimate // 4 + _GAS_RESERVE, MAX_TRANSACTION_GAS)
        receiver = None if to is None else hexed(to)
        return new_transaction(self.network().chain_id, nonce, fees, gas, receiver, call_data)

    def _why_reverted(self, transaction: Hash32, block: Block) -> str:
        """Return the error of a mined transaction by calling it again, where the node still has that state."""
        sent = object_of(self.rpc.call("eth_getTransactionByHash", hexed(transaction)), "a transaction")
        call: JsonObject = {"from": member(sent, "from"), "to": sent.get("to"), "data": member(sent, "input")}
        try:
            self.rpc.call("eth_call", call, hex(block.number))
        except NodeError as error:
            return _reason_by(_every_error(), error) or _UNTOLD
        return _UNTOLD

    def _require_block(self, tag: str) -> Block:
        return read_block(self.rpc.call("eth_getBlockByNumber", tag, False))


def read_block(value: JsonValue) -> Block:
    """Return number, hash and time of a block."""
    block = object_of(value, "a block")
    return Block(
        quantity(member(block, "number"), "the block number"),
        hash32(member(block, "hash"), "the block hash"),
        UnixTime(quantity(member(block, "timestamp"), "the block time")),
    )


def reverted(error: NodeError, abi: ContractAbi) -> ChainUnavailableError:
    """Return what a node's error means: a revert with its reason, or the error as it is."""
    reason = _reason_by(abi, error)
    return error if reason is None else CallRevertedError(reason)


def _reason_by(abi: ContractAbi, error: NodeError) -> str | None:
    if not error.is_revert:
        return None
    try:
        return abi.describe_error(data(error.data or "0x", "a revert"))
    except ChainUnavailableError:
        return "an error that does not decode"


@cache
def _every_error() -> ContractAbi:
    """Return the errors of all contracts."""
    abis = (contracts.load(name).abi for name in contracts.names())
    return ContractAbi([item for abi in abis for item in abi if item["type"] == "error"])


def _rewards(history: JsonObject) -> list[JsonValue]:
    """Return the rewards by block; a node leaves them out where no block was asked for."""
    return list_of(history.get("reward") or [], "rewards")
