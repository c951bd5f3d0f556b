"""The two sides of each handover: a shipment and its first receipt, an offer and its acceptance."""

from __future__ import annotations

from ledger.domain.custody_checks.scene import Scene
from ledger.domain.trace import Step


def handover_pairs(scene: Scene) -> tuple[tuple[Step, Step], ...]:
    """Return each step that gives with the step that takes, once."""
    shipped = [(each.shipped, each.receipts[0]) for each in scene.shipments if each.receipts]
    offers = {step.event.statement_hash: step for step in scene.steps if step.event.act == "offer handover"}
    accepted = [
        (offers[step.event.statement.previous], step)
        for step in scene.steps
        if step.event.act == "accept handover" and step.event.statement.previous in offers
    ]
    return tuple(dict.fromkeys([*shipped, *accepted]))
