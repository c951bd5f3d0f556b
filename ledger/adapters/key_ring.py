"""Several `Signer`s as one: the first that holds a key signs with it."""

from __future__ import annotations

from ledger.errors import SignerUnavailableError
from ledger.ports import Signer
from ledger.types import Address, JsonObject


class KeyRing:
    """A `Signer` over others. The keys of the first need none of the later ones, which may be out of reach."""

    def __init__(self, *signers: Signer) -> None:
        self._signers = signers

    def addresses(self) -> tuple[Address, ...]:
        return tuple(sorted({address for signer in self._signers for address in signer.addresses()}))

    def sign_typed_data(self, address: Address, typed_data: JsonObject) -> bytes:
        return self._holder(address).sign_typed_data(address, typed_data)

    def sign_transaction(self, address: Address, transaction: JsonObject) -> bytes:
        return self._holder(address).sign_transaction(address, transaction)

    def _holder(self, address: Address) -> Signer:
        for signer in self._signers:
            if address in signer.addresses():
                return signer
        raise SignerUnavailableError(f"there is no key here for 0x{address.hex()}")
