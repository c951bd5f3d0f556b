"""What the services ask of the world: protocols with each method's contract in full.

Every port has an in-memory twin in `ledger.adapters.memory`, written first and the specification of the others; one
behaviour suite runs over all of them. Errors: a port raises `NoAnswerError` (its subclass named here) when the world
does not answer, and nothing else but what is named. "Not found" is ``None`` or an empty sequence, never an exception.
"""

from __future__ import annotations

from collections.abc import Callable

from ledger.ports.chain import (
    RECEIPT_LAG_SECONDS,
    AbiValue,
    AnchoredHead,
    Block,
    Chain,
    ChainIdentity,
    ContractName,
    Deployment,
    Fees,
    Network,
    NetworkIdentity,
    RegistryCall,
    TransactionReceipt,
)
from ledger.ports.custody import CustodyChain, Inclusion, SignedAct
from ledger.ports.keys import (
    LogSigner,
    Signer,
)
from ledger.ports.records import (
    MAX_BASIS_CHARACTERS,
    NO_BODY_HASH,
    NO_SEED,
    Anchor,
    AnchorState,
    ApiKey,
    CaptureJob,
    Duplicate,
    Erasure,
    NewEvent,
    Outcomes,
    Scope,
    Sequenced,
    StoredCheckpoint,
    StoredEvent,
    Submission,
)
from ledger.ports.store import (
    LogFile,
    Store,
    TileStore,
)
from ledger.types import UnixTime

__all__ = [
    "MAX_BASIS_CHARACTERS",
    "NO_BODY_HASH",
    "NO_SEED",
    "RECEIPT_LAG_SECONDS",
    "AbiValue",
    "Anchor",
    "AnchorState",
    "AnchoredHead",
    "ApiKey",
    "Block",
    "CaptureJob",
    "Chain",
    "ChainIdentity",
    "Clock",
    "ContractName",
    "CustodyChain",
    "Deployment",
    "Duplicate",
    "Erasure",
    "Fees",
    "Inclusion",
    "LogFile",
    "LogSigner",
    "Network",
    "NetworkIdentity",
    "NewEvent",
    "Outcomes",
    "RegistryCall",
    "Scope",
    "Sequenced",
    "SignedAct",
    "Signer",
    "Store",
    "StoredCheckpoint",
    "StoredEvent",
    "Submission",
    "TileStore",
    "TransactionReceipt",
]

Clock = Callable[[], UnixTime]
"""The present time; read once per decision."""
