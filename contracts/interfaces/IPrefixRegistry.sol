// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {PrefixClaim} from "../types/PrefixClaim.sol";

/// @title IPrefixRegistry
/// @notice For which GS1 company prefixes and GLNs a party may speak. No two claims overlap.
/// @dev A claim is named by its digits and their number: 4 to 12 for a company prefix, 13 for a GLN. Leading zeros count,
/// so (12345, 7) is the prefix 0012345. `hint` is the first number, of 13 digits, of the claim just before, or 10^13 when
/// there is none; whoever follows the events knows it.
interface IPrefixRegistry {
    /// @notice `party` may speak for the prefix or GLN.
    event PrefixClaimed(bytes32 indexed party, uint64 indexed digits, uint8 length);

    /// @notice `party` may no longer speak for the prefix or GLN.
    event PrefixReleased(bytes32 indexed party, uint64 indexed digits, uint8 length);

    /// @notice Claims a prefix or GLN for `party`. By its accreditor.
    function claimPrefix(bytes32 party, uint64 digits, uint8 length, uint64 hint) external;

    /// @notice Releases a claim. By the cold key or the accreditor of its holder; by anyone once the holder does not
    /// stand, so that the claims of the gone block nobody.
    function releasePrefix(uint64 digits, uint8 length, uint64 hint) external;

    /// @notice Returns the claim that starts at this 13-digit number; all zero for none.
    function getClaim(uint64 start) external view returns (PrefixClaim memory);

    /// @notice Returns who claims a 13-digit number, standing or not; zero for nobody.
    /// @dev Here `hint` is the last claim that starts at or before the number.
    function claimant(uint64 number, uint64 hint) external view returns (bytes32 party);
}
