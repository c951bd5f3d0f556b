// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IAccreditation} from "../../../contracts/interfaces/IAccreditation.sol";
import {IPartyKeys} from "../../../contracts/interfaces/IPartyKeys.sol";
import {PartyRegistry} from "../../../contracts/PartyRegistry.sol";
import {Key} from "../../../contracts/types/Key.sol";
import {PartyRegistryFixture} from "../helpers/PartyRegistryFixture.sol";

contract PartyKeysTest is PartyRegistryFixture {
    function test_ARotationOverlapsByMoreThanADay() external {
        vm.expectRevert(abi.encodeWithSelector(IPartyKeys.OverlapTooShort.selector, 1 days, 1 days));
        new PartyRegistry(ROOT, 1 days);
        vm.assertEq(_registry.OVERLAP(), OVERLAP, "overlap");
    }

    /* BINDING */

    function test_AKeyIsGoodFromItsOwnBlockOn() external {
        vm.expectEmit();
        emit IPartyKeys.KeyAdded(MAKER, _key(FIRST), PLATFORM);
        _addKey(MAKER, MAKER_COLD, FIRST, PLATFORM);
        Key memory key = _registry.getKey(_key(FIRST));
        vm.assertEq(key.party, MAKER, "party");
        vm.assertEq(key.custodian, PLATFORM, "custodian");
        vm.assertTrue(_isActive(FIRST), "good now");
        vm.assertFalse(_registry.isActive(_key(FIRST), START - 1), "not before");
        vm.assertFalse(_isActive(SECOND), "another was never bound");
    }

    function test_OnlyTheColdKeyBindsAndRevokesAndRecovers() external {
        _addKey(MAKER, MAKER_COLD, FIRST, 0);
        bytes memory possession = _possession(MAKER, SECOND, 0);
        bytes memory refusal = abi.encodeWithSelector(IAccreditation.NotColdKey.selector, STRANGER, MAKER);
        vm.expectRevert(refusal);
        vm.prank(STRANGER);
        _registry.addKey(MAKER, _key(SECOND), 0, possession);
        vm.expectRevert(refusal);
        vm.prank(STRANGER);
        _registry.revokeKey(_key(FIRST));
        vm.expectRevert(refusal);
        vm.prank(STRANGER);
        _registry.beginRecovery(MAKER, _key(SECOND));
        vm.expectRevert(refusal);
        vm.prank(STRANGER);
        _registry.cancelRecovery(MAKER);
    }

    function test_AKeyProvesThatItIsPossessed() external {
        bytes memory possession = _possession(MAKER, SECOND, 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPartyKeys.NotPossessed.selector,
                _key(FIRST),
                _signerOf(possession, MAKER, _key(FIRST), 0)
            )
        );
        vm.prank(MAKER_COLD);
        _registry.addKey(MAKER, _key(FIRST), 0, possession);
    }

    function test_AProofOfPossessionNamesPartyAndCustodian() external {
        bytes memory forAnother = _possession(PLATFORM, FIRST, 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPartyKeys.NotPossessed.selector,
                _key(FIRST),
                _signerOf(forAnother, MAKER, _key(FIRST), 0)
            )
        );
        vm.prank(MAKER_COLD);
        _registry.addKey(MAKER, _key(FIRST), 0, forAnother);
        bytes memory ownKey = _possession(MAKER, FIRST, 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPartyKeys.NotPossessed.selector,
                _key(FIRST),
                _signerOf(ownKey, MAKER, _key(FIRST), PLATFORM)
            )
        );
        vm.prank(MAKER_COLD);
        _registry.addKey(MAKER, _key(FIRST), PLATFORM, ownKey);
    }

    function test_AKeyServesOnePartyForEver() external {
        _addKey(MAKER, MAKER_COLD, FIRST, 0);
        vm.prank(MAKER_COLD);
        _registry.revokeKey(_key(FIRST));
        bytes memory possession = _possession(PLATFORM, FIRST, 0);
        vm.expectRevert(abi.encodeWithSelector(IPartyKeys.KeyTaken.selector, _key(FIRST), MAKER));
        vm.prank(PLATFORM_COLD);
        _registry.addKey(PLATFORM, _key(FIRST), 0, possession);
    }

    function test_APartyThatDoesNotStandGetsNoKey() external {
        vm.prank(CN_COLD);
        _registry.endAccreditation(MAKER);
        bytes memory possession = _possession(MAKER, FIRST, 0);
        vm.expectRevert(abi.encodeWithSelector(IAccreditation.NotStanding.selector, MAKER));
        vm.prank(MAKER_COLD);
        _registry.addKey(MAKER, _key(FIRST), 0, possession);
    }

    /* CUSTODY */

    function test_ACustodianIsAnotherPartyThatStands() external {
        vm.expectRevert(abi.encodeWithSelector(IPartyKeys.OwnCustodian.selector, MAKER));
        vm.prank(MAKER_COLD);
        _registry.addKey(MAKER, _key(FIRST), MAKER, "");
        bytes memory possession = _possession(MAKER, FIRST, NOBODY);
        vm.expectRevert(abi.encodeWithSelector(IAccreditation.NotStanding.selector, NOBODY));
        vm.prank(MAKER_COLD);
        _registry.addKey(MAKER, _key(FIRST), NOBODY, possession);
    }

    function test_AnAuthorityHasNoCustodialKey() external {
        bytes memory possession = _possession(CN_AUTHORITY, FIRST, PLATFORM);
        vm.expectRevert(abi.encodeWithSelector(IPartyKeys.CustodyRefused.selector, CN_AUTHORITY));
        vm.prank(CN_COLD);
        _registry.addKey(CN_AUTHORITY, _key(FIRST), PLATFORM, possession);
    }

    function test_APublicRoleKeepsCustodialKeysAwayUntilItIsRevoked() external {
        vm.prank(CN_COLD);
        _registry.grantRole(MAKER, "arbiter", CN, 0, START + 1);
        vm.warp(START + 5);
        bytes memory possession = _possession(MAKER, FIRST, PLATFORM);
        vm.expectRevert(abi.encodeWithSelector(IPartyKeys.CustodyRefused.selector, MAKER));
        vm.prank(MAKER_COLD);
        _registry.addKey(MAKER, _key(FIRST), PLATFORM, possession);

        vm.prank(CN_COLD);
        _registry.revokeRole(MAKER, "arbiter", CN);
        _addKey(MAKER, MAKER_COLD, FIRST, PLATFORM);
    }

    function test_ACustodialKeyKeepsPublicRolesAwayUntilTheLastHasEnded() external {
        _addKey(MAKER, MAKER_COLD, FIRST, PLATFORM);
        _requirePublicRoleRefused();
        _rotate(MAKER_COLD, FIRST, SECOND, PLATFORM);
        vm.prank(MAKER_COLD);
        _registry.revokeKey(_key(SECOND));
        _requirePublicRoleRefused(); // the first is still in its overlap
        vm.warp(START + OVERLAP);
        _grant(MAKER, "customs");
    }

    function test_ARecoveryEndsCustodialKeysToo() external {
        _addKey(MAKER, MAKER_COLD, FIRST, PLATFORM);
        vm.prank(MAKER_COLD);
        _registry.beginRecovery(MAKER, _key(SECOND));
        _grant(MAKER, "tax");
    }

    /* ROTATION */

    function test_ARotatedKeyStaysGoodForTheOverlap() external {
        _addKey(MAKER, MAKER_COLD, FIRST, PLATFORM);
        vm.expectEmit();
        emit IPartyKeys.KeyRotated(MAKER, _key(FIRST), _key(SECOND), PLATFORM, START + OVERLAP);
        _rotate(_key(FIRST), FIRST, SECOND, PLATFORM);
        vm.warp(START + OVERLAP - 1);
        vm.assertTrue(_isActive(FIRST) && _isActive(SECOND), "both");
        vm.warp(START + OVERLAP);
        vm.assertFalse(_isActive(FIRST), "the old has ended");
        vm.assertTrue(_isActive(SECOND), "the new goes on");
    }

    function test_AKeyRotatesItselfOnly() external {
        _addKey(MAKER, MAKER_COLD, FIRST, 0);
        _addKey(MAKER, MAKER_COLD, SECOND, PLATFORM);
        vm.expectRevert(abi.encodeWithSelector(IPartyKeys.NotKeyHolder.selector, _key(SECOND), _key(FIRST)));
        vm.prank(_key(SECOND));
        _registry.rotateKey(_key(FIRST), _key(THIRD), "");
    }

    function test_AKeyLeavesOnce() external {
        _addKey(MAKER, MAKER_COLD, FIRST, 0);
        _rotate(MAKER_COLD, FIRST, SECOND, 0);
        bytes memory possession = _possession(MAKER, THIRD, 0);
        vm.expectRevert(abi.encodeWithSelector(IPartyKeys.KeyLeaving.selector, _key(FIRST), START + OVERLAP));
        vm.prank(MAKER_COLD);
        _registry.rotateKey(_key(FIRST), _key(THIRD), possession);
        vm.warp(START + OVERLAP);
        vm.expectRevert(abi.encodeWithSelector(IPartyKeys.KeyNotActive.selector, _key(FIRST), START + OVERLAP));
        vm.prank(MAKER_COLD);
        _registry.rotateKey(_key(FIRST), _key(THIRD), possession);
    }

    /* COMPROMISE AND REVOCATION */

    function test_ACompromiseActsFromItsOwnBlockWhateverDateIsClaimed() external {
        _addKey(MAKER, MAKER_COLD, FIRST, 0);
        vm.warp(START + 100);
        vm.expectEmit();
        emit IPartyKeys.KeyCompromised(MAKER, _key(FIRST), START + 1);
        vm.prank(MAKER_COLD);
        _registry.declareCompromise(_key(FIRST), START + 1);
        vm.assertFalse(_isActive(FIRST), "ended");
        vm.assertTrue(_registry.isActive(_key(FIRST), START + 99), "nothing before its block");
    }

    function test_TheAccreditorMayDeclareACompromiseAndNobodyElse() external {
        _addKey(MAKER, MAKER_COLD, FIRST, 0);
        vm.expectRevert(abi.encodeWithSelector(IAccreditation.NotAuthority.selector, STRANGER, CN_AUTHORITY));
        vm.prank(STRANGER);
        _registry.declareCompromise(_key(FIRST), START);
        vm.prank(CN_COLD);
        _registry.declareCompromise(_key(FIRST), START);

        _addKey(CN_AUTHORITY, CN_COLD, SECOND, 0);
        vm.prank(ROOT);
        _registry.declareCompromise(_key(SECOND), START);
        vm.assertFalse(_isActive(SECOND), "the root authority for an authority");
    }

    function test_ACompromiseIsDeclaredOnceNotAheadAndOfAKnownKey() external {
        vm.expectRevert(abi.encodeWithSelector(IPartyKeys.TimeInFuture.selector, START, START + 1));
        _registry.declareCompromise(_key(FIRST), START + 1);
        vm.expectRevert(abi.encodeWithSelector(IPartyKeys.UnknownKey.selector, _key(FIRST)));
        _registry.declareCompromise(_key(FIRST), START);
        _addKey(MAKER, MAKER_COLD, FIRST, 0);
        vm.prank(MAKER_COLD);
        _registry.declareCompromise(_key(FIRST), START);
        vm.expectRevert(abi.encodeWithSelector(IPartyKeys.AlreadyCompromised.selector, _key(FIRST)));
        vm.prank(MAKER_COLD);
        _registry.declareCompromise(_key(FIRST), START);
    }

    function test_ALateCompromiseKeepsTheEarlierEnd() external {
        _addKey(MAKER, MAKER_COLD, FIRST, 0);
        vm.prank(MAKER_COLD);
        _registry.revokeKey(_key(FIRST));
        vm.warp(START + 50);
        vm.prank(MAKER_COLD);
        _registry.declareCompromise(_key(FIRST), START);
        vm.assertEq(_registry.getKey(_key(FIRST)).validUntil, START, "as revoked");
    }

    function test_ARevokedKeyEndsAtThisBlockAndOnce() external {
        vm.expectRevert(abi.encodeWithSelector(IPartyKeys.UnknownKey.selector, _key(FIRST)));
        _registry.revokeKey(_key(FIRST));
        _addKey(MAKER, MAKER_COLD, FIRST, 0);
        vm.warp(START + 1);
        vm.expectEmit();
        emit IPartyKeys.KeyRevoked(MAKER, _key(FIRST));
        vm.prank(MAKER_COLD);
        _registry.revokeKey(_key(FIRST));
        vm.assertFalse(_isActive(FIRST), "ended");
        vm.expectRevert(abi.encodeWithSelector(IPartyKeys.KeyNotActive.selector, _key(FIRST), START + 1));
        vm.prank(MAKER_COLD);
        _registry.revokeKey(_key(FIRST));
    }

    /* RECOVERY */

    function test_ARecoveryEndsAllKeysAndStartsWithOne() external {
        _addKey(MAKER, MAKER_COLD, FIRST, 0);
        _addKey(MAKER, MAKER_COLD, SECOND, PLATFORM);
        vm.warp(START + 7);
        vm.expectEmit();
        emit IPartyKeys.RecoveryBegun(MAKER, _key(THIRD), 1);
        vm.prank(MAKER_COLD);
        _registry.beginRecovery(MAKER, _key(THIRD));
        vm.assertFalse(_isActive(FIRST) || _isActive(SECOND) || _isActive(THIRD), "none is good");
        vm.assertTrue(_registry.isActive(_key(FIRST), START + 6), "nothing before its block");

        bytes memory possession = _possession(MAKER, THIRD, 0);
        vm.expectEmit();
        emit IPartyKeys.RecoveryCompleted(MAKER, _key(THIRD));
        vm.prank(STRANGER);
        _registry.completeRecovery(MAKER, possession);
        vm.assertTrue(_isActive(THIRD), "the new key is good");
        vm.assertFalse(_isActive(FIRST) || _isActive(SECOND), "the old ones stay ended");
    }

    function test_ACancelledRecoveryRevivesNothing() external {
        _addKey(MAKER, MAKER_COLD, FIRST, 0);
        vm.prank(MAKER_COLD);
        _registry.beginRecovery(MAKER, _key(SECOND));
        vm.expectEmit();
        emit IPartyKeys.RecoveryCancelled(MAKER);
        vm.prank(MAKER_COLD);
        _registry.cancelRecovery(MAKER);
        vm.assertFalse(_isActive(FIRST), "stays ended");
        vm.expectRevert(abi.encodeWithSelector(IPartyKeys.NoRecovery.selector, MAKER));
        _registry.completeRecovery(MAKER, "");
    }

    function test_ARecoveryNeedsAFreshKeyAndIsTheOnlyOne() external {
        _addKey(PLATFORM, PLATFORM_COLD, FIRST, 0);
        vm.expectRevert(abi.encodeWithSelector(IAccreditation.ZeroValue.selector));
        _registry.beginRecovery(MAKER, address(0));
        vm.expectRevert(abi.encodeWithSelector(IPartyKeys.KeyTaken.selector, _key(FIRST), PLATFORM));
        vm.prank(MAKER_COLD);
        _registry.beginRecovery(MAKER, _key(FIRST));
        vm.prank(MAKER_COLD);
        _registry.beginRecovery(MAKER, _key(SECOND));
        vm.expectRevert(abi.encodeWithSelector(IPartyKeys.RecoveryPending.selector, MAKER, _key(SECOND)));
        vm.prank(MAKER_COLD);
        _registry.beginRecovery(MAKER, _key(THIRD));
    }

    function _requirePublicRoleRefused() private {
        vm.expectRevert(abi.encodeWithSelector(IPartyKeys.CustodialKeyHeld.selector, MAKER));
        vm.prank(CN_COLD);
        _registry.grantRole(MAKER, "customs", CN, 0, FOREVER);
    }

    /// @dev Who a signature seems to come from when it is held against another binding.
    function _signerOf(
        bytes memory signature,
        bytes32 party,
        address key,
        bytes32 custodian
    ) private view returns (address) {
        bytes32 digest = keccak256(
            abi.encodePacked(
                hex"1901",
                _registry.domainSeparator(),
                keccak256(
                    abi.encode(
                        keccak256("KeyBinding(bytes32 party,address key,bytes32 custodian)"),
                        party,
                        key,
                        custodian
                    )
                )
            )
        );
        (bytes32 r, bytes32 s, uint8 v) = (_word(signature, 0), _word(signature, 32), uint8(signature[64]));
        return ecrecover(digest, v, r, s);
    }

    function _word(bytes memory data, uint256 offset) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 0x20), offset))
        }
    }
}
