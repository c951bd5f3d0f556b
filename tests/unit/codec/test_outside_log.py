"""A log written by another implementation: every checkpoint opens, every tile is ours, every pair is consistent."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.codec.checkpoint import Checkpoint, open_note, parse_checkpoint
from ledger.codec.merkle import leaf_hashes, verify_consistency, verify_inclusion
from ledger.codec.note import parse_verifier_key
from ledger.codec.tiles import BundleId, TileId, decode_bundle, encode_bundle, format_path, parse_path
from ledger.codec.tree import EMPTY_EDGE, append, consistency_proof, inclusion_proof, load_edge, root_hash
from tests import oracle

LOG = Path(__file__).parents[4] / "shared" / "vectors" / "tlog-tiles" / "log"
KEY = parse_verifier_key("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
SIZES = range(16)

pytestmark = pytest.mark.skipif(not LOG.is_dir(), reason="the outside log ../shared/vectors/tlog-tiles is absent")


def read(file: TileId | BundleId) -> bytes:
    return (LOG / format_path(file)).read_bytes()


def checkpoint(size: int) -> Checkpoint:
    return parse_checkpoint(open_note((LOG / f"checkpoint.{size}").read_bytes(), [KEY]).text)


def entries(size: int) -> list[bytes]:
    return decode_bundle(read(BundleId(0, size)), size) if size else []


@pytest.mark.parametrize("size", SIZES)
def test_its_checkpoint_opens_and_names_the_root_of_its_entries(size: int) -> None:
    stated = checkpoint(size)
    assert (stated.origin, stated.tree_size) == ("example.com/log/testdata", size)
    assert stated.root_hash == oracle.root(entries(size)) == root_hash(size, read)


def test_its_newest_checkpoint_is_the_last() -> None:
    assert (LOG / "checkpoint").read_bytes() == (LOG / "checkpoint.15").read_bytes()


def test_its_files_are_those_that_we_would_write() -> None:
    edge, written = EMPTY_EDGE, dict[str, bytes]()
    for entry in entries(15):
        edge, tiles = append(edge, leaf_hashes([entry]))
        written |= {format_path(tile): data for tile, data in tiles.items()}
        bundle = BundleId(0, edge.tree_size)
        written[format_path(bundle)] = encode_bundle(entries(15)[: edge.tree_size])
        assert load_edge(edge.tree_size, read) == edge
    paths = [path.relative_to(LOG).as_posix() for path in LOG.glob("tile/**/*") if path.is_file()]
    assert written == {path: read(parse_path(path)) for path in paths}


def test_its_checkpoints_are_consistent_pair_by_pair() -> None:
    for size2 in SIZES:
        for size1 in range(size2 + 1):
            first, second = checkpoint(size1), checkpoint(size2)
            proof = consistency_proof(size1, size2, read)
            verify_consistency(size1, size2, proof, first.root_hash, second.root_hash)


def test_its_entries_are_included_in_every_checkpoint() -> None:
    for size in SIZES:
        for index, leaf in enumerate(leaf_hashes(entries(size))):
            verify_inclusion(index, size, leaf, inclusion_proof(index, size, read), checkpoint(size).root_hash)
