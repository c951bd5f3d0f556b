// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice A signing key of a party.
/// @dev Slot 0: party. Slot 1: custodian. Slot 2: the rest, read together by every check.
/// @param party Whom it speaks for, for ever; zero for a key that was never bound.
/// @param custodian Who holds it on the party's behalf; zero when the party itself does.
/// @param validFrom Time of the block in which it was bound.
/// @param validUntil Time from which on it is no longer good; the largest `uint64` while no end is set.
/// @param number The party's number, by which a check knows it without reading another slot.
/// @param epoch The party's epoch in which it was bound; it ends with it.
/// @param compromised Whether it was declared compromised.
struct Key {
    bytes32 party;
    bytes32 custodian;
    uint64 validFrom;
    uint64 validUntil;
    uint32 number;
    uint32 epoch;
    bool compromised;
}
