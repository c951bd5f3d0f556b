// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {RoleGrant} from "../types/Roles.sol";

/// @title IRoleGrants
/// @notice As what a party may act, where, and for how long.
/// @dev A role is granted by the authority of the jurisdiction it is for, which need not be the party's accreditor.
/// The words are those of `Roles`. A public role (customs, tax, arbiter) and a custodial key exclude each other.
interface IRoleGrants {
    /// @notice `party` may act as `role` in `jurisdiction` from `validFrom` to before `validUntil`.
    event RoleGranted(
        bytes32 indexed party,
        string role,
        bytes2 indexed jurisdiction,
        uint64 validFrom,
        uint64 validUntil
    );

    /// @notice `party` may no longer act as `role` in `jurisdiction`.
    event RoleRevoked(bytes32 indexed party, string role, bytes2 indexed jurisdiction);

    /// @notice The role would be held for no time at all.
    error EmptyWindow(uint64 validFrom, uint64 validUntil);

    /// @notice The role is granted already, until before `validUntil`; revoke it first.
    error RoleAlreadyGranted(bytes32 party, string role, bytes2 jurisdiction, uint64 validUntil);

    /// @notice The party does not hold the role in this jurisdiction at `time`.
    error RoleNotHeld(bytes32 party, string role, bytes2 jurisdiction, uint64 time);

    /// @notice Lets `party` act as `role` in `jurisdiction`. By the authority of that jurisdiction.
    /// A `validFrom` in the past becomes the time of this block.
    /// @dev A grant outlives the authority that made it: the next authority of the jurisdiction can revoke it.
    function grantRole(
        bytes32 party,
        string calldata role,
        bytes2 jurisdiction,
        uint64 validFrom,
        uint64 validUntil
    ) external;

    /// @notice Ends a grant from this block on. By the authority of that jurisdiction.
    /// @dev The grant of a public role keeps custodial keys away until it is revoked, also when it has run out.
    function revokeRole(bytes32 party, string calldata role, bytes2 jurisdiction) external;

    /// @notice Returns what is kept of a grant; all zero for one that never was.
    function getRoleGrant(
        bytes32 party,
        string calldata role,
        bytes2 jurisdiction
    ) external view returns (RoleGrant memory);
}
