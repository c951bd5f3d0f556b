"""The `CustodyLedger` of a network: who holds a consignment by the contract, and how a signed act is put to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ledger.codec.statement import Statement
from ledger.codec.terms import Terms
from ledger.domain.custody.consignment import Consignment
from ledger.ports.chain import AnchoredHead, Fees
from ledger.types import Address, Hash32, JsonObject


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That a statement's record stands in its log: the anchored head that shows it, and the RFC 9162 proof."""

    head: AnchoredHead
    leaf_index: int
    proof: Sequence[Hash32]


@dataclass(frozen=True, slots=True)
class SignedAct:
    """A party's signed act of custody with its terms. Without ``inclusion`` its key is judged when it is submitted."""

    statement: Statement
    terms: Terms | None
    signature: bytes
    inclusion: Inclusion | None = None


class CustodyChain(Protocol):
    """One `CustodyLedger`. Every method may raise `ChainUnavailableError`."""

    def consignment(self, subject: Hash32) -> Consignment | None:
        """Return a consignment as of the latest block; ``None`` where it was never opened there."""

    def act_transaction(self, act: SignedAct, account: Address, nonce: int, fees: Fees) -> JsonObject:
        """Return the unsigned transaction that puts an act to the contract; anybody's account may send it.

        `RegistryRefusedError`, with the contract's own error, where the act would count nowhere now.
        """
