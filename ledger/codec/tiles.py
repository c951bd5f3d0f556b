"""C2SP tlog-tiles: where the hashes and entries of a log stand as static files, and the bytes of those files.

A hash tile at level ``l`` holds up to 256 consecutive hashes of subtrees of ``256**l`` leaves; an entry bundle holds
the leaf data of one tile of level 0. The last of a level is partial while it holds fewer. What the hashes must be is
left to `tree`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ledger.codec.merkle import HASH_BYTES, MAX_TREE_SIZE
from ledger.errors import MalformedError

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
TILE_BYTES = TILE_WIDTH * HASH_BYTES

MAX_LEVEL = 63
MAX_INDEX = MAX_TREE_SIZE >> TILE_HEIGHT

MAX_ENTRY_BYTES = 0xFFFF
"""The length before an entry is a uint16."""

_LENGTH_BYTES = 2
_TILE_PATH = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([0-9]{1,3}))?")


class TileId(NamedTuple):
    """A hash tile: its level, its index in the level, and how many hashes it holds (1 to 256)."""

    level: int
    index: int  # type: ignore[assignment]  # hides tuple.index
    width: int


class BundleId(NamedTuple):
    """An entry bundle: its index, and how many entries it holds (1 to 256)."""

    index: int  # type: ignore[assignment]  # hides tuple.index
    width: int


def format_path(file: TileId | BundleId) -> str:
    """Return the path of a tile or bundle below the log's prefix, such as ``tile/0/x001/234.p/5``."""
    level = file.level if isinstance(file, TileId) else "entries"
    rest, last = divmod(file.index, 1000)
    elements = f"{last:03}"
    while rest:
        rest, element = divmod(rest, 1000)
        elements = f"x{element:03}/{elements}"
    partial = f".p/{file.width}" if file.width < TILE_WIDTH else ""
    return f"tile/{level}/{elements}{partial}"


def parse_path(path: str) -> TileId | BundleId:
    """Return the tile or bundle at ``path``; refuse any but the one spelling that `format_path` gives."""
    match = _TILE_PATH.fullmatch(path)
    if match is None:
        raise MalformedError("", "the path of a tile or an entry bundle", "another path")
    level, elements, width = match.groups()
    index = int(re.sub("[x/]", "", elements))
    parsed_width = TILE_WIDTH if width is None else int(width)
    file = BundleId(index, parsed_width) if level == "entries" else TileId(int(level), index, parsed_width)
    if index > MAX_INDEX or parsed_width == 0 or (isinstance(file, TileId) and file.level > MAX_LEVEL):
        raise MalformedError("", f"level to {MAX_LEVEL}, index to {MAX_INDEX}, width 1 to 255", "a number out of range")
    if format_path(file) != path:
        raise MalformedError("", "numbers without needless zeros", "another spelling")
    return file


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Return the bytes of the bundle that holds ``entries``, each behind its length as uint16."""
    if not 1 <= len(entries) <= TILE_WIDTH:
        raise MalformedError("", f"1 to {TILE_WIDTH} entries", f"{len(entries)} entries")
    for index, entry in enumerate(entries):
        if len(entry) > MAX_ENTRY_BYTES:
            raise MalformedError(f"/{index}", f"at most {MAX_ENTRY_BYTES} bytes", f"{len(entry)} bytes")
    return b"".join(len(entry).to_bytes(_LENGTH_BYTES, "big") + entry for entry in entries)


def decode_bundle(data: bytes, width: int) -> list[bytes]:
    """Return the ``width`` entries of a bundle; refuse more, fewer, or a torn one."""
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        if len(entries) == width:
            raise MalformedError("", f"{width} entries", "more")
        start = at + _LENGTH_BYTES
        at = start + int.from_bytes(data[at:start], "big")
        if len(data) < max(start, at):
            raise MalformedError(f"/{len(entries)}", "a whole entry", "the end of the bundle")
        entries.append(data[start:at])
    if len(entries) != width:
        raise MalformedError("", f"{width} entries", f"{len(entries)} entries")
    return entries
