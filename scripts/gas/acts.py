"""What the acts of the registry cost, and the check of a statement by a contract."""

from __future__ import annotations

from ledger.codec.statement import Domain, Statement, typed_data
from ledger.codec.tree import EMPTY_EDGE
from ledger.types import JsonObject, LogId, UnixTime
from scripts.gas.lane import CHAIN_ID, DAY, START, Lane, party

ROTATION_OVERLAP = 2 * DAY

_NO_CUSTODIAN = bytes(32)
_NO_CLAIM_BEFORE = 10**13
_PLACE = b"DE"


def measure_acts(lane: Lane) -> JsonObject:
    """Return the gas of each act, by the name of its function."""
    gas: dict[str, int] = {}
    root, cold = lane.account("root"), lane.account("cold key")

    def act(sender: str, function: str, *arguments: object) -> None:
        gas[function] = lane.call(sender, "PartyRegistry", function, *arguments).gas_used

    gas["deploy PartyRegistry"] = lane.deploy("PartyRegistry", root, ROTATION_OVERLAP).gas_used
    authority, maker = party("authority"), party("maker")
    act("root", "accreditAuthority", authority, _PLACE, cold, "Trade Authority")
    act("cold key", "accreditParty", maker, _PLACE, cold, "Maker GmbH")
    act("cold key", "grantRole", maker, "manufacturer", _PLACE, 0, START + 365 * DAY)
    act("cold key", "addKey", maker, lane.account("first"), _NO_CUSTODIAN, lane.possession(maker, "first"))
    act("cold key", "claimPrefix", maker, 4_012_345, 7, _NO_CLAIM_BEFORE)
    gas["checkStatement"] = _check_statement(lane)
    act("cold key", "rotateKey", lane.account("first"), lane.account("second"), lane.possession(maker, "second"))
    act("cold key", "declareCompromise", lane.account("first"), START - 40 * DAY)
    act("cold key", "revokeKey", lane.account("second"))
    act("cold key", "beginRecovery", maker, lane.account("third"))
    act("anybody", "completeRecovery", maker, lane.possession(maker, "third"))
    act("cold key", "releasePrefix", 4_012_345, 7, _NO_CLAIM_BEFORE)
    act("cold key", "revokeRole", maker, "manufacturer", _PLACE)
    act("cold key", "endAccreditation", maker)
    return {**gas}


def _check_statement(lane: Lane) -> int:
    """Return the gas of a transaction that has a statement checked, and does nothing else."""
    said = Statement(
        act="record event",
        party=party("maker"),
        role="manufacturer",
        jurisdiction="DE",
        event_digest=EMPTY_EDGE.root_hash,
        log_id=LogId(party("log")),
        signed_at=UnixTime(START),
    )
    domain = Domain(CHAIN_ID, lane.contracts["PartyRegistry"])
    signature = lane.signer.sign_typed_data(lane.account("first"), typed_data(said, domain))
    words = (
        said.act, said.party, said.role, said.jurisdiction, said.event_digest, said.log_id,
        said.subject, said.previous, said.terms, said.signed_at,
    )  # fmt: skip
    return lane.call("anybody", "PartyRegistry", "checkStatement", words, signature).gas_used
