// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IPartyKeys} from "../interfaces/IPartyKeys.sol";
import {Keys} from "../libraries/Keys.sol";
import {Signatures} from "../libraries/Signatures.sol";
import {Statements} from "../libraries/Statements.sol";
import {Key} from "../types/Key.sol";
import {Party} from "../types/Party.sol";
import {Authorization} from "./Authorization.sol";

/// @title PartyKeys
/// @notice The room of the `PartyRegistry` in which keys are bound, changed and ended.
abstract contract PartyKeys is Authorization {
    using Keys for Keys.Ring;

    /// @dev A key that leaves must outlast the day that what it signed last may wait for its anchor.
    uint64 private constant MIN_OVERLAP = 1 days;

    /// @inheritdoc IPartyKeys
    uint64 public immutable OVERLAP;

    constructor(uint64 overlap) {
        if (overlap <= MIN_OVERLAP) revert OverlapTooShort(MIN_OVERLAP, overlap);

        OVERLAP = overlap;
    }

    /// @inheritdoc IPartyKeys
    function addKey(bytes32 party, address key, bytes32 custodian, bytes calldata possession) external {
        if (custodian == party) revert OwnCustodian(party);
        _requireColdKey(party);

        _bind(party, key, custodian, possession);
        emit KeyAdded(party, key, custodian);
    }

    /// @inheritdoc IPartyKeys
    function rotateKey(address oldKey, address newKey, bytes calldata possession) external {
        Key storage old = _ring.keys[oldKey];
        bytes32 party = old.party;
        bytes32 custodian = old.custodian;
        if (msg.sender != oldKey && msg.sender != _parties[party].coldKey) revert NotKeyHolder(msg.sender, oldKey);
        _ring.requireActive(oldKey, _now());

        uint64 oldKeyValidUntil = _now() + OVERLAP;
        _ring.retire(_parties[party], oldKey, oldKeyValidUntil);
        _bind(party, newKey, custodian, possession);
        emit KeyRotated(party, oldKey, newKey, custodian, oldKeyValidUntil);
    }

    /// @inheritdoc IPartyKeys
    function declareCompromise(address key, uint64 claimedSince) external {
        if (claimedSince > block.timestamp) revert TimeInFuture(_now(), claimedSince);
        Key storage bound = _ring.keys[key];
        bytes32 party = bound.party;
        if (party == bytes32(0)) revert UnknownKey(key);
        if (msg.sender != _parties[party].coldKey) _requireAccreditor(party);
        if (bound.compromised) revert AlreadyCompromised(key);

        bound.compromised = true;
        _ring.end(_parties[party], key);
        emit KeyCompromised(party, key, claimedSince);
    }

    /// @inheritdoc IPartyKeys
    function revokeKey(address key) external {
        bytes32 party = partyOf(key);
        if (party == bytes32(0)) revert UnknownKey(key);
        _requireColdKey(party);
        _ring.requireActive(key, _now());

        _ring.end(_parties[party], key);
        emit KeyRevoked(party, key);
    }

    /// @inheritdoc IPartyKeys
    function beginRecovery(bytes32 party, address newKey) external {
        if (newKey == address(0)) revert ZeroValue();
        _requireColdKey(party);
        Party storage holder = _parties[party];
        if (holder.recoveryKey != address(0)) revert RecoveryPending(party, holder.recoveryKey);
        _ring.requireFree(newKey);

        holder.recoveryKey = newKey;
        uint32 epoch = _ring.endEpoch(holder, party);
        emit RecoveryBegun(party, newKey, epoch);
    }

    /// @inheritdoc IPartyKeys
    function completeRecovery(bytes32 party, bytes calldata possession) external {
        address newKey = _takeRecoveryKey(party);

        _bind(party, newKey, bytes32(0), possession);
        emit RecoveryCompleted(party, newKey);
    }

    /// @inheritdoc IPartyKeys
    function cancelRecovery(bytes32 party) external {
        _requireColdKey(party);

        _takeRecoveryKey(party);
        emit RecoveryCancelled(party);
    }

    /// @dev Signature before state; binding is the same for a first key, a rotation and a recovery.
    function _bind(bytes32 party, address key, bytes32 custodian, bytes calldata possession) private {
        bytes32 structHash = Statements.hashKeyBinding(party, key, custodian);
        address signer = Signatures.recover(Statements.digest(_domainSeparator(), structHash), possession);
        if (signer != key) revert NotPossessed(key, signer);
        _requireStanding(party);
        if (custodian != bytes32(0)) _requireCustody(party, custodian);

        _ring.bind(_parties[party], party, key, custodian);
    }

    function _requireCustody(bytes32 party, bytes32 custodian) private view {
        Party storage holder = _parties[party];
        bool isAuthority = holder.accreditor == bytes32(0);
        if (isAuthority || holder.publicRoles != 0) revert CustodyRefused(party);
        _requireStanding(custodian);
    }

    function _takeRecoveryKey(bytes32 party) private returns (address newKey) {
        newKey = _parties[party].recoveryKey;
        if (newKey == address(0)) revert NoRecovery(party);

        _parties[party].recoveryKey = address(0);
    }

    function _domainSeparator() internal view returns (bytes32) {
        return Statements.domainSeparator(block.chainid, address(this));
    }
}
