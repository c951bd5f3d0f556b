"""Setting up: the contracts on a network, and a log in the `CheckpointRegistry`.

A `Deployment` is kept in a file, beside the state of a development chain or in ``deployments/<chain id>``, since
nothing on a chain says which of its contracts are meant.
"""

from __future__ import annotations

import json

from ledger.codec.hex_strict import encode_hex
from ledger.codec.json_shape import closed_object, open_object
from ledger.codec.log_id import log_id
from ledger.codec.note import VerifierKey
from ledger.codec.strict_json import parse
from ledger.domain.fields import address, boolean, hash_hex, integer, positive
from ledger.errors import ChainUnavailableError, ConflictError, RegistryRefusedError
from ledger.ports import AbiValue, Chain, ContractName, Deployment, Network, NetworkIdentity, RegistryCall
from ledger.service.transactions import Transactor
from ledger.types import Address, Hash32, JsonObject, LogId

ROTATION_OVERLAP_SECONDS = 2 * 86_400
"""How long a rotated key stays good: more than a day and the delay that promises allow."""

MIN_INTERVAL_SECONDS = 12
"""Between two heads of a log, at least: recent heads then stay provable for 1,024 times as long, some hours."""

_MAX_FILE_BYTES = 64 * 1024
_MEMBERS = frozenset({
    "chainId", "genesisHash", "development", "partyRegistry", "partyRegistryCodeHash", "checkpointRegistry",
    "checkpointRegistryCodeHash", "firstBlock", "rootAuthority", "rotationOverlap", "minInterval",
})  # fmt: skip
_CUSTODY_MEMBERS = frozenset({"custodyLedger", "custodyLedgerCodeHash"})


def deploy(
    network: Network,
    transactor: Transactor,
    account: Address,
    root_authority: Address,
    rotation_overlap: int = ROTATION_OVERLAP_SECONDS,
    min_interval: int = MIN_INTERVAL_SECONDS,
) -> Deployment:
    """Return where the contracts stand now; ``account`` pays, and has no rights in them."""
    first_block = network.latest_block().number
    parties = _create(network, transactor, account, "PartyRegistry", (root_authority, rotation_overlap))
    checkpoints = _create(network, transactor, account, "CheckpointRegistry", (min_interval,))
    custody = _create(network, transactor, account, "CustodyLedger", (parties, checkpoints))
    return Deployment(
        network.network(), parties, _code_hash(network, parties), checkpoints, _code_hash(network, checkpoints),
        first_block, root_authority, rotation_overlap, min_interval, custody, _code_hash(network, custody),
    )  # fmt: skip


def open_log(
    chain: Chain, transactor: Transactor, owner: Address, origin: str, log_key: bytes, anchorer: Address,
    *, may_be_closed: bool = False,
) -> LogId:  # fmt: skip
    """Return the id of the log, open from now on; one that was opened before with all of this is returned as it is."""
    VerifierKey(origin, log_key)  # refuses an origin under which no checkpoint could be signed
    identity = chain.identity()
    opened = log_id(identity.chain_id, identity.checkpoint_registry, owner, origin, log_key)
    parameters = chain.log_parameters(opened)
    if parameters is None:
        call = RegistryCall("CheckpointRegistry", "openLog", (origin, log_key, anchorer))
        transactor.run("openLog", owner, lambda nonce, fees: chain.call_transaction(call, owner, nonce, fees))
    elif parameters["successor"] is not None and not may_be_closed:
        named = f"one that is closed, whose successor is {parameters['successor']} (`tradeledger log succeed`)"
        raise ConflictError("", "a log that is open", named)
    return opened


def replace_anchorer(chain: Chain, transactor: Transactor, owner: Address, log: LogId, anchorer: Address) -> None:
    """Let another account anchor a log, and the one before no more. By its owner."""
    call = RegistryCall("CheckpointRegistry", "replaceAnchorer", (log, anchorer))
    transactor.run("replaceAnchorer", owner, lambda nonce, fees: chain.call_transaction(call, owner, nonce, fees))


def dump_deployment(deployment: Deployment) -> bytes:
    """Return the file that `parse_deployment` reads."""
    network = deployment.network
    value: JsonObject = {
        "chainId": network.chain_id,
        "genesisHash": encode_hex(network.genesis_hash),
        "development": network.development,
        "partyRegistry": encode_hex(deployment.party_registry),
        "partyRegistryCodeHash": encode_hex(deployment.party_registry_code_hash),
        "checkpointRegistry": encode_hex(deployment.checkpoint_registry),
        "checkpointRegistryCodeHash": encode_hex(deployment.checkpoint_registry_code_hash),
        "firstBlock": deployment.first_block,
        "rootAuthority": encode_hex(deployment.root_authority),
        "rotationOverlap": deployment.rotation_overlap,
        "minInterval": deployment.min_interval,
    }
    if deployment.custody_ledger is not None and deployment.custody_ledger_code_hash is not None:
        value["custodyLedger"] = encode_hex(deployment.custody_ledger)
        value["custodyLedgerCodeHash"] = encode_hex(deployment.custody_ledger_code_hash)
    return json.dumps(value, indent=1).encode() + b"\n"


def parse_deployment(file: bytes) -> Deployment:
    """Return the deployment in a file; refuse any other content."""
    members = open_object(parse(file, _MAX_FILE_BYTES), "")
    has_custody = not _CUSTODY_MEMBERS.isdisjoint(members)
    value = closed_object(members, "", _MEMBERS | _CUSTODY_MEMBERS if has_custody else _MEMBERS)
    network = NetworkIdentity(
        positive(value["chainId"], "/chainId"),
        hash_hex(value["genesisHash"], "/genesisHash"),
        boolean(value["development"], "/development"),
    )
    return Deployment(
        network,
        address(value["partyRegistry"], "/partyRegistry"),
        hash_hex(value["partyRegistryCodeHash"], "/partyRegistryCodeHash"),
        address(value["checkpointRegistry"], "/checkpointRegistry"),
        hash_hex(value["checkpointRegistryCodeHash"], "/checkpointRegistryCodeHash"),
        integer(value["firstBlock"], "/firstBlock"),
        address(value["rootAuthority"], "/rootAuthority"),
        positive(value["rotationOverlap"], "/rotationOverlap"),
        positive(value["minInterval"], "/minInterval"),
        address(value["custodyLedger"], "/custodyLedger") if has_custody else None,
        hash_hex(value["custodyLedgerCodeHash"], "/custodyLedgerCodeHash") if has_custody else None,
    )


def _create(
    network: Network, transactor: Transactor, account: Address, name: ContractName, arguments: tuple[AbiValue, ...]
) -> Address:
    receipt = transactor.run(
        name, account, lambda nonce, fees: network.deployment_transaction(name, arguments, account, nonce, fees)
    )
    if receipt.contract is None:
        raise RegistryRefusedError(name, "no contract was created")
    return receipt.contract


def _code_hash(network: Network, contract: Address) -> Hash32:
    code_hash = network.code_hash(contract)
    if code_hash is None:
        raise ChainUnavailableError(f"the contract at {encode_hex(contract)} is gone again")
    return code_hash
