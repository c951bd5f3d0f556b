"""The tree for any history of appends: the log only grows, and every proof from its tiles is the RFC's."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.codec.merkle import leaf_hashes, verify_consistency, verify_inclusion
from ledger.codec.tiles import TileId
from ledger.codec.tree import EMPTY_EDGE, append, consistency_proof, inclusion_proof, load_edge, root_hash
from tests import oracle

ENTRIES = [index.to_bytes(2, "big") for index in range(2_000)]
LEAVES = leaf_hashes(ENTRIES)


@given(st.lists(st.integers(0, 600), min_size=1, max_size=6), st.data())
@settings(max_examples=40)
def test_any_history_has_the_roots_and_proofs_of_the_rfc(batches: list[int], data: st.DataObject) -> None:
    edge, tiles, sizes = EMPTY_EDGE, dict[TileId, bytes](), [0]
    for batch in batches:
        leaves = LEAVES[edge.tree_size : edge.tree_size + batch]
        edge, written = append(edge, leaves)
        assert not any(tiles.get(tile, each) != each for tile, each in written.items())
        tiles |= written
        sizes.append(edge.tree_size)
        assert edge == load_edge(edge.tree_size, tiles.__getitem__)

    size1, size2 = sorted(data.draw(st.tuples(st.sampled_from(sizes), st.sampled_from(sizes))))
    root1, root2 = (root_hash(size, tiles.__getitem__) for size in (size1, size2))
    assert [root1, root2] == [oracle.root(ENTRIES[:size]) for size in (size1, size2)]
    verify_consistency(size1, size2, consistency_proof(size1, size2, tiles.__getitem__), root1, root2)
    if size2:
        index = data.draw(st.integers(0, size2 - 1))
        verify_inclusion(index, size2, LEAVES[index], inclusion_proof(index, size2, tiles.__getitem__), root2)
