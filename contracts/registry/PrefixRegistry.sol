// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IPrefixRegistry} from "../interfaces/IPrefixRegistry.sol";
import {PrefixClaims} from "../libraries/PrefixClaims.sol";
import {PrefixClaim} from "../types/PrefixClaim.sol";
import {Authorization} from "./Authorization.sol";

/// @title PrefixRegistry
/// @notice The room of the `PartyRegistry` in which GS1 prefixes and GLNs are claimed and released.
abstract contract PrefixRegistry is Authorization, IPrefixRegistry {
    using PrefixClaims for PrefixClaims.List;

    PrefixClaims.List private _claims;

    constructor() {
        _claims.initialize();
    }

    /// @inheritdoc IPrefixRegistry
    function claimPrefix(bytes32 party, uint64 digits, uint8 length, uint64 hint) external {
        uint64 start = PrefixClaims.startOf(digits, length);
        _requireAccreditor(party);
        _requireStanding(party);

        _claims.insert(party, start, length, hint);
        emit PrefixClaimed(party, digits, length);
    }

    /// @inheritdoc IPrefixRegistry
    function releasePrefix(uint64 digits, uint8 length, uint64 hint) external {
        uint64 start = PrefixClaims.startOf(digits, length);
        bytes32 party = _claims.claims[start].party;
        if (party != bytes32(0) && isStanding(party, _now()) && msg.sender != _parties[party].coldKey) {
            _requireAccreditor(party);
        }

        _claims.remove(start, length, hint);
        emit PrefixReleased(party, digits, length);
    }

    /// @inheritdoc IPrefixRegistry
    function getClaim(uint64 start) external view returns (PrefixClaim memory) {
        return _claims.claims[start];
    }

    /// @inheritdoc IPrefixRegistry
    function claimant(uint64 number, uint64 hint) external view returns (bytes32) {
        return _claims.claimant(number, hint);
    }
}
