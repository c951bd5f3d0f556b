// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice The recursive definitions of RFC 9162 §2.1, slow and obvious, which judge the fast code.
/// @dev Leaf i of every tree is the record keccak256("record", i). Roots of ranges are remembered, nothing else is clever.
contract MerkleOracle {
    mapping(uint256 lo => mapping(uint256 hi => bytes32 root)) private _roots;

    function record(uint256 index) public pure returns (bytes32) {
        return keccak256(abi.encode("record", index));
    }

    /// @notice MTH(D[0:size]).
    function root(uint256 size) public returns (bytes32) {
        return _mth(0, size);
    }

    /// @notice PATH(index, D[0:size]).
    function inclusionProof(uint256 index, uint256 size) public returns (bytes32[] memory) {
        return _path(index, 0, size);
    }

    /// @notice PROOF(size1, D[0:size2]).
    function consistencyProof(uint256 size1, uint256 size2) public returns (bytes32[] memory) {
        return _subproof(size1, 0, size2, true);
    }

    // MTH({d0}) = HASH(0x00 || d0); MTH(D[n]) = HASH(0x01 || MTH(D[0:k]) || MTH(D[k:n]))
    function _mth(uint256 lo, uint256 hi) private returns (bytes32 hash) {
        hash = _roots[lo][hi];
        if (hash != bytes32(0)) return hash;
        if (hi - lo == 1) {
            hash = sha256(abi.encodePacked(hex"00", record(lo)));
        } else {
            uint256 k = _split(hi - lo);
            hash = sha256(abi.encodePacked(hex"01", _mth(lo, lo + k), _mth(lo + k, hi)));
        }
        _roots[lo][hi] = hash;
    }

    // PATH(m, D[n]) = PATH(m, D[0:k]) : MTH(D[k:n]) for m < k, else PATH(m - k, D[k:n]) : MTH(D[0:k])
    function _path(uint256 m, uint256 lo, uint256 hi) private returns (bytes32[] memory) {
        if (hi - lo == 1) return new bytes32[](0);
        uint256 k = _split(hi - lo);
        if (m < k) return _append(_path(m, lo, lo + k), _mth(lo + k, hi));
        return _append(_path(m - k, lo + k, hi), _mth(lo, lo + k));
    }

    // SUBPROOF(m, D_m, b): nothing when b, else MTH(D_m); then as PATH, with b false on the right side
    function _subproof(uint256 m, uint256 lo, uint256 hi, bool b) private returns (bytes32[] memory) {
        if (m == hi - lo) return b ? new bytes32[](0) : _append(new bytes32[](0), _mth(lo, hi));
        uint256 k = _split(hi - lo);
        if (m <= k) return _append(_subproof(m, lo, lo + k, b), _mth(lo + k, hi));
        return _append(_subproof(m - k, lo + k, hi, false), _mth(lo, lo + k));
    }

    /// @dev The largest power of two smaller than n.
    function _split(uint256 n) private pure returns (uint256 k) {
        k = 1;
        while (k * 2 < n) k *= 2;
    }

    function _append(bytes32[] memory list, bytes32 item) private pure returns (bytes32[] memory longer) {
        longer = new bytes32[](list.length + 1);
        for (uint256 i = 0; i < list.length; ++i) longer[i] = list[i];
        longer[list.length] = item;
    }
}
