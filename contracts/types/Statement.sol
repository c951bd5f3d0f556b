// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice What a party signs: one struct for the log and for the contracts (EIP-712).
/// @param act What is stated, a word of a closed table that a person can read on a signing device.
/// @param party Who states it: an id of the `PartyRegistry`.
/// @param role As what: a word of `Roles`.
/// @param jurisdiction Two letters A-Z (ISO 3166-1) of the authority that granted the role.
/// @param eventDigest The salted digest of the event; no value of the event stands here.
/// @param logId The log that shall hold it.
/// @param subject What it is about in a ledger; zero for a plain event.
/// @param previous EIP-712 hash of the statement that this one follows; zero when opening.
/// @param terms EIP-712 struct hash of the act's own terms; zero for a plain event.
/// @param signedAt The signer's clock: a claim, which decides nothing here.
struct Statement {
    string act;
    bytes32 party;
    string role;
    string jurisdiction;
    bytes32 eventDigest;
    bytes32 logId;
    bytes32 subject;
    bytes32 previous;
    bytes32 terms;
    uint64 signedAt;
}
