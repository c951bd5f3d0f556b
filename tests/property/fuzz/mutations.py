"""Bytes that are nearly right: valid seeds with bytes, or JSON values, changed as an attacker would change them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from copy import deepcopy
from typing import Any, TypeAlias

from hypothesis import strategies as st

from ledger.types import JsonValue

MAX_BYTES = 1 << 16
"""Beyond it only `BOMBS` go: time and memory are bounded by the size of what comes in."""

CHUNKS = (
    b"\0", b"\xff", b"\n", b" ", b'"', b"[", b"{", b"]", b"}", b",", b":", b"-0", b"1e999", b"0.1e-400", b"9" * 400,
    b"[" * 70, b'{"a":' * 70, b"\\ud800", b"\\u0000", b"\xed\xa0\x80", "\u2028é\ufeff".encode(), "\U00010000".encode(),
    b"__proto__", b"null", b"true", b"NaN", b'"":"",', b"k" * 5_000, b"0x", b"urn:epc:id:", b"https://", b"==", b"\x80",
    b"\n\n", b"\xe2\x80\x94 ", b"--", b"~", b"%00", b"\x01" * 32, b"../",
)  # fmt: skip


def _deep(opening: dict[str, Any] | list[Any], levels: int) -> Any:
    value: Any = 0
    for _ in range(levels):
        value = [value] if isinstance(opening, list) else {"a": value}
    return value


VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 2**53, 2**64, 10**400, 1e308, float("nan"), -0.0, "", "\0", "\U00010000", "\ud800",
    "a" * 5_000, "0x", "0x" + "00" * 32, "1", "\u2028", "https://" + "a." * 200, [], {}, [None], {"": None}, [[]] * 99,
    _deep([], 60), _deep({}, 60), {str(i): i for i in range(300)}, {"@id": {}}, ["\u00e9", "e\u0301"],
)  # fmt: skip

Change: TypeAlias = tuple[int, int, int, int]
"""Which kind of change, where, how long, and with what: each taken modulo what there is."""

CHANGES = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 1 << 16), st.integers(1, 64), st.integers(0, 255)),
    min_size=1, max_size=5,
)  # fmt: skip


def change_bytes(seeds: Sequence[bytes], which: int, changes: Sequence[Change]) -> bytes:
    """A seed with flips, cuts, repetitions, insertions and pieces of other seeds."""
    data = seeds[which % len(seeds)]
    for kind, place, length, what in changes:
        at = place % (len(data) + 1)
        data = data[:at] + _piece(kind, data[at:], length, what, seeds)
    return data[:MAX_BYTES]


def _piece(kind: int, rest: bytes, length: int, what: int, seeds: Sequence[bytes]) -> bytes:
    chunk, other = CHUNKS[what % len(CHUNKS)], seeds[what % len(seeds)]
    pieces = (
        bytes([rest[0] ^ (what or 1)]) + rest[1:] if rest else b"",
        rest[length:],
        b"",
        rest[:length] * (what % 9) + rest,
        other[len(other) * length // 64 :],
        chunk + rest[length:],
        chunk + rest,
    )
    return pieces[kind % len(pieces)]


def change_json(seeds: Sequence[bytes], which: int, changes: Sequence[Change]) -> bytes:
    """A seed with members and elements of other types and kinds, gone, twice, moved, or under another name."""
    value = _read(seeds[which % len(seeds)])
    for kind, place, length, what in changes:
        places = _places(value)
        path = places[place % len(places)]
        value = _change(value, path, kind, _at(value, places[(place + length) % len(places)]), what)
    return json.dumps(value).encode()


def is_json(seed: bytes) -> bool:
    """Whether a seed has places that `change_json` can change."""
    try:
        return isinstance(json.loads(seed), (dict, list))
    except (ValueError, RecursionError):
        return False


def _read(seed: bytes) -> Any:
    return json.loads(seed)


def _places(value: JsonValue, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in list(inner)[:40] for place in _places(each, (*path, key)) if len(path) < 9)]


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def _change(value: Any, path: tuple[Any, ...], kind: int, other: Any, what: int) -> Any:
    new = VALUES[what % len(VALUES)]
    if not path:
        return new if kind == 0 else value
    changed = deepcopy(value)
    parent, name = _at(changed, path[:-1]), path[-1]
    match kind:
        case 0 | 1 | 2:
            parent[name] = new
        case 3:
            del parent[name]
        case 4:
            parent[name] = [parent[name]] * (what % 4)
        case 5 if isinstance(parent, dict):
            parent[CHUNKS[what % len(CHUNKS)].decode("utf-8", "replace")] = parent.pop(name)
        case 6 if isinstance(parent, dict):
            parent[f"x{what}:y"] = new
        case _:
            parent[name] = deepcopy(other)
    return changed


SIZE = 1 << 17

BOMBS: dict[str, bytes] = {
    "open arrays": b"[" * SIZE,
    "closed arrays": b"[" * (SIZE // 2) + b"]" * (SIZE // 2),
    "objects in objects": b'{"a":' * (SIZE // 6) + b"1" + b"}" * (SIZE // 6),
    "digits": b"9" * SIZE,
    "an exponent": b"1e" + b"9" * SIZE,
    "a fraction": b"0." + b"0" * SIZE + b"1",
    "escapes": b'"' + b"\\u0000" * (SIZE // 6) + b'"',
    "backslashes": b'"' + b"\\" * SIZE,
    "one string": b'"' + b"a" * SIZE + b'"',
    "white space": b" " * SIZE + b"1",
    "lines": b"\n" * SIZE,
    "em dashes": "— a AAAA\n".encode() * (SIZE // 11),
    "many members": b"{" + b",".join(b'"%d":0' % i for i in range(SIZE // 8)) + b"}",
    "one member many times": b"{" + b'"a":0,' * (SIZE // 6) + b'"a":0}',
    "many elements": b"[" + b"0," * (SIZE // 2) + b"0]",
    "no UTF-8": b"\xff" * SIZE,
    "zeros": bytes(SIZE),
    "surrogates": b'"' + b"\\ud800" * (SIZE // 6) + b'"',
    "dots": b"a." * (SIZE // 2),
    "slashes and colons": b"urn:epc:id:sgtin:" + b"1." * (SIZE // 4) + b"/" * (SIZE // 4),
    "equals signs": b"a=" * (SIZE // 2),
}
"""Each made to cost more than its size: in stack, in squares, in what is kept."""
