"""Reading a role view: the digest it is under, without the seed, and the part of the event it shows.

`digest_of_view` first judges the form, then the rules, then computes:

1. the manifest names each member once, in order;
2. every member shown is named, a table as a table and any other as a value, and those that must be shown are;
3. the eventID is no hash of the event, from which the hidden values could be guessed;
4. the hashes given stand for exactly the leaves that are hidden.

Whether the digest is the one that was signed is left to the caller, as is the form of an EPCIS event.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

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
from ledger.codec.json_shape import array, closed_object, member_pointer, merkle_hash, open_object, string, whole_number
from ledger.codec.merkle import leaf_hash
from ledger.codec.partial_tree import root_from_shown
from ledger.errors import DisclosureError, MalformedError
from ledger.types import Hash32, JsonObject, JsonValue

_SALT = re.compile("[A-Za-z0-9_-]{21}[AQgw]")  # base64url of 16 bytes: the last character has four bits to spare
_INDEX = re.compile("0|[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class _Value:
    """A member or an element that is shown."""

    salt: str
    value: JsonValue


@dataclass(frozen=True, slots=True)
class _Table:
    """A member of the closed table, some of its elements shown. ``pointer`` is where it stands."""

    pointer: str
    salt: str
    count: int
    elements: Mapping[int, _Value]
    hidden: tuple[Hash32, ...]


_Member: TypeAlias = _Value | _Table


@dataclass(frozen=True, slots=True)
class _View:
    """A view of the right form whose members obey rules 1 to 3."""

    salt: str
    names: tuple[str, ...]
    members: Mapping[str, _Member]
    hidden: tuple[Hash32, ...]


def digest_of_view(view: JsonValue) -> Hash32:
    """Return the event digest that ``view`` is under; refuse a view that hides or shows what it may not."""
    read = _read_view(view)
    encoded_names = encode_names(read.names)
    shown = {0: leaf_hash(manifest_leaf(read.salt, encoded_names))}
    for i, (name, encoded_name) in enumerate(zip(read.names, encoded_names, strict=True), 1):
        if name in read.members:
            shown[i] = leaf_hash(_leaf(encoded_name, read.members[name]))
    leaf_count = len(read.names) + 1
    return digest_of_root(leaf_count, root_from_shown(leaf_count, shown, read.hidden, "/hidden"))


def shown_event(view: JsonValue) -> JsonObject:
    """Return the event as far as ``view``, which `digest_of_view` has taken, shows it.

    A table is there only when every element of it is shown: a list in the answer is never shorter than the one signed.
    """
    event: JsonObject = {}
    for name, member in _read_view(view).members.items():
        match member:
            case _Value():
                event[name] = member.value
            case _Table() if len(member.elements) == member.count:
                event[name] = [member.elements[index].value for index in range(member.count)]
    return event


def tables_of_view(view: JsonValue) -> dict[str, tuple[int, Hash32] | None]:
    """Return count and root of each table of a view that `digest_of_view` has taken; ``None`` for a hidden one."""
    read = _read_view(view)
    shown = {name: read.members.get(name) for name in read.names if name in CLOSED_TABLES}
    return {
        name: (member.count, _table_root(member)) if isinstance(member, _Table) else None
        for name, member in shown.items()
    }


def leaf_of_view(view: JsonValue, name: str, absent: Hash32) -> Hash32 | None:
    """Return the leaf hash of a member, ``None`` where it is hidden, ``absent`` where the event has none."""
    read = _read_view(view)
    if name not in read.names:
        return absent
    member = read.members.get(name)
    return None if member is None else leaf_hash(_leaf(encode_names([name])[0], member))


def _leaf(encoded_name: bytes, member: _Member) -> bytes:
    match member:
        case _Value():
            return member_leaf(member.salt, encoded_name, member.value)
        case _Table():
            return table_leaf(member.salt, encoded_name, member.count, _table_root(member))


def _table_root(table: _Table) -> Hash32:
    shown = {
        index: leaf_hash(element_leaf(element.salt, index, element.value)) for index, element in table.elements.items()
    }
    return root_from_shown(table.count, shown, table.hidden, f"{table.pointer}/hidden")


def _read_view(view: JsonValue) -> _View:
    parts = closed_object(view, "", {"manifest", "members", "hidden"})
    manifest = closed_object(parts["manifest"], "/manifest", {"salt", "names"})
    salt = _salt(manifest["salt"], "/manifest/salt")
    names = _read_names(manifest["names"])
    members = {name: _read_member(name, member) for name, member in open_object(parts["members"], "/members").items()}
    hidden = _hashes(parts["hidden"], "/hidden")
    _check_shown(names, members)
    return _View(salt, names, members, hidden)


def _read_names(value: JsonValue) -> tuple[str, ...]:
    pointer = "/manifest/names"
    names = tuple(string(name, f"{pointer}/{i}") for i, name in enumerate(array(value, pointer)))
    if len(names) > MAX_MEMBERS:
        raise MalformedError(pointer, f"at most {MAX_MEMBERS} names", f"{len(names)} names")
    if in_order(set(names)) != [*names] or "__proto__" in names:
        raise DisclosureError(f"{pointer}: not in order", "each name once, ascending, none __proto__", "another list")
    return names


def _read_member(name: str, value: JsonValue) -> _Member:
    pointer = member_pointer("/members", name)
    if name not in CLOSED_TABLES:
        return _read_value(value, pointer)
    table = closed_object(value, pointer, {"salt", "count", "elements", "hidden"})
    count = whole_number(table["count"], f"{pointer}/count", MAX_ELEMENTS)
    elements = {
        _index(index, count, pointer): _read_value(each, f"{pointer}/elements/{index}")
        for index, each in open_object(table["elements"], f"{pointer}/elements").items()
    }
    hidden = _hashes(table["hidden"], f"{pointer}/hidden")
    return _Table(pointer, _salt(table["salt"], f"{pointer}/salt"), count, elements, hidden)


def _read_value(value: JsonValue, pointer: str) -> _Value:
    member = closed_object(value, pointer, {"salt", "value"})
    return _Value(_salt(member["salt"], f"{pointer}/salt"), member["value"])


def _index(text: str, count: int, pointer: str) -> int:
    if not _INDEX.fullmatch(text):
        raise MalformedError(f"{pointer}/elements", "decimal indexes without leading zeros", "another name")
    if int(text) >= count:
        raise DisclosureError(f"{pointer}/elements: an index outside the table", f"below {count}", text)
    return int(text)


def _salt(value: JsonValue, pointer: str) -> str:
    salt = string(value, pointer)
    if not _SALT.fullmatch(salt):
        raise MalformedError(pointer, "16 bytes in base64url without padding", "another text")
    return salt


def _hashes(value: JsonValue, pointer: str) -> tuple[Hash32, ...]:
    return tuple(merkle_hash(each, f"{pointer}/{i}") for i, each in enumerate(array(value, pointer)))


def _check_shown(names: tuple[str, ...], members: Mapping[str, _Member]) -> None:
    for name in sorted(members.keys() - set(names)):
        raise DisclosureError(f"{member_pointer('/members', name)}: a member that the manifest does not name")
    for name in sorted(MUST_SHOW.intersection(names) - members.keys()):
        raise DisclosureError(f"{member_pointer('/members', name)}: hidden, and must be shown")
    match members.get("eventID"):
        case _Value(value=value) if has_hash_id(value):
            raise DisclosureError("/members/eventID: a hash of the event, which has no role views")
