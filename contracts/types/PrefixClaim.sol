// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice A claimed interval of 13-digit numbers, kept under its first number.
/// @dev Slot 0: party. Slot 1: next and length.
/// @param party Who may speak for these numbers.
/// @param next First number of the claim that follows in ascending order; `PrefixClaims.END` after the last.
/// @param length How many leading digits are fixed: 4 to 12 for a company prefix, 13 for a GLN, zero for no claim.
struct PrefixClaim {
    bytes32 party;
    uint64 next;
    uint8 length;
}
