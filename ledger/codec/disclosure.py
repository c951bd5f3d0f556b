"""Salted disclosure of an event: its digest, and role views that show a part of it under that same digest.

Whoever holds the seed makes: `event_digest`, `role_view`. Whoever holds a view checks, without the seed:
`digest_of_view`, `shown_event` (of `views`, offered here too). A hidden member can be neither guessed, nor denied,
nor later shown with another value; a view carries the salts of what it shows, never the seed.

Who may see which members is left to the caller, as is the form of an EPCIS event; here it is an object of members.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from types import MappingProxyType

from ledger.codec.event_leaves import (
    CLOSED_TABLES,
    MAX_ELEMENTS,
    MAX_MEMBERS,
    MUST_SHOW,
    digest_of_root,
    element_leaf,
    encode_names,
    has_hash_id,
    in_order,
    manifest_leaf,
    member_leaf,
    table_leaf,
)
from ledger.codec.json_shape import array
from ledger.codec.merkle import leaf_hashes
from ledger.codec.partial_tree import hidden_hashes, root_hash
from ledger.codec.salts import Salts
from ledger.codec.views import digest_of_view, leaf_of_view, shown_event, tables_of_view
from ledger.errors import MalformedError, NotAllowedError, TooLargeError
from ledger.types import Hash32, JsonObject, JsonValue, Seed

__all__ = [
    "CLOSED_TABLES",
    "MUST_SHOW",
    "digest_of_view",
    "event_digest",
    "leaf_of_event",
    "leaf_of_view",
    "role_view",
    "shown_event",
    "tables_of_event",
    "tables_of_view",
]

_NARROWED_NOWHERE: Mapping[str, AbstractSet[int]] = MappingProxyType({})


def event_digest(event: JsonObject, seed: Seed) -> Hash32:
    """Return the digest of ``event`` under the salts of ``seed``, which a statement names."""
    hashes = _salt_event(event, seed).hashes
    return digest_of_root(len(hashes), root_hash(hashes))


def tables_of_event(event: JsonObject, seed: Seed) -> dict[str, tuple[int, Hash32]]:
    """Return the count and the root of each member of ``event`` that is a table."""
    tables = _salt_event(event, seed).tables
    return {name: (len(table.hashes), root_hash(table.hashes)) for name, table in tables.items()}


def leaf_of_event(event: JsonObject, seed: Seed, name: str) -> Hash32:
    """Return the leaf hash of a member that ``event`` has: a salted commitment to its value."""
    salted = _salt_event(event, seed)
    return salted.hashes[1 + salted.names.index(name)]


def role_view(
    event: JsonObject,
    seed: Seed,
    shown: AbstractSet[str],
    elements: Mapping[str, AbstractSet[int]] = _NARROWED_NOWHERE,
) -> JsonObject:
    """Return the view of ``event`` that shows the members ``shown``, and those that must be.

    Names that the event does not have are passed over, so that one set serves every event that a role may see. A
    table member among ``shown`` shows all its elements or, where ``elements`` names it, those of these indexes.
    """
    if has_hash_id(event.get("eventID")):
        raise NotAllowedError("/eventID", "an event whose id is not a hash of it", "an ni: eventID")
    salted = _salt_event(event, seed)
    indexes = {name: i for i, name in enumerate(salted.names, 1) if name in shown or name in MUST_SHOW}
    return {
        "manifest": {"salt": salted.salts[0], "names": [*salted.names]},
        "members": {name: _show(event[name], salted, name, i, elements.get(name)) for name, i in indexes.items()},
        "hidden": _encode_hashes(hidden_hashes(salted.hashes, [0, *indexes.values()])),
    }


@dataclass(frozen=True, slots=True)
class _Salted:
    """Leaves that have salts: their salts and their hashes."""

    salts: list[str]
    hashes: list[Hash32]


@dataclass(frozen=True, slots=True)
class _SaltedEvent(_Salted):
    """The leaves of an event, manifest first; its member names; and the elements of each table member."""

    names: list[str]
    tables: dict[str, _Salted]


def _salt_event(event: JsonObject, seed: Seed) -> _SaltedEvent:
    if len(event) > MAX_MEMBERS:
        raise TooLargeError("", f"at most {MAX_MEMBERS} members", f"{len(event)} members")
    names, source, tables = in_order(event), Salts(seed), {}
    encoded_names, salts = encode_names(names), source.of_leaves(1 + len(names))
    leaves = [manifest_leaf(salts[0], encoded_names)]
    for i, name in enumerate(names, 1):
        salt, encoded_name, value = salts[i], encoded_names[i - 1], event[name]
        if name in CLOSED_TABLES:
            table = tables[name] = _salt_table(_table(name, value), source, i)
            leaves.append(table_leaf(salt, encoded_name, len(table.hashes), root_hash(table.hashes)))
        else:
            leaves.append(member_leaf(salt, encoded_name, value))
    return _SaltedEvent(salts, leaf_hashes(leaves), names, tables)


def _table(name: str, value: JsonValue) -> list[JsonValue]:
    table = array(value, f"/{name}")
    if len(table) > MAX_ELEMENTS:
        raise TooLargeError(f"/{name}", f"at most {MAX_ELEMENTS} elements", f"{len(table)} elements")
    return table


def _salt_table(table: list[JsonValue], source: Salts, leaf_index: int) -> _Salted:
    salts = source.of_elements(leaf_index, len(table))
    return _Salted(salts, leaf_hashes(map(element_leaf, salts, range(len(table)), table)))


def _show(
    value: JsonValue, salted: _SaltedEvent, name: str, leaf_index: int, chosen: AbstractSet[int] | None
) -> JsonObject:
    """Return a member as a view shows it: its value, or the ``chosen`` elements of a table (all, if there is none)."""
    salt = salted.salts[leaf_index]
    if name not in CLOSED_TABLES:
        return {"salt": salt, "value": value}
    table, leaves = _table(name, value), salted.tables[name]
    shown = sorted(range(len(table)) if chosen is None else chosen)
    if shown and not 0 <= shown[0] <= shown[-1] < len(table):
        raise MalformedError(f"/{name}", f"indexes below {len(table)}", "another index")
    elements: JsonObject = {str(index): {"salt": leaves.salts[index], "value": table[index]} for index in shown}
    hidden = _encode_hashes(hidden_hashes(leaves.hashes, shown))
    return {"salt": salt, "count": len(table), "elements": elements, "hidden": hidden}


def _encode_hashes(hashes: list[Hash32]) -> list[JsonValue]:
    return [b64encode(each).decode() for each in hashes]
