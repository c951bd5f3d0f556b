"""Faults put into a file by chance: in its bytes, and in the JSON value that it holds."""

from __future__ import annotations

import copy
import json
from base64 import b64encode
from collections.abc import Callable
from random import Random
from typing import Any

Json = Any
Path = tuple[str | int, ...]

TOKENS = [
    b'"',
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\\",
    b"-0",
    b"1e3",
    b"null",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\\ud800",
    b" ",
    b"\n",
]
TOKENS += [
    b"\x00",
    b"0",
    b"9" * 17,
    b"true",
    b"0x",
    b"=",
    b".0",
    b"\xe2\x80\x94 ",
    b"\\u0041",
    b"e",
    b"\x7f",
    b"\xc2\x85",
    b"\xc2\xa0",
]
JUNK: list[Json] = [
    None,
    True,
    False,
    0,
    1,
    -1,
    2**53 - 1,
    0.5,
    "",
    "0x",
    "a",
    [],
    {},
    [0],
    {"a": 1},
    "0x" + "00" * 32,
    "0x" + "ab" * 32,
]
JUNK += [
    "0x" + "00" * 20,
    b64encode(bytes(32)).decode(),
    b64encode(bytes(31)).decode(),
    "DE",
    "seller",
    "record event",
    "declare error",
    33,
    10**12,
]


def paths(value: Json, at: Path = ()) -> list[Path]:
    """Return where each value inside ``value`` stands."""
    found = [at]
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += paths(inner, (*at, key))
    return found


def get(value: Json, path: Path) -> Json:
    for key in path:
        value = value[key]
    return value


def bytes_of(value: Json, rng: Random) -> bytes:
    """Return the JSON text of ``value``, in one of the spellings that mean the same."""
    if rng.random() < 0.7:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=rng.random() < 0.5).encode(
            "utf-8", "surrogatepass"
        )
    return json.dumps(value, indent=rng.choice([None, 1])).encode()


def spoil_bytes(data: bytes, rng: Random) -> bytes:
    """Return ``data`` with a few bytes flipped, taken out, put in, doubled or cut off."""
    out = bytearray(data)
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        at = rng.randrange(len(out) + 1)
        match rng.randrange(7):
            case 0 if out:
                out[at % len(out)] ^= 1 << rng.randrange(8)
            case 1:
                del out[at : at + rng.choice([1, 1, 2, 10])]
            case 2:
                out[at:at] = rng.choice(TOKENS)
            case 3:
                del out[at:]
            case 4 if out:
                out[at % len(out)] = rng.randrange(256)
            case 5:
                out += rng.choice(TOKENS)
            case _:
                out[at:at] = out[at : at + rng.randrange(40)]
    return bytes(out)


def spoil_value(value: Json, rng: Random, under: Path = ()) -> Json:
    """Return ``value`` with one member or element below ``under`` edited, dropped, doubled, swapped or moved."""
    value = copy.deepcopy(value)
    places = [path for path in paths(get(value, under), under) if len(path) > len(under)]
    if not places:
        return value
    path = rng.choice(places)
    parent, key = get(value, path[:-1]), path[-1]
    rng.choice(EDITS)(parent, key, rng, value)
    return value


def _junk(parent: Json, key: Any, rng: Random, _: Json) -> None:
    parent[key] = copy.deepcopy(rng.choice(JUNK))


def _nudge(parent: Json, key: Any, rng: Random, _: Json) -> None:
    old = parent[key]
    if isinstance(old, bool):
        parent[key] = not old
    elif isinstance(old, int | float):
        parent[key] = rng.choice([old + 1, old - 1, -old, old * 2, old / 2, float(old), str(old)])
    elif isinstance(old, str):
        parent[key] = nudge_text(old, rng)
    else:
        _drop(parent, key, rng, _)


def nudge_text(text: str, rng: Random) -> str:
    """Return ``text`` a little changed."""
    at = rng.randrange(len(text) + 1)
    sign = rng.choice("aA0Z/+=-_ :.%@\n\t\r\u00e9\u2028\U0001f600\x7f\u0085{}<>|^`")
    return rng.choice(
        [
            text[:at] + text[at + 1 :],
            text[:at] + sign + text[at:],
            text[:at] + sign + text[at + 1 :],
            text.upper(),
            text.lower(),
            text[:at],
        ]
    )


def _drop(parent: Json, key: Any, _: Random, __: Json) -> None:
    del parent[key]


def _double(parent: Json, key: Any, rng: Random, _: Json) -> None:
    if isinstance(parent, list):
        parent.insert(key, copy.deepcopy(parent[key]))
    else:
        parent[nudge_text(key, rng)] = copy.deepcopy(parent[key])


def _swap(parent: Json, key: Any, rng: Random, _: Json) -> None:
    other = rng.choice(list(parent) if isinstance(parent, dict) else range(len(parent)))
    parent[key], parent[other] = parent[other], parent[key]


def _graft(parent: Json, key: Any, rng: Random, whole: Json) -> None:
    parent[key] = copy.deepcopy(get(whole, rng.choice(paths(whole))))


def _reorder(parent: Json, _: Any, rng: Random, __: Json) -> None:
    if isinstance(parent, list):
        rng.shuffle(parent)
        return
    items = list(parent.items())
    rng.shuffle(items)
    parent.clear()
    parent.update(items)


def _rename(parent: Json, key: Any, rng: Random, _: Json) -> None:
    if isinstance(parent, dict):
        parent[nudge_text(key, rng)] = parent.pop(key)
    else:
        parent.append(parent.pop(key))


EDITS: list[Callable[[Json, Any, Random, Json], None]] = [
    *[_junk, _junk, _nudge, _nudge, _nudge, _drop, _drop],
    *[_double, _swap, _graft, _reorder, _rename],
]
