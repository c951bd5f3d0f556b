// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Party} from "../types/Party.sol";

/// @title IAccreditation
/// @notice Who vouches for whom: the root authority for the authority of each jurisdiction, an authority for its parties.
/// @dev A party stands while neither its own accreditation nor that of its accreditor has ended. An end is for ever:
/// party ids are never used twice. An authority acts through its cold key or any of its good keys.
/// The root authority can accredit and end authorities, nothing else.
interface IAccreditation {
    /// @notice The root authority named `proposed` to take its place; zero withdraws.
    event RootAuthorityProposed(address indexed proposed);

    /// @notice `current` is the root authority, after `previous` (zero at construction).
    event RootAuthorityChanged(address indexed previous, address indexed current);

    /// @notice `party` is the authority of `jurisdiction`.
    event AuthorityAccredited(bytes32 indexed party, bytes2 indexed jurisdiction, address coldKey, string name);

    /// @notice `party` is accredited in `jurisdiction` by its authority `accreditor`.
    event PartyAccredited(
        bytes32 indexed party,
        bytes2 indexed jurisdiction,
        bytes32 indexed accreditor,
        address coldKey,
        string name
    );

    /// @notice `party` no longer stands, nor does anyone that it accredited.
    event AccreditationEnded(bytes32 indexed party);

    /// @notice The cold key of `party` named `proposed` to take its place; zero withdraws.
    event ColdKeyProposed(bytes32 indexed party, address indexed proposed);

    /// @notice `coldKey` governs `party`.
    event ColdKeyChanged(bytes32 indexed party, address indexed coldKey);

    /// @notice Zero stood where an account or an id must stand.
    error ZeroValue();

    /// @notice A registered name has 1 to `maximum` bytes.
    error NameLength(uint256 maximum, uint256 given);

    /// @notice The caller is not the root authority.
    error NotRootAuthority(address caller);

    /// @notice The caller was not proposed for this.
    error NotProposed(address caller);

    /// @notice The caller is neither the cold key nor a good key of `authority`.
    error NotAuthority(address caller, bytes32 authority);

    /// @notice The caller is not the cold key of `party`.
    error NotColdKey(address caller, bytes32 party);

    /// @notice There is no such party.
    error UnknownParty(bytes32 party);

    /// @notice The id was used before.
    error PartyExists(bytes32 party);

    /// @notice The jurisdiction has an authority that stands.
    error JurisdictionTaken(bytes2 jurisdiction, bytes32 authority);

    /// @notice The accreditation of `party`, or of its accreditor, has ended or never was.
    error NotStanding(bytes32 party);

    /// @notice The accreditation ended before, at `endedAt`.
    error AlreadyEnded(bytes32 party, uint64 endedAt);

    /// @notice Names the account that may take over as root authority. By the root authority.
    function proposeRootAuthority(address proposed) external;

    /// @notice Takes over as root authority. By the proposed account.
    function acceptRootAuthority() external;

    /// @notice Accredits `party` as the authority of `jurisdiction`, which must have none that stands. By the root authority.
    /// @dev Warning: `name` is public for ever: the registered name of a legal entity, never that of a natural person.
    function accreditAuthority(bytes32 party, bytes2 jurisdiction, address coldKey, string calldata name) external;

    /// @notice Accredits `party` in `jurisdiction`. By the authority of that jurisdiction.
    /// @dev Warning: `name` is public for ever: the registered name of a legal entity, never that of a natural person.
    function accreditParty(bytes32 party, bytes2 jurisdiction, address coldKey, string calldata name) external;

    /// @notice Ends the accreditation of `party` from this block on, for ever. By its accreditor.
    function endAccreditation(bytes32 party) external;

    /// @notice Names the account that may take over as cold key. By the cold key.
    /// @dev Warning: nobody can replace a lost cold key; the party then starts anew under another id.
    function proposeColdKey(bytes32 party, address proposed) external;

    /// @notice Takes over as cold key. By the proposed account.
    function acceptColdKey(bytes32 party) external;

    /// @notice Returns the account that accredits and ends authorities.
    function rootAuthority() external view returns (address);

    /// @notice Returns the account that may take over as root authority, zero for none.
    function proposedRootAuthority() external view returns (address);

    /// @notice Returns the authority last accredited for a jurisdiction, standing or not; zero for none.
    function authorityOf(bytes2 jurisdiction) external view returns (bytes32 party);

    /// @notice Returns what is kept of a party; all zero for one that does not exist.
    function getParty(bytes32 party) external view returns (Party memory);

    /// @notice Returns the short name of a party, which it keeps for ever; reverts for one that does not exist.
    function numberOf(bytes32 party) external view returns (uint32 number);

    /// @notice Returns the party of a number; zero where no party has it.
    function partyByNumber(uint32 number) external view returns (bytes32 party);

    /// @notice Says whether `party` and its accreditor stood at `time`.
    function isStanding(bytes32 party, uint64 time) external view returns (bool);
}
