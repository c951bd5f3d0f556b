// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {RFC9162} from "../../../contracts/libraries/RFC9162.sol";
import {HugeTreeOracle} from "../helpers/HugeTreeOracle.sol";
import {MerkleOracle} from "../helpers/MerkleOracle.sol";
import {RFC9162Harness} from "../helpers/RFC9162Harness.sol";
import {Suite} from "../helpers/Vm.sol";

contract RFC9162Test is Suite {
    uint64 private constant EXHAUSTED = 65;
    bytes32 private constant EMPTY_ROOT = 0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855;

    RFC9162Harness private _rfc = new RFC9162Harness();
    MerkleOracle private _oracle = new MerkleOracle();

    function test_LeavesAndNodesHashUnderTheirOwnPrefix() external view {
        bytes32 a = _oracle.record(0);
        bytes32 b = _oracle.record(1);
        vm.assertEq(_rfc.leafHash(a), sha256(abi.encodePacked(hex"00", a)), "leaf");
        vm.assertEq(_rfc.nodeHash(a, b), sha256(abi.encodePacked(hex"01", a, b)), "node");
    }

    function test_EveryLeafOfEverySmallTreeIsIncludedAndNoneElsewhere() external {
        _forEverySmallTree(this.everyLeafIsIncluded);
    }

    function test_EveryHashOfEverySmallInclusionProofCounts() external {
        _forEverySmallTree(this.everyHashOfAnInclusionProofCounts);
    }

    function test_EverySmallTreeExtendsEverySmallerOne() external {
        _forEverySmallTree(this.everySmallerTreeIsExtended);
    }

    function test_EveryHashOfEverySmallConsistencyProofCounts() external {
        _forEverySmallTree(this.everyHashOfAConsistencyProofCounts);
    }

    function test_NoSmallProofMayBeShorterOrLonger() external {
        _forEverySmallTree(this.everyProofHasItsLength);
    }

    function everyLeafIsIncluded(uint64 size) external {
        bytes32 root = _oracle.root(size);
        for (uint64 index = 0; index < size; ++index) {
            bytes32 leaf = _rfc.leafHash(_oracle.record(index));
            bytes32[] memory proof = _oracle.inclusionProof(index, size);
            vm.assertTrue(_rfc.verifyInclusion(index, size, leaf, proof, root), "included");
            vm.assertFalse(_rfc.verifyInclusion(index, size, ~leaf, proof, root), "wrong leaf");
            vm.assertFalse(_included(index + 1, size, leaf, proof, root), "index + 1");
        }
    }

    function everyHashOfAnInclusionProofCounts(uint64 size) external {
        bytes32 root = _oracle.root(size);
        for (uint64 index = 0; index < size; ++index) {
            bytes32 leaf = _rfc.leafHash(_oracle.record(index));
            bytes32[] memory proof = _oracle.inclusionProof(index, size);
            for (uint256 i = 0; i < proof.length; ++i) {
                proof[i] ^= bytes32(uint256(1));
                vm.assertFalse(_rfc.verifyInclusion(index, size, leaf, proof, root), "flipped bit");
                proof[i] ^= bytes32(uint256(1));
            }
        }
    }

    function everySmallerTreeIsExtended(uint64 size2) external {
        bytes32 root2 = _oracle.root(size2);
        for (uint64 size1 = 1; size1 <= size2; ++size1) {
            bytes32 root1 = _oracle.root(size1);
            bytes32[] memory proof = _oracle.consistencyProof(size1, size2);
            vm.assertTrue(_rfc.verifyConsistency(size1, size2, proof, root1, root2), "consistent");
            vm.assertFalse(_rfc.verifyConsistency(size1, size2, proof, ~root1, root2), "wrong first root");
            vm.assertFalse(_rfc.verifyConsistency(size1, size2, proof, root1, ~root2), "wrong second root");
        }
    }

    function everyHashOfAConsistencyProofCounts(uint64 size2) external {
        bytes32 root2 = _oracle.root(size2);
        for (uint64 size1 = 1; size1 < size2; ++size1) {
            bytes32 root1 = _oracle.root(size1);
            bytes32[] memory proof = _oracle.consistencyProof(size1, size2);
            for (uint256 i = 0; i < proof.length; ++i) {
                proof[i] ^= bytes32(uint256(1));
                vm.assertFalse(_rfc.verifyConsistency(size1, size2, proof, root1, root2), "flipped bit");
                proof[i] ^= bytes32(uint256(1));
            }
        }
    }

    function everyProofHasItsLength(uint64 size2) external {
        for (uint64 size1 = 1; size1 <= size2; ++size1) {
            bytes32[] memory proof = _oracle.inclusionProof(size1 - 1, size2);
            vm.expectRevert(_tooLong(proof));
            _rfc.verifyInclusion(size1 - 1, size2, bytes32(0), _longer(proof), bytes32(0));
            if (proof.length != 0) {
                vm.expectRevert(_tooShort(proof));
                _rfc.verifyInclusion(size1 - 1, size2, bytes32(0), _shorter(proof), bytes32(0));
            }

            proof = _oracle.consistencyProof(size1, size2);
            vm.expectRevert(_tooLong(proof));
            _rfc.verifyConsistency(size1, size2, _longer(proof), bytes32(0), bytes32(0));
            if (proof.length != 0) {
                vm.expectRevert(_tooShort(proof));
                _rfc.verifyConsistency(size1, size2, _shorter(proof), bytes32(0), bytes32(0));
            }
        }
    }

    function test_TheTreeNeedsALeafAtTheIndex() external {
        vm.expectRevert(abi.encodeWithSelector(RFC9162.IndexOutOfRange.selector, 5, 5));
        _rfc.verifyInclusion(5, 5, bytes32(0), new bytes32[](3), bytes32(0));
        vm.expectRevert(abi.encodeWithSelector(RFC9162.IndexOutOfRange.selector, 0, 0));
        _rfc.verifyInclusion(0, 0, bytes32(0), new bytes32[](0), bytes32(0));
    }

    function test_NothingIsConsistentWithTheEmptyTree() external {
        vm.expectRevert(abi.encodeWithSelector(RFC9162.EmptyTree.selector));
        _rfc.verifyConsistency(0, 0, new bytes32[](0), bytes32(0), bytes32(0));
        vm.expectRevert(abi.encodeWithSelector(RFC9162.EmptyTree.selector));
        _rfc.verifyConsistency(0, 7, new bytes32[](0), EMPTY_ROOT, bytes32(0));
    }

    function test_TheEarlierTreeIsNotTheLarger() external {
        vm.expectRevert(abi.encodeWithSelector(RFC9162.SizesOutOfOrder.selector, 8, 7));
        _rfc.verifyConsistency(8, 7, new bytes32[](0), bytes32(0), bytes32(0));
    }

    /// hardhat-config: fuzz.runs = 48
    function testFuzz_HugeTreesIncludeTheirLeaves(uint64 index, uint64 size, uint64 edge) external view {
        (index, size) = _ordered(index, size);
        bytes32 leaf = index < edge ? HugeTreeOracle.A : HugeTreeOracle.B;
        bytes32[] memory proof = HugeTreeOracle.inclusionProof(index, edge, size);
        bytes32 root = HugeTreeOracle.root(edge, size);
        vm.assertTrue(_rfc.verifyInclusion(index, size, leaf, proof, root), "included");
        vm.assertFalse(_rfc.verifyInclusion(index, size, ~leaf, proof, root), "wrong leaf");
    }

    /// hardhat-config: fuzz.runs = 48
    function testFuzz_HugeTreesExtendTheirPrefixes(uint64 size1, uint64 size2, uint64 edge) external view {
        (size1, size2) = _ordered(size1, size2);
        if (size1 == 0) size1 = 1;
        bytes32[] memory proof = HugeTreeOracle.consistencyProof(size1, edge, size2, true);
        bytes32 root1 = HugeTreeOracle.root(edge, size1);
        bytes32 root2 = HugeTreeOracle.root(edge, size2);
        vm.assertTrue(_rfc.verifyConsistency(size1, size2, proof, root1, root2), "consistent");
        vm.assertFalse(_rfc.verifyConsistency(size1, size2, proof, root1, ~root2), "wrong root");
    }

    function test_IndexesReachTwoToThe63() external view {
        uint64 size = 2 ** 63 + 1;
        for (uint64 back = 1; back <= 3; ++back) {
            uint64 index = size - back;
            bytes32[] memory proof = HugeTreeOracle.inclusionProof(index, index, size);
            bytes32 root = HugeTreeOracle.root(index, size);
            vm.assertTrue(_rfc.verifyInclusion(index, size, HugeTreeOracle.B, proof, root), "included");
            proof = HugeTreeOracle.consistencyProof(index, index, size, true);
            vm.assertTrue(
                _rfc.verifyConsistency(index, size, proof, HugeTreeOracle.root(index, index), root),
                "consistent"
            );
        }
    }

    function _ordered(uint64 smaller, uint64 larger) private pure returns (uint64, uint64) {
        if (smaller > larger) (smaller, larger) = (larger, smaller);
        if (smaller == larger) smaller = larger / 2;
        return (smaller, larger == 0 ? 1 : larger);
    }

    /// @dev A revert counts as "no": some wrong indexes have proofs of another length.
    function _included(
        uint64 index,
        uint64 size,
        bytes32 leaf,
        bytes32[] memory proof,
        bytes32 root
    ) private view returns (bool) {
        try _rfc.verifyInclusion(index, size, leaf, proof, root) returns (bool yes) {
            return yes;
        } catch {
            return false;
        }
    }

    /// @dev One call for each size, so that its memory is given back.
    function _forEverySmallTree(function(uint64) external check) private {
        for (uint64 size = 1; size <= EXHAUSTED; ++size) check(size);
    }

    function _longer(bytes32[] memory proof) private pure returns (bytes32[] memory) {
        return HugeTreeOracle.append(proof, keccak256("trailing garbage"));
    }

    function _shorter(bytes32[] memory proof) private pure returns (bytes32[] memory shorter) {
        shorter = new bytes32[](proof.length - 1);
        for (uint256 i = 0; i < shorter.length; ++i) shorter[i] = proof[i];
    }

    function _tooLong(bytes32[] memory proof) private pure returns (bytes memory) {
        return abi.encodeWithSelector(RFC9162.ProofTooLong.selector, proof.length, proof.length + 1);
    }

    function _tooShort(bytes32[] memory proof) private pure returns (bytes memory) {
        return abi.encodeWithSelector(RFC9162.ProofTooShort.selector, proof.length - 1);
    }
}
