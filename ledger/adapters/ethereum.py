"""A network with both registries deployed, by the JSON-RPC URLs of its nodes, behind the `Chain` port.

The newest head is found by its event, since the contract keeps its hash only; everything about the past is read from
events, so that a node without old state is enough. Blocks, fees and transactions are `ethereum_network`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

from ledger import contracts
from ledger.adapters.ethereum_abi import ContractAbi
from ledger.adapters.ethereum_facts import fact_of
from ledger.adapters.ethereum_finality import Finality
from ledger.adapters.ethereum_logs import LogEntry, last_log, read_logs, times_of
from ledger.adapters.ethereum_network import CallRevertedError, EthereumNetwork, reverted
from ledger.adapters.json_rpc import TIMEOUT_SECONDS, NodeError
from ledger.adapters.rpc_values import data, hexed, member, object_of, quantity
from ledger.errors import AnchorRefusedError, ChainUnavailableError, RegistryRefusedError
from ledger.ports import AnchoredHead, Block, ChainIdentity, Deployment, Fees, RegistryCall
from ledger.types import Address, Hash32, JsonObject, LogId, UnixTime

_WORD = 32
_NO_HEAD = (0, bytes(_WORD), 0, 0)
"""What the contract takes for the head before the first."""


class EthereumChain(EthereumNetwork):
    """A `Chain`."""

    def __init__(
        self,
        urls: str,
        deployment: Deployment,
        finality: Finality,
        timeout: float = TIMEOUT_SECONDS,
        *,
        every_node: bool = False,
    ) -> None:
        super().__init__(urls, deployment.network, timeout, every_node=every_node)
        self._deployment = deployment
        self._finality = finality
        self._parties = ContractAbi(contracts.load("PartyRegistry").abi)
        self._checkpoints = ContractAbi(contracts.load("CheckpointRegistry").abi)
        self._final: Block | None = None
        self._final_lock = Lock()

    def identity(self) -> ChainIdentity:
        deployed, network = self._deployment, self.network()
        return ChainIdentity(
            network.chain_id, network.genesis_hash, network.development,
            deployed.party_registry,
            self._require_code(deployed.party_registry, deployed.party_registry_code_hash),
            deployed.checkpoint_registry,
            self._require_code(deployed.checkpoint_registry, deployed.checkpoint_registry_code_hash),
            deployed.custody_ledger,
            self._custody_code(deployed),
        )  # fmt: skip

    def first_block(self) -> int:
        return self._deployment.first_block

    def final_block(self) -> Block:
        with self._final_lock:
            block, before = self._finality.final_block(self), self._final
            if before is not None and block.number <= before.number:
                block = before
                if self.block(before.number) != before:
                    raise ChainUnavailableError(f"the chain took back block {before.number}, which was final")
            self._final = block
            return block

    def finality(self) -> str:
        return str(self._finality)

    def head(self, log_id: LogId) -> AnchoredHead | None:
        latest = self.latest_block().number
        tree_size, time = self._call("latest", log_id)
        if tree_size == 0:
            return None
        size_topic = Hash32(tree_size.to_bytes(_WORD, "big"))
        entry = last_log(
            self.rpc, self._deployment.checkpoint_registry, (self._anchored, Hash32(log_id), size_topic),
            self._deployment.first_block, latest,
        )  # fmt: skip
        if entry is None or (head := _head(entry)).time != time:
            raise ChainUnavailableError("the chain moved while its newest head was read")
        return head

    def heads(self, log_id: LogId, from_block: int, to_block: int) -> tuple[AnchoredHead, ...]:
        topics = (self._anchored, Hash32(log_id))
        return tuple(
            map(_head, read_logs(self.rpc, self._deployment.checkpoint_registry, topics, from_block, to_block))
        )

    def log_parameters(self, log_id: LogId, to_block: int | None = None) -> JsonObject | None:
        end = self.latest_block().number if to_block is None else to_block
        opened, closed = self._log_event("LogOpened", log_id, end), self._log_event("LogClosed", log_id, end)
        if opened is None:
            return None
        _, arguments = self._checkpoints.decode_event(opened.topics, opened.data)
        return {
            "origin": arguments["origin"],
            "logKey": hexed(arguments["logKey"]),
            "owner": hexed(arguments["owner"]),
            "successor": None if closed is None else hexed(closed.topics[2]),
        }

    def facts(self, from_block: int, to_block: int) -> tuple[JsonObject, ...]:
        entries = list(read_logs(self.rpc, self._deployment.party_registry, (), from_block, to_block))
        times = times_of(self.rpc, entries)
        decoded = ((entry, self._parties.decode_event(entry.topics, entry.data)) for entry in entries)
        return tuple(fact_of(name, values, entry.block, times[entry.block]) for entry, (name, values) in decoded)

    def anchor_transaction(
        self, log_id: LogId, last: AnchoredHead | None, tree_size: int, root_hash: Hash32, proof: Sequence[Hash32],
        account: Address, nonce: int, fees: Fees,
    ) -> JsonObject:  # fmt: skip
        before = _NO_HEAD if last is None else (last.tree_size, last.root_hash, last.block, last.time)
        call = self._checkpoints.encode_call("anchor", (log_id, before, tree_size, root_hash, list(proof)))
        try:
            return self.build(self._checkpoints, self._deployment.checkpoint_registry, call, account, nonce, fees)
        except CallRevertedError as error:
            if last is not None and error.reason == f"NotLatest({last.tree_size}, {last.time})":
                raise ChainUnavailableError(
                    "the contract denies the newest head that its own event announced"
                ) from None
            raise AnchorRefusedError(error.reason) from None

    def call_transaction(self, call: RegistryCall, account: Address, nonce: int, fees: Fees) -> JsonObject:
        abi, contract = self._parties, self._deployment.party_registry
        if call.contract == "CheckpointRegistry":
            abi, contract = self._checkpoints, self._deployment.checkpoint_registry
        try:
            return self.build(abi, contract, abi.encode_call(call.function, call.arguments), account, nonce, fees)
        except CallRevertedError as error:
            raise RegistryRefusedError(call.function, error.reason) from None

    def sent_by(self, transaction: Hash32) -> tuple[Address, int] | None:
        answer = self.rpc.call("eth_getTransactionByHash", hexed(transaction))
        if answer is None:
            return None
        found = object_of(answer, "a transaction")
        sender = data(member(found, "from"), "the sender", 20)
        return Address(sender), quantity(member(found, "nonce"), "the nonce")

    @property
    def _anchored(self) -> Hash32:
        return self._checkpoints.topic("CheckpointAnchored")

    def _call(self, function: str, *arguments: bytes) -> tuple[int, ...]:
        """Return what a view of the `CheckpointRegistry` returns as of the latest block."""
        call: JsonObject = {
            "to": hexed(self._deployment.checkpoint_registry),
            "data": hexed(self._checkpoints.encode_call(function, arguments)),
        }
        try:
            answer = self.rpc.call("eth_call", call, "latest")
        except NodeError as error:
            raise reverted(error, self._checkpoints) from None
        return self._checkpoints.decode_output(function, data(answer, f"the result of {function}"))

    def _log_event(self, event: str, log_id: LogId, to_block: int) -> LogEntry | None:
        topics = (self._checkpoints.topic(event), Hash32(log_id))
        return last_log(self.rpc, self._deployment.checkpoint_registry, topics, self._deployment.first_block, to_block)

    def _custody_code(self, deployed: Deployment) -> Hash32 | None:
        if deployed.custody_ledger is None or deployed.custody_ledger_code_hash is None:
            return None
        return self._require_code(deployed.custody_ledger, deployed.custody_ledger_code_hash)

    def _require_code(self, contract: Address, deployed: Hash32) -> Hash32:
        found = self.code_hash(contract)
        if found is None:
            raise ChainUnavailableError(f"there is no contract at {hexed(contract)}")
        if found != deployed:
            raise ChainUnavailableError(f"another contract than the one deployed stands at {hexed(contract)}")
        return found


def _head(entry: LogEntry) -> AnchoredHead:
    """Return the head that a `CheckpointAnchored` announces: id, size and root are topics, the time is its data."""
    if len(entry.topics) != 4 or len(entry.data) != _WORD:
        raise ChainUnavailableError("the node answers with an event that the contract does not have")
    tree_size, time = int.from_bytes(entry.topics[2], "big"), int.from_bytes(entry.data, "big")
    return AnchoredHead(tree_size, Hash32(entry.topics[3]), entry.block, UnixTime(time), entry.transaction)
