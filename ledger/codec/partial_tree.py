"""An RFC 9162 tree of which some leaves are shown, and the hashes that stand for all the others.

A hidden hash stands for the largest subtree without a shown leaf; they are listed from the left. `hidden_hashes` and
`root_from_shown` judge each other. What the leaves mean is left to the caller.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from ledger.codec.merkle import EMPTY_ROOT, node_hash, parent_hashes
from ledger.errors import DisclosureError
from ledger.types import Hash32


def root_hash(leaf_hashes: Sequence[Hash32]) -> Hash32:
    """Return the root over all leaves (RFC 9162 §2.1.1), level by level."""
    level = leaf_hashes
    while len(level) > 1:
        parents = parent_hashes(level)
        if len(level) % 2:
            parents.append(level[-1])  # it waits for its right sibling
        level = parents
    return level[0] if level else EMPTY_ROOT


def hidden_hashes(leaf_hashes: Sequence[Hash32], shown: Sequence[int]) -> list[Hash32]:
    """Return the hashes that stand for the leaves beside the ``shown`` indexes, which ascend."""
    return [root_hash(leaf_hashes[start:end]) for start, end in _hidden_ranges(len(leaf_hashes), shown)]


def root_from_shown(tree_size: int, shown: Mapping[int, Hash32], hidden: Sequence[Hash32], pointer: str) -> Hash32:
    """Return the root over the ``shown`` leaf hashes by index and the ``hidden`` hashes, which stand at ``pointer``."""
    ranges = _hidden_ranges(tree_size, sorted(shown))
    if len(hidden) != len(ranges):
        reason = "hidden hashes missing" if len(hidden) < len(ranges) else "hidden hashes left over"
        raise DisclosureError(f"{pointer}: {reason}", str(len(ranges)), str(len(hidden)))
    known = dict(zip(ranges, hidden, strict=True))
    known.update(((index, index + 1), leaf_hash) for index, leaf_hash in shown.items())
    return _root(0, tree_size, known) if tree_size else EMPTY_ROOT


def _root(start: int, end: int, known: Mapping[tuple[int, int], Hash32]) -> Hash32:
    if (start, end) in known:
        return known[start, end]
    middle = _split(start, end)
    return node_hash(_root(start, middle, known), _root(middle, end, known))


def _hidden_ranges(tree_size: int, shown: Sequence[int]) -> list[tuple[int, int]]:
    """Return the leaves under each hidden hash, from the left."""
    ranges: list[tuple[int, int]] = []

    def visit(start: int, end: int, first: int, last: int) -> None:
        """Add those of [start, end), the shown leaves in which are ``shown[first:last]``."""
        if first == last:
            ranges.append((start, end))
        elif last - first < end - start:
            middle = _split(start, end)
            cut = bisect_left(shown, middle, first, last)
            visit(start, middle, first, cut)
            visit(middle, end, cut, last)

    if tree_size:
        visit(0, tree_size, 0, len(shown))
    return ranges


def _split(start: int, end: int) -> int:
    """Return the first leaf of the right subtree (RFC 9162 §2.1.1: k, the largest power of two smaller than n)."""
    return start + (1 << (end - start - 1).bit_length() - 1)
