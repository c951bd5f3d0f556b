// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IRoleGrants} from "../interfaces/IRoleGrants.sol";
import {Keys} from "../libraries/Keys.sol";
import {Party} from "../types/Party.sol";
import {Role, RoleGrant, Roles} from "../types/Roles.sol";
import {Accreditation} from "./Accreditation.sol";

/// @title RoleGrants
/// @notice The room of the `PartyRegistry` in which roles are granted and revoked.
abstract contract RoleGrants is Accreditation, IRoleGrants {
    using Keys for Party;

    mapping(bytes32 party => mapping(Role role => mapping(bytes2 jurisdiction => RoleGrant))) private _grants;

    /// @inheritdoc IRoleGrants
    function grantRole(
        bytes32 party,
        string calldata role,
        bytes2 jurisdiction,
        uint64 validFrom,
        uint64 validUntil
    ) external {
        Role parsed = Roles.parse(role);
        _requireAuthority(authorityOf[jurisdiction]);
        if (validFrom < _now()) validFrom = _now();
        if (validUntil <= validFrom) revert EmptyWindow(validFrom, validUntil);
        _requireStanding(party);
        RoleGrant storage grant = _grants[party][parsed][jurisdiction];
        bool stillCounted = grant.validUntil != 0 && !grant.revoked;
        if (stillCounted && _now() < grant.validUntil) {
            revert RoleAlreadyGranted(party, role, jurisdiction, grant.validUntil);
        }
        if (parsed.isPublic()) {
            Party storage holder = _parties[party];
            holder.requireNoCustodialKey(party);
            if (!stillCounted) ++holder.publicRoles;
        }

        _grants[party][parsed][jurisdiction] = RoleGrant({
            validFrom: validFrom,
            validUntil: validUntil,
            revoked: false
        });
        emit RoleGranted(party, role, jurisdiction, validFrom, validUntil);
    }

    /// @inheritdoc IRoleGrants
    function revokeRole(bytes32 party, string calldata role, bytes2 jurisdiction) external {
        Role parsed = Roles.parse(role);
        _requireAuthority(authorityOf[jurisdiction]);
        RoleGrant storage grant = _grants[party][parsed][jurisdiction];
        if (grant.validUntil == 0 || grant.revoked) revert RoleNotHeld(party, role, jurisdiction, _now());

        grant.revoked = true;
        if (_now() < grant.validUntil) grant.validUntil = _now();
        if (parsed.isPublic()) --_parties[party].publicRoles;
        emit RoleRevoked(party, role, jurisdiction);
    }

    /// @inheritdoc IRoleGrants
    function getRoleGrant(
        bytes32 party,
        string calldata role,
        bytes2 jurisdiction
    ) external view returns (RoleGrant memory) {
        return _grants[party][Roles.parse(role)][jurisdiction];
    }

    function _holdsRole(bytes32 party, Role role, bytes2 jurisdiction, uint64 time) internal view returns (bool) {
        RoleGrant storage grant = _grants[party][role][jurisdiction];
        return grant.validFrom <= time && time < grant.validUntil;
    }
}
