// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Key} from "../types/Key.sol";

/// @title IPartyKeys
/// @notice Which keys speak for a party, and who holds them.
/// @dev A key is a plain account that serves one party for ever, and is bound only with its own signature over
/// `KeyBinding(bytes32 party,address key,bytes32 custodian)`. No change acts before its own block: what a key signed is
/// judged where it was first shown, so a late declaration of compromise undoes nothing that was anchored earlier.
/// A party that speaks for the public (an authority, or the holder of a public role) has no custodial keys.
interface IPartyKeys {
    /// @notice `key` speaks for `party`; `custodian` holds it, zero when the party itself does.
    event KeyAdded(bytes32 indexed party, address indexed key, bytes32 indexed custodian);

    /// @notice `newKey` speaks for `party`, with the same custodian; `oldKey` is good until before `oldKeyValidUntil`.
    event KeyRotated(
        bytes32 indexed party,
        address indexed oldKey,
        address indexed newKey,
        bytes32 custodian,
        uint64 oldKeyValidUntil
    );

    /// @notice `key` is no longer good; whoever declared it claims that others may have used it since `claimedSince`.
    event KeyCompromised(bytes32 indexed party, address indexed key, uint64 claimedSince);

    /// @notice `key` is no longer good.
    event KeyRevoked(bytes32 indexed party, address indexed key);

    /// @notice All keys that `party` had are no longer good; `newKey` awaits its proof of possession in epoch `epoch`.
    event RecoveryBegun(bytes32 indexed party, address indexed newKey, uint32 epoch);

    /// @notice `newKey` speaks for `party` and is held by the party itself.
    event RecoveryCompleted(bytes32 indexed party, address indexed newKey);

    /// @notice The recovery is off; the keys that it ended stay ended.
    event RecoveryCancelled(bytes32 indexed party);

    /// @notice The overlap must be longer than `minimum`.
    error OverlapTooShort(uint64 minimum, uint64 given);

    /// @notice A party cannot be its own custodian.
    error OwnCustodian(bytes32 party);

    /// @notice `party` speaks for the public and can have no custodial key.
    error CustodyRefused(bytes32 party);

    /// @notice `party` has a custodial key that is still good, so it cannot speak for the public.
    error CustodialKeyHeld(bytes32 party);

    /// @notice The key was bound before, to `party`.
    error KeyTaken(address key, bytes32 party);

    /// @notice The key was never bound.
    error UnknownKey(address key);

    /// @notice The key is not good at `time`.
    error KeyNotActive(address key, uint64 time);

    /// @notice The key is leaving already and ends at `validUntil`.
    error KeyLeaving(address key, uint64 validUntil);

    /// @notice The caller is neither the key itself nor the cold key of its party.
    error NotKeyHolder(address caller, address key);

    /// @notice The proof of possession was made by `signer`, not by `key`.
    error NotPossessed(address key, address signer);

    /// @notice A compromise was declared for this key before.
    error AlreadyCompromised(address key);

    /// @notice The time lies after this block.
    error TimeInFuture(uint64 blockTime, uint64 given);

    /// @notice A recovery to `newKey` is under way.
    error RecoveryPending(bytes32 party, address newKey);

    /// @notice No recovery is under way.
    error NoRecovery(bytes32 party);

    /// @notice Binds `key` to `party`, held by `custodian` (a party that stands) or, when zero, by the party itself.
    /// By the cold key.
    function addKey(bytes32 party, address key, bytes32 custodian, bytes calldata possession) external;

    /// @notice Binds `newKey` in place of `oldKey`, which stays good for `OVERLAP` more seconds. By `oldKey` or the cold key.
    /// @dev A key rotates itself only, so that a custodian's key cannot bring in a key as the party's own.
    /// Warning: a thief can rotate a stolen key to one of his own; after a theft begin a recovery, which ends both.
    function rotateKey(address oldKey, address newKey, bytes calldata possession) external;

    /// @notice Ends `key` from this block on, and puts the claimed date on record. By the cold key or the accreditor.
    function declareCompromise(address key, uint64 claimedSince) external;

    /// @notice Ends `key` from this block on. By the cold key.
    function revokeKey(address key) external;

    /// @notice Ends all keys of `party` from this block on and names the key to start anew with. By the cold key.
    function beginRecovery(bytes32 party, address newKey) external;

    /// @notice Binds the key named by `beginRecovery`. By anyone who has its signature.
    function completeRecovery(bytes32 party, bytes calldata possession) external;

    /// @notice Calls a recovery off. By the cold key.
    function cancelRecovery(bytes32 party) external;

    /// @notice Returns for how many seconds a rotated key stays good: more than a day, so that what it signed last is
    /// anchored in time.
    function OVERLAP() external view returns (uint64);

    /// @notice Returns what is kept of a key; all zero for one that was never bound.
    function getKey(address key) external view returns (Key memory);

    /// @notice Returns the party that a key was bound to, good or not; zero for none.
    function partyOf(address key) external view returns (bytes32 party);

    /// @notice Says whether `key` was good at `time`, whatever became of its party.
    function isActive(address key, uint64 time) external view returns (bool);
}
