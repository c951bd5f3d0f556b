// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {CheckpointRegistry} from "../../contracts/CheckpointRegistry.sol";
import {Head} from "../../contracts/types/Head.sol";
import {MerkleOracle} from "./helpers/MerkleOracle.sol";
import {Suite} from "./helpers/Vm.sol";

/// @notice An anchorer and an owner who try anything, honest or not, and remember what the registry took.
contract CheckpointActors is Suite {
    uint64 public constant INTERVAL = 600;
    uint64 private constant LARGEST = 80;

    CheckpointRegistry public registry = new CheckpointRegistry(INTERVAL);
    MerkleOracle public oracle = new MerkleOracle();
    bytes32 public logId;
    bytes32 public successor;
    Head[] private _taken;
    uint256 public closedAt;
    bool public movedAfterClose;
    bool public tookDishonestHead;

    constructor() {
        vm.warp(20_000 days);
        logId = registry.openLog("example.org/log", 0, address(this));
        successor = registry.openLog("example.org/next", 0, address(this));
    }

    function grow(uint64 by, uint64 wait) external {
        Head memory last = latest();
        uint64 size = last.treeSize + (by % 9);
        if (size > LARGEST) return;
        vm.warp(block.timestamp + (wait % 8 hours));
        _try(last, size, oracle.root(size == 0 ? 1 : size), _proof(last.treeSize, size), true);
    }

    function rewrite(uint64 by, bytes32 otherRoot) external {
        Head memory last = latest();
        uint64 size = last.treeSize + (by % 9);
        if (last.treeSize == 0 || size > LARGEST || otherRoot == oracle.root(size)) return;
        vm.warp(block.timestamp + INTERVAL);
        _try(last, size, otherRoot, _proof(last.treeSize, size), false);
    }

    function shrink(uint64 to) external {
        Head memory last = latest();
        if (last.treeSize < 2) return;
        vm.warp(block.timestamp + INTERVAL);
        uint64 size = 1 + (to % (last.treeSize - 1));
        _try(last, size, oracle.root(size), new bytes32[](0), false);
    }

    function goOnFromAnEarlierHead(uint256 which) external {
        if (_taken.length < 2) return;
        Head memory earlier = _taken[which % (_taken.length - 1)];
        vm.warp(block.timestamp + INTERVAL);
        uint64 size = latest().treeSize + 1;
        if (size > LARGEST) return;
        _try(earlier, size, oracle.root(size), _proof(earlier.treeSize, size), false);
    }

    function close(uint8 luck) external {
        if (luck % 16 != 0 || _taken.length == 0 || closedAt != 0) return;
        registry.closeLog(logId, successor);
        closedAt = _taken.length;
    }

    function latest() public view returns (Head memory last) {
        if (_taken.length != 0) last = _taken[_taken.length - 1];
    }

    function taken() external view returns (Head[] memory) {
        return _taken;
    }

    function _try(Head memory last, uint64 size, bytes32 root, bytes32[] memory proof, bool honest) private {
        (uint64 before, ) = registry.latest(logId);
        try registry.anchor(logId, last, size, root, proof) {
            if (size == before) return;
            if (!honest) tookDishonestHead = true;
            if (closedAt != 0) movedAfterClose = true;
            _taken.push(Head(size, root, uint64(block.number), uint64(block.timestamp)));
        } catch {}
    }

    function _proof(uint64 size1, uint64 size2) private returns (bytes32[] memory) {
        return size1 == 0 || size1 >= size2 ? new bytes32[](0) : oracle.consistencyProof(size1, size2);
    }
}

/// hardhat-config: invariant.runs = 16
/// hardhat-config: invariant.depth = 80
contract CheckpointRegistryInvariants is Suite {
    CheckpointActors private _actors;

    function setUp() external {
        _actors = new CheckpointActors();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_actors);
    }

    function invariant_TheCheckpointRegistryKeepsItsPromises() external {
        _theLogOnlyGrows();
        _everyHeadIsAPrefixOfOneTree();
        _dailyHeadsAreHeldForEverAndRecentHeadsForARound();
        _aClosedLogNeverMoves();
    }

    function _theLogOnlyGrows() private view {
        Head[] memory taken = _actors.taken();
        for (uint256 i = 1; i < taken.length; ++i) {
            vm.assertTrue(taken[i - 1].treeSize < taken[i].treeSize, "size");
            vm.assertTrue(taken[i - 1].time + _actors.INTERVAL() <= taken[i].time, "interval");
        }
        (uint64 size, uint64 time) = _actors.registry().latest(_actors.logId());
        Head memory last = _actors.latest();
        vm.assertEq(size, last.treeSize, "latest size");
        vm.assertEq(time, last.time, "latest time");
    }

    function _everyHeadIsAPrefixOfOneTree() private {
        vm.assertFalse(_actors.tookDishonestHead(), "no dishonest head");
        Head[] memory taken = _actors.taken();
        for (uint256 i = 0; i < taken.length; ++i) {
            vm.assertEq(taken[i].rootHash, _actors.oracle().root(taken[i].treeSize), "root");
        }
    }

    function _dailyHeadsAreHeldForEverAndRecentHeadsForARound() private view {
        Head[] memory taken = _actors.taken();
        uint64 round = _actors.INTERVAL() * _actors.registry().RING();
        for (uint256 i = 0; i < taken.length; ++i) {
            bool isDaily = i == 0 || taken[i - 1].time / 1 days != taken[i].time / 1 days;
            if (isDaily || block.timestamp - taken[i].time < round) {
                vm.assertTrue(_actors.registry().holds(_actors.logId(), taken[i]), "held");
            }
        }
    }

    function _aClosedLogNeverMoves() private view {
        vm.assertFalse(_actors.movedAfterClose(), "moved");
    }
}
