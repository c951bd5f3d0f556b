// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Head} from "./Head.sol";
import {Role} from "./Roles.sol";

/// @notice A party's signed statement without what the ledger that acts on it knows: act, subject, previous and terms.
/// @param role keccak-256 of the role's word, as EIP-712 hashes it.
/// @param jurisdiction Two letters A-Z.
/// @param inclusion Empty: the key is judged now. Else the ABI encoding of an `Inclusion`: it is judged at that head.
struct SignedStatement {
    bytes32 party;
    Role role;
    bytes2 jurisdiction;
    bytes32 eventDigest;
    bytes32 logId;
    uint64 signedAt;
    bytes signature;
    bytes inclusion;
}

/// @notice The proof that a statement's record stands in its log, under a head that `CheckpointRegistry` keeps.
struct Inclusion {
    Head head;
    uint64 leafIndex;
    bytes32[] proof;
}
