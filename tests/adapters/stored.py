"""Values for stores, each told apart by a number."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ledger.ports import Anchor, AnchorState, CaptureJob, NewEvent, StoredCheckpoint
from ledger.types import Address, PartyId, Seed, UnixTime
from tests.builders import hash_of, party

AT = UnixTime(1_790_000_000)
ANCHORER = Address(b"\x0a" * 20)


def new_event(number: int, signer: str = "maker", **changes: Any) -> NewEvent:
    event = NewEvent(
        event_bytes=b'{"eventID": "urn:uuid:%d" , "caf\xc3\xa9":1.50}' % number,
        event_id=f"urn:uuid:{number}",
        has_declaration=False,
        event_digest=hash_of(f"digest {number} {signer}"),
        seed=Seed(hash_of(f"seed {number}")),
        statement={"act": "record event", "party": "0x" + party(signer).hex(), "signedAt": AT},
        signature=bytes(65),
        party=PartyId(party(signer)),
        record=hash_of(f"record {number} {signer}"),
        event_hash=f"ni:///sha-256;{number}?ver=CBV2.0",
        event_hash_rules="CBV2.0/2026",
        deviations=(),
    )
    return replace(event, **changes)


def job(number: int, key: str | None = None, **changes: Any) -> CaptureJob:
    results: tuple[Any, ...] = ({"pointer": "/0", "status": "sequenced", "leafIndex": number, "promise": "note"},)
    kept = CaptureJob(f"job-{number}", party("maker"), AT, "rollback", key, hash_of("body"), True, results)
    return replace(kept, **changes)


def checkpoint(size: int, root: str = "root") -> StoredCheckpoint:
    return StoredCheckpoint(size, hash_of(f"{root} {size}"), b"note %d\n" % size, AT)


def anchor(nonce: int, size: int, state: AnchorState, **changes: Any) -> Anchor:
    transactions = (hash_of(f"transaction {nonce}"), hash_of(f"bumped {nonce}"))
    raw = b"raw"
    kept = Anchor(size, hash_of(f"root {size}"), ANCHORER, nonce, transactions, raw, state, AT)
    if state in (AnchorState.ANCHORED, AnchorState.FINAL):
        kept = replace(kept, block=7, block_hash=hash_of("block 7"), time=AT)
    return replace(kept, **changes)
