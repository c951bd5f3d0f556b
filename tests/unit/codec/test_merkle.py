"""RFC 9162 verification against the RFC's own recursion: every tree to 65 leaves, then sizes that fit no memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from typing import Any

import pytest

from ledger.codec.merkle import (
    EMPTY_ROOT,
    MAX_TREE_SIZE,
    leaf_hash,
    leaf_hashes,
    node_hash,
    parent_hashes,
    root_from_inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from ledger.errors import BadEvidenceError, ProofError, RootMismatchError
from tests import oracle

SIZES = range(1, 66)
ENTRIES = [b"entry %d" % index for index in range(SIZES.stop - 1)]
OTHER = sha256(b"another").digest()

# The eight entries and roots of the test trees of certificate-transparency-go and transparency-dev/merkle.
CT_ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

ROOTS = [oracle.root(ENTRIES[:size]) for size in range(SIZES.stop)]


@cache
def inclusion(index: int, size: int) -> list[bytes]:
    return oracle.inclusion_proof(index, ENTRIES[:size])


@cache
def consistency(size1: int, size2: int) -> list[bytes]:
    return oracle.consistency_proof(size1, ENTRIES[:size2])


def faulty(proof: list[bytes]) -> Iterator[tuple[list[bytes], type[BadEvidenceError]]]:
    """Yield ``proof`` with each hash corrupted, removed and doubled in turn, and with one too many at either end."""
    for at, each in enumerate(proof):
        corrupted = bytes([each[0] ^ 1]) + each[1:]
        yield [*proof[:at], corrupted, *proof[at + 1 :]], RootMismatchError
        yield [*proof[:at], each[:-1] + bytes([each[-1] ^ 0x80]), *proof[at + 1 :]], RootMismatchError
        yield [*proof[:at], *proof[at + 1 :]], ProofError
        yield [*proof[:at], each, each, *proof[at + 1 :]], ProofError
        yield [*proof[:at], each[:-1], *proof[at + 1 :]], ProofError
        yield [*proof[:at], each + b"\x00", *proof[at + 1 :]], ProofError
        yield [*proof[:at], b"", *proof[at + 1 :]], ProofError
    yield [*proof, OTHER], ProofError
    yield [OTHER, *proof], ProofError


def refused(error: type[BadEvidenceError], verify: Callable[..., object], *arguments: Any) -> None:
    try:  # a hundred thousand times, where pytest.raises would cost more than the proofs
        verify(*arguments)
    except BadEvidenceError as refusal:
        found = type(refusal)
    else:
        pytest.fail(f"not refused: {arguments}")
    assert found is error, arguments


def test_hashes_are_those_of_the_rfc() -> None:
    assert oracle.root([]) == EMPTY_ROOT
    assert leaf_hash(b"x") == oracle.leaf(b"x")
    assert node_hash(OTHER, EMPTY_ROOT) == oracle.node(OTHER, EMPTY_ROOT)
    assert leaf_hashes(ENTRIES) == [oracle.leaf(entry) for entry in ENTRIES]
    assert parent_hashes(ROOTS[:5]) == [oracle.node(*ROOTS[:2]), oracle.node(*ROOTS[2:4])]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_oracle_has_the_published_roots(size: int) -> None:
    assert oracle.root([bytes.fromhex(entry) for entry in CT_ENTRIES[:size]]).hex() == CT_ROOTS[size - 1]


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_is_included_and_every_fault_refused(size: int) -> None:
    for index in range(size):
        leaf, proof, root = oracle.leaf(ENTRIES[index]), inclusion(index, size), ROOTS[size]
        assert root_from_inclusion_proof(index, size, leaf, proof) == root
        verify_inclusion(index, size, leaf, proof, root)
        refused(RootMismatchError, verify_inclusion, index, size, OTHER, proof, root)
        refused(RootMismatchError, verify_inclusion, index, size, leaf, proof, OTHER)
        for fault, error in faulty(proof):
            refused(error, verify_inclusion, index, size, leaf, fault, root)


@pytest.mark.parametrize("size", SIZES)
def test_no_proof_stands_for_another_index_or_size(size: int) -> None:
    for index in range(size):
        leaf, proof, root = oracle.leaf(ENTRIES[index]), inclusion(index, size), ROOTS[size]
        for other in {index - 1, index + 1, index ^ 1, size - 1} - {index}:
            with pytest.raises(BadEvidenceError):
                verify_inclusion(other, size, leaf, proof, root)
        for other in (size, size + 1, 2 * size):
            refused(ProofError, verify_inclusion, other, size, leaf, proof, root)


@pytest.mark.parametrize("size2", SIZES)
def test_every_prefix_is_consistent_and_every_fault_refused(size2: int) -> None:
    for size1 in range(1, size2 + 1):
        proof, root1, root2 = consistency(size1, size2), ROOTS[size1], ROOTS[size2]
        verify_consistency(size1, size2, proof, root1, root2)
        refused(RootMismatchError, verify_consistency, size1, size2, proof, OTHER, root2)
        refused(RootMismatchError, verify_consistency, size1, size2, proof, root1, OTHER)
        if size1 < size2:
            refused(ProofError, verify_consistency, size2, size1, proof, root2, root1)
            refused(RootMismatchError, verify_consistency, size1, size2, proof, root2, root1)
        for fault, error in faulty(proof):
            refused(error, verify_consistency, size1, size2, fault, root1, root2)


def test_the_empty_tree_is_a_prefix_of_every_tree() -> None:
    for size, root in enumerate(ROOTS):
        verify_consistency(0, size, [], EMPTY_ROOT, root)
        refused(RootMismatchError, verify_consistency, 0, size, [], OTHER, root)
        refused(ProofError, verify_consistency, 0, size, [root], EMPTY_ROOT, root)
    refused(RootMismatchError, verify_consistency, 0, 0, [], EMPTY_ROOT, OTHER)
    refused(RootMismatchError, verify_consistency, 0, 0, [], OTHER, OTHER)


def test_the_empty_tree_includes_nothing() -> None:
    refused(ProofError, verify_inclusion, 0, 0, OTHER, [], EMPTY_ROOT)
    refused(ProofError, verify_inclusion, 0, 0, OTHER, [], OTHER)


def test_one_size_has_one_root() -> None:
    verify_consistency(7, 7, [], OTHER, OTHER)
    refused(RootMismatchError, verify_consistency, 7, 7, [], OTHER, EMPTY_ROOT)
    refused(ProofError, verify_consistency, 7, 7, [OTHER], OTHER, OTHER)


HUGE_SIZES = [2**62 + 1, 2**63 - 1, 2**63, 2**63 + 1, 2**63 + 2**32 + 5, MAX_TREE_SIZE - 1, MAX_TREE_SIZE]


def hashes(count: int) -> list[bytes]:
    return [sha256(b"hash %d" % index).digest() for index in range(count)]


@pytest.mark.parametrize("size", HUGE_SIZES)
def test_indexes_of_63_bits_and_more_are_verified(size: int) -> None:
    for index in {0, 1, 2**31, 2**32, 2**53 + 1, 2**62, 2**63 - 1, 2**63, size // 3, size - 2, size - 1}:
        if index < size:
            proof = hashes(oracle.inclusion_length(index, size))
            root = oracle.root_along_inclusion(index, size, OTHER, proof)
            verify_inclusion(index, size, OTHER, proof, root)
            for fault, error in faulty(proof):
                refused(error, verify_inclusion, index, size, OTHER, fault, root)


@pytest.mark.parametrize("size2", HUGE_SIZES)
def test_sizes_of_63_bits_and_more_are_verified(size2: int) -> None:
    for size1 in {1, 2, 3, 2**32, 2**53 + 1, 2**62, 2**62 + 1, 2**63 - 1, 2**63, size2 // 3, size2 - 1}:
        if size1 < size2:
            whole = size1 & (size1 - 1) == 0
            proof = hashes(oracle.consistency_length(size1, size2))
            root1, root2 = oracle.roots_along_consistency(size1, size2, OTHER if whole else None, proof)
            verify_consistency(size1, size2, proof, root1, root2)
            for fault, error in faulty(proof):
                refused(error, verify_consistency, size1, size2, fault, root1, root2)


@pytest.mark.parametrize("number", [-1, MAX_TREE_SIZE + 1, 2**128, True, False, 1.0, "1", None])
def test_what_is_not_a_64_bit_number_is_refused(number: Any) -> None:
    refused(ProofError, verify_inclusion, number, 2, OTHER, [OTHER], OTHER)
    refused(ProofError, verify_inclusion, 0, number, OTHER, [], OTHER)
    refused(ProofError, verify_consistency, number, 2, [OTHER], OTHER, OTHER)
    refused(ProofError, verify_consistency, 1, number, [OTHER], OTHER, OTHER)


@pytest.mark.parametrize("short", [b"", OTHER[:31], OTHER + b"\x00", OTHER.hex(), None, list(OTHER)])
def test_a_hash_that_is_not_32_bytes_is_refused(short: Any) -> None:
    refused(ProofError, verify_inclusion, 0, 1, short, [], OTHER)
    refused(ProofError, verify_inclusion, 0, 1, OTHER, [], short)
    refused(ProofError, verify_inclusion, 0, 2, OTHER, [short], OTHER)
    refused(ProofError, verify_consistency, 1, 2, [short], OTHER, OTHER)
    refused(ProofError, verify_consistency, 1, 1, [], short, short)
    refused(ProofError, verify_consistency, 0, 1, [], EMPTY_ROOT, short)
    refused(ProofError, verify_consistency, 0, 1, [], short, OTHER)


def test_a_mismatch_names_both_roots() -> None:
    with pytest.raises(RootMismatchError) as refusal:
        verify_inclusion(0, 1, EMPTY_ROOT, [], bytes(32))
    assert refusal.value.expected == "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    assert refusal.value.found == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
