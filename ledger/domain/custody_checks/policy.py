"""The thresholds of the custody checks: data with a version and a source, never constants of the code.

None of them is law for every trade: who examines medicines or frozen goods hands in a policy of its own, under a
version of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

HOUR: Final = 3_600
DAY: Final = 24 * HOUR

_CUSTODY: Final = frozenset({"manufacturer", "seller", "buyer", "platform", "carrier", "declarant", "warehouse"})
_TRADE: Final = frozenset({"manufacturer", "seller", "buyer", "platform", "warehouse"})
_AUTHORITY: Final = frozenset({"customs", "tax"})

SPEEDS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "sea": 50.0,  # the fastest container ships sail some 25 knots, ferries 27
        "road": 130.0,  # above the limit for lorries anywhere
        "rail": 350.0,  # the fastest trains in service
        "air": 1_000.0,  # cruise of a wide-body freighter, some 900, with wind
    }
)
"""Kilometres an hour that each mode can reach door to door, with room to spare."""

ROLES_OF_STEP: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "commissioning": _TRADE - {"warehouse", "buyer"},
        "creating_class_instance": _TRADE - {"warehouse", "buyer"},
        "assembling": _TRADE,
        "disassembling": _TRADE,
        "packing": _CUSTODY,
        "unpacking": _CUSTODY | _AUTHORITY,
        "repackaging": _CUSTODY | _AUTHORITY,
        "shipping": _CUSTODY,
        "consigning": _CUSTODY,
        "receiving": _CUSTODY,
        "accepting": _CUSTODY,
        "loading": _CUSTODY,
        "unloading": _CUSTODY,
        "transporting": _CUSTODY,
        "departing": _CUSTODY | _AUTHORITY,
        "arriving": _CUSTODY | _AUTHORITY,
        "storing": _CUSTODY | _AUTHORITY,
        "stocking": _TRADE,
        "retail_selling": _TRADE - {"warehouse"},
        "dispensing": _TRADE - {"warehouse"},
        "destroying": _CUSTODY | _AUTHORITY,
        "decommissioning": _CUSTODY | _AUTHORITY,
    }
)
"""Which roles a business step of the CBV is for; a step that is not here is for any (CBV 2.0 §7.1, definitions).

Logistic units and assets are commissioned by whoever packs or owns them: that rule is for trade items.
"""


@dataclass(frozen=True, slots=True)
class Policy:
    """Thresholds; times in seconds."""

    version: str = "default/1"
    clock_skew: int = 5 * 60
    """As far as the clocks of two honest scanners differ."""
    receipt_within: int = 45 * DAY
    """From shipping to receipt: the longest usual sea passage with its port stays, Asia to Europe round the Cape."""
    answer_within: int = 7 * DAY
    """From the offer of a handover to its answer; notice of hidden loss is due in 7 days (CMR art. 30)."""
    late_recording: int = 3 * DAY
    """From event to record. Regulation (EU) 2018/574 asks 3 hours of tobacco; three days leave room for a weekend."""
    reading_gap: int = 2 * HOUR
    """Between two sensor readings. EN 12830 recorders log at least every 30 minutes; three in a row may be lost."""
    excursion: int = 0
    """Outside the limits, where the limit itself does not say how long is allowed."""
    travel_slack_km: float = 50.0
    """What two scans may lie apart for free: a site is not a point, and a place table names towns."""
    tolerance: float = 0.005
    """Of a quantity: half a per cent for moisture and scales, as in bulk trade; whole things have none."""
    speeds: Mapping[str, float] = field(default_factory=lambda: SPEEDS)
    roles_of_step: Mapping[str, frozenset[str]] = field(default_factory=lambda: ROLES_OF_STEP)
    transformation_roles: frozenset[str] = frozenset({"manufacturer", "seller", "warehouse", "platform"})
    """Who makes one thing of another, kits of a fulfilment centre included."""


DEFAULT_POLICY: Final = Policy()
