// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {PrefixClaim} from "../types/PrefixClaim.sol";

/// @title PrefixClaims
/// @notice Keeps GS1 company prefixes and GLNs as intervals of 13-digit numbers of which no two overlap.
/// @dev A prefix of L digits p claims [p · 10^(13-L), (p+1) · 10^(13-L)), a GLN one number. The intervals form a list in
/// ascending order that closes on the sentinel `END`; a caller names the claim before the place it means as a hint, so
/// that every operation looks at two neighbours only. A claim may touch its neighbours.
/// Who may claim what is left to the registry.
library PrefixClaims {
    /// @notice The claims by their first number, and the sentinel.
    struct List {
        mapping(uint64 start => PrefixClaim) claims;
    }

    /// @notice Company prefixes have 4 to 12 digits, a GLN has 13.
    error PrefixLength(uint8 length);

    /// @notice The number has more digits than the length says.
    error PrefixDigits(uint64 digits, uint8 length);

    /// @notice The last digit of the GLN is not its check digit (GS1 General Specifications §7.9).
    error CheckDigit(uint64 gln, uint8 expected);

    /// @notice The numbers are claimed already, by `party`, from `start` on with `length` fixed digits.
    error PrefixOverlap(uint64 start, uint8 length, bytes32 party);

    /// @notice The hint is not the first number of the claim just before.
    error WrongHint(uint64 hint);

    /// @notice There is no such claim.
    error UnknownClaim(uint64 start, uint8 length);

    /// @dev Larger than every 13-digit number: the hint for "before the first", the successor of the last.
    uint64 internal constant END = 10 ** 13;
    uint8 private constant MIN_LENGTH = 4;
    uint8 private constant GLN_LENGTH = 13;

    /// @notice Makes an empty list.
    function initialize(List storage self) internal {
        self.claims[END].next = END;
    }

    /// @notice Returns the first number of the interval that a prefix or GLN claims, and refuses what is neither.
    function startOf(uint64 digits, uint8 length) internal pure returns (uint64) {
        if (length < MIN_LENGTH || length > GLN_LENGTH) revert PrefixLength(length);
        if (digits >= 10 ** length) revert PrefixDigits(digits, length);
        if (length == GLN_LENGTH) _requireCheckDigit(digits);
        return digits * sizeOf(length);
    }

    /// @notice Returns how many numbers a claim of this length holds.
    function sizeOf(uint8 length) internal pure returns (uint64) {
        return uint64(10 ** (GLN_LENGTH - length));
    }

    /// @notice Inserts a claim after the one at `hint`.
    function insert(List storage self, bytes32 party, uint64 start, uint8 length, uint64 hint) internal {
        uint64 end = start + sizeOf(length);
        if (hint != END) {
            uint64 endBefore = _endOf(self, hint);
            if (hint >= end) revert WrongHint(hint);
            if (endBefore > start) revert PrefixOverlap(hint, self.claims[hint].length, self.claims[hint].party);
        }
        uint64 next = self.claims[hint].next;
        if (next < end) {
            if (_endOf(self, next) <= start) revert WrongHint(hint);
            revert PrefixOverlap(next, self.claims[next].length, self.claims[next].party);
        }

        self.claims[start] = PrefixClaim({party: party, next: next, length: length});
        self.claims[hint].next = start;
    }

    /// @notice Removes the claim that follows the one at `hint`.
    function remove(List storage self, uint64 start, uint8 length, uint64 hint) internal {
        if (self.claims[start].length != length) revert UnknownClaim(start, length);
        if (self.claims[hint].next != start || !_isNode(self, hint)) revert WrongHint(hint);

        self.claims[hint].next = self.claims[start].next;
        delete self.claims[start];
    }

    /// @notice Returns who claims a number, zero for nobody; `hint` is the last claim that starts at or before it.
    function claimant(List storage self, uint64 number, uint64 hint) internal view returns (bytes32) {
        if (hint != END && hint > number) revert WrongHint(hint);
        if (!_isNode(self, hint) || self.claims[hint].next <= number) revert WrongHint(hint);
        if (hint == END || number >= _endOf(self, hint)) return bytes32(0);
        return self.claims[hint].party;
    }

    function _isNode(List storage self, uint64 start) private view returns (bool) {
        return start == END || self.claims[start].length != 0;
    }

    function _endOf(List storage self, uint64 start) private view returns (uint64) {
        uint8 length = self.claims[start].length;
        if (length == 0) revert WrongHint(start);
        return start + sizeOf(length);
    }

    /// @dev Weights 3 and 1 alternate, 3 on the digit next to the check digit.
    function _requireCheckDigit(uint64 gln) private pure {
        uint64 sum = 0;
        uint64 rest = gln / 10;
        for (uint64 weight = 3; rest != 0; weight = 4 - weight) {
            sum += weight * (rest % 10);
            rest /= 10;
        }
        uint8 expected = uint8((10 - (sum % 10)) % 10);
        if (gln % 10 != expected) revert CheckDigit(gln, expected);
    }
}
