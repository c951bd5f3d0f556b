// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Statements} from "../../../contracts/libraries/Statements.sol";
import {Head} from "../../../contracts/types/Head.sol";

/// @notice Opens to calls what the contracts hash and keep to themselves.
contract DigestHarness {
    function domainSeparator(uint256 chainId, address registry) external pure returns (bytes32) {
        return Statements.domainSeparator(chainId, registry);
    }

    function digest(bytes32 separator, bytes32 structHash) external pure returns (bytes32) {
        return Statements.digest(separator, structHash);
    }

    function hashKeyBinding(bytes32 party, address key, bytes32 custodian) external pure returns (bytes32) {
        return Statements.hashKeyBinding(party, key, custodian);
    }

    function predecessorRecord(bytes32 logId, uint64 treeSize, bytes32 rootHash) external pure returns (bytes32) {
        return Statements.predecessorRecord(logId, treeSize, rootHash);
    }

    function headHash(Head calldata head) external pure returns (bytes32) {
        return head.hash();
    }
}
