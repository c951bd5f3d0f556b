// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {ICheckpointRegistry} from "./interfaces/ICheckpointRegistry.sol";
import {RFC9162} from "./libraries/RFC9162.sol";
import {Head} from "./types/Head.sol";

/// @title CheckpointRegistry
/// @notice The heads of logs. The promises stand in `ICheckpointRegistry`.
contract CheckpointRegistry is ICheckpointRegistry {
    /* STORAGE */

    /// @dev Slot 0 is all that a steady anchor writes besides the head itself: who may anchor, and the last head's size
    /// and time (32 bits, good until 2106). Slots 1 and 2 rarely change. A closed log has no anchorer, so that anchoring
    /// need not read `successor`. Every head has one slot: in `daily` when it is the first of its UTC day, else in `ring`.
    struct Log {
        address anchorer;
        uint64 treeSize;
        uint32 anchoredAt;
        address owner;
        bytes32 successor;
        mapping(uint256 day => bytes32 headHash) daily;
        mapping(uint256 slot => bytes32 headHash) ring;
    }

    uint256 private constant MAX_ORIGIN_LENGTH = 255;

    /// @inheritdoc ICheckpointRegistry
    uint64 public constant RING = 1024;

    /// @inheritdoc ICheckpointRegistry
    uint64 public immutable MIN_INTERVAL;

    mapping(bytes32 logId => Log) private _logs;

    constructor(uint64 minInterval) {
        if (minInterval == 0) revert ZeroInterval();

        MIN_INTERVAL = minInterval;
    }

    /* OWNER */

    /// @inheritdoc ICheckpointRegistry
    function openLog(string calldata origin, bytes32 logKey, address anchorer) external returns (bytes32 logId) {
        uint256 length = bytes(origin).length;
        if (length == 0 || length > MAX_ORIGIN_LENGTH) revert OriginLength(MAX_ORIGIN_LENGTH, length);
        if (anchorer == address(0)) revert ZeroAccount();
        logId = keccak256(abi.encode(block.chainid, address(this), msg.sender, origin, logKey));
        Log storage log = _logs[logId];
        if (log.owner != address(0)) revert LogExists(logId);

        log.anchorer = anchorer;
        log.owner = msg.sender;
        emit LogOpened(logId, msg.sender, origin, logKey, anchorer);
    }

    /// @inheritdoc ICheckpointRegistry
    function replaceAnchorer(bytes32 logId, address anchorer) external {
        if (anchorer == address(0)) revert ZeroAccount();
        Log storage log = _openLogOfCaller(logId);

        log.anchorer = anchorer;
        emit AnchorerReplaced(logId, anchorer);
    }

    /// @inheritdoc ICheckpointRegistry
    function closeLog(bytes32 logId, bytes32 successor) external {
        Log storage log = _openLogOfCaller(logId);
        if (successor == logId || _logs[successor].anchorer == address(0)) revert BadSuccessor(successor);
        if (log.treeSize == 0) revert NeverAnchored(logId);

        log.anchorer = address(0);
        log.successor = successor;
        emit LogClosed(logId, successor, log.treeSize);
    }

    /* ANCHOR */

    /// @inheritdoc ICheckpointRegistry
    function anchor(
        bytes32 logId,
        Head calldata last,
        uint64 treeSize,
        bytes32 rootHash,
        bytes32[] calldata consistencyProof
    ) external {
        Log storage log = _logs[logId];
        if (msg.sender != log.anchorer) _refuseCaller(log, logId);
        (uint64 held, uint64 anchoredAt) = (log.treeSize, log.anchoredAt);
        if (held == 0) {
            _requireFirst(last, treeSize, consistencyProof.length);
        } else {
            bool isLatest = last.treeSize == held && last.time == anchoredAt && _holds(log, last);
            if (!isLatest) revert NotLatest(held, anchoredAt);
            if (treeSize < held) revert Shrunk(held, treeSize);
            if (treeSize == held) {
                if (rootHash != last.rootHash) revert Fork(treeSize, last.rootHash, rootHash);
                return;
            }
            if (block.timestamp < anchoredAt + MIN_INTERVAL) revert TooSoon(anchoredAt + MIN_INTERVAL);
            if (!RFC9162.verifyConsistency(held, treeSize, consistencyProof, last.rootHash, rootHash)) {
                revert NotConsistent(held, treeSize);
            }
        }

        _keep(log, Head(treeSize, rootHash, uint64(block.number), uint64(block.timestamp)), anchoredAt);
        emit CheckpointAnchored(logId, treeSize, rootHash, uint64(block.timestamp));
    }

    /* VIEWS */

    /// @inheritdoc ICheckpointRegistry
    function latest(bytes32 logId) external view returns (uint64 treeSize, uint64 time) {
        return (_logs[logId].treeSize, _logs[logId].anchoredAt);
    }

    /// @inheritdoc ICheckpointRegistry
    function anchorerOf(bytes32 logId) external view returns (address) {
        return _logs[logId].anchorer;
    }

    /// @inheritdoc ICheckpointRegistry
    function ownerOf(bytes32 logId) external view returns (address) {
        return _logs[logId].owner;
    }

    /// @inheritdoc ICheckpointRegistry
    function successorOf(bytes32 logId) external view returns (bytes32) {
        return _logs[logId].successor;
    }

    /// @inheritdoc ICheckpointRegistry
    function holds(bytes32 logId, Head calldata head) public view returns (bool) {
        return _holds(_logs[logId], head);
    }

    /// @inheritdoc ICheckpointRegistry
    function includes(
        bytes32 logId,
        Head calldata head,
        uint64 leafIndex,
        bytes32 record,
        bytes32[] calldata proof
    ) external view returns (bool) {
        if (!holds(logId, head)) revert HeadNotKept(logId, head.hash());
        return RFC9162.verifyInclusion(leafIndex, head.treeSize, RFC9162.leafHash(record), proof, head.rootHash);
    }

    /* PRIVATE */

    function _requireFirst(Head calldata last, uint64 treeSize, uint256 proofLength) private pure {
        if (!last.isEmpty()) revert NotLatest(0, 0);
        if (treeSize == 0) revert EmptyLog();
        if (proofLength != 0) revert UnexpectedProof(proofLength);
    }

    /// @dev A head sits in the slot that its own time names. The ring comes first, since only one head a day is not there.
    function _holds(Log storage log, Head calldata head) private view returns (bool) {
        bytes32 headHash = head.hash();
        return log.ring[_slotOf(head.time)] == headHash || log.daily[head.time / 1 days] == headHash;
    }

    /// @dev Heads are at least `MIN_INTERVAL` apart, so each has a slot of its own until the ring comes round.
    function _keep(Log storage log, Head memory head, uint64 lastTime) private {
        log.treeSize = head.treeSize;
        log.anchoredAt = uint32(head.time);
        bool isFirstOfDay = head.time / 1 days != lastTime / 1 days;
        if (isFirstOfDay) log.daily[head.time / 1 days] = head.hash();
        else log.ring[_slotOf(head.time)] = head.hash();
    }

    function _slotOf(uint64 time) private view returns (uint256) {
        return (time / MIN_INTERVAL) % RING;
    }

    function _openLogOfCaller(bytes32 logId) private view returns (Log storage log) {
        log = _logs[logId];
        if (log.owner == address(0)) revert UnknownLog(logId);
        if (msg.sender != log.owner) revert NotOwner(msg.sender, logId);
        if (log.successor != bytes32(0)) revert LogIsClosed(logId, log.successor);
    }

    function _refuseCaller(Log storage log, bytes32 logId) private view {
        if (log.owner == address(0)) revert UnknownLog(logId);
        if (log.successor != bytes32(0)) revert LogIsClosed(logId, log.successor);
        revert NotAnchorer(msg.sender, logId);
    }
}
