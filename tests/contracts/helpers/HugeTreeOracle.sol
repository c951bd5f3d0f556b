// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice The recursive definitions of RFC 9162 §2.1 for trees of any size whose leaves are of two kinds only: the first
/// `edge` leaves hash to A, all others to B. A root then takes a few hashes, and a wrong side or level shows.
library HugeTreeOracle {
    bytes32 internal constant A = keccak256("leaf hash A");
    bytes32 internal constant B = keccak256("leaf hash B");

    /// @notice MTH of `size` leaves of which the first `edge` are A.
    function root(uint256 edge, uint256 size) internal pure returns (bytes32) {
        if (size == 1) return edge == 0 ? B : A;
        if (edge == 0 || edge >= size) return _uniform(edge == 0 ? B : A, size);
        uint256 k = split(size);
        if (edge <= k) return _node(root(edge, k), root(0, size - k));
        return _node(_uniform(A, k), root(edge - k, size - k));
    }

    /// @notice PATH(index, D[size]).
    function inclusionProof(uint256 index, uint256 edge, uint256 size) internal pure returns (bytes32[] memory) {
        if (size == 1) return new bytes32[](0);
        uint256 k = split(size);
        uint256 rightEdge = edge < k ? 0 : edge - k;
        if (index < k) return append(inclusionProof(index, edge, k), root(rightEdge, size - k));
        return append(inclusionProof(index - k, rightEdge, size - k), root(edge, k));
    }

    /// @notice SUBPROOF(size1, D[size], b).
    function consistencyProof(
        uint256 size1,
        uint256 edge,
        uint256 size,
        bool b
    ) internal pure returns (bytes32[] memory) {
        if (size1 == size) return b ? new bytes32[](0) : append(new bytes32[](0), root(edge, size));
        uint256 k = split(size);
        uint256 rightEdge = edge < k ? 0 : edge - k;
        if (size1 <= k) return append(consistencyProof(size1, edge, k, b), root(rightEdge, size - k));
        return append(consistencyProof(size1 - k, rightEdge, size - k, false), root(edge, k));
    }

    /// @notice Returns the largest power of two smaller than n.
    function split(uint256 n) internal pure returns (uint256 k) {
        k = 1;
        while (k * 2 < n) k *= 2;
    }

    function append(bytes32[] memory list, bytes32 item) internal pure returns (bytes32[] memory longer) {
        longer = new bytes32[](list.length + 1);
        for (uint256 i = 0; i < list.length; ++i) longer[i] = list[i];
        longer[list.length] = item;
    }

    function _uniform(bytes32 leaf, uint256 size) private pure returns (bytes32) {
        if (size == 1) return leaf;
        uint256 k = split(size);
        bytes32 left = _uniform(leaf, k);
        return _node(left, k == size - k ? left : _uniform(leaf, size - k));
    }

    function _node(bytes32 left, bytes32 right) private pure returns (bytes32) {
        return sha256(abi.encodePacked(hex"01", left, right));
    }
}
