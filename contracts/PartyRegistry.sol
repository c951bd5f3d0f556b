// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IPartyRegistry} from "./interfaces/IPartyRegistry.sol";
import {Keys} from "./libraries/Keys.sol";
import {Signatures} from "./libraries/Signatures.sol";
import {Statements} from "./libraries/Statements.sol";
import {Accreditation} from "./registry/Accreditation.sol";
import {PartyKeys} from "./registry/PartyKeys.sol";
import {PrefixRegistry} from "./registry/PrefixRegistry.sol";
import {RoleGrants} from "./registry/RoleGrants.sol";
import {Jurisdictions} from "./types/Jurisdictions.sol";
import {Role, Roles} from "./types/Roles.sol";
import {Statement} from "./types/Statement.sol";

/// @title PartyRegistry
/// @notice Who may sign what, accredited by whom: the four rooms under one roof, and the check of a statement.
/// @dev Start with the promises in `IPartyRegistry`. Each room of `registry/` keeps those of one interface.
contract PartyRegistry is IPartyRegistry, RoleGrants, PartyKeys, PrefixRegistry {
    using Keys for Keys.Ring;

    constructor(address root, uint64 overlap) Accreditation(root) PartyKeys(overlap) {}

    /// @inheritdoc IPartyRegistry
    function checkStatement(Statement calldata statement, bytes calldata signature) external view returns (bytes32) {
        return checkStatementAt(statement, signature, _now());
    }

    /// @inheritdoc IPartyRegistry
    function checkStatementAt(
        Statement calldata statement,
        bytes calldata signature,
        uint64 time
    ) public view returns (bytes32 eip712Hash) {
        Role role = Roles.parse(statement.role);
        bytes2 jurisdiction = Jurisdictions.parse(statement.jurisdiction);
        if (time > block.timestamp) revert TimeInFuture(_now(), time);
        eip712Hash = Statements.digest(_domainSeparator(), Statements.hash(statement));
        address key = Signatures.recover(eip712Hash, signature);

        bytes32 party = statement.party;
        if (partyOf(key) != party && partyOf(key) != bytes32(0)) revert NotKeyOf(key, party);
        _ring.requireActive(key, time);
        if (!isStanding(party, time)) revert NotStanding(party);
        if (!_holdsRole(party, role, jurisdiction, time)) {
            revert RoleNotHeld(party, statement.role, jurisdiction, time);
        }
    }

    /// @inheritdoc IPartyRegistry
    function checkSigner(
        address key,
        bytes32 party,
        Role role,
        bytes2 jurisdiction,
        uint64 time
    ) external view returns (uint32 number) {
        if (time > block.timestamp) revert TimeInFuture(_now(), time);
        number = _ring.requireKeyOf(_parties[party], party, key, time);
        if (!isStanding(party, time)) revert NotStanding(party);
        if (!_holdsRole(party, role, jurisdiction, time)) revert NotEntitled(party, role, jurisdiction, time);
    }

    /// @inheritdoc IPartyRegistry
    function isEntitled(
        address key,
        bytes32 party,
        string calldata role,
        bytes2 jurisdiction
    ) external view returns (bool) {
        return
            partyOf(key) == party &&
            isActive(key, _now()) &&
            isStanding(party, _now()) &&
            _holdsRole(party, Roles.parse(role), jurisdiction, _now());
    }

    /// @inheritdoc IPartyRegistry
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparator();
    }
}
