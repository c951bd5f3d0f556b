// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Signatures} from "../../../contracts/libraries/Signatures.sol";
import {StatementsHarness} from "../helpers/StatementsHarness.sol";
import {Suite} from "../helpers/Vm.sol";

contract SignaturesTest is Suite {
    /// @dev Order n of secp256k1, SEC 2 §2.4.1.
    uint256 private constant ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
    bytes32 private constant DIGEST = keccak256("digest");
    uint256 private constant KEY = 0xA1;

    StatementsHarness private _signatures = new StatementsHarness();

    function testFuzz_WhatAKeySignsRecoversToIt(uint256 key, bytes32 digest) external view {
        key = 1 + (key % (ORDER - 1));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        vm.assertEq(_signatures.recover(digest, abi.encodePacked(r, s, v)), vm.addr(key), "signer");
    }

    function test_ASignatureIsSixtyFiveBytes() external {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, DIGEST);
        _refuse(Signatures.SignatureLength.selector, 0, "");
        _refuse(Signatures.SignatureLength.selector, 64, abi.encodePacked(r, s));
        _refuse(Signatures.SignatureLength.selector, 66, abi.encodePacked(r, s, v, v));
    }

    function test_VIs27Or28() external {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, DIGEST);
        _refuse(Signatures.SignatureV.selector, v - 27, abi.encodePacked(r, s, v - 27));
        _refuse(Signatures.SignatureV.selector, 26, abi.encodePacked(r, s, uint8(26)));
        _refuse(Signatures.SignatureV.selector, 29, abi.encodePacked(r, s, uint8(29)));
    }

    function test_TheMirrorImageInTheUpperHalfIsRefused() external {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, DIGEST);
        bytes32 high = bytes32(ORDER - uint256(s));
        vm.assertEq(ecrecover(DIGEST, 55 - v, r, high), vm.addr(KEY), "ecrecover itself takes it");
        _refuse(Signatures.SignatureS.selector, uint256(high), abi.encodePacked(r, high, 55 - v));
        uint256 lowest = ORDER / 2 + 1;
        _refuse(Signatures.SignatureS.selector, lowest, abi.encodePacked(r, lowest, v));
    }

    function test_NothingIsSignedByTheZeroAddress() external {
        (, bytes32 r, bytes32 s) = vm.sign(KEY, DIGEST);
        bytes memory reason = abi.encodeWithSelector(Signatures.SignatureUnrecoverable.selector);
        vm.expectRevert(reason);
        _signatures.recover(DIGEST, abi.encodePacked(bytes32(0), s, uint8(27)));
        vm.expectRevert(reason);
        _signatures.recover(DIGEST, abi.encodePacked(r, bytes32(0), uint8(27)));
        vm.expectRevert(reason);
        _signatures.recover(DIGEST, abi.encodePacked(ORDER, s, uint8(27)));
    }

    function test_ABitOfTheDigestChangesTheSigner() external view {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, DIGEST);
        address other = _signatures.recover(DIGEST ^ bytes32(uint256(1)), abi.encodePacked(r, s, v));
        vm.assertTrue(other != vm.addr(KEY), "another signer");
    }

    function _refuse(bytes4 selector, uint256 value, bytes memory signature) private {
        vm.expectRevert(abi.encodeWithSelector(selector, value));
        _signatures.recover(DIGEST, signature);
    }
}
