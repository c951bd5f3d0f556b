"""A chain in memory behind the `Chain` port: the specification of `ethereum`, with its faults at hand.

Blocks are made by `mine`, or with each transaction while ``automine`` is on; `reorganise` takes the newest back,
`outage` and `impostor` make it silent or another chain. What stands in a block is executed anew after each
reorganisation, so nothing of a block that is gone remains. Gas, its price and the ring of slots are left to the real
one; ``balances`` are what a test sets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from threading import RLock

from ledger.adapters.memory_checkpoints import RevertError, head_words
from ledger.adapters.memory_contracts import ADDRESSES, DEPLOY, MemoryContracts, encode_call
from ledger.adapters.memory_custody import MemoryCustody
from ledger.adapters.raw_transaction import (
    RawTransaction,
    new_transaction,
    read_transaction,
    replacing,
    transaction_hash,
    unsigned,
)
from ledger.codec.keccak import keccak256
from ledger.errors import AnchorRefusedError, ChainUnavailableError, RegistryRefusedError
from ledger.ports import (
    AbiValue,
    AnchoredHead,
    Block,
    ChainIdentity,
    ContractName,
    Fees,
    NetworkIdentity,
    RegistryCall,
    TransactionReceipt,
)
from ledger.types import Address, Hash32, JsonObject, LogId, UnixTime

_GENESIS_TIME = UnixTime(1_795_000_000)
_GAS = 100_000
_BASE_FEE = 7


@dataclass(slots=True)
class _Mined:
    """A block, its transactions, and what became of them."""

    block: Block
    transactions: list[RawTransaction]
    receipts: dict[Hash32, TransactionReceipt] = field(default_factory=dict)


class MemoryChain:
    """A `Chain`, once both registries are deployed on it."""

    def __init__(self, chain_id: int = 1_500_000_000, depth: int = 0) -> None:
        self.automine = True
        self.outage = False
        self.impostor = False
        self.balances: dict[Address, int] = {}
        self._chain_id = chain_id
        self._depth = depth
        self._lock = RLock()
        self._time = _GENESIS_TIME
        self._forks = 0
        self._genesis = self._make_block(None)
        self._blocks = [_Mined(self._genesis, [])]
        self._world = MemoryContracts(chain_id)
        self._pool: dict[tuple[Address, int], RawTransaction] = {}
        self._final: Block = self._genesis

    # Controls

    def pass_time(self, seconds: int) -> None:
        """Let the next block be made later."""
        self._time = UnixTime(self._time + seconds)

    def mine(self) -> Block:
        """Make a block of the transactions that wait and can be mined."""
        with self._lock:
            self._time = UnixTime(self._time + 1)
            mined = _Mined(self._make_block(self._blocks[-1].block), [])
            self._blocks.append(mined)
            while (transaction := self._next_waiting()) is not None:
                mined.transactions.append(transaction)
                self._execute(mined, transaction)
            return mined.block

    def reorganise(self, depth: int, *, keep: bool = False) -> None:
        """Replace the newest blocks by as many empty ones; ``keep`` puts their transactions back into the pool."""
        with self._lock:
            gone, self._blocks = self._blocks[-depth:], self._blocks[:-depth]
            self._forks += 1
            self._world = MemoryContracts(self._chain_id)
            for mined in self._blocks:
                mined.receipts.clear()
                for transaction in mined.transactions:
                    self._execute(mined, transaction)
            for _ in gone:
                self._blocks.append(_Mined(self._make_block(self._blocks[-1].block), []))
            returned = [transaction for mined in gone for transaction in mined.transactions] if keep else []
            self._pool = {(transaction.sender, transaction.nonce): transaction for transaction in returned}

    def lose_pool(self) -> None:
        """Forget every transaction that waits, as a node that is started anew."""
        self._pool.clear()

    # Network

    def network(self) -> NetworkIdentity:
        self._require_answer()
        return NetworkIdentity(self._chain_id, self._genesis.block_hash, development=True)

    def code_hash(self, contract: Address) -> Hash32 | None:
        self._require_answer()
        return keccak256(contract) if contract in self._world.deployed else None

    def latest_block(self) -> Block:
        self._require_answer()
        return self._blocks[-1].block

    def block(self, number: int) -> Block | None:
        self._require_answer()
        return self._blocks[number].block if number < len(self._blocks) else None

    def nonce(self, account: Address) -> int:
        self._require_answer()
        return self._world.nonces.get(account, 0)

    def balance(self, account: Address) -> int:
        self._require_answer()
        return self.balances.get(account, 0)

    def fees(self) -> Fees:
        self._require_answer()
        return Fees(2 * _BASE_FEE + 1, 1)

    def deployment_transaction(
        self, contract: ContractName, arguments: Sequence[AbiValue], account: Address, nonce: int, fees: Fees
    ) -> JsonObject:
        data = encode_call(contract, DEPLOY, arguments)
        return self._checked(None, data, account, nonce, fees, lambda reason: RegistryRefusedError(contract, reason))

    def replacement_transaction(self, raw_transaction: bytes, fees: Fees) -> JsonObject:
        transaction = read_transaction(raw_transaction)
        return unsigned(transaction, replacing(fees, transaction.fees))

    def hash_of(self, raw_transaction: bytes) -> Hash32:
        return transaction_hash(raw_transaction)

    def broadcast(self, raw_transaction: bytes) -> Hash32:
        self._require_answer()
        with self._lock:
            transaction = read_transaction(raw_transaction)
            place = transaction.sender, transaction.nonce
            waiting = self._pool.get(place)
            if transaction.nonce < self.nonce(transaction.sender) or waiting == transaction:
                return transaction.hash
            if waiting is not None and replacing(Fees(0, 0), waiting.fees).max_fee > transaction.fees.max_fee:
                raise ChainUnavailableError("the pool has this nonce, and wants an eighth more to replace it")
            self._pool[place] = transaction
            if self.automine:
                self.mine()
            return transaction.hash

    def receipt(self, transaction: Hash32) -> TransactionReceipt | None:
        self._require_answer()
        found = (mined.receipts.get(transaction) for mined in self._blocks)
        return next((receipt for receipt in found if receipt is not None), None)

    # Chain

    def identity(self) -> ChainIdentity:
        network, parties, checkpoints = self.network(), ADDRESSES["PartyRegistry"], ADDRESSES["CheckpointRegistry"]
        codes = self.code_hash(parties), self.code_hash(checkpoints)
        if codes[0] is None or codes[1] is None:
            raise ChainUnavailableError("the registries are not deployed")
        custody = ADDRESSES["CustodyLedger"]
        custody_code = self.code_hash(custody)
        return ChainIdentity(
            network.chain_id, network.genesis_hash, network.development, parties, codes[0], checkpoints, codes[1],
            None if custody_code is None else custody, custody_code,
        )  # fmt: skip

    def custody_ledger(self) -> MemoryCustody | None:
        """Return the custody ledger, where it is deployed."""
        self._require_answer()
        return self._world.custody()

    def first_block(self) -> int:
        return 0

    def final_block(self) -> Block:
        latest = self.latest_block().number
        block = self._blocks[max(0, latest - self._depth)].block
        if block.number <= self._final.number:
            block = self._final
            if self.block(block.number) != block:
                raise ChainUnavailableError(f"the chain took back block {block.number}, which was final")
        self._final = block
        return block

    def finality(self) -> str:
        return f"depth {self._depth}"

    def head(self, log_id: LogId) -> AnchoredHead | None:
        heads = self.heads(log_id, 0, self.latest_block().number)
        return heads[-1] if heads else None

    def heads(self, log_id: LogId, from_block: int, to_block: int) -> tuple[AnchoredHead, ...]:
        self._require_answer()
        log = self._world.log(log_id)
        return tuple(head for head in (log.heads if log else ()) if from_block <= head.block <= to_block)

    def log_parameters(self, log_id: LogId, to_block: int | None = None) -> JsonObject | None:
        latest = self.latest_block().number
        log = self._world.log(log_id)
        return None if log is None else log.parameters(latest if to_block is None else to_block)

    def facts(self, from_block: int, to_block: int) -> tuple[JsonObject, ...]:
        self._require_answer()
        return tuple(fact for fact in self._world.facts() if from_block <= int(str(fact["block"])) <= to_block)

    def anchor_transaction(
        self, log_id: LogId, last: AnchoredHead | None, tree_size: int, root_hash: Hash32, proof: Sequence[Hash32],
        account: Address, nonce: int, fees: Fees,
    ) -> JsonObject:  # fmt: skip
        arguments = (log_id, list(head_words(last)), tree_size, root_hash, list(proof))
        to = ADDRESSES["CheckpointRegistry"]
        return self._checked(
            to, encode_call("CheckpointRegistry", "anchor", arguments), account, nonce, fees, AnchorRefusedError
        )

    def call_transaction(self, call: RegistryCall, account: Address, nonce: int, fees: Fees) -> JsonObject:
        data = encode_call(call.contract, call.function, call.arguments)
        return self._checked(
            ADDRESSES[call.contract], data, account, nonce, fees,
            lambda reason: RegistryRefusedError(call.function, reason),
        )  # fmt: skip

    def sent_by(self, transaction: Hash32) -> tuple[Address, int] | None:
        self._require_answer()
        mined = (sent for block in self._blocks for sent in block.transactions)
        found = ((sent.sender, sent.nonce) for sent in (*mined, *self._pool.values()) if sent.hash == transaction)
        return next(found, None)

    # The machine

    def _require_answer(self) -> None:
        if self.outage:
            raise ChainUnavailableError("the node cannot be reached")
        if self.impostor:
            raise ChainUnavailableError("another chain answers")

    def _make_block(self, parent: Block | None) -> Block:
        number, before = (0, b"") if parent is None else (parent.number + 1, parent.block_hash)
        content = b"%d %d %d %d " % (self._chain_id, self._forks, number, self._time)
        return Block(number, keccak256(content + before), self._time)

    def _next_waiting(self) -> RawTransaction | None:
        for place in self._pool:
            if place[1] == self._world.nonces.get(place[0], 0):
                return self._pool.pop(place)
        return None

    def _execute(self, mined: _Mined, transaction: RawTransaction) -> None:
        self._world.nonces[transaction.sender] = transaction.nonce + 1
        reason, contract = "", None
        try:
            contract = self._world.execute(mined.block, transaction)
        except RevertError as revert:
            reason = str(revert)
        receipt = TransactionReceipt(not reason, mined.block, _GAS, reason, contract)
        mined.receipts[transaction.hash] = receipt

    def _checked(
        self, to: Address | None, data: bytes, account: Address, nonce: int, fees: Fees,
        refusal: Callable[[str], Exception],
    ) -> JsonObject:  # fmt: skip
        """Return the transaction of a call that would not revert in a block made now."""
        self._require_answer()
        tried = RawTransaction(self._chain_id, nonce, fees, _GAS, to, 0, data, account, Hash32(bytes(32)))
        latest = self._blocks[-1].block
        pending = Block(latest.number + 1, latest.block_hash, UnixTime(self._time + 1))
        try:
            deepcopy(self._world).execute(pending, tried)
        except RevertError as revert:
            raise refusal(str(revert)) from None
        return new_transaction(self._chain_id, nonce, fees, _GAS, None if to is None else "0x" + to.hex(), data)
