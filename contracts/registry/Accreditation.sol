// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IAccreditation} from "../interfaces/IAccreditation.sol";
import {Accreditations} from "../libraries/Accreditations.sol";
import {Party} from "../types/Party.sol";
import {Authorization} from "./Authorization.sol";

/// @title Accreditation
/// @notice The room of the `PartyRegistry` in which parties begin and end.
abstract contract Accreditation is Authorization {
    using Accreditations for mapping(bytes32 id => Party);

    /// @inheritdoc IAccreditation
    address public proposedRootAuthority;

    /// @inheritdoc IAccreditation
    mapping(bytes2 jurisdiction => bytes32 party) public authorityOf;

    uint32 private _count;
    mapping(uint32 number => bytes32 party) private _numbered;

    constructor(address root) {
        if (root == address(0)) revert ZeroValue();

        rootAuthority = root;
        emit RootAuthorityChanged(address(0), root);
    }

    /// @inheritdoc IAccreditation
    function proposeRootAuthority(address proposed) external {
        _requireRootAuthority();

        proposedRootAuthority = proposed;
        emit RootAuthorityProposed(proposed);
    }

    /// @inheritdoc IAccreditation
    function acceptRootAuthority() external {
        if (msg.sender != proposedRootAuthority) revert NotProposed(msg.sender);

        emit RootAuthorityChanged(rootAuthority, msg.sender);
        rootAuthority = msg.sender;
        proposedRootAuthority = address(0);
    }

    /// @inheritdoc IAccreditation
    function accreditAuthority(bytes32 party, bytes2 jurisdiction, address coldKey, string calldata name) external {
        Accreditations.requireWellFormed(party, jurisdiction, coldKey, name);
        _requireRootAuthority();
        bytes32 current = authorityOf[jurisdiction];
        if (isStanding(current, _now())) revert JurisdictionTaken(jurisdiction, current);

        _parties.open(party, jurisdiction, coldKey, bytes32(0), _nextNumber(party));
        authorityOf[jurisdiction] = party;
        emit AuthorityAccredited(party, jurisdiction, coldKey, name);
    }

    /// @inheritdoc IAccreditation
    function accreditParty(bytes32 party, bytes2 jurisdiction, address coldKey, string calldata name) external {
        Accreditations.requireWellFormed(party, jurisdiction, coldKey, name);
        bytes32 authority = authorityOf[jurisdiction];
        _requireAuthority(authority);

        _parties.open(party, jurisdiction, coldKey, authority, _nextNumber(party));
        emit PartyAccredited(party, jurisdiction, authority, coldKey, name);
    }

    /// @inheritdoc IAccreditation
    function partyByNumber(uint32 number) external view returns (bytes32) {
        return _numbered[number];
    }

    /// @inheritdoc IAccreditation
    function numberOf(bytes32 party) external view returns (uint32 number) {
        number = _parties[party].number;
        if (number == 0) revert UnknownParty(party);
    }

    /// @inheritdoc IAccreditation
    function endAccreditation(bytes32 party) external {
        _requireAccreditor(party);

        _parties.end(party);
        emit AccreditationEnded(party);
    }

    /// @inheritdoc IAccreditation
    function proposeColdKey(bytes32 party, address proposed) external {
        _requireColdKey(party);

        _parties[party].proposedColdKey = proposed;
        emit ColdKeyProposed(party, proposed);
    }

    /// @inheritdoc IAccreditation
    function acceptColdKey(bytes32 party) external {
        if (msg.sender != _parties[party].proposedColdKey) revert NotProposed(msg.sender);

        _parties[party].coldKey = msg.sender;
        _parties[party].proposedColdKey = address(0);
        emit ColdKeyChanged(party, msg.sender);
    }

    /// @dev A party that exists is refused after this, and the number with it.
    function _nextNumber(bytes32 party) private returns (uint32 number) {
        number = ++_count;
        _numbered[number] = party;
    }
}
