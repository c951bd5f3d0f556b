// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IAccreditation} from "../interfaces/IAccreditation.sol";
import {Jurisdictions} from "../types/Jurisdictions.sol";
import {Party} from "../types/Party.sol";

/// @title Accreditations
/// @notice The chain of accreditation: root authority, authority of a jurisdiction, party.
/// @dev Who may extend or cut the chain is left to the registry.
library Accreditations {
    /// @dev Room for a long registered name in a script of three bytes a letter, small enough for an event.
    uint256 private constant MAX_NAME_LENGTH = 256;

    /// @notice Refuses values that no accreditation can have.
    function requireWellFormed(bytes32 id, bytes2 jurisdiction, address coldKey, string calldata name) internal pure {
        if (id == bytes32(0) || coldKey == address(0)) revert IAccreditation.ZeroValue();
        Jurisdictions.requireValid(jurisdiction);
        uint256 length = bytes(name).length;
        if (length == 0 || length > MAX_NAME_LENGTH) revert IAccreditation.NameLength(MAX_NAME_LENGTH, length);
    }

    /// @notice Writes a new party under the next number; `accreditor` zero makes it an authority.
    function open(
        mapping(bytes32 id => Party) storage self,
        bytes32 id,
        bytes2 jurisdiction,
        address coldKey,
        bytes32 accreditor,
        uint32 number
    ) internal {
        Party storage party = self[id];
        if (party.coldKey != address(0)) revert IAccreditation.PartyExists(id);

        party.coldKey = coldKey;
        party.jurisdiction = jurisdiction;
        party.accreditor = accreditor;
        party.number = number;
        party.accreditedAt = uint40(block.timestamp);
    }

    /// @notice Ends an accreditation from this block on.
    function end(mapping(bytes32 id => Party) storage self, bytes32 id) internal {
        Party storage party = self[id];
        if (party.endedAt != 0) revert IAccreditation.AlreadyEnded(id, party.endedAt);

        party.endedAt = uint40(block.timestamp);
    }

    /// @notice Says whether a party and its accreditor stood at `time`.
    function stands(mapping(bytes32 id => Party) storage self, bytes32 id, uint64 time) internal view returns (bool) {
        Party storage party = self[id];
        if (!_standsAlone(party, time)) return false;
        bytes32 accreditor = party.accreditor; // itself accredited by the root authority, which always stands
        return accreditor == bytes32(0) || _standsAlone(self[accreditor], time);
    }

    function _standsAlone(Party storage party, uint64 time) private view returns (bool) {
        (uint40 accreditedAt, uint40 endedAt) = (party.accreditedAt, party.endedAt);
        return accreditedAt != 0 && accreditedAt <= time && (endedAt == 0 || time < endedAt);
    }
}
