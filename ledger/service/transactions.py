"""Transactions of people and set-up, one at a time for each account, from building to mined.

One nonce owner an account: whoever comes second waits, and takes the next nonce when the first is mined. A transaction
that stays unmined is sent again, of the same nonce, with higher fees; every earlier attempt is looked for first.
Nothing is kept: after a crash the act is asked for again, and the registry refuses it if it was done. Anchors, which
must survive, are `anchor`'s.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from threading import Lock
from typing import TypeAlias

from ledger.errors import ChainUnavailableError, RegistryRefusedError
from ledger.ports import RECEIPT_LAG_SECONDS, Fees, Network, Signer, TransactionReceipt
from ledger.types import Address, Hash32, JsonObject

RAISE_AFTER_SECONDS = 30.0
GIVE_UP_AFTER_SECONDS = 300.0
POLL_SECONDS = 0.02
"""The first pause; each is half as long again, to `MAX_POLL_SECONDS`."""

MAX_POLL_SECONDS = 2.0

Build: TypeAlias = Callable[[int, Fees], JsonObject]
"""Returns the unsigned transaction of this nonce and with these fees."""


class Transactor:
    """Sends transactions and waits for them."""

    def __init__(
        self,
        network: Network,
        signer: Signer,
        pause: Callable[[float], None] = time.sleep,
        raise_after: float = RAISE_AFTER_SECONDS,
        give_up_after: float = GIVE_UP_AFTER_SECONDS,
    ) -> None:
        self._network = network
        self._signer = signer
        self._pause = pause
        self._raise_after = raise_after
        self._give_up_after = give_up_after
        self._locks: defaultdict[Address, Lock] = defaultdict(Lock)

    def run(self, act: str, account: Address, build: Build) -> TransactionReceipt:
        """Return the receipt of a transaction that did what it was for; one that reverted is `RegistryRefusedError`.

        One that is not mined in time is `ChainUnavailableError`; it may still be mined later.
        """
        with self._locks[account]:
            nonce = self._network.nonce(account)
            raw = self._signer.sign_transaction(account, build(nonce, self._network.fees()))
            receipt = self._wait(account, nonce, raw)
        if not receipt.succeeded:
            raise RegistryRefusedError(act, receipt.revert_reason)
        return receipt

    def _wait(self, account: Address, nonce: int, raw: bytes) -> TransactionReceipt:
        attempts = [self._network.broadcast(raw)]
        waited, raised_at, unused_at, pause = 0.0, 0.0, 0.0, POLL_SECONDS
        while waited < self._give_up_after:
            if self._network.nonce(account) <= nonce:  # before the receipts: a nonce used now was used by none of them
                unused_at = waited
            receipt = self._look_for(attempts)
            if receipt is not None:
                return receipt
            if waited - unused_at >= RECEIPT_LAG_SECONDS:
                raise ChainUnavailableError(f"another transaction took nonce {nonce} of 0x{account.hex()}")
            if waited - raised_at >= self._raise_after:
                replacement = self._network.replacement_transaction(raw, self._network.fees())
                raw = self._signer.sign_transaction(account, replacement)
                attempts.append(self._network.broadcast(raw))
                raised_at = waited
            self._pause(pause)
            waited += pause
            pause = min(pause * 1.5, MAX_POLL_SECONDS)
        raise ChainUnavailableError(f"not mined after {self._give_up_after:.0f} seconds; it may still be")

    def _look_for(self, attempts: list[Hash32]) -> TransactionReceipt | None:
        receipts = (self._network.receipt(attempt) for attempt in attempts)
        return next((receipt for receipt in receipts if receipt is not None), None)
