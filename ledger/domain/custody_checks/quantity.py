"""Quantities out of balance (T13): in a container, in a transformation, of a lot over its life, over a handover."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ledger.codec.terms import Transform
from ledger.domain.custody_checks.amounts import CONSERVED, exceeds, total, written
from ledger.domain.custody_checks.answer import Gap, Question, Result, Severity, missing
from ledger.domain.custody_checks.container_balance import container_questions
from ledger.domain.custody_checks.custody_acts import terms_of
from ledger.domain.custody_checks.handovers import Shipment
from ledger.domain.custody_checks.reading import named, when
from ledger.domain.custody_checks.scene import Scene
from ledger.domain.messages import Message
from ledger.domain.trace import Step
from ledger.domain.trace.step import Quantity


def check_quantity(scene: Scene) -> Result:
    """Ask about each place where more comes out than went in, or where something is not accounted for."""
    containers, looked_at = container_questions(scene)
    groups = _transformations(scene)
    of_groups = [_transformed(group, scene) for group in groups]
    lots = sorted({each.item for step in scene.steps for each in _all_quantities(step)}.intersection(scene.graph.items))
    questions = [*containers, *(each for each in of_groups if isinstance(each, Question))]
    questions += [question for lot in lots for question in _used_up(lot, scene)]
    questions += [question for shipment in scene.shipments for question in _received(shipment, scene)]
    gaps = [each for each in of_groups if isinstance(each, Gap)]
    if not looked_at and not groups and not lots:
        gaps.append(Gap(missing("quantities"), scene.steps))
    return Result(tuple(questions), tuple(gaps), looked_at + len(groups) + len(lots))


def _all_quantities(step: Step) -> Iterator[Quantity]:
    for field in ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"):
        yield from step.quantities(field)


def _transformations(scene: Scene) -> list[tuple[Step, ...]]:
    """Return the steps of each transformation; those of one party under one transformationID are one."""
    groups: dict[tuple[Step, ...], None] = {}
    for step in scene.steps:
        if step.type == "TransformationEvent":
            joined = scene.graph.transformations.get(step.transformation_id or "", ())
            groups[tuple(each for each in joined if each.event.party == step.event.party) or (step,)] = None
    return list(groups)


def _transformed(group: tuple[Step, ...], scene: Scene) -> Question | Gap | None:
    if any(step.keys.get("inputEPCList") or step.keys.get("outputEPCList") for step in group):
        return Gap(missing("quantities"), group)  # things one by one have no amount
    taken = total(each for step in group for each in step.quantities("inputQuantityList"))
    made = total(each for step in group for each in step.quantities("outputQuantityList"))
    if taken is None or made is None or taken[0] != made[0]:
        return Gap(missing("quantities"), group)
    stated = next((terms for step in group if isinstance(terms := terms_of(step), Transform)), None)
    if stated is None and taken[0] not in CONSERVED:
        return Gap(missing("yield"), group)
    bound = taken[1] if stated is None else taken[1] * Decimal(stated.yield_output) / Decimal(stated.yield_input)
    if not exceeds(made[1], bound, made[0], scene.policy.tolerance):
        return None
    items = tuple(sorted({item for step in group for item in step.outputs}))
    amounts = {"out": written(made[1], made[0]), "in": written(taken[1], taken[0])}
    said = Message("quantity.transformed", {"item": named(items), "date": when(group[-1]), **amounts})
    return Question(Severity.HIGH, said, group, items, f"at most {written(bound, made[0])}", amounts["out"])


def _used_up(lot: str, scene: Scene) -> Iterator[Question]:
    """Yield a question where more of a lot was used up than is recorded to have come into being."""
    history = scene.graph.histories.get(lot, ())
    made = [(step, each) for step in history for each in _made(step) if each.item == lot]
    used = [(step, each) for step in history for each in _used(step) if each.item == lot]
    there, gone = total(each for _, each in made), total(each for _, each in used)
    if there is None or gone is None or there[0] != gone[0]:
        return
    if exceeds(gone[1], there[1], gone[0], scene.policy.tolerance):
        steps = tuple(dict.fromkeys(step for step, _ in (*made, *used)))
        values = {"item": named([lot]), "out": written(gone[1], gone[0]), "in": written(there[1], there[0])}
        said = Message("quantity.used-up", values)
        yield Question(Severity.HIGH, said, steps, (lot,), f"at most {values['in']}", values["out"])


def _made(step: Step) -> tuple[Quantity, ...]:
    begun = step.quantities("quantityList") if (step.type, step.action) == ("ObjectEvent", "ADD") else ()
    return (*begun, *step.quantities("outputQuantityList"))


def _used(step: Step) -> tuple[Quantity, ...]:
    ended = step.quantities("quantityList") if (step.type, step.action) == ("ObjectEvent", "DELETE") else ()
    return (*ended, *step.quantities("inputQuantityList"))


def _received(shipment: Shipment, scene: Scene) -> Iterator[Question]:
    """Yield a question for each class of which another amount was received than was shipped."""
    for item in sorted({each.item for each in shipment.shipped.quantities("quantityList")}):
        sent = total(each for each in shipment.shipped.quantities("quantityList") if each.item == item)
        receipts = [step for step in shipment.receipts if item in step.items]
        got = total(each for step in receipts for each in step.quantities("quantityList") if each.item == item)
        if sent is None or got is None or sent[0] != got[0]:
            continue
        more = exceeds(got[1], sent[1], sent[0], scene.policy.tolerance)
        if more or exceeds(sent[1], got[1], sent[0], scene.policy.tolerance):
            values = {"item": named([item]), "out": written(got[1], got[0]), "in": written(sent[1], sent[0])}
            said, steps = Message("quantity.received", values), (shipment.shipped, *receipts)
            severity = Severity.HIGH if more else Severity.MEDIUM
            yield Question(severity, said, steps, (item,), values["in"], values["out"])
