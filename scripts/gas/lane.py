"""A chain on which gas is measured: fixed id, times, keys and order, so that every run gives the same receipts."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from ledger import contracts
from ledger.adapters.devnet_process import AnvilProcess, start_anvil
from ledger.adapters.ethereum_abi import ContractAbi
from ledger.adapters.ethereum_network import EthereumNetwork
from ledger.adapters.keystore import MemorySigner
from ledger.adapters.raw_transaction import new_transaction
from ledger.codec.key_binding import NO_CUSTODIAN, KeyBinding, typed_data
from ledger.codec.statement import Domain
from ledger.ports import ContractName, Fees, TransactionReceipt
from ledger.types import Address, Hash32, PartyId

CHAIN_ID = 1_337_000_000
DAY = 86_400
START = 1_795_046_400
"""2026-11-19T00:00:00Z: the first head of this day is its daily one."""

_GAS_LIMIT = 1 << 24  # EIP-7825
_FEES = Fees(10**9, 1)
_WEALTH = 10**24


@dataclass
class Lane:
    """Both registries on a fresh chain, and accounts by name."""

    anvil: AnvilProcess
    network: EthereumNetwork
    signer: MemorySigner = field(default_factory=MemorySigner)
    contracts: dict[ContractName, Address] = field(default_factory=dict)
    nonces: dict[Address, int] = field(default_factory=dict)

    def account(self, name: str) -> Address:
        """Return the account of this name, with coins."""
        address = self.signer.import_key(_hash(f"gas key {name}"))
        if address not in self.nonces:
            self.anvil.rpc.call("anvil_setBalance", "0x" + address.hex(), hex(_WEALTH))
            self.nonces[address] = 0
        return address

    def deploy(self, name: ContractName, *arguments: object) -> TransactionReceipt:
        """Create a contract."""
        artifact = contracts.load(name)
        code = artifact.bytecode + ContractAbi(artifact.abi).encode_constructor(arguments)
        receipt = self._send("deployer", None, code, None)
        if receipt.contract is None:
            raise SystemExit(f"{name} was not created")
        self.contracts[name] = receipt.contract
        return receipt

    def call(
        self, sender: str, contract: ContractName, function: str, *arguments: object, time: int | None = None
    ) -> TransactionReceipt:
        """Have a function called by a transaction, in a block of this time."""
        data = ContractAbi(contracts.load(contract).abi).encode_call(function, arguments)
        return self._send(sender, self.contracts[contract], data, time)

    def possession(self, party: PartyId, key: str, custodian: PartyId = NO_CUSTODIAN) -> bytes:
        """Return the signature by which a key agrees to be bound."""
        address, domain = self.account(key), Domain(CHAIN_ID, self.contracts["PartyRegistry"])
        return self.signer.sign_typed_data(address, typed_data(KeyBinding(party, address, custodian), domain))

    def _send(self, sender: str, to: Address | None, data: bytes, time: int | None) -> TransactionReceipt:
        account = self.account(sender)
        nonce, self.nonces[account] = self.nonces[account], self.nonces[account] + 1
        receiver = None if to is None else "0x" + to.hex()
        transaction = new_transaction(CHAIN_ID, nonce, _FEES, _GAS_LIMIT, receiver, data)
        sent = self.network.broadcast(self.signer.sign_transaction(account, transaction))
        if time is not None:
            self.anvil.rpc.call("evm_setNextBlockTimestamp", time)
        self.anvil.rpc.call("evm_mine")
        receipt = self.network.receipt(sent)
        if receipt is None or not receipt.succeeded:
            raise SystemExit(f"a measured transaction failed: {receipt.revert_reason if receipt else 'not mined'}")
        return receipt


@contextmanager
def open_lane() -> Iterator[Lane]:
    """Start a chain for the time of a measurement."""
    with tempfile.TemporaryDirectory() as folder:
        anvil = start_anvil(CHAIN_ID, START - 30 * DAY, None, Path(folder) / "anvil.log")
        network = EthereumNetwork(f"http://127.0.0.1:{anvil.port}")
        try:
            anvil.rpc.call("evm_setAutomine", False)
            yield Lane(anvil, network)
        finally:
            network.close()
            anvil.kill()


def party(name: str) -> PartyId:
    """Return the id of a party by name."""
    return PartyId(_hash(f"gas party {name}"))


def records(count: int) -> Sequence[Hash32]:
    """Return that many records."""
    return [_hash(f"gas record {number}") for number in range(count)]


def _hash(text: str) -> Hash32:
    return Hash32(sha256(text.encode()).digest())
