"""What a trace must reach, the slow way: every item at every moment is a point, and points are joined one by one.

Shares no line with `ledger.domain.trace`. Events are given as plain rows in order of time; moments are their ranks. A
point is (``"in"``, item, rank): the item concerns us at that moment; or (``"past"``, item, rank): its making up to that
moment does. Where to is where from with every arrow turned round.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

Point = tuple[str, str, int]


@dataclass(frozen=True)
class Row:
    """``kind``: add, delete, see (parent, items) or change (items became outputs), within one transformation id."""

    kind: str
    parent: str = ""
    items: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    transformation: str = ""


def reached_from(item: str, rows: list[Row]) -> set[str]:
    """Return all that ``item`` was made of or inside, itself included."""
    return {item} | {name for _, name, _ in _closure(item, _arrows(rows), rows)}


def reached_to(item: str, rows: list[Row]) -> set[str]:
    """Return all that was made of ``item`` or inside it: everything that reaches it the other way."""
    return {name for name in _names(rows) | {item} if item in reached_from(name, rows)}


def _names(rows: list[Row]) -> set[str]:
    return {name for row in rows for name in (row.parent, *row.items, *row.outputs) if name}


def _arrows(rows: list[Row]) -> dict[Point, set[Point]]:
    arrows: dict[Point, set[Point]] = {}
    for tail, head in (*_in_time(rows), *_into_containers(rows), *_into_ingredients(rows)):
        arrows.setdefault(tail, set()).add(head)
    return arrows


def _in_time(rows: list[Row]) -> Iterator[tuple[Point, Point]]:
    for name in _names(rows):
        for rank in range(len(rows)):
            yield ("in", name, rank), ("past", name, rank)
            if rank:
                yield ("past", name, rank), ("past", name, rank - 1)


def _into_containers(rows: list[Row]) -> Iterator[tuple[Point, Point]]:
    for rank, inside in enumerate(_inside(rows)):
        for parent, child in inside:
            yield ("in", child, rank), ("in", parent, rank)


def _into_ingredients(rows: list[Row]) -> Iterator[tuple[Point, Point]]:
    for made_at, used_at in product(range(len(rows)), repeat=2):
        if _one_change(rows, made_at, used_at):
            for made, used in product(rows[made_at].outputs, rows[used_at].items):
                if made != used:
                    yield from ((("past", made, made_at), ("in", used, rank)) for rank in range(used_at + 1))


def _one_change(rows: list[Row], one: int, other: int) -> bool:
    both = rows[one].kind == rows[other].kind == "change"
    same_id = rows[one].transformation == rows[other].transformation
    return both and (one == other or (same_id and rows[one].transformation != ""))


def _inside(rows: list[Row]) -> list[set[tuple[str, str]]]:
    """Return who is inside whom at each rank, the step in and the step out included."""
    moments, now = [], set[tuple[str, str]]()
    for row in rows:
        before = set(now)
        if row.kind in ("add", "see"):
            now |= {(row.parent, child) for child in row.items}
        if row.kind == "delete":
            now -= {pair for pair in now if pair[0] == row.parent and (not row.items or pair[1] in row.items)}
        moments.append(before | now)
    return moments


def _closure(item: str, arrows: dict[Point, set[Point]], rows: list[Row]) -> set[Point]:
    """Return the points reached, but the making of a thing that was reached only as a moment of itself."""
    todo = [("in", item, rank) for rank in range(len(rows))]
    seen = set[Point]()
    while todo:
        point = todo.pop()
        if point not in seen:
            seen.add(point)
            todo.extend(arrows.get(point, ()))
    return seen
