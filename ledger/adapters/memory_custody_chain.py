"""`CustodyChain` on a chain in memory: what the contract's functions do is `memory_custody`'s."""

from __future__ import annotations

from ledger.adapters.memory_chain import MemoryChain
from ledger.adapters.memory_custody import write_act
from ledger.domain.custody.consignment import Consignment
from ledger.ports import Fees, RegistryCall, SignedAct
from ledger.types import Address, Hash32, JsonObject


class MemoryCustodyChain:
    """A `CustodyChain` on a chain in memory."""

    def __init__(self, chain: MemoryChain) -> None:
        self._chain = chain

    def consignment(self, subject: Hash32) -> Consignment | None:
        ledger = self._chain.custody_ledger()
        return None if ledger is None else ledger.state.get(subject)

    def act_transaction(self, act: SignedAct, account: Address, nonce: int, fees: Fees) -> JsonObject:
        call = RegistryCall("CustodyLedger", "act", tuple(write_act(act)))
        return self._chain.call_transaction(call, account, nonce, fees)
