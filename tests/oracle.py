"""The recursive definitions of RFC 9162 §2.1, as the RFC writes them: slow, obvious, and the judge of the fast code.

Shares no line with `ledger`. Leaves are given as entries (bytes), trees as lists of entries; ``D[k1:k2]`` of the RFC is
Python's slice. The functions named ``…_along_…`` follow the same recursion down one proof, for trees of any size.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256


def leaf(entry: bytes) -> bytes:
    """Return the hash of a list of one entry (§2.1.1)."""
    return sha256(b"\x00" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node (§2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """Return k, the largest power of two smaller than n (§2.1.1)."""
    k = 1
    while k * 2 < size:
        k *= 2
    return k


def root(entries: Sequence[bytes]) -> bytes:
    """Return MTH(D_n) (§2.1.1)."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return leaf(entries[0])
    k = split(len(entries))
    return node(root(entries[:k]), root(entries[k:]))


def inclusion_proof(index: int, entries: Sequence[bytes]) -> list[bytes]:
    """Return PATH(m, D_n) (§2.1.3.1)."""
    if len(entries) == 1:
        return []
    k = split(len(entries))
    if index < k:
        return [*inclusion_proof(index, entries[:k]), root(entries[k:])]
    return [*inclusion_proof(index - k, entries[k:]), root(entries[:k])]


def consistency_proof(size: int, entries: Sequence[bytes]) -> list[bytes]:
    """Return PROOF(m, D_n) (§2.1.4.1)."""
    return _subproof(size, entries, True)


def _subproof(size: int, entries: Sequence[bytes], known: bool) -> list[bytes]:
    """Return SUBPROOF(m, D_n, b) (§2.1.4.1)."""
    if size == len(entries):
        return [] if known else [root(entries)]
    k = split(len(entries))
    if size <= k:
        return [*_subproof(size, entries[:k], known), root(entries[k:])]
    return [*_subproof(size - k, entries[k:], False), root(entries[:k])]


def root_along_inclusion(index: int, size: int, leaf_hash: bytes, path: Sequence[bytes]) -> bytes:
    """Return the root of a tree of which only ``path``, and the leaf it is for, are known: PATH read backwards."""
    if size == 1:
        assert not path
        return leaf_hash
    k = split(size)
    if index < k:
        return node(root_along_inclusion(index, k, leaf_hash, path[:-1]), path[-1])
    return node(path[-1], root_along_inclusion(index - k, size - k, leaf_hash, path[:-1]))


def roots_along_consistency(
    size1: int, size2: int, first_root: bytes | None, path: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """Return the roots of two trees of which only ``path`` is known: SUBPROOF read backwards.

    ``first_root`` stands for the first tree where SUBPROOF leaves it out (b is true), None where it does not.
    """
    if size1 == size2:
        known = first_root if first_root is not None else path[0]
        assert len(path) == (0 if first_root is not None else 1)
        return known, known
    k = split(size2)
    if size1 <= k:
        first, second = roots_along_consistency(size1, k, first_root, path[:-1])
        return first, node(second, path[-1])
    first, second = roots_along_consistency(size1 - k, size2 - k, None, path[:-1])
    return node(path[-1], first), node(path[-1], second)


def inclusion_length(index: int, size: int) -> int:
    """Return how many hashes PATH(m, D_n) has."""
    if size == 1:
        return 0
    k = split(size)
    return 1 + (inclusion_length(index, k) if index < k else inclusion_length(index - k, size - k))


def consistency_length(size1: int, size2: int, known: bool = True) -> int:
    """Return how many hashes SUBPROOF(m, D_n, b) has."""
    if size1 == size2:
        return 0 if known else 1
    k = split(size2)
    if size1 <= k:
        return 1 + consistency_length(size1, k, known)
    return 1 + consistency_length(size1 - k, size2 - k, False)
