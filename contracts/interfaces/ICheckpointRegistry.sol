// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Head} from "../types/Head.sol";

/// @title ICheckpointRegistry
/// @notice The heads of logs, each proven to extend the one before: a log on chain only grows.
/// @dev The anchorer, a hot key, can add heads and nothing else. The owner, a cold key, can replace it or close the log.
/// The owner is hashed into the log id and therefore cannot be handed over: name a successor log instead.
///
/// The first head of each UTC day is kept for ever. Any other stays in a ring of `RING` slots for at least
/// `RING` · `MIN_INTERVAL` seconds, so that a proof against it stays good for hours.
interface ICheckpointRegistry {
    /// @notice A log is open; its id is keccak256(abi.encode(chain id, this contract, owner, origin, logKey)).
    event LogOpened(bytes32 indexed logId, address indexed owner, string origin, bytes32 logKey, address anchorer);

    /// @notice The log holds `treeSize` records with root `rootHash`, anchored in this block at `time`.
    event CheckpointAnchored(bytes32 indexed logId, uint64 indexed treeSize, bytes32 indexed rootHash, uint64 time);

    /// @notice `anchorer` anchors the log from here on.
    event AnchorerReplaced(bytes32 indexed logId, address indexed anchorer);

    /// @notice The log ends at its head of `treeSize` records; `successor` goes on.
    event LogClosed(bytes32 indexed logId, bytes32 indexed successor, uint64 treeSize);

    /// @notice A minimum interval of zero would let two heads share a slot.
    error ZeroInterval();

    /// @notice Zero stood where an account must stand.
    error ZeroAccount();

    /// @notice An origin has 1 to `maximum` bytes.
    error OriginLength(uint256 maximum, uint256 given);

    /// @notice The log was opened before.
    error LogExists(bytes32 logId);

    /// @notice There is no such log.
    error UnknownLog(bytes32 logId);

    /// @notice The log is closed; `successor` goes on.
    error LogIsClosed(bytes32 logId, bytes32 successor);

    /// @notice The caller may not anchor this log.
    error NotAnchorer(address caller, bytes32 logId);

    /// @notice The caller does not own this log.
    error NotOwner(address caller, bytes32 logId);

    /// @notice The head given as the last is not the last, which has this size and time.
    error NotLatest(uint64 treeSize, uint64 time);

    /// @notice The first head needs a record.
    error EmptyLog();

    /// @notice The first head has nothing to be consistent with.
    error UnexpectedProof(uint256 length);

    /// @notice A log never shrinks.
    error Shrunk(uint64 held, uint64 given);

    /// @notice Two roots for one size: the log was forked.
    error Fork(uint64 treeSize, bytes32 held, bytes32 given);

    /// @notice The next head may be anchored from `earliest` on.
    error TooSoon(uint64 earliest);

    /// @notice The proof is well formed and does not lead from the last head to the given one.
    error NotConsistent(uint64 size1, uint64 size2);

    /// @notice A closed log must name another log that is open.
    error BadSuccessor(bytes32 successor);

    /// @notice A log is closed at its head, and this one has none.
    error NeverAnchored(bytes32 logId);

    /// @notice The head is not among those kept.
    error HeadNotKept(bytes32 logId, bytes32 headHash);

    /// @notice Opens a log that the caller owns.
    /// @param origin First line of its checkpoints (C2SP `tlog-checkpoint`).
    /// @param logKey Ed25519 public key that signs them.
    /// @param anchorer Account that may anchor them.
    function openLog(string calldata origin, bytes32 logKey, address anchorer) external returns (bytes32 logId);

    /// @notice Anchors a head that extends the last. By the anchorer.
    /// @dev Refuses in this order: unknown or closed log, caller, `last`, size, fork, interval, proof. The same size and
    /// root once more changes nothing and emits nothing, so that a sender in doubt may send again.
    /// @param last The head anchored last, all zero before the first.
    /// @param consistencyProof RFC 9162 §2.1.4 proof between both sizes, empty for the first head.
    function anchor(
        bytes32 logId,
        Head calldata last,
        uint64 treeSize,
        bytes32 rootHash,
        bytes32[] calldata consistencyProof
    ) external;

    /// @notice Lets another account anchor. By the owner.
    function replaceAnchorer(bytes32 logId, address anchorer) external;

    /// @notice Closes a log at its head, for ever, and names the open log that goes on. By the owner.
    /// @dev The successor's first record shall be this head, see `Statements.predecessorRecord`.
    function closeLog(bytes32 logId, bytes32 successor) external;

    /// @notice Returns how many slots the ring of recent heads has.
    function RING() external view returns (uint64);

    /// @notice Returns how many seconds lie between two heads of a log at least.
    function MIN_INTERVAL() external view returns (uint64);

    /// @notice Returns size and time of the last head, zero before the first.
    function latest(bytes32 logId) external view returns (uint64 treeSize, uint64 time);

    /// @notice Returns who may anchor; zero for a closed log.
    function anchorerOf(bytes32 logId) external view returns (address);

    /// @notice Returns who owns a log; zero for one that was never opened.
    function ownerOf(bytes32 logId) external view returns (address);

    /// @notice Returns the log that goes on after a closed one; zero for an open one.
    function successorOf(bytes32 logId) external view returns (bytes32);

    /// @notice Says whether a head of this log is kept here.
    function holds(bytes32 logId, Head calldata head) external view returns (bool);

    /// @notice Says whether `record` stands at `leafIndex` under a head kept here. Reverts when the head is not kept or the
    /// proof has the wrong form.
    function includes(
        bytes32 logId,
        Head calldata head,
        uint64 leafIndex,
        bytes32 record,
        bytes32[] calldata proof
    ) external view returns (bool);
}
