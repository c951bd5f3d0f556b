"""Amounts of goods, added up where their units allow: masses with masses, volumes with volumes, like with like."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from ledger.domain.trace.step import Quantity

_UNITS: Final = MappingProxyType(
    {
        "KGM": ("KGM", Decimal(1)), "GRM": ("KGM", Decimal("0.001")), "MGM": ("KGM", Decimal("0.000001")),
        "TNE": ("KGM", Decimal(1000)), "LBR": ("KGM", Decimal("0.45359237")), "ONZ": ("KGM", Decimal("0.028349523125")),
        "LTR": ("LTR", Decimal(1)), "MLT": ("LTR", Decimal("0.001")), "CLT": ("LTR", Decimal("0.01")),
        "HLT": ("LTR", Decimal(100)), "MTQ": ("LTR", Decimal(1000)),
    }
)  # fmt: skip
"""Units of UN/ECE Recommendation 20 in kilograms and litres; any other is added to itself only."""

COUNT: Final = "C62"
"""One: the unit of what has none (EPCIS 2.0 §7.3.3.3)."""

CONSERVED: Final = ("KGM", "LTR")
"""Of these no more comes out of a transformation than went in; a count may grow, when one thing is cut in two."""


def in_base(quantity: Quantity) -> tuple[str, Decimal] | None:
    """Return the amount in the base unit of its kind; ``None`` if it is unspecified."""
    if quantity.amount is None:
        return None
    unit = COUNT if quantity.unit in (None, "EA", "H87") else str(quantity.unit)
    base, factor = _UNITS.get(unit, (unit, Decimal(1)))
    return base, quantity.amount * factor


def total(quantities: Iterable[Quantity]) -> tuple[str, Decimal] | None:
    """Return the sum in one unit; ``None`` if there is nothing to add, or if no one unit fits all."""
    amounts = [in_base(each) for each in quantities]
    units = {each[0] for each in amounts if each is not None}
    if None in amounts or len(units) != 1:
        return None
    return units.pop(), sum((each[1] for each in amounts if each is not None), Decimal(0))


def exceeds(amount: Decimal, bound: Decimal, unit: str, tolerance: float) -> bool:
    """Say whether an amount is above a bound; of whole things by any, of what is weighed by more than the tolerance."""
    slack = Decimal(0) if unit == COUNT else bound * Decimal(str(tolerance))
    return amount > bound + slack


def written(amount: Decimal, unit: str) -> str:
    """Return an amount as people read it."""
    number = format(amount.normalize(), "f")
    return number if unit == COUNT else f"{number} {unit}"
