"""The tree over stored tiles against the RFC's recursion: append, restart, roots and proofs at every small size."""

from __future__ import annotations

from functools import cache

import pytest

from ledger.codec.merkle import EMPTY_ROOT, MAX_TREE_SIZE, leaf_hashes, verify_consistency, verify_inclusion
from ledger.codec.tiles import TileId
from ledger.codec.tree import (
    EMPTY_EDGE,
    Edge,
    append,
    consistency_proof,
    consistency_tiles,
    inclusion_proof,
    inclusion_tiles,
    load_edge,
    root_hash,
    root_tiles,
)
from ledger.errors import MalformedError, ProofError
from ledger.types import Hash32
from tests import oracle

SMALL = 65
LARGE = 70_000  # the size of the example in C2SP tlog-tiles, Partial Tiles
ENTRIES = [index.to_bytes(4, "big") for index in range(LARGE)]
LEAVES = leaf_hashes(ENTRIES)


class TileFolder:
    """Tiles as a folder keeps them, each partial width a file of its own; counts what is read."""

    def __init__(self) -> None:
        self.tiles: dict[TileId, bytes] = {}
        self.read: list[TileId] = []

    def __call__(self, tile: TileId) -> bytes:
        self.read.append(tile)
        return self.tiles[tile]


def grow(folder: TileFolder, *batches: int) -> Edge:
    edge = EMPTY_EDGE
    for batch in batches:
        edge, tiles = append(edge, LEAVES[edge.tree_size : edge.tree_size + batch])
        folder.tiles |= tiles
    return edge


@cache
def small() -> TileFolder:
    """A log that had a checkpoint at every size to `SMALL`."""
    folder = TileFolder()
    grow(folder, *[1] * SMALL)
    return folder


@cache
def large() -> TileFolder:
    """A log of `LARGE` entries, appended in batches that meet, cross and fill tiles."""
    folder = TileFolder()
    grow(folder, 1, 254, 1, 1, 255, 256, 512, 65_536 - 1280, 3_000, LARGE - 68_536)
    return folder


@pytest.mark.parametrize("size", range(SMALL + 1))
def test_every_small_root_and_proof_is_that_of_the_rfc(size: int) -> None:
    entries, folder = ENTRIES[:size], small()
    assert root_hash(size, folder) == oracle.root(entries)
    for index in range(size):
        assert inclusion_proof(index, size, folder) == oracle.inclusion_proof(index, entries)
    for size1 in range(1, size + 1):
        assert consistency_proof(size1, size, folder) == oracle.consistency_proof(size1, entries)
    assert consistency_proof(0, size, folder) == []


@pytest.mark.parametrize("size", range(SMALL + 1))
def test_the_edge_carries_the_root_and_is_found_again_after_a_restart(size: int) -> None:
    edge = grow(TileFolder(), *[1] * size)
    assert edge.root_hash == oracle.root(ENTRIES[:size])
    assert load_edge(size, small()) == edge


@pytest.mark.parametrize("first", [0, 1, 2, 3, 7, 64, 255, 256, 257, 511, 513])
@pytest.mark.parametrize("second", [0, 1, 2, 5, 255, 256, 700])
def test_two_appends_are_as_good_as_one(first: int, second: int) -> None:
    two, one = TileFolder(), TileFolder()
    assert grow(two, first, second) == grow(one, first + second)
    assert one.tiles.items() <= two.tiles.items()


def test_a_large_tree_has_the_tiles_of_the_specification() -> None:
    tiles = large().tiles
    full = [tile for tile in tiles if tile.width == 256]
    assert len([tile for tile in full if tile.level == 0]) == 273
    assert [tile for tile in full if tile.level > 0] == [TileId(1, 0, 256)]
    assert {TileId(0, 273, 112), TileId(1, 1, 17), TileId(2, 0, 1)} <= tiles.keys()
    assert all(len(data) == 32 * tile.width for tile, data in tiles.items())
    assert set(root_tiles(LARGE)) == {TileId(0, 273, 112), TileId(1, 1, 17), TileId(2, 0, 1)}
    assert root_tiles(256) == (TileId(1, 0, 1),)


def test_a_large_tree_has_the_root_of_the_rfc() -> None:
    root = oracle.root(ENTRIES)
    assert root_hash(LARGE, large()) == root
    edge = load_edge(LARGE, large())
    assert edge.root_hash == root
    assert append(edge, [])[0] == edge


