// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {CheckpointRegistry} from "../../contracts/CheckpointRegistry.sol";
import {ICheckpointRegistry} from "../../contracts/interfaces/ICheckpointRegistry.sol";
import {RFC9162} from "../../contracts/libraries/RFC9162.sol";
import {Head} from "../../contracts/types/Head.sol";
import {MerkleOracle} from "./helpers/MerkleOracle.sol";
import {Suite} from "./helpers/Vm.sol";

contract CheckpointRegistryTest is Suite {
    uint64 private constant INTERVAL = 60;
    /// @dev The first second of a UTC day.
    uint64 private constant START = 20_000 days;
    string private constant ORIGIN = "example.org/log";
    bytes32 private constant LOG_KEY = keccak256("log key");
    address private constant OWNER = address(0x2001);
    address private constant ANCHORER = address(0x2002);
    address private constant STRANGER = address(0x2003);

    CheckpointRegistry private _registry = new CheckpointRegistry(INTERVAL);
    MerkleOracle private _oracle = new MerkleOracle();
    bytes32 private _logId;
    Head private _last;

    function setUp() external {
        vm.warp(START);
        vm.roll(1000);
        vm.prank(OWNER);
        _logId = _registry.openLog(ORIGIN, LOG_KEY, ANCHORER);
    }

    /* OPENING */

    function test_ALogIdBindsChainRegistryOwnerOriginAndKey() external {
        bytes32 logId = keccak256(abi.encode(block.chainid, address(_registry), STRANGER, ORIGIN, LOG_KEY));
        vm.expectEmit();
        emit ICheckpointRegistry.LogOpened(logId, STRANGER, ORIGIN, LOG_KEY, ANCHORER);
        vm.prank(STRANGER);
        vm.assertEq(_registry.openLog(ORIGIN, LOG_KEY, ANCHORER), logId, "log id");
        vm.assertEq(_registry.ownerOf(logId), STRANGER, "owner");
        vm.assertEq(_registry.anchorerOf(logId), ANCHORER, "anchorer");
    }

    function test_ALogIsOpenedOnceAndWellFormed() external {
        vm.expectRevert(abi.encodeWithSelector(ICheckpointRegistry.LogExists.selector, _logId));
        vm.prank(OWNER);
        _registry.openLog(ORIGIN, LOG_KEY, STRANGER);
        vm.expectRevert(abi.encodeWithSelector(ICheckpointRegistry.OriginLength.selector, 255, 0));
        _registry.openLog("", LOG_KEY, ANCHORER);
        vm.expectRevert(abi.encodeWithSelector(ICheckpointRegistry.OriginLength.selector, 255, 256));
        _registry.openLog(string(new bytes(256)), LOG_KEY, ANCHORER);
        vm.expectRevert(abi.encodeWithSelector(ICheckpointRegistry.ZeroAccount.selector));
        _registry.openLog("x", LOG_KEY, address(0));
        vm.expectRevert(abi.encodeWithSelector(ICheckpointRegistry.ZeroInterval.selector));
        new CheckpointRegistry(0);
    }

    /* ANCHORING */

    function test_AHeadThatExtendsTheLastIsAnchored() external {
        _anchor(3);
        vm.warp(START + INTERVAL);
        bytes32 root = _oracle.root(7);
        bytes32[] memory proof = _oracle.consistencyProof(3, 7);
        vm.expectEmit();
        emit ICheckpointRegistry.CheckpointAnchored(_logId, 7, root, START + INTERVAL);
        vm.prank(ANCHORER);
        _registry.anchor(_logId, _last, 7, root, proof);
        (uint64 size, uint64 time) = _registry.latest(_logId);
        vm.assertEq(size, 7, "size");
        vm.assertEq(time, START + INTERVAL, "time");
    }

    function test_OnlyTheAnchorerAnchors() external {
        vm.expectRevert(abi.encodeWithSelector(ICheckpointRegistry.NotAnchorer.selector, OWNER, _logId));
        vm.prank(OWNER);
        _registry.anchor(_logId, _last, 1, 0, _none());
        vm.expectRevert(abi.encodeWithSelector(ICheckpointRegistry.UnknownLog.selector, keccak256("x")));
        vm.prank(ANCHORER);
        _registry.anchor(keccak256("x"), _last, 1, 0, _none());
    }

    function test_TheFirstHeadHasARecordAndNoProof() external {
        _refuse(abi.encodeWithSelector(ICheckpointRegistry.EmptyLog.selector), 0, 0, _none());
        _refuse(abi.encodeWithSelector(ICheckpointRegistry.UnexpectedProof.selector, 1), 1, 0, new bytes32[](1));
        _last.rootHash = keccak256("x");
        _refuse(abi.encodeWithSelector(ICheckpointRegistry.NotLatest.selector, 0, 0), 1, 0, _none());
    }

    function test_TheLastHeadIsShownInEveryPart() external {
        _anchor(3);
        vm.warp(START + INTERVAL);
        bytes memory reason = abi.encodeWithSelector(ICheckpointRegistry.NotLatest.selector, 3, START);
        Head memory last = _last;
        _last.treeSize += 1;
        _refuse(reason, 4, 0, _none());
        _last = last;
        _last.rootHash = ~_last.rootHash;
        _refuse(reason, 4, 0, _none());
        _last = last;
        _last.blockNumber += 1;
        _refuse(reason, 4, 0, _none());
        _last = last;
        _last.time += 1;
        _refuse(reason, 4, 0, _none());
    }

    function test_AnEarlierHeadIsNotTheLast() external {
        _anchor(3);
        Head memory first = _last;
        _anchorNext(5);
        _last = first;
        _refuse(abi.encodeWithSelector(ICheckpointRegistry.NotLatest.selector, 5, START + INTERVAL), 6, 0, _none());
    }

    function test_ALogNeverShrinks() external {
        _anchor(5);
        _refuse(abi.encodeWithSelector(ICheckpointRegistry.Shrunk.selector, 5, 4), 4, _oracle.root(4), _none());
    }

    function test_AnotherRootForTheSameSizeIsAFork() external {
        _anchor(5);
        bytes32 held = _last.rootHash;
        _refuse(abi.encodeWithSelector(ICheckpointRegistry.Fork.selector, 5, held, ~held), 5, ~held, _none());
    }

    function test_TheSameHeadAgainChangesNothing() external {
        _anchor(5);
        vm.warp(START + 1);
        vm.recordLogs();
        vm.prank(ANCHORER);
        _registry.anchor(_logId, _last, 5, _last.rootHash, _none());
        vm.assertEq(vm.getRecordedLogs().length, 0, "no event");
        (, uint64 time) = _registry.latest(_logId);
        vm.assertEq(time, START, "no new time");
    }

    function test_HeadsAreAnIntervalApart() external {
        _anchor(3);
        bytes32 root = _oracle.root(4);
        bytes32[] memory proof = _oracle.consistencyProof(3, 4);
        vm.warp(START + INTERVAL - 1);
        _refuse(abi.encodeWithSelector(ICheckpointRegistry.TooSoon.selector, START + INTERVAL), 4, root, proof);
        vm.warp(START + INTERVAL);
        vm.prank(ANCHORER);
        _registry.anchor(_logId, _last, 4, root, proof);
    }

    function test_AHeadThatDoesNotExtendTheLastIsRefused() external {
        _anchor(3);
        vm.warp(START + INTERVAL);
        bytes32[] memory proof = _oracle.consistencyProof(3, 7);
        bytes32 root = _oracle.root(7);
        bytes memory reason = abi.encodeWithSelector(ICheckpointRegistry.NotConsistent.selector, 3, 7);
        _refuse(reason, 7, ~root, proof);
        proof[1] = ~proof[1];
        _refuse(reason, 7, root, proof);
        _refuse(abi.encodeWithSelector(RFC9162.ProofTooShort.selector, 0), 7, root, _none());
        _refuse(abi.encodeWithSelector(RFC9162.ProofTooLong.selector, 4, 5), 7, root, new bytes32[](5));
    }

    /* WHAT IS KEPT */

    function test_TheFirstHeadOfADayIsKeptForEver() external {
        _anchor(1);
        Head memory first = _last;
        _anchorNext(2);
        Head memory second = _last;
        vm.warp(START + 1 days);
        _anchor(3);
        Head memory nextDay = _last;
        // Whole rounds of the ring later both times would name slots that others take.
        uint64 rounds = 2 * INTERVAL * _registry.RING();
        vm.warp(first.time + rounds);
        _anchor(4);
        vm.warp(second.time + rounds);
        _anchor(5);
        vm.assertTrue(_registry.holds(_logId, first), "first of its day");
        vm.assertTrue(_registry.holds(_logId, nextDay), "first of the next");
        vm.assertFalse(_registry.holds(_logId, second), "pushed out of the ring");
        vm.assertTrue(_registry.holds(_logId, _last), "the last");
    }

    function test_AHeadIsHeldByItsOwnLogAndInEveryPart() external {
        _anchor(3);
        Head memory head = _last;
        vm.assertTrue(_registry.holds(_logId, head), "held");
        vm.assertFalse(_registry.holds(keccak256("x"), head), "another log");
        head.blockNumber += 1;
        vm.assertFalse(_registry.holds(_logId, head), "another block");
    }

    function test_ARecordIsIncludedUnderAKeptHead() external {
        _anchor(7);
        bytes32[] memory proof = _oracle.inclusionProof(4, 7);
        vm.assertTrue(_registry.includes(_logId, _last, 4, _oracle.record(4), proof), "included");
        vm.assertFalse(_registry.includes(_logId, _last, 4, _oracle.record(5), proof), "another record");
        Head memory unkept = _last;
        unkept.treeSize = 8;
        bytes32 headHash = keccak256(abi.encode(unkept));
        bytes32 record = _oracle.record(4);
        vm.expectRevert(abi.encodeWithSelector(ICheckpointRegistry.HeadNotKept.selector, _logId, headHash));
        _registry.includes(_logId, unkept, 4, record, proof);
    }

    /* OWNING */

    function test_TheOwnerReplacesTheAnchorer() external {
        vm.expectEmit();
        emit ICheckpointRegistry.AnchorerReplaced(_logId, STRANGER);
        vm.prank(OWNER);
        _registry.replaceAnchorer(_logId, STRANGER);
        vm.expectRevert(abi.encodeWithSelector(ICheckpointRegistry.NotAnchorer.selector, ANCHORER, _logId));
        vm.prank(ANCHORER);
        _registry.anchor(_logId, _last, 1, 0, _none());
        vm.expectRevert(abi.encodeWithSelector(ICheckpointRegistry.ZeroAccount.selector));
        vm.prank(OWNER);
        _registry.replaceAnchorer(_logId, address(0));
    }

    function test_OnlyTheOwnerOwns() external {
        vm.expectRevert(abi.encodeWithSelector(ICheckpointRegistry.NotOwner.selector, ANCHORER, _logId));
        vm.prank(ANCHORER);
        _registry.replaceAnchorer(_logId, ANCHORER);
        vm.expectRevert(abi.encodeWithSelector(ICheckpointRegistry.NotOwner.selector, ANCHORER, _logId));
        vm.prank(ANCHORER);
        _registry.closeLog(_logId, keccak256("x"));
        vm.expectRevert(abi.encodeWithSelector(ICheckpointRegistry.UnknownLog.selector, keccak256("x")));
        _registry.closeLog(keccak256("x"), _logId);
    }

    function test_AClosedLogNamesItsSuccessorAndNeverMoves() external {
        bytes32 successor = _open("successor");
        _anchor(3);
        vm.expectEmit();
        emit ICheckpointRegistry.LogClosed(_logId, successor, 3);
        vm.prank(OWNER);
        _registry.closeLog(_logId, successor);
        vm.assertEq(_registry.successorOf(_logId), successor, "successor");
        vm.assertTrue(_registry.holds(_logId, _last), "its heads are still held");

        bytes memory reason = abi.encodeWithSelector(ICheckpointRegistry.LogIsClosed.selector, _logId, successor);
        _refuse(reason, 4, 0, _none());
        vm.expectRevert(reason);
        vm.prank(OWNER);
        _registry.replaceAnchorer(_logId, ANCHORER);
        vm.expectRevert(reason);
        vm.prank(OWNER);
        _registry.closeLog(_logId, successor);
    }

    function test_ASuccessorIsAnotherOpenLog() external {
        _anchor(1);
        _refuseSuccessor(_logId, _logId);
        _refuseSuccessor(_logId, keccak256("never opened"));
        bytes32 other = _open("other");
        vm.prank(OWNER);
        _registry.closeLog(_logId, other);
        _refuseSuccessor(other, _logId);
    }

    function test_ALogWithoutAHeadIsNotClosed() external {
        bytes32 successor = _open("successor");
        vm.expectRevert(abi.encodeWithSelector(ICheckpointRegistry.NeverAnchored.selector, _logId));
        vm.prank(OWNER);
        _registry.closeLog(_logId, successor);
    }

    function _open(string memory origin) private returns (bytes32) {
        vm.prank(OWNER);
        return _registry.openLog(origin, LOG_KEY, ANCHORER);
    }

    function _anchorNext(uint64 size) private {
        vm.warp(block.timestamp + INTERVAL);
        _anchor(size);
    }

    function _anchor(uint64 size) private {
        bytes32 root = _oracle.root(size);
        bytes32[] memory proof = _last.treeSize == 0 ? _none() : _oracle.consistencyProof(_last.treeSize, size);
        vm.prank(ANCHORER);
        _registry.anchor(_logId, _last, size, root, proof);
        _last = Head(size, root, uint64(block.number), uint64(block.timestamp));
    }

    function _refuse(bytes memory reason, uint64 size, bytes32 root, bytes32[] memory proof) private {
        Head memory last = _last;
        vm.expectRevert(reason);
        vm.prank(ANCHORER);
        _registry.anchor(_logId, last, size, root, proof);
    }

    function _refuseSuccessor(bytes32 logId, bytes32 successor) private {
        vm.expectRevert(abi.encodeWithSelector(ICheckpointRegistry.BadSuccessor.selector, successor));
        vm.prank(OWNER);
        _registry.closeLog(logId, successor);
    }

    function _none() private pure returns (bytes32[] memory) {
        return new bytes32[](0);
    }
}
