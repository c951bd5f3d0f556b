"""The lane as it should be: each party signs its own steps, and checks what came before with its own trust root."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from ledger.codec.jcs import canonicalize
from ledger.domain.trusted import TrustRoot
from ledger.domain.verdict import Outcome
from ledger.domain.verification import Verification
from ledger.domain.verify import verify_receipt
from ledger.service.signing import dump_envelope, sign_event
from ledger.types import JsonObject
from scripts.demo import story
from scripts.demo.lane import Step, steps
from scripts.demo.stage import Player, Stage

LEGS = (
    ("maker and inspector", 0, 3),
    ("carrier and export customs", 3, 6),
    ("import customs and bonded warehouse", 6, 9),
    ("courier", 9, 11),
)


@dataclass(frozen=True, slots=True)
class Captured:
    """A step that is in the log, with what its party got for it."""

    step: Step
    digest: str
    leaf_index: int
    promise: str


def play(stage: Stage) -> list[Captured]:
    """Tell the lane; return its steps as captured. A verdict that is not as it should be ends the demo."""
    lane = steps(datetime.now(UTC) - timedelta(hours=90), lambda: uuid.uuid4().urn)
    captured: list[Captured] = []
    for name, start, end in LEGS:
        story.title(name.capitalize())
        for step in lane[start:end]:
            _check_before(stage, step, captured)
            captured.append(_capture(stage, step))
        stage.wait_until_final()
    _consumer(stage, captured)
    return captured


def receipt_of(stage: Stage, captured: Captured, view: str = "public") -> bytes:
    """Return the receipt of a step as the service hands it out."""
    client = stage.players[captured.step.actor.word].client
    return client.get(f"/receipts/{captured.digest}?view={view}")


def check(stage: Stage, receipt: bytes, root: TrustRoot) -> Verification:
    """Return what somebody with this trust root finds."""
    return verify_receipt(receipt, root, stage.service.clock())


def _check_before(stage: Stage, step: Step, captured: list[Captured]) -> None:
    if not captured or captured[-1].step.actor is step.actor:
        return
    before = captured[-1]
    if before.leaf_index >= stage.service.store.final_size():
        return  # not final yet: whoever comes next checks it
    verification = check(stage, receipt_of(stage, before), stage.trust_root())
    story.verdict(f"The {step.actor.word}", f'"{before.step.sentence}"', verification)
    require(verification, Outcome.VERIFIED)


def _capture(stage: Stage, step: Step) -> Captured:
    player = stage.players[step.actor.word]
    body = canonicalize(step.event) if step.actor.custodial else _signed(stage, player, step.event)
    result = player.client.post("/events", body)
    hand = "signed by the operator as custodian" if step.actor.custodial else "signed by its own key"
    story.line(f"The {step.actor.word} {step.sentence} ({hand}; record {result['leafIndex']}).")
    return Captured(step, str(result["eventDigest"]), cast(int, result["leafIndex"]), str(result["promise"]))


def _signed(stage: Stage, player: Player, event: JsonObject) -> bytes:
    service = stage.service
    return dump_envelope(sign_event(event, player.mandate, service.keystore, service.terms, service.clock()))


def _consumer(stage: Stage, captured: list[Captured]) -> None:
    story.title("The consumer scans the kettle")
    root = stage.trust_root()
    for one in captured:
        verification = check(stage, receipt_of(stage, one), root)
        require(verification, Outcome.VERIFIED)
        signer = verification.signer
        custodian = f" (key held by {signer.custodian})" if signer and signer.custodian else ""
        story.line(f"{verification.outcome.value:<9} {signer.name if signer else ''}{custodian}: {one.step.sentence}")
    story.line(
        f"As of block {root.as_of.block}, {len(captured)} of {len(captured)} records check out. "
        "The records were checked, not the goods."
    )


def require(verification: Verification, outcome: Outcome) -> None:
    """End the demo with an error unless a verification came to this outcome."""
    if verification.outcome is not outcome:
        raise AssertionError(f"expected {outcome.value}, got {verification.outcome.value}")
