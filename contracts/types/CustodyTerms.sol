// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice What a consignment holds at its opening.
/// @param contents The commitment to its contents.
/// @param quantity In thousandths of `unit`, at least 1.
/// @param unit Two or three of A-Z and 0-9, a code of UN/ECE Recommendation 20, filled up with zero.
struct Goods {
    bytes32 contents;
    uint64 quantity;
    bytes3 unit;
}

/// @notice What a consignment is made of.
/// @param parents Subjects, ascending, so that none stands twice.
/// @param heads For each parent, the statement that its state follows.
/// @param quantities For each parent, how much of it goes in.
struct Inputs {
    bytes32[] parents;
    bytes32[] heads;
    uint64[] quantities;
}

/// @notice Terms of an offer: to whom, and the commitments to seals and condition.
struct Offer {
    bytes32 to;
    bytes32 seals;
    bytes32 condition;
    bytes32 salt;
}

/// @notice Terms of an acceptance: the taker's own commitments to seals and condition.
struct Accept {
    bytes32 seals;
    bytes32 condition;
    bytes32 salt;
}
