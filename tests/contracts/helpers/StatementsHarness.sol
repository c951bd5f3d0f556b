// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Signatures} from "../../../contracts/libraries/Signatures.sol";
import {Statements} from "../../../contracts/libraries/Statements.sol";
import {Statement} from "../../../contracts/types/Statement.sol";

/// @notice Opens the libraries to calls, so that arguments are calldata and reverts can be caught.
contract StatementsHarness {
    function hash(Statement calldata statement) external pure returns (bytes32) {
        return Statements.hash(statement);
    }

    function record(bytes32 eip712Hash, bytes calldata signature) external pure returns (bytes32) {
        return Statements.record(eip712Hash, signature);
    }

    function recover(bytes32 digest, bytes calldata signature) external pure returns (address) {
        return Signatures.recover(digest, signature);
    }
}
