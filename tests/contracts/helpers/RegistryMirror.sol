// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IAccreditation} from "../../../contracts/interfaces/IAccreditation.sol";
import {IPartyKeys} from "../../../contracts/interfaces/IPartyKeys.sol";
import {IPrefixRegistry} from "../../../contracts/interfaces/IPrefixRegistry.sol";
import {IRoleGrants} from "../../../contracts/interfaces/IRoleGrants.sol";
import {Vm} from "./Vm.sol";

/// @notice A registry rebuilt from events alone, by the rules of replay that the specification gives to verifiers.
/// @dev Knows nothing of the contract's storage and libraries; what it says is compared with what the contract says.
contract RegistryMirror {
    struct MirrorParty {
        bytes32 accreditor;
        address coldKey;
        uint256 begun;
        uint256 ended;
    }

    struct MirrorKey {
        bytes32 party;
        bytes32 custodian;
        uint256 begun;
        uint256 ended;
    }

    struct MirrorGrant {
        uint256 validFrom;
        uint256 validUntil;
    }

    struct MirrorClaim {
        bytes32 party;
        uint64 start;
        uint64 end;
    }

    mapping(bytes32 id => MirrorParty) private _parties;
    mapping(address account => MirrorKey) private _keys;
    mapping(bytes32 party => address[]) private _keysOf;
    mapping(bytes32 party => mapping(bytes32 role => mapping(bytes2 jurisdiction => MirrorGrant))) private _grants;
    MirrorClaim[] private _claims;

    function coldKeyOf(bytes32 party) external view returns (address) {
        return _parties[party].coldKey;
    }

    function custodianOf(address key) external view returns (bytes32) {
        return _keys[key].custodian;
    }

    function stands(bytes32 party, uint256 time) public view returns (bool) {
        MirrorParty storage it = _parties[party];
        if (it.begun == 0 || time < it.begun || time >= it.ended) return false;
        return it.accreditor == 0 || stands(it.accreditor, time);
    }

    function isGood(address key, uint256 time) public view returns (bool) {
        MirrorKey storage it = _keys[key];
        return it.begun != 0 && it.begun <= time && time < it.ended;
    }

    function isEntitled(
        address key,
        bytes32 party,
        string memory role,
        bytes2 jurisdiction,
        uint256 time
    ) external view returns (bool) {
        MirrorGrant storage grant = _grants[party][keccak256(bytes(role))][jurisdiction];
        bool holds = grant.validFrom <= time && time < grant.validUntil;
        return _keys[key].party == party && isGood(key, time) && stands(party, time) && holds;
    }

    function claims() external view returns (MirrorClaim[] memory) {
        return _claims;
    }

    function apply_(Vm.Log memory log, uint256 time) external {
        bytes32 kind = log.topics[0];
        bytes32 first = log.topics[1];
        if (kind == IAccreditation.AuthorityAccredited.selector) {
            (address coldKey, ) = abi.decode(log.data, (address, string));
            _parties[first] = MirrorParty(0, coldKey, time, type(uint256).max);
        } else if (kind == IAccreditation.PartyAccredited.selector) {
            (address coldKey, ) = abi.decode(log.data, (address, string));
            _parties[first] = MirrorParty(log.topics[3], coldKey, time, type(uint256).max);
        } else if (kind == IAccreditation.AccreditationEnded.selector) {
            _parties[first].ended = time;
        } else if (kind == IAccreditation.ColdKeyChanged.selector) {
            _parties[first].coldKey = _account(log.topics[2]);
        } else if (kind == IPrefixRegistry.PrefixClaimed.selector) {
            (uint64 start, uint64 end) = _interval(log);
            _claims.push(MirrorClaim(first, start, end));
        } else if (kind == IPrefixRegistry.PrefixReleased.selector) {
            _release(log);
        } else if (kind == IRoleGrants.RoleGranted.selector) {
            (string memory role, uint64 from, uint64 until) = abi.decode(log.data, (string, uint64, uint64));
            _grants[first][keccak256(bytes(role))][bytes2(log.topics[2])] = MirrorGrant(from, until);
        } else if (kind == IRoleGrants.RoleRevoked.selector) {
            string memory role = abi.decode(log.data, (string));
            MirrorGrant storage grant = _grants[first][keccak256(bytes(role))][bytes2(log.topics[2])];
            if (time < grant.validUntil) grant.validUntil = time;
        } else {
            _applyToKeys(log, time);
        }
    }

    function _applyToKeys(Vm.Log memory log, uint256 time) private {
        bytes32 kind = log.topics[0];
        bytes32 party = log.topics[1];
        if (kind == IPartyKeys.KeyAdded.selector) {
            _bind(party, _account(log.topics[2]), log.topics[3], time);
        } else if (kind == IPartyKeys.KeyRotated.selector) {
            (bytes32 custodian, uint64 until) = abi.decode(log.data, (bytes32, uint64));
            _end(_account(log.topics[2]), until);
            _bind(party, _account(log.topics[3]), custodian, time);
        } else if (kind == IPartyKeys.KeyCompromised.selector || kind == IPartyKeys.KeyRevoked.selector) {
            _end(_account(log.topics[2]), time);
        } else if (kind == IPartyKeys.RecoveryBegun.selector) {
            for (uint256 i = 0; i < _keysOf[party].length; ++i) _end(_keysOf[party][i], time);
        } else if (kind == IPartyKeys.RecoveryCompleted.selector) {
            _bind(party, _account(log.topics[2]), 0, time);
        }
    }

    function _bind(bytes32 party, address key, bytes32 custodian, uint256 time) private {
        _keys[key] = MirrorKey(party, custodian, time, type(uint256).max);
        _keysOf[party].push(key);
    }

    function _end(address key, uint256 time) private {
        if (time < _keys[key].ended) _keys[key].ended = time;
    }

    function _release(Vm.Log memory log) private {
        (uint64 start, ) = _interval(log);
        for (uint256 i = 0; i < _claims.length; ++i) {
            if (_claims[i].start != start) continue;
            _claims[i] = _claims[_claims.length - 1];
            _claims.pop();
            return;
        }
    }

    function _interval(Vm.Log memory log) private pure returns (uint64 start, uint64 end) {
        uint64 digits = uint64(uint256(log.topics[2]));
        uint64 size = uint64(10 ** (13 - abi.decode(log.data, (uint8))));
        return (digits * size, (digits + 1) * size);
    }

    function _account(bytes32 topic) private pure returns (address) {
        return address(uint160(uint256(topic)));
    }
}
