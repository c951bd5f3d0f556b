"""What a receipt shows of an event, its digest once checked: members, elements of tables, and what stays hidden."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.codec.disclosure import CLOSED_TABLES, shown_event
from ledger.codec.json_shape import array, open_object, string
from ledger.types import JsonObject, JsonValue


@dataclass(frozen=True, slots=True)
class ShownPart:
    """``members`` as far as shown; in a table of ``partial`` only some elements are; nothing is shown of ``hidden``."""

    members: JsonObject
    partial: frozenset[str] = frozenset()
    hidden: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing is hidden."""
        return not self.hidden and not self.partial

    def names(self, name: str) -> bool:
        """Say whether the event has this member, shown or not."""
        return name in self.members or name in self.hidden


def part_of_view(view: JsonObject) -> ShownPart:
    """Return what a role view, which `digest_of_view` has taken, shows."""
    manifest = open_object(view["manifest"], "/manifest")
    names = [string(name, "/manifest/names") for name in array(manifest["names"], "/manifest/names")]
    shown = open_object(view["members"], "/members")
    whole = shown_event(view)
    partial: JsonObject = {name: _elements(shown[name]) for name in CLOSED_TABLES & shown.keys() - whole.keys()}
    return ShownPart(whole | partial, frozenset(partial), tuple(name for name in names if name not in shown))


def _elements(table: JsonValue) -> list[JsonValue]:
    elements = open_object(open_object(table, "/members")["elements"], "/members")
    return [open_object(elements[index], "/members")["value"] for index in sorted(elements, key=int)]
