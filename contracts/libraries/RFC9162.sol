// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @title RFC9162
/// @notice Verifies the inclusion and consistency proofs of an RFC 9162 Merkle tree (SHA-256).
/// @dev The leaf data of every tree here are 32-byte records. Compute and compare are apart: `rootFrom…` returns what a
/// proof leads to, `verify…` compares. A proof of the wrong form reverts and names the fault; a proof of the right form
/// that leads elsewhere is `false`. Sizes and indexes are any `uint64`. A tree of size 0 has no proofs: consistency from
/// it is refused, since every tree extends it; who accepts a first head decides about that head alone.
/// Storage, roots and signatures are left to the caller.
library RFC9162 {
    /// @notice The leaf stands beyond the end of the tree.
    error IndexOutOfRange(uint64 leafIndex, uint64 treeSize);

    /// @notice A consistency proof cannot start from an empty tree.
    error EmptyTree();

    /// @notice The earlier tree is larger than the later one.
    error SizesOutOfOrder(uint64 size1, uint64 size2);

    /// @notice The proof goes on after the root is reached.
    error ProofTooLong(uint256 expected, uint256 given);

    /// @notice The proof ends before the root is reached.
    error ProofTooShort(uint256 given);

    /// @notice Returns the hash of a leaf, SHA-256(0x00 ‖ record).
    function leafHash(bytes32 record) internal view returns (bytes32 hash) {
        // RFC 9162 §2.1.1; 33 bytes, which fit the scratch space.
        assembly ("memory-safe") {
            mstore8(0x00, 0x00)
            mstore(0x01, record)
            if iszero(staticcall(gas(), 0x02, 0x00, 0x21, 0x00, 0x20)) {
                revert(0x00, 0x00)
            }
            hash := mload(0x00)
        }
    }

    /// @notice Returns the hash of an inner node, SHA-256(0x01 ‖ left ‖ right).
    function nodeHash(bytes32 left, bytes32 right) internal view returns (bytes32 hash) {
        // RFC 9162 §2.1.1; 65 bytes, laid beyond the free memory pointer, which stays where it is.
        assembly ("memory-safe") {
            let frame := mload(0x40)
            mstore8(frame, 0x01)
            mstore(add(frame, 0x01), left)
            mstore(add(frame, 0x21), right)
            if iszero(staticcall(gas(), 0x02, frame, 0x41, 0x00, 0x20)) {
                revert(0x00, 0x00)
            }
            hash := mload(0x00)
        }
    }

    /// @notice Returns the root to which an inclusion proof leads (RFC 9162 §2.1.3.2).
    function rootFromInclusionProof(
        uint64 leafIndex,
        uint64 treeSize,
        bytes32 leaf,
        bytes32[] calldata proof
    ) internal view returns (bytes32 root) {
        if (leafIndex >= treeSize) revert IndexOutOfRange(leafIndex, treeSize);

        uint256 fn = leafIndex;
        uint256 sn = treeSize - 1;
        root = leaf;
        for (uint256 i = 0; i < proof.length; ++i) {
            if (sn == 0) revert ProofTooLong(i, proof.length);
            if (fn & 1 == 1 || fn == sn) {
                root = nodeHash(proof[i], root);
                (fn, sn) = _climbRightEdge(fn, sn);
            } else {
                root = nodeHash(root, proof[i]);
            }
            fn >>= 1;
            sn >>= 1;
        }
        if (sn != 0) revert ProofTooShort(proof.length);
    }

    /// @notice Says whether the proof leads from the leaf to `root`.
    function verifyInclusion(
        uint64 leafIndex,
        uint64 treeSize,
        bytes32 leaf,
        bytes32[] calldata proof,
        bytes32 root
    ) internal view returns (bool) {
        return rootFromInclusionProof(leafIndex, treeSize, leaf, proof) == root;
    }

    /// @notice Returns the roots of the earlier and of the later tree to which a consistency proof leads
    /// (RFC 9162 §2.1.4.2).
    /// @dev `root1` is the earlier root as claimed: it is the first node of the proof, left out of it, when `size1` is a
    /// power of two. The caller must compare both results.
    function rootsFromConsistencyProof(
        uint64 size1,
        uint64 size2,
        bytes32[] calldata proof,
        bytes32 root1
    ) internal view returns (bytes32 first, bytes32 second) {
        if (size1 == 0) revert EmptyTree();
        if (size1 > size2) revert SizesOutOfOrder(size1, size2);
        if (size1 == size2) {
            if (proof.length != 0) revert ProofTooLong(0, proof.length);
            return (root1, root1);
        }

        uint256 fn = size1 - 1;
        uint256 sn = size2 - 1;
        while (fn & 1 == 1) {
            fn >>= 1;
            sn >>= 1;
        }
        uint256 used = fn == 0 ? 0 : 1;
        if (proof.length < used) revert ProofTooShort(0);
        (first, second, used, sn) = _foldConsistency(fn, sn, proof, used, used == 0 ? root1 : proof[0]);
        if (used != proof.length) revert ProofTooLong(used, proof.length);
        if (sn != 0) revert ProofTooShort(proof.length);
    }

    /// @dev RFC 9162 §2.1.4.2 step 6, from `proof[used]` on, until `sn` is zero or the proof is used up. Written in
    /// assembly because every anchor pays for it. Two frames of 65 bytes, 0x01 ‖ left ‖ right, lie beyond the free memory
    /// pointer. In the first the earlier root grows in place as the right child, since it only ever gets left siblings; in
    /// the second the later root, which gets both.
    function _foldConsistency(
        uint256 fn,
        uint256 sn,
        bytes32[] calldata proof,
        uint256 used,
        bytes32 seed
    ) private view returns (bytes32 first, bytes32 second, uint256, uint256) {
        assembly ("memory-safe") {
            let frame := mload(0x40)
            mstore8(frame, 0x01)
            mstore(add(frame, 0x21), seed)
            mstore8(add(frame, 0x60), 0x01)
            second := seed
            for {} and(lt(used, proof.length), gt(sn, 0)) {
                used := add(used, 1)
            } {
                let sibling := calldataload(add(proof.offset, shl(5, used)))
                switch or(and(fn, 1), eq(fn, sn))
                case 0 {
                    mstore(add(frame, 0x61), second)
                    mstore(add(frame, 0x81), sibling)
                }
                default {
                    mstore(add(frame, 0x01), sibling)
                    if iszero(staticcall(gas(), 0x02, frame, 0x41, add(frame, 0x21), 0x20)) {
                        revert(0x00, 0x00)
                    }
                    mstore(add(frame, 0x61), sibling)
                    mstore(add(frame, 0x81), second)
                    for {} iszero(or(and(fn, 1), iszero(fn))) {} {
                        fn := shr(1, fn)
                        sn := shr(1, sn)
                    }
                }
                if iszero(staticcall(gas(), 0x02, add(frame, 0x60), 0x41, 0x00, 0x20)) {
                    revert(0x00, 0x00)
                }
                second := mload(0x00)
                fn := shr(1, fn)
                sn := shr(1, sn)
            }
            first := mload(add(frame, 0x21))
        }
        return (first, second, used, sn);
    }

    /// @notice Says whether the proof shows that the tree of `size2` and `root2` extends that of `size1` and `root1`.
    function verifyConsistency(
        uint64 size1,
        uint64 size2,
        bytes32[] calldata proof,
        bytes32 root1,
        bytes32 root2
    ) internal view returns (bool) {
        (bytes32 first, bytes32 second) = rootsFromConsistencyProof(size1, size2, proof, root1);
        return first == root1 && second == root2;
    }

    /// @dev On the right edge of the tree a node without a right sibling is promoted unhashed: skip those levels.
    function _climbRightEdge(uint256 fn, uint256 sn) private pure returns (uint256, uint256) {
        while (fn & 1 == 0 && fn != 0) {
            fn >>= 1;
            sn >>= 1;
        }
        return (fn, sn);
    }
}