@pytest.mark.parametrize("index", [0, 1, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_998, LARGE - 1])
def test_a_large_tree_proves_its_leaves(index: int) -> None:
    verify_inclusion(index, LARGE, LEAVES[index], inclusion_proof(index, LARGE, large()), root_hash(LARGE, large()))


@pytest.mark.parametrize("size1", [1, 255, 256, 257, 512, 1280, 65_536, 68_536, LARGE])
def test_a_large_tree_proves_its_prefixes(size1: int) -> None:
    proof, root1 = consistency_proof(size1, LARGE, large()), oracle.root(ENTRIES[:size1])
    assert root_hash(size1, large()) == root1
    verify_consistency(size1, LARGE, proof, root1, root_hash(LARGE, large()))


def test_exactly_the_tiles_named_are_read_each_once() -> None:
    folder = TileFolder()
    folder.tiles = large().tiles
    for index in (0, 300, LARGE - 1):
        folder.read.clear()
        inclusion_proof(index, LARGE, folder)
        assert sorted(folder.read) == sorted(inclusion_tiles(index, LARGE))
    for size1 in (0, 1, 300, 65_536, LARGE - 1, LARGE):
        folder.read.clear()
        consistency_proof(size1, LARGE, folder)
        assert sorted(folder.read) == sorted(consistency_tiles(size1, LARGE))
    folder.read.clear()
    load_edge(LARGE, folder)
    assert sorted(folder.read) == sorted(root_tiles(LARGE))


def test_a_wider_tile_than_asked_for_serves_as_well() -> None:
    def widest(tile: TileId) -> bytes:
        return max((data for each, data in small().tiles.items() if each[:2] == tile[:2]), key=len)

    for size in range(1, SMALL + 1):
        assert root_hash(size, widest) == root_hash(size, small())
        assert load_edge(size, widest) == load_edge(size, small())
        assert inclusion_proof(size - 1, size, widest) == inclusion_proof(size - 1, size, small())


@pytest.mark.parametrize("data", [b"", bytes(32), bytes(95), bytes(97), bytes(32 * 257)])
def test_a_tile_of_the_wrong_length_is_refused(data: bytes) -> None:
    with pytest.raises(ProofError, match="tile of the wrong length"):
        inclusion_proof(0, 3, lambda tile: data)
    with pytest.raises(ProofError, match="tile of the wrong length"):
        load_edge(3, lambda tile: data[: 32 * 2 + 31])


def test_the_empty_tree_reads_nothing() -> None:
    assert EMPTY_EDGE.root_hash == EMPTY_ROOT
    assert root_hash(0, TileFolder()) == EMPTY_ROOT
    assert load_edge(0, TileFolder()) == EMPTY_EDGE
    assert append(EMPTY_EDGE, []) == (EMPTY_EDGE, {})
    assert root_tiles(0) == ()


def test_the_largest_tree_has_tiles_in_eight_levels() -> None:
    tiles = inclusion_tiles(2**63, MAX_TREE_SIZE)
    assert {tile.level for tile in tiles} == set(range(8))
    assert TileId(0, 2**55, 256) in tiles
    assert TileId(7, 0, 255) in tiles


@pytest.mark.parametrize(("leaf_index", "tree_size"), [(0, 0), (3, 3), (-1, 3), (0, MAX_TREE_SIZE + 1)])
def test_no_proof_for_a_leaf_outside_the_tree(leaf_index: int, tree_size: int) -> None:
    with pytest.raises(MalformedError):
        inclusion_proof(leaf_index, tree_size, small())


@pytest.mark.parametrize(("size1", "size2"), [(4, 3), (-1, 3), (0, -1), (1, MAX_TREE_SIZE + 1)])
def test_no_proof_between_sizes_out_of_order(size1: int, size2: int) -> None:
    with pytest.raises(MalformedError):
        consistency_proof(size1, size2, small())


def test_only_hashes_of_32_bytes_are_appended() -> None:
    for wrong in (b"", bytes(31), bytes(33)):
        with pytest.raises(MalformedError):
            append(EMPTY_EDGE, [LEAVES[0], Hash32(wrong)])


def test_no_tree_grows_beyond_its_bound() -> None:
    with pytest.raises(MalformedError):
        append(Edge(MAX_TREE_SIZE, (), ()), [LEAVES[0]])
