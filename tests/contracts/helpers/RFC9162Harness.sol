// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {RFC9162} from "../../../contracts/libraries/RFC9162.sol";

/// @notice Opens the library to calls, so that proofs are calldata and reverts can be caught.
contract RFC9162Harness {
    function leafHash(bytes32 record) external view returns (bytes32) {
        return RFC9162.leafHash(record);
    }

    function nodeHash(bytes32 left, bytes32 right) external view returns (bytes32) {
        return RFC9162.nodeHash(left, right);
    }

    function verifyInclusion(
        uint64 leafIndex,
        uint64 treeSize,
        bytes32 leaf,
        bytes32[] calldata proof,
        bytes32 root
    ) external view returns (bool) {
        return RFC9162.verifyInclusion(leafIndex, treeSize, leaf, proof, root);
    }

    function verifyConsistency(
        uint64 size1,
        uint64 size2,
        bytes32[] calldata proof,
        bytes32 root1,
        bytes32 root2
    ) external view returns (bool) {
        return RFC9162.verifyConsistency(size1, size2, proof, root1, root2);
    }
}
