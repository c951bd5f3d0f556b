"""Signer outside its role: a business step stated in a capacity that it is not for.

Whether the registry granted the role is check 10 of every receipt (spec §10), and not asked again.
"""

from __future__ import annotations

from ledger.domain.custody_checks.answer import Gap, Question, Result, Severity, missing
from ledger.domain.custody_checks.reading import named, when
from ledger.domain.custody_checks.scene import Scene
from ledger.domain.messages import Message
from ledger.domain.trace import Step

_TRADE_ITEMS = "https://id.gs1.org/01/"
_BEGINNING = frozenset({"commissioning", "creating_class_instance"})


def check_signer_role(scene: Scene) -> Result:
    """Ask about each step that is not for the role in which it was stated."""
    stated = [(step, roles) for step in scene.steps if (roles := _roles(step, scene)) is not None]
    questions = tuple(_question(step, roles, scene) for step, roles in stated if step.event.statement.role not in roles)
    gaps = () if stated else (Gap(missing("biz-steps"), scene.steps),)
    return Result(questions, gaps, len(stated))


def _roles(step: Step, scene: Scene) -> frozenset[str] | None:
    """Return the roles that a step is for; ``None`` if it is for any."""
    if step.type == "TransformationEvent":
        return scene.policy.transformation_roles
    if step.biz_step is None:
        return None
    if step.biz_step in _BEGINNING and not any(item.startswith(_TRADE_ITEMS) for item in step.key_set):
        return None
    return scene.policy.roles_of_step.get(step.biz_step)


def _question(step: Step, roles: frozenset[str], scene: Scene) -> Question:
    items = tuple(sorted(step.key_set))
    values = {
        "party": scene.context.name(step.event.party),
        "role": step.event.statement.role,
        "step": step.biz_step or "transformation",
        "item": named(items),
        "date": when(step),
    }
    said = Message("signer-role.outside", values)
    return Question(Severity.MEDIUM, said, (step,), items, ", ".join(sorted(roles)), step.event.statement.role)
