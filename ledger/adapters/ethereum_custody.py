"""`CustodyChain` on an EVM network: acts as the calls of ``contracts/interfaces/ICustodyLedger.sol``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger import contracts
from ledger.adapters.ethereum import EthereumChain
from ledger.adapters.ethereum_abi import ContractAbi, encode_values
from ledger.adapters.ethereum_network import CallRevertedError
from ledger.adapters.rpc_values import data, hexed
from ledger.codec.keccak import keccak256
from ledger.codec.statement import ZERO32
from ledger.codec.terms import Accept, Goods, Inputs, Merge, Offer, Open, Split, Terms, Transform
from ledger.domain.custody.consignment import Consignment, Status
from ledger.errors import ChainUnavailableError, InternalError, RegistryRefusedError
from ledger.ports.chain import Fees
from ledger.ports.custody import SignedAct
from ledger.types import Address, Hash32, JsonObject, PartyId, UnixTime

FUNCTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "open consignment": "open",
        "split consignment": "split",
        "merge consignments": "merge",
        "transform goods": "transform",
        "offer handover": "offer",
        "accept handover": "accept",
        "refuse handover": "refuse",
        "withdraw offer": "withdraw",
        "report loss": "reportLoss",
        "report destruction": "reportDestruction",
        "end consignment": "end",
    }
)
"""The function of each act."""

_STATUSES: Final = (None, *Status)  # as the enumeration of the contract orders them
_INCLUSION: Final = "((uint64,bytes32,uint64,uint64),uint64,bytes32[])"


class EthereumCustody:
    """A `CustodyChain`."""

    def __init__(self, chain: EthereumChain, ledger: Address) -> None:
        self._chain = chain
        self._ledger = ledger
        named = [entry for name in ("PartyRegistry", "CheckpointRegistry") for entry in contracts.load(name).abi]
        errors = [entry for entry in named if entry["type"] == "error"]  # which the ledger passes on
        self._abi = ContractAbi([*contracts.load("CustodyLedger").abi, *errors])

    def consignment(self, subject: Hash32) -> Consignment | None:
        call: JsonObject = {"to": hexed(self._ledger), "data": hexed(self._abi.encode_call("getCustody", (subject,)))}
        answer = data(self._chain.rpc.call("eth_call", call, "latest"), "the custody of a consignment")
        [(status, holder, since, taker, quantity, unit, head)] = self._abi.decode_output("getCustody", answer)
        if not status < len(_STATUSES):
            raise ChainUnavailableError("the node answers with a status that no consignment has")
        if (known := _STATUSES[status]) is None:
            return None
        return Consignment(
            subject=subject,
            head=Hash32(head),
            holder=PartyId(holder),
            since=UnixTime(since),
            status=known,
            quantity=quantity,
            unit=unit.rstrip(b"\0").decode("ascii", "replace"),
            taker=None if taker == ZERO32 else PartyId(taker),
        )

    def act_transaction(self, act: SignedAct, account: Address, nonce: int, fees: Fees) -> JsonObject:
        function = FUNCTIONS.get(act.statement.act)
        if function is None:
            raise InternalError("an act that is none of custody")
        call = self._abi.encode_call(function, _arguments(act))
        try:
            return self._chain.build(self._abi, self._ledger, call, account, nonce, fees)
        except CallRevertedError as error:
            raise RegistryRefusedError(function, error.reason) from None


def _arguments(act: SignedAct) -> tuple[object, ...]:
    """Return what the act's function takes, in the order of its interface."""
    said = act.statement
    signed = (
        said.party, keccak256(said.role.encode()), said.jurisdiction.encode(), said.event_digest, said.log_id,
        said.signed_at, act.signature, _inclusion(act),
    )  # fmt: skip
    match act.terms:
        case Open() | Split() | Merge() | Transform() as terms:
            return (signed, *_opening(terms))
        case Offer(to, seals, condition, salt):
            return (said.subject, said.previous, signed, (to, seals, condition, salt))
        case Accept(seals, condition, salt):
            return (said.subject, said.previous, signed, (seals, condition, salt))
    return (said.subject, said.previous, signed)


def _opening(terms: Terms) -> tuple[object, ...]:
    match terms:
        case Open(goods, salt):
            return (_goods(goods), salt)
        case Split(goods, inputs, salt) | Merge(goods, inputs, salt):
            return (_goods(goods), _inputs(inputs), salt)
        case Transform(goods, inputs, yield_output, yield_input, salt):
            return (_goods(goods), _inputs(inputs), yield_output, yield_input, salt)
    raise InternalError("terms that open nothing")


def _goods(goods: Goods) -> tuple[object, ...]:
    return (goods.contents, goods.quantity, goods.unit.encode().ljust(3, b"\0"))


def _inputs(inputs: Inputs) -> tuple[object, ...]:
    return (list(inputs.parents), list(inputs.heads), list(inputs.quantities))


def _inclusion(act: SignedAct) -> bytes:
    if act.inclusion is None:
        return b""
    head = act.inclusion.head
    words = (head.tree_size, head.root_hash, head.block, head.time)
    return encode_values((_INCLUSION,), ((words, act.inclusion.leaf_index, list(act.inclusion.proof)),))
