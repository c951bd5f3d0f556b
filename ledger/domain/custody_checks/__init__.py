"""Questions about a custody graph: what a regulator would ask of it, each with its evidence and in plain words.

`examine` runs every check and orders the answers. A question is never a verdict; a check that lacks something answers
that it is not evaluable and what is missing, and one that finds nothing odd says how much it looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ledger.domain.custody_checks.answer import RULES, Answer, CheckId, Cited, Outcome, Result, Severity, answers
from ledger.domain.custody_checks.company_prefix import check_company_prefix
from ledger.domain.custody_checks.contents import check_contents
from ledger.domain.custody_checks.context import Context, Limit
from ledger.domain.custody_checks.custody_gap import check_custody_gap
from ledger.domain.custody_checks.fork import check_fork
from ledger.domain.custody_checks.handover import check_handover
from ledger.domain.custody_checks.late_recording import check_late_recording
from ledger.domain.custody_checks.one_custodian import check_one_custodian
from ledger.domain.custody_checks.place import Coordinates
from ledger.domain.custody_checks.policy import DEFAULT_POLICY, Policy
from ledger.domain.custody_checks.quantity import check_quantity
from ledger.domain.custody_checks.scene import Scene
from ledger.domain.custody_checks.seals import check_seals
from ledger.domain.custody_checks.sensor_excursion import check_sensor_excursion
from ledger.domain.custody_checks.sensor_readings import check_sensor_readings
from ledger.domain.custody_checks.serial_end import check_serial_end
from ledger.domain.custody_checks.serial_places import check_serial_places
from ledger.domain.custody_checks.signer_role import check_signer_role
from ledger.domain.custody_checks.time_order import check_time_order
from ledger.domain.custody_checks.travel import check_travel
from ledger.domain.trace import CustodyGraph

__all__ = [
    "CHECKS", "DEFAULT_POLICY", "RULES", "Answer", "CheckId", "Cited", "Context", "Coordinates", "Limit", "Outcome",
    "Policy", "Severity", "examine",
]  # fmt: skip

CHECKS: Final[dict[CheckId, Callable[[Scene], Result]]] = {
    CheckId.CUSTODY_GAP: check_custody_gap,
    CheckId.FORK: check_fork,
    CheckId.HANDOVER: check_handover,
    CheckId.TIME_ORDER: check_time_order,
    CheckId.TRAVEL: check_travel,
    CheckId.SERIAL_PLACES: check_serial_places,
    CheckId.SERIAL_END: check_serial_end,
    CheckId.QUANTITY: check_quantity,
    CheckId.CONTENTS: check_contents,
    CheckId.SENSOR_EXCURSION: check_sensor_excursion,
    CheckId.SENSOR_READINGS: check_sensor_readings,
    CheckId.LATE_RECORDING: check_late_recording,
    CheckId.SIGNER_ROLE: check_signer_role,
    CheckId.COMPANY_PREFIX: check_company_prefix,
    CheckId.ONE_CUSTODIAN: check_one_custodian,
    CheckId.SEALS: check_seals,
}
"""Every check, in the order in which its answers stand where nothing else decides."""

_OUTCOMES: Final = (Outcome.QUESTION, Outcome.NOT_EVALUABLE, Outcome.CLEAR)


def examine(graph: CustodyGraph, context: Context) -> tuple[Answer, ...]:
    """Return the answers of every check: questions first, the gravest first, then by time; then what is not evaluable.

    Of a graph that was cut short, every question stands; that a check is clear holds for what was reached.
    """
    scene = Scene(graph, context)
    found = [each for check, run in CHECKS.items() for each in answers(check, context.policy.version, run(scene))]
    return tuple(sorted(found, key=_rank))


def _rank(answer: Answer) -> tuple[int, int, int]:
    return _OUTCOMES.index(answer.outcome), -answer.severity.value, answer.at if answer.at is not None else 0
