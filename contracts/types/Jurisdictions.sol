// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @title Jurisdictions
/// @notice ISO 3166-1 alpha-2 codes as `bytes2`, two letters A-Z. Whether a code is assigned is for whoever accredits.
library Jurisdictions {
    /// @notice Not exactly two letters A-Z.
    error NotAJurisdiction(bytes given);

    /// @notice Returns the jurisdiction that a string names.
    function parse(string calldata word) internal pure returns (bytes2 jurisdiction) {
        bytes calldata letters = bytes(word);
        if (letters.length != 2) revert NotAJurisdiction(letters);
        jurisdiction = bytes2(letters);
        requireValid(jurisdiction);
    }

    /// @notice Refuses anything but two letters A-Z.
    function requireValid(bytes2 jurisdiction) internal pure {
        if (!_isLetter(jurisdiction[0]) || !_isLetter(jurisdiction[1])) {
            revert NotAJurisdiction(abi.encodePacked(jurisdiction));
        }
    }

    function _isLetter(bytes1 character) private pure returns (bool) {
        return character >= "A" && character <= "Z";
    }
}
