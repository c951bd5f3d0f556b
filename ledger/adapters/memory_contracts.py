"""The contracts in memory behind one address book: what a transaction to them does, and how its call is written.

A call is JSON rather than the contract ABI: contract, function, arguments. What the functions do is left to
`memory_parties` and `memory_checkpoints`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ledger.adapters.memory_checkpoints import MemoryCheckpoints, MemoryLog, RevertError
from ledger.adapters.memory_custody import MemoryCustody
from ledger.adapters.memory_parties import MemoryParties
from ledger.adapters.raw_transaction import RawTransaction
from ledger.codec.statement import Domain
from ledger.ports import Block, ContractName
from ledger.types import Address, JsonObject, LogId

ADDRESSES: dict[ContractName, Address] = {
    "PartyRegistry": Address(b"\x0a" * 20),
    "CheckpointRegistry": Address(b"\x0c" * 20),
    "CustodyLedger": Address(b"\x0d" * 20),
}

DEPLOY = "constructor"


class MemoryContracts:
    """What the transactions of the blocks so far led to."""

    def __init__(self, chain_id: int) -> None:
        self._chain_id = chain_id
        self._contracts: dict[Address, MemoryParties | MemoryCheckpoints | MemoryCustody] = {}
        self.nonces: dict[Address, int] = {}

    @property
    def deployed(self) -> frozenset[Address]:
        """The addresses that have code."""
        return frozenset(self._contracts)

    def log(self, log_id: LogId) -> MemoryLog | None:
        """Return an opened log."""
        checkpoints = self._contracts.get(ADDRESSES["CheckpointRegistry"])
        return checkpoints.logs.get(log_id) if isinstance(checkpoints, MemoryCheckpoints) else None

    def facts(self) -> Sequence[JsonObject]:
        """Return all registry facts so far."""
        parties = self._contracts.get(ADDRESSES["PartyRegistry"])
        return parties.facts if isinstance(parties, MemoryParties) else ()

    def custody(self) -> MemoryCustody | None:
        """Return the custody ledger, where it is deployed."""
        ledger = self._contracts.get(ADDRESSES["CustodyLedger"])
        return ledger if isinstance(ledger, MemoryCustody) else None

    def execute(self, block: Block, transaction: RawTransaction) -> Address | None:
        """Do what a transaction says; return the contract it created. `RevertError`: it did nothing."""
        contract, function, encoded = json.loads(transaction.data)
        arguments = _plain(encoded)
        if function == DEPLOY:
            return self._deploy(block, contract, arguments)
        target = self._contracts[ADDRESSES[contract]]
        if function == "anchor":  # the one act that keeps its transaction
            arguments = [transaction.hash, *arguments]
        getattr(target, _snake(function))(transaction.sender, block, *arguments)
        return None

    def _deploy(self, block: Block, contract: ContractName, arguments: list[Any]) -> Address:
        address = ADDRESSES[contract]
        if contract == "PartyRegistry":
            parties = MemoryParties(Domain(self._chain_id, address), Address(arguments[0]), arguments[1])
            parties.begin(block)
            self._contracts[address] = parties
        elif contract == "CheckpointRegistry":
            self._contracts[address] = MemoryCheckpoints(self._chain_id, address, arguments[0])
        else:
            self._contracts[address] = self._custody_over(*map(self._contracts.get, arguments))
        return address

    def _custody_over(self, parties: object, checkpoints: object) -> MemoryCustody:
        if not isinstance(parties, MemoryParties) or not isinstance(checkpoints, MemoryCheckpoints):
            raise RevertError("no reason given")
        return MemoryCustody(ADDRESSES["CustodyLedger"], parties, checkpoints)


def encode_call(contract: ContractName, function: str, arguments: Sequence[object]) -> bytes:
    """Return the data of a transaction that calls a function."""
    return json.dumps([contract, function, _readable(arguments)]).encode()


def _snake(function: str) -> str:
    """Return the method of a function: ``addKey`` is ``add_key``."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in function)


def _readable(value: object) -> object:
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    return [_readable(item) for item in value] if isinstance(value, list | tuple) else value


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return bytes.fromhex(value["bytes"])
    return [_plain(item) for item in value] if isinstance(value, list) else value
