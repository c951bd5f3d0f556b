// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IPartyKeys} from "../interfaces/IPartyKeys.sol";
import {IPartyRegistry} from "../interfaces/IPartyRegistry.sol";
import {Key} from "../types/Key.sol";
import {Party} from "../types/Party.sol";

/// @title Keys
/// @notice The life of a signing key: bound once, good for a while, ended for ever.
/// @dev Who may bind or end a key, and the proof that it is possessed, are left to the registry.
library Keys {
    /// @notice All keys, and when each epoch of a party ended, which ends every key bound in it at one stroke.
    struct Ring {
        mapping(address account => Key) keys;
        mapping(bytes32 party => mapping(uint32 epoch => uint64 time)) epochEndedAt;
    }

    uint64 private constant NO_END = type(uint64).max;

    /// @notice Refuses an account that was bound before, to whichever party.
    function requireFree(Ring storage self, address account) internal view {
        bytes32 party = self.keys[account].party;
        if (party != bytes32(0)) revert IPartyKeys.KeyTaken(account, party);
    }

    /// @notice Binds an account to `party`, whose record is `holder`.
    function bind(Ring storage self, Party storage holder, bytes32 party, address account, bytes32 custodian) internal {
        requireFree(self, account);

        if (custodian != bytes32(0)) ++holder.custodialKeys;
        self.keys[account] = Key({
            party: party,
            custodian: custodian,
            validFrom: uint64(block.timestamp),
            validUntil: NO_END,
            number: holder.number,
            epoch: holder.epoch,
            compromised: false
        });
    }

    /// @notice Lets a good key run out at `time`.
    function retire(Ring storage self, Party storage holder, address account, uint64 time) internal {
        Key storage key = self.keys[account];
        if (key.validUntil != NO_END) revert IPartyKeys.KeyLeaving(account, key.validUntil);

        _end(key, holder, time);
    }

    /// @notice Ends a key from this block on. One that has ended before keeps its earlier end.
    function end(Ring storage self, Party storage holder, address account) internal {
        if (isActive(self, account, uint64(block.timestamp))) {
            _end(self.keys[account], holder, uint64(block.timestamp));
        }
    }

    /// @notice Ends all keys of `party` from this block on and starts the next epoch.
    function endEpoch(Ring storage self, Party storage holder, bytes32 party) internal returns (uint32 epoch) {
        self.epochEndedAt[party][holder.epoch] = uint64(block.timestamp);
        epoch = ++holder.epoch;
        holder.custodialKeys = 0;
        holder.custodialUntil = 0;
    }

    /// @notice Says whether a key was good at `time`.
    function isActive(Ring storage self, address account, uint64 time) internal view returns (bool) {
        Key storage key = self.keys[account];
        bytes32 party = key.party;
        if (party == bytes32(0) || time < key.validFrom || time >= key.validUntil) return false;
        uint64 epochEndedAt = self.epochEndedAt[party][key.epoch];
        return epochEndedAt == 0 || time < epochEndedAt;
    }

    /// @notice Refuses a key that is not good at `time`.
    function requireActive(Ring storage self, address account, uint64 time) internal view {
        if (self.keys[account].party == bytes32(0)) revert IPartyKeys.UnknownKey(account);
        if (!isActive(self, account, time)) revert IPartyKeys.KeyNotActive(account, time);
    }

    /// @notice Returns the number of `party`, whose record is `holder`; refuses a key that was not good for it at `time`.
    function requireKeyOf(
        Ring storage self,
        Party storage holder,
        bytes32 party,
        address account,
        uint64 time
    ) internal view returns (uint32) {
        Key storage key = self.keys[account];
        (uint32 number, uint32 epoch) = (holder.number, holder.epoch);
        if (key.number == 0) revert IPartyKeys.UnknownKey(account);
        if (key.number != number) revert IPartyRegistry.NotKeyOf(account, party);
        if (time < key.validFrom || time >= key.validUntil) revert IPartyKeys.KeyNotActive(account, time);
        // only where the epoch it was bound in is over need it be asked when that was
        if (key.epoch != epoch && time >= self.epochEndedAt[party][key.epoch]) {
            revert IPartyKeys.KeyNotActive(account, time);
        }
        return number;
    }

    /// @notice Refuses a party that a custodial key can still speak for.
    function requireNoCustodialKey(Party storage holder, bytes32 party) internal view {
        if (holder.custodialKeys != 0 || block.timestamp < holder.custodialUntil) {
            revert IPartyKeys.CustodialKeyHeld(party);
        }
    }

    /// @dev A custodial key leaves the count at once and stays remembered by the time at which it ends.
    function _end(Key storage key, Party storage holder, uint64 time) private {
        if (key.custodian != bytes32(0) && key.validUntil == NO_END) {
            --holder.custodialKeys;
            if (time > holder.custodialUntil) holder.custodialUntil = uint40(time);
        }
        key.validUntil = time;
    }
}
