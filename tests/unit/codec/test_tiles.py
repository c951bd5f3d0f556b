"""Paths and bundles of C2SP tlog-tiles: the examples of the specification, and one refusal per fault."""

from __future__ import annotations

import pytest

from ledger.codec.tiles import (
    MAX_ENTRY_BYTES,
    MAX_INDEX,
    BundleId,
    TileId,
    decode_bundle,
    encode_bundle,
    format_path,
    parse_path,
)
from ledger.errors import MalformedError


@pytest.mark.parametrize(
    ("file", "path"),
    [
        (TileId(0, 0, 256), "tile/0/000"),
        (TileId(0, 1_234_067, 256), "tile/0/x001/x234/067"),  # the example of the specification
        (TileId(0, 1234, 5), "tile/0/x001/234.p/5"),
        (TileId(1, 999, 255), "tile/1/999.p/255"),
        (TileId(63, 1000, 1), "tile/63/x001/000.p/1"),
        (TileId(0, MAX_INDEX, 256), "tile/0/x072/x057/x594/x037/x927/935"),
        (BundleId(0, 256), "tile/entries/000"),
        (BundleId(273, 112), "tile/entries/273.p/112"),
        (BundleId(123_456_789, 256), "tile/entries/x123/x456/789"),
    ],
)
def test_a_path_says_which_file(file: TileId | BundleId, path: str) -> None:
    assert format_path(file) == path
    assert parse_path(path) == file


@pytest.mark.parametrize(
    "path",
    [
        "",
        "checkpoint",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/000\n",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/1",
        "tile/00/000",
        "tile/01/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/data/000",
        "tile/0/x000/001",
        "tile/0/x001",
        "tile/0/001/x234",
        "tile/0/001/234",
        "tile/0/X001/234",
        "tile/0/x072/x057/x594/x037/x927/936",
        "tile/0/x001/x072/x057/x594/x037/x927/936",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000.p/-1",
        "tile/0/000.p/1/2",
        "tile/0/\u0660\u0660\u0660",
        "tile/\u0660/000",
        "tile/0/000.p/\u0661",
        "tile/entries/0",
        "tile/entries/000.p/256",
        "tile/../0/000",
    ],
)
def test_any_other_spelling_of_a_path_is_refused(path: str) -> None:
    with pytest.raises(MalformedError):
        parse_path(path)


@pytest.mark.parametrize(
    "entries", [[b""], [b"one", b"two", b"three"], [b"x" * MAX_ENTRY_BYTES], [bytes([index]) for index in range(256)]]
)
def test_a_bundle_gives_its_entries_back(entries: list[bytes]) -> None:
    assert decode_bundle(encode_bundle(entries), len(entries)) == entries


def test_a_bundle_has_the_published_form() -> None:
    assert encode_bundle([b"one", b"two"]) == b"\x00\x03one\x00\x03two"


@pytest.mark.parametrize("entries", [[], [b""] * 257, [b"x" * (MAX_ENTRY_BYTES + 1)]])
def test_what_no_bundle_can_hold_is_refused(entries: list[bytes]) -> None:
    with pytest.raises(MalformedError):
        encode_bundle(entries)


@pytest.mark.parametrize(
    ("data", "width"),
    [
        (b"", 1),
        (b"\x00", 1),
        (b"\x00\x03on", 1),
        (b"\x00\x03one", 2),
        (b"\x00\x03one\x00", 2),
        (b"\x00\x03one\x00", 1),
        (b"\x00\x03one\x00\x00", 1),
        (b"\xff\xffone", 1),
    ],
)
def test_a_torn_or_overlong_bundle_is_refused(data: bytes, width: int) -> None:
    with pytest.raises(MalformedError):
        decode_bundle(data, width)
