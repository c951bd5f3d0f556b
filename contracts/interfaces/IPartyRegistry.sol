// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IAccreditation} from "./IAccreditation.sol";
import {IPartyKeys} from "./IPartyKeys.sol";
import {IPrefixRegistry} from "./IPrefixRegistry.sol";
import {IRoleGrants} from "./IRoleGrants.sol";
import {Role} from "../types/Roles.sol";
import {Statement} from "../types/Statement.sol";

/// @title IPartyRegistry
/// @notice Who may sign what, accredited by whom.
/// @dev Nobody can move anything that is not theirs: the root authority reaches authorities, an authority its parties and
/// the roles of its jurisdiction, a party its keys. Nothing written acts before its own block. The events alone, in order,
/// rebuild everything kept here; they carry no block or time, since the log they stand in does.
///
/// All times are those of blocks. A view that takes a `time` answers for that time from what is kept now; where a later
/// write has replaced what held then (a role revoked and granted again), it answers "no".
interface IPartyRegistry is IAccreditation, IPartyKeys, IRoleGrants, IPrefixRegistry {
    /// @notice The statement names `party`, but `key` belongs to another.
    error NotKeyOf(address key, bytes32 party);

    /// @notice The party did not hold the role in the jurisdiction at `time`.
    error NotEntitled(bytes32 party, Role role, bytes2 jurisdiction, uint64 time);

    /// @notice Says whether `key` may now sign for `party` as `role` in `jurisdiction`.
    function isEntitled(
        address key,
        bytes32 party,
        string calldata role,
        bytes2 jurisdiction
    ) external view returns (bool);

    /// @notice Returns the EIP-712 hash of a statement whose signer is entitled to it now; reverts with the reason if not.
    /// @dev Refuses in this order: role and jurisdiction, signature, unknown key, key of another party, key not active,
    /// party not standing, role not held. `act`, `subject`, `previous`, `terms` and reuse are for the caller to judge;
    /// `signedAt` is a claim that decides nothing.
    function checkStatement(
        Statement calldata statement,
        bytes calldata signature
    ) external view returns (bytes32 eip712Hash);

    /// @notice Like `checkStatement`, but judges the signer at `time`, the time of the head that first shows the statement.
    function checkStatementAt(
        Statement calldata statement,
        bytes calldata signature,
        uint64 time
    ) external view returns (bytes32 eip712Hash);

    /// @notice Refuses like `checkStatementAt`, for a contract that has recovered `key` from a signature itself; returns the
    /// party's number.
    /// @dev Warning: what was signed, in the domain of this registry, is for the caller to hash.
    function checkSigner(
        address key,
        bytes32 party,
        Role role,
        bytes2 jurisdiction,
        uint64 time
    ) external view returns (uint32 number);

    /// @notice Returns the EIP-712 domain separator: name "Trade Ledger", version "1", this chain, this contract.
    function domainSeparator() external view returns (bytes32);
}
