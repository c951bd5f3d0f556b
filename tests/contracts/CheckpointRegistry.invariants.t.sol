// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {CheckpointRegistry} from "../../contracts/CheckpointRegistry.sol";
import {Head} from "../../contracts/types/Head.sol";
import {MerkleOracle} from "./helpers/MerkleOracle.sol";
import {Suite, Vm} from "./helpers/Vm.sol";

/// What holds after any acts of anybody:
///  1. A log only grows: each head that was taken is larger than the one before.
///  2. Every head is consistent with every earlier one: each is the prefix of that size of one tree.
///  3. Heads of a log are at least `MIN_INTERVAL` apart.
///  4. The first head of a UTC day is kept for ever, every other one until the ring has come round.
///  5. A head is kept under its own preimage only: with any field changed it is not kept.
///  6. The head that was anchored last, once more, changes nothing and announces nothing.
///  7. A closed log never moves, never opens, and never changes its successor.
///  8. Only the anchorer of the day anchors; only the owner replaces it or closes the log.

/// @notice An anchorer, an owner and a stranger who try anything, honest or not, and remember what the registry took.
contract CheckpointActors is Suite {
    uint64 public constant INTERVAL = 600;
    uint64 private constant LARGEST = 80;
    address private constant STRANGER = address(0x5001);

    CheckpointRegistry public registry = new CheckpointRegistry(INTERVAL);
    MerkleOracle public oracle = new MerkleOracle();
    bytes32 public logId;
    bytes32 public successor;
    Head[] private _taken;
    uint256 public closedAt;
    bool public movedAfterClose;
    bool public tookDishonestHead;
    bool public repeatingChangedSomething;
    bool public obeyedAStranger;
    address private _anchorer = address(this);

    constructor() {
        vm.warp(20_000 days);
        logId = registry.openLog("example.org/log", 0, address(this));
        successor = registry.openLog("example.org/next", 0, address(this));
    }

    function grow(uint64 by, uint64 wait) external {
        Head memory last = latest();
        uint64 size = last.treeSize + (by % 5);
        if (size > LARGEST) return;
        // Now and then the ring comes round to the slot of the last head.
        vm.warp(block.timestamp + (wait % 4 == 0 ? INTERVAL * registry.RING() : wait % 8 hours));
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

    function repeat() external {
        Head memory last = latest();
        if (last.treeSize == 0 || closedAt != 0) return;
        bytes32 before = _state();
        vm.recordLogs();
        vm.prank(_anchorer);
        registry.anchor(logId, last, last.treeSize, last.rootHash, new bytes32[](0));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        if (logs.length != 0 || _state() != before) repeatingChangedSomething = true;
    }

    function replace(uint8 which) external {
        address next = address(uint160(0x5100 + (which % 3)));
        try registry.replaceAnchorer(logId, next) {
            if (closedAt != 0) movedAfterClose = true;
            _anchorer = next;
        } catch {}
    }

    function intrude(uint64 by, uint8 which) external {
        Head memory last = latest();
        uint64 size = last.treeSize + 1 + (by % 9);
        if (size > LARGEST) return;
        bytes32 root = oracle.root(size);
        bytes32[] memory proof = _proof(last.treeSize, size);
        vm.warp(block.timestamp + INTERVAL);
        address sender = which % 4 == 0 ? STRANGER : address(uint160(0x5100 + (which % 3)));
        if (sender != _anchorer) {
            vm.prank(sender);
            try registry.anchor(logId, last, size, root, proof) {
                obeyedAStranger = true;
            } catch {}
        }
        vm.prank(sender);
        try registry.replaceAnchorer(logId, sender) {
            obeyedAStranger = true;
        } catch {}
        vm.prank(sender);
        try registry.closeLog(logId, successor) {
            obeyedAStranger = true;
        } catch {}
    }

    function reopen(uint8 luck) external {
        try registry.openLog("example.org/log", 0, address(uint160(0x5200) + luck)) returns (bytes32) {
            movedAfterClose = true;
        } catch {}
        if (closedAt == 0) return;
        try registry.closeLog(logId, luck % 2 == 0 ? successor : logId) {
            movedAfterClose = true;
        } catch {}
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
        vm.prank(_anchorer);
        try registry.anchor(logId, last, size, root, proof) {
            if (size == before) return;
            if (!honest) tookDishonestHead = true;
            if (closedAt != 0) movedAfterClose = true;
            _taken.push(Head(size, root, uint64(block.number), uint64(block.timestamp)));
        } catch {}
    }

    /// @dev Everything that the registry says of the log.
    function _state() private view returns (bytes32) {
        (uint64 size, uint64 time) = registry.latest(logId);
        bool[] memory held = new bool[](_taken.length);
        for (uint256 i = 0; i < held.length; ++i) held[i] = registry.holds(logId, _taken[i]);
        address anchorer = registry.anchorerOf(logId);
        return keccak256(abi.encode(size, time, held, anchorer, registry.ownerOf(logId), registry.successorOf(logId)));
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
        _theLogOnlyGrowsAndNotTooSoon(); // 1, 3
        _everyHeadIsAPrefixOfOneTree(); // 2
        _dailyHeadsAreHeldForEverAndRecentHeadsForARound(); // 4
        _aHeadIsHeldUnderItsOwnPreimageOnly(); // 5
        vm.assertFalse(_actors.repeatingChangedSomething(), "a repetition changed something"); // 6
        _aClosedLogNeverMoves(); // 7
        vm.assertFalse(_actors.obeyedAStranger(), "a stranger was obeyed"); // 8
    }

    function _theLogOnlyGrowsAndNotTooSoon() private view {
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

    function _aHeadIsHeldUnderItsOwnPreimageOnly() private view {
        Head[] memory taken = _actors.taken();
        for (uint256 i = 0; i < taken.length; ++i) {
            (uint64 size, bytes32 root, uint64 number) = (taken[i].treeSize, taken[i].rootHash, taken[i].blockNumber);
            uint64 time = taken[i].time;
            _assertNotHeld(Head(size + 1, root, number, time));
            _assertNotHeld(Head(size, root ^ bytes32(uint256(1)), number, time));
            _assertNotHeld(Head(size, root, number + 1, time));
            _assertNotHeld(Head(size, root, number, time + 1));
        }
        _assertNotHeld(Head(0, 0, 0, 0));
    }

    function _assertNotHeld(Head memory head) private view {
        vm.assertFalse(_actors.registry().holds(_actors.logId(), head), "another preimage");
    }

    function _aClosedLogNeverMoves() private view {
        vm.assertFalse(_actors.movedAfterClose(), "moved");
        if (_actors.closedAt() == 0) return;
        vm.assertEq(_actors.taken().length, _actors.closedAt(), "heads after the last");
        vm.assertEq(_actors.registry().anchorerOf(_actors.logId()), address(0), "anchorer of a closed log");
        vm.assertEq(_actors.registry().successorOf(_actors.logId()), _actors.successor(), "successor");
    }
}
