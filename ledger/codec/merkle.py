"""RFC 9162 §2.1, Merkle trees: the hashes, and the verification of inclusion and consistency proofs.

Every verification refuses in one order, before any hashing: shape (each hash exactly 32 bytes, sizes and indexes
whole numbers up to `MAX_TREE_SIZE`), range (leaf index below tree size, the first tree not larger than the second),
length of the proof. A proof of the wrong form is a `ProofError`, one that leads to another root a
`RootMismatchError`.

Computing proofs is left to `tree`; what the leaves mean, to the caller.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import cast

from ledger.errors import ProofError, RootMismatchError
from ledger.types import Hash32

HASH_BYTES = 32

MAX_TREE_SIZE = 2**64 - 1
"""RFC 9162 §4.10 and the contracts give a tree size 64 bits."""

LEAF_PREFIX, NODE_PREFIX = b"\x00", b"\x01"
"""They keep a leaf from passing for a node (RFC 9162 §2.1.1)."""

_begin_leaf, _begin_node = sha256(LEAF_PREFIX).copy, sha256(NODE_PREFIX).copy
"""Each returns a hash that has read the prefix: to copy one costs less than to join prefix and data."""

EMPTY_ROOT = Hash32(sha256().digest())
"""The root of a tree without leaves."""


def leaf_hash(data: bytes) -> Hash32:
    """Return the hash of the leaf that holds ``data``."""
    return Hash32(sha256(LEAF_PREFIX + data).digest())


def node_hash(left: bytes, right: bytes) -> Hash32:
    """Return the hash of the node above ``left`` and ``right``."""
    return Hash32(sha256(NODE_PREFIX + left + right).digest())


def leaf_hashes(entries: Iterable[bytes]) -> list[Hash32]:
    """Return the leaf hash of each entry: `leaf_hash` for many, each from a copy."""
    hashes: list[bytes] = []
    for entry in entries:
        hashing = _begin_leaf()
        hashing.update(entry)
        hashes.append(hashing.digest())
    return cast(list[Hash32], hashes)


def parent_hashes(children: Iterable[bytes]) -> list[Hash32]:
    """Return the hash above each pair of children: `node_hash` for many, as `leaf_hashes`; an odd last is left."""
    hashes: list[bytes] = []
    child = iter(children)
    for left, right in zip(child, child, strict=False):
        hashing = _begin_node()
        hashing.update(left)
        hashing.update(right)
        hashes.append(hashing.digest())
    return cast(list[Hash32], hashes)


def root_from_inclusion_proof(leaf_index: int, tree_size: int, leaf_hash: bytes, proof: Sequence[bytes]) -> Hash32:
    """Return the root to which ``proof`` leads from a leaf."""
    _check_hashes(leaf_hash, *proof)
    _check_whole(leaf_index, tree_size)
    if leaf_index >= tree_size:
        raise ProofError("leaf index outside the tree", f"below {tree_size}", str(leaf_index))
    inner = _inner_length(leaf_index, tree_size)
    _check_length(proof, inner + (leaf_index >> inner).bit_count())

    root = _chain_inner(leaf_hash, proof[:inner], leaf_index)
    return _chain_left(root, proof[inner:])


def verify_inclusion(
    leaf_index: int, tree_size: int, leaf_hash: bytes, proof: Sequence[bytes], root_hash: bytes
) -> None:
    """Refuse unless ``proof`` shows the leaf at its index in the tree of that size and root (RFC 9162 §2.1.3.2)."""
    _check_hashes(root_hash)
    root = root_from_inclusion_proof(leaf_index, tree_size, leaf_hash, proof)
    _check_root("inclusion proof leads to another root", root_hash, root)


def verify_consistency(size1: int, size2: int, proof: Sequence[bytes], root1: bytes, root2: bytes) -> None:
    """Refuse unless ``proof`` shows the first tree to be a prefix of the second (RFC 9162 §2.1.4.2)."""
    _check_hashes(root1, root2, *proof)
    _check_whole(size1, size2)
    if size1 > size2:
        raise ProofError("first tree larger than the second", f"up to {size2}", str(size1))
    if size1 in (0, size2):
        _check_length(proof, 0)
        _check_trivial(size1, size2, root1, root2)
        return
    # RFC 9162 §2.1.4.2 steps 2 to 5: start below the right edge of the first tree, where it is one perfect subtree. If
    # that subtree is the whole first tree, its hash is root1 and the proof leaves it out.
    perfect = _trailing_zeros(size1)
    inner = _inner_length(size1 - 1, size2) - perfect
    left = ((size1 - 1) >> (perfect + inner)).bit_count()
    whole = size1 == 1 << perfect
    _check_length(proof, inner + left + (0 if whole else 1))

    start, path = (root1, proof) if whole else (proof[0], proof[1:])
    edge = (size1 - 1) >> perfect
    first = _chain_left(_chain_inner_left(start, path[:inner], edge), path[inner:])
    second = _chain_left(_chain_inner(start, path[:inner], edge), path[inner:])
    _check_root("consistency proof leads to another first root", root1, first)
    _check_root("consistency proof leads to another second root", root2, second)


def _inner_length(leaf_index: int, tree_size: int) -> int:
    """Return for how many levels a leaf's path and the last leaf's run apart; above, each sibling is a left one."""
    return (leaf_index ^ (tree_size - 1)).bit_length()


def _trailing_zeros(number: int) -> int:
    return (number & -number).bit_length() - 1


def _chain_inner(start: bytes, path: Sequence[bytes], index: int) -> bytes:
    for level, sibling in enumerate(path):
        start = node_hash(sibling, start) if index >> level & 1 else node_hash(start, sibling)
    return start


def _chain_inner_left(start: bytes, path: Sequence[bytes], index: int) -> bytes:
    """Chain the left siblings alone: the right ones are not in the first tree."""
    return _chain_left(start, [sibling for level, sibling in enumerate(path) if index >> level & 1])


def _chain_left(start: bytes, path: Sequence[bytes]) -> Hash32:
    for sibling in path:
        start = node_hash(sibling, start)
    return Hash32(start)


def _check_hashes(*hashes: bytes) -> None:
    for each in hashes:
        if not isinstance(each, bytes):
            raise ProofError("a hash is not bytes", "32 bytes", type(each).__name__)
        if len(each) != HASH_BYTES:
            raise ProofError("a hash is not 32 bytes", "32 bytes", f"{len(each)} bytes")


def _check_whole(*numbers: int) -> None:
    for each in numbers:
        if type(each) is not int:  # True is an int to isinstance
            raise ProofError("an index or size is not a whole number", "an integer", type(each).__name__)
        if not 0 <= each <= MAX_TREE_SIZE:
            raise ProofError("an index or size is out of range", "0 to 2^64-1", "another number")


def _check_length(proof: Sequence[bytes], length: int) -> None:
    if len(proof) != length:
        raise ProofError("proof of the wrong length", f"{length} hashes", f"{len(proof)} hashes")


def _check_trivial(size1: int, size2: int, root1: bytes, root2: bytes) -> None:
    """Check the roots where no proof is needed: nothing is a prefix of everything, a tree is a prefix of itself."""
    if size1 == 0:
        _check_root("the root of an empty tree is another", EMPTY_ROOT, root1)
    if size1 == size2:
        _check_root("two roots of one tree size", root1, root2)


def _check_root(reason: str, expected: bytes, found: bytes) -> None:
    if expected != found:
        raise RootMismatchError(reason, b64encode(expected).decode(), b64encode(found).decode())
