"""Role views that have a name: which members of an event they show.

The members that decide an event's meaning are shown in every view (spec §3.1); a named view adds to them. Field
classes follow what a consumer may see of a journey: the item, what was done to it, certificates; not places, parties,
prices or sensor data.
"""

from __future__ import annotations

from typing import Final

PUBLIC: Final = frozenset(
    {
        "eventTimeZoneOffset",
        "disposition",
        "epcList",
        "childEPCs",
        "parentID",
        "inputEPCList",
        "outputEPCList",
        "certificationInfo",
    }
)
"""What anyone who holds the event digest may see."""
