// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {SignedStatement} from "../types/SignedStatement.sol";
import {Statement} from "../types/Statement.sol";

/// @title Statements
/// @notice Hashes what parties sign (EIP-712) and computes the records under which a log keeps it.
/// @dev "EIP-712 hash" means the full signing digest, keccak256(0x1901 ‖ domain separator ‖ struct hash), everywhere.
/// Who may sign is left to the `PartyRegistry`, the form of a signature to `Signatures`.
library Statements {
    bytes32 internal constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );

    bytes32 internal constant STATEMENT_TYPEHASH = keccak256(
        "Statement(string act,bytes32 party,string role,string jurisdiction,bytes32 eventDigest,bytes32 logId,bytes32 subject,bytes32 previous,bytes32 terms,uint64 signedAt)"
    );

    bytes32 internal constant KEY_BINDING_TYPEHASH = keccak256(
        "KeyBinding(bytes32 party,address key,bytes32 custodian)"
    );

    /// @notice Returns the domain separator of the registry at `registry` on chain `chainId`.
    function domainSeparator(uint256 chainId, address registry) internal pure returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPEHASH, keccak256("Trade Ledger"), keccak256("1"), chainId, registry));
    }

    /// @notice Returns the struct hash of a statement.
    function hash(Statement calldata statement) internal pure returns (bytes32) {
        // EIP-712 encodeData: a string goes in as its keccak-256. Split in two, since eleven values overflow the stack.
        return
            keccak256(
                bytes.concat(
                    abi.encode(
                        STATEMENT_TYPEHASH,
                        keccak256(bytes(statement.act)),
                        statement.party,
                        keccak256(bytes(statement.role)),
                        keccak256(bytes(statement.jurisdiction)),
                        statement.eventDigest
                    ),
                    abi.encode(
                        statement.logId,
                        statement.subject,
                        statement.previous,
                        statement.terms,
                        statement.signedAt
                    )
                )
            );
    }

    /// @notice Returns the struct hash of the statement that a ledger puts together: what was handed in, and what it knows.
    /// @param act keccak-256 of the act's word.
    function hashOf(
        SignedStatement calldata statement,
        bytes32 act,
        bytes32 subject,
        bytes32 previous,
        bytes32 terms
    ) internal pure returns (bytes32) {
        return
            keccak256(
                bytes.concat(
                    abi.encode(
                        STATEMENT_TYPEHASH,
                        act,
                        statement.party,
                        statement.role,
                        keccak256(abi.encodePacked(statement.jurisdiction)),
                        statement.eventDigest
                    ),
                    abi.encode(statement.logId, subject, previous, terms, statement.signedAt)
                )
            );
    }

    /// @notice Returns the struct hash of a key binding: what a key signs to prove that it is possessed.
    function hashKeyBinding(bytes32 party, address key, bytes32 custodian) internal pure returns (bytes32) {
        return keccak256(abi.encode(KEY_BINDING_TYPEHASH, party, key, custodian));
    }

    /// @notice Returns the EIP-712 hash of a struct under a domain.
    function digest(bytes32 separator, bytes32 structHash) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", separator, structHash));
    }

    /// @notice Returns the record under which a log keeps a signed statement.
    function record(bytes32 eip712Hash, bytes calldata signature) internal pure returns (bytes32) {
        return sha256(abi.encodePacked("tradeledger/record/statement/1", eip712Hash, sha256(signature)));
    }

    /// @notice Returns the record with which a log starts that succeeds `logId`, closed at this head.
    function predecessorRecord(bytes32 logId, uint64 treeSize, bytes32 rootHash) internal pure returns (bytes32) {
        return sha256(abi.encodePacked("tradeledger/record/predecessor/1", logId, treeSize, rootHash));
    }
}
