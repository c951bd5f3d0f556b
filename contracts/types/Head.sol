// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice A head of a log as it was anchored. Kept as keccak256(abi.encode(head)) in one slot; callers bring the preimage.
/// @param treeSize How many records the log held.
/// @param rootHash RFC 9162 root over them.
/// @param blockNumber The block that anchored it.
/// @param time The time of that block.
struct Head {
    uint64 treeSize;
    bytes32 rootHash;
    uint64 blockNumber;
    uint64 time;
}

using {hash, isEmpty} for Head global;

/// @notice Returns the hash under which a head is kept.
function hash(Head memory head) pure returns (bytes32) {
    return keccak256(abi.encode(head));
}

/// @notice Says whether every field is zero, as stands for "no head yet".
function isEmpty(Head memory head) pure returns (bool) {
    return (head.treeSize | head.blockNumber | head.time) == 0 && head.rootHash == bytes32(0);
}
