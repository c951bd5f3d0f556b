// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice What a party acts as: keccak-256 of one of the closed words of `Roles`.
type Role is bytes32;

using {Roles.isPublic, equals as ==} for Role global;

function equals(Role a, Role b) pure returns (bool) {
    return Role.unwrap(a) == Role.unwrap(b);
}

/// @notice One grant of a role to a party in one jurisdiction: held from `validFrom` to before `validUntil`.
/// @dev One slot. `revoked` tells a grant that was ended from one that runs or ran out.
struct RoleGrant {
    uint64 validFrom;
    uint64 validUntil;
    bool revoked;
}

/// @title Roles
/// @notice The closed table of role words. An authority is not a role: it is accredited, see `IAccreditation`.
library Roles {
    Role internal constant MANUFACTURER = Role.wrap(keccak256("manufacturer"));
    Role internal constant SELLER = Role.wrap(keccak256("seller"));
    Role internal constant BUYER = Role.wrap(keccak256("buyer"));
    Role internal constant PLATFORM = Role.wrap(keccak256("platform"));
    Role internal constant PSP = Role.wrap(keccak256("psp"));
    Role internal constant CARRIER = Role.wrap(keccak256("carrier"));
    Role internal constant DECLARANT = Role.wrap(keccak256("declarant"));
    Role internal constant WAREHOUSE = Role.wrap(keccak256("warehouse"));
    Role internal constant ASSESSOR = Role.wrap(keccak256("assessor"));
    Role internal constant CUSTOMS = Role.wrap(keccak256("customs"));
    Role internal constant TAX = Role.wrap(keccak256("tax"));
    Role internal constant ARBITER = Role.wrap(keccak256("arbiter"));
    Role internal constant AUDITOR = Role.wrap(keccak256("auditor"));

    /// @notice The word is not in the table.
    error UnknownRole(string word);

    /// @notice Returns the role that a word names.
    function parse(string calldata word) internal pure returns (Role role) {
        role = Role.wrap(keccak256(bytes(word)));
        if (!isKnown(role)) revert UnknownRole(word);
    }

    /// @notice Says whether a role is in the table.
    function isKnown(Role role) internal pure returns (bool) {
        return
            isPublic(role) ||
            role == MANUFACTURER ||
            role == SELLER ||
            role == BUYER ||
            role == PLATFORM ||
            role == PSP ||
            role == CARRIER ||
            role == DECLARANT ||
            role == WAREHOUSE ||
            role == ASSESSOR ||
            role == AUDITOR;
    }

    /// @notice Says whether a role speaks for the public and therefore never through a custodian's key.
    function isPublic(Role role) internal pure returns (bool) {
        return role == CUSTOMS || role == TAX || role == ARBITER;
    }
}
