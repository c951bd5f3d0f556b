// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice Where a consignment stands. From `Lost` on it is over and never moves again.
enum Status {
    None,
    Held,
    Offered,
    Lost,
    Destroyed,
    Ended,
    Consumed
}

/// @notice What is kept of a consignment.
/// @dev Slot 0: head. Slot 1: the rest. Parties stand under their numbers of the `PartyRegistry`.
/// @param head EIP-712 hash of the last statement that counted, which the next one must name as `previous`.
/// @param holder Who holds it.
/// @param taker To whom it is offered; keeps its last value while nothing is offered.
/// @param since Time of the block in which the holder took it.
/// @param status Where it stands.
/// @param quantity What is left of it, in thousandths of `unit`.
/// @param unit Code of UN/ECE Recommendation 20.
struct Consignment {
    bytes32 head;
    uint32 holder;
    uint32 taker;
    uint40 since;
    Status status;
    uint64 quantity;
    bytes3 unit;
}

/// @notice Who holds what since when, and what is pending, for whoever asks.
/// @param taker To whom it is offered; zero while nothing is offered.
struct Custody {
    Status status;
    bytes32 holder;
    uint40 since;
    bytes32 taker;
    uint64 quantity;
    bytes3 unit;
    bytes32 head;
}
