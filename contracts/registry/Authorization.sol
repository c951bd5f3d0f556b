// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IAccreditation} from "../interfaces/IAccreditation.sol";
import {IPartyKeys} from "../interfaces/IPartyKeys.sol";
import {Accreditations} from "../libraries/Accreditations.sol";
import {Keys} from "../libraries/Keys.sol";
import {Key} from "../types/Key.sol";
import {Party} from "../types/Party.sol";

/// @title Authorization
/// @notice The state that every room of the `PartyRegistry` asks before it writes: parties, keys, and who may act for whom.
abstract contract Authorization is IAccreditation, IPartyKeys {
    using Accreditations for mapping(bytes32 id => Party);
    using Keys for Keys.Ring;

    /// @inheritdoc IAccreditation
    address public rootAuthority;

    mapping(bytes32 id => Party) internal _parties;
    Keys.Ring internal _ring;

    /// @inheritdoc IAccreditation
    function getParty(bytes32 party) external view returns (Party memory) {
        return _parties[party];
    }

    /// @inheritdoc IAccreditation
    function isStanding(bytes32 party, uint64 time) public view returns (bool) {
        return _parties.stands(party, time);
    }

    /// @inheritdoc IPartyKeys
    function getKey(address key) external view returns (Key memory) {
        return _ring.keys[key];
    }

    /// @inheritdoc IPartyKeys
    function partyOf(address key) public view returns (bytes32) {
        return _ring.keys[key].party;
    }

    /// @inheritdoc IPartyKeys
    function isActive(address key, uint64 time) public view returns (bool) {
        return _ring.isActive(key, time);
    }

    function _requireRootAuthority() internal view {
        if (msg.sender != rootAuthority) revert NotRootAuthority(msg.sender);
    }

    function _requireColdKey(bytes32 party) internal view {
        if (msg.sender != _parties[party].coldKey) revert NotColdKey(msg.sender, party);
    }

    /// @dev An authority acts through its cold key or a good key, and only while it stands.
    function _requireAuthority(bytes32 authority) internal view {
        bool isItsKey = partyOf(msg.sender) == authority && isActive(msg.sender, _now());
        if (msg.sender != _parties[authority].coldKey && !isItsKey) revert NotAuthority(msg.sender, authority);
        _requireStanding(authority);
    }

    function _requireAccreditor(bytes32 party) internal view {
        Party storage record = _parties[party];
        if (record.coldKey == address(0)) revert UnknownParty(party);
        if (record.accreditor == bytes32(0)) _requireRootAuthority();
        else _requireAuthority(record.accreditor);
    }

    function _requireStanding(bytes32 party) internal view {
        if (!isStanding(party, _now())) revert NotStanding(party);
    }

    function _now() internal view returns (uint64) {
        return uint64(block.timestamp);
    }
}
