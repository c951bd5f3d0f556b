"""Places of an event: their identifiers, the site each belongs to, and how far apart two points of the globe are."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ledger.domain.trace import Step
from ledger.epcis.canonical import Namespaces, canonical_text
from ledger.types import JsonValue

_GEO: Final = re.compile(r"(?i:geo):(-?[0-9]{1,3}(?:\.[0-9]+)?),(-?[0-9]{1,3}(?:\.[0-9]+)?)(?:[,;].*)?")  # RFC 5870
_SUBLOCATION: Final = re.compile(r"(https://id\.gs1\.org/414/[0-9]{13})/254/.*")
_EARTH_KM: Final = 6_371.0
"""Mean radius (IUGG)."""


@dataclass(frozen=True, slots=True)
class Coordinates:
    """Degrees north and east, WGS 84."""

    latitude: float
    longitude: float


def places_of(step: Step) -> tuple[str, ...]:
    """Return the read point and the business location, canonical, where they are shown."""
    names = Namespaces(step.event.members.get("@context"))
    found = [_id(step.event.members.get(name)) for name in ("readPoint", "bizLocation")]
    return tuple(dict.fromkeys(canonical_text(each, names) for each in found if each is not None))


def site_of(place: str) -> str:
    """Return the site of a place: of a GLN with an extension (a dock, a shelf), the GLN."""
    match = _SUBLOCATION.fullmatch(place)
    return match[1] if match else place


def coordinates_of(place: str, table: Mapping[str, Coordinates]) -> Coordinates | None:
    """Return where a place is: by its ``geo:`` identifier, else by the table, for itself or its site."""
    match = _GEO.fullmatch(place)
    if match is None:
        return table.get(place) or table.get(site_of(place))
    point = Coordinates(float(match[1]), float(match[2]))
    return point if abs(point.latitude) <= 90 and abs(point.longitude) <= 180 else None


def distance_km(one: Coordinates, other: Coordinates) -> float:
    """Return the length of the great circle between two points (haversine)."""
    north, north_other = math.radians(one.latitude), math.radians(other.latitude)
    east = math.radians(other.longitude - one.longitude)
    half = math.sin((north_other - north) / 2) ** 2
    half += math.cos(north) * math.cos(north_other) * math.sin(east / 2) ** 2
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def _id(value: JsonValue) -> str | None:
    place = value.get("id") if isinstance(value, dict) else None
    return place if isinstance(place, str) else None
