// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IAccreditation} from "../../../contracts/interfaces/IAccreditation.sol";
import {IPrefixRegistry} from "../../../contracts/interfaces/IPrefixRegistry.sol";
import {PrefixClaims} from "../../../contracts/libraries/PrefixClaims.sol";
import {PartyRegistryFixture} from "../helpers/PartyRegistryFixture.sol";

contract PrefixRegistryTest is PartyRegistryFixture {
    uint64 private constant NONE = 10 ** 13;

    function test_APrefixClaimsAllNumbersThatBeginWithIt() external {
        vm.expectEmit();
        emit IPrefixRegistry.PrefixClaimed(MAKER, 6901234, 7);
        _claim(MAKER, 6901234, 7, NONE);
        vm.assertEq(_registry.claimant(6901234000000, 6901234000000), MAKER, "first");
        vm.assertEq(_registry.claimant(6901234999999, 6901234000000), MAKER, "last");
        vm.assertEq(_registry.claimant(6901235000000, 6901234000000), 0, "one after");
        vm.assertEq(_registry.claimant(6901233999999, NONE), 0, "one before");
    }

    function test_LeadingZerosCount() external {
        _claim(MAKER, 0, 4, NONE);
        vm.assertEq(_registry.claimant(0, 0), MAKER, "0000");
        vm.assertEq(_registry.claimant(999999999, 0), MAKER, "0000999999999");
        vm.assertEq(_registry.claimant(1000000000, 0), 0, "0001");
        vm.assertEq(_registry.getClaim(0).length, 4, "kept at zero");
    }

    function test_NeighboursMayTouch() external {
        _claim(MAKER, 6901, 4, NONE);
        _claim(PLATFORM, 6903, 4, 6901000000000);
        _claim(MAKER, 6902, 4, 6901000000000);
        _claim(PLATFORM, 6900, 4, NONE);
        vm.assertEq(_registry.claimant(6902000000000, 6902000000000), MAKER, "between");
    }

    function test_NoTwoClaimsOverlapNotEvenOnesOwn() external {
        _claim(MAKER, 6901234, 7, NONE);
        _refuse(_overlap(6901234000000, 7, MAKER), PLATFORM, 6901234, 7, NONE);
        _refuse(_overlap(6901234000000, 7, MAKER), PLATFORM, 69012345, 8, 6901234000000);
        _refuse(_overlap(6901234000000, 7, MAKER), PLATFORM, 690123, 6, NONE);
        _refuse(_overlap(6901234000000, 7, MAKER), PLATFORM, 690123, 6, 6901234000000);
        _refuse(_overlap(6901234000000, 7, MAKER), MAKER, 6901234567892, 13, 6901234000000);
    }

    function test_AHintIsTheClaimJustBefore() external {
        _claim(MAKER, 1000, 4, NONE);
        _claim(MAKER, 3000, 4, 1000000000000);
        bytes4 wrong = PrefixClaims.WrongHint.selector;
        _refuse(abi.encodeWithSelector(wrong, 5), MAKER, 2000, 4, 5);
        _refuse(abi.encodeWithSelector(wrong, NONE), MAKER, 2000, 4, NONE);
        _refuse(abi.encodeWithSelector(wrong, 3000000000000), MAKER, 2000, 4, 3000000000000);
        _refuse(abi.encodeWithSelector(wrong, 1000000000000), MAKER, 4000, 4, 1000000000000);

        vm.expectRevert(abi.encodeWithSelector(wrong, NONE));
        _registry.claimant(2000000000000, NONE);
        vm.expectRevert(abi.encodeWithSelector(wrong, 3000000000000));
        _registry.claimant(2000000000000, 3000000000000);
        vm.expectRevert(abi.encodeWithSelector(wrong, 1000000000000));
        _registry.claimant(4000000000000, 1000000000000);
        vm.expectRevert(abi.encodeWithSelector(wrong, 5));
        _registry.claimant(6, 5);
    }

    function test_AGlnIsOneNumberWithItsCheckDigit() external {
        _claim(MAKER, 6901234567892, 13, NONE);
        vm.assertEq(_registry.claimant(6901234567892, 6901234567892), MAKER, "the GLN");
        vm.assertEq(_registry.claimant(6901234567893, 6901234567892), 0, "one number only");
        _refuse(
            abi.encodeWithSelector(PrefixClaims.CheckDigit.selector, 4000001000004, 5),
            MAKER,
            4000001000004,
            13,
            NONE
        );
    }

    function test_APrefixHasFourToTwelveDigits() external {
        _refuse(abi.encodeWithSelector(PrefixClaims.PrefixLength.selector, 3), MAKER, 690, 3, NONE);
        _refuse(abi.encodeWithSelector(PrefixClaims.PrefixLength.selector, 14), MAKER, 690, 14, NONE);
        _refuse(abi.encodeWithSelector(PrefixClaims.PrefixDigits.selector, 10000, 4), MAKER, 10000, 4, NONE);
        _claim(MAKER, 690123456789, 12, NONE);
    }

    function test_OnlyTheAccreditorClaimsForAPartyThatStands() external {
        vm.expectRevert(abi.encodeWithSelector(IAccreditation.NotAuthority.selector, NL_COLD, CN_AUTHORITY));
        vm.prank(NL_COLD);
        _registry.claimPrefix(MAKER, 6901, 4, NONE);
        vm.prank(CN_COLD);
        _registry.endAccreditation(MAKER);
        _refuse(abi.encodeWithSelector(IAccreditation.NotStanding.selector, MAKER), MAKER, 6901, 4, NONE);
    }

    function test_AReleasedPrefixIsFree() external {
        _claim(MAKER, 6901, 4, NONE);
        vm.expectRevert(abi.encodeWithSelector(IAccreditation.NotAuthority.selector, STRANGER, CN_AUTHORITY));
        vm.prank(STRANGER);
        _registry.releasePrefix(6901, 4, NONE);
        vm.expectEmit();
        emit IPrefixRegistry.PrefixReleased(MAKER, 6901, 4);
        vm.prank(MAKER_COLD);
        _registry.releasePrefix(6901, 4, NONE);
        _claim(PLATFORM, 69012, 5, NONE);
        vm.prank(CN_COLD);
        _registry.releasePrefix(69012, 5, NONE);
        vm.assertEq(_registry.claimant(6901200000000, NONE), 0, "free");
    }

    function test_TheClaimsOfTheGoneBlockNobody() external {
        _claim(MAKER, 6901, 4, NONE);
        vm.prank(CN_COLD);
        _registry.endAccreditation(MAKER);
        vm.prank(STRANGER);
        _registry.releasePrefix(6901, 4, NONE);
        _claim(PLATFORM, 6901, 4, NONE);
    }

    function test_OnlyAClaimThatIsThereIsReleased() external {
        _claim(MAKER, 6901, 4, NONE);
        vm.expectRevert(abi.encodeWithSelector(PrefixClaims.UnknownClaim.selector, 6902000000000, 4));
        _registry.releasePrefix(6902, 4, NONE);
        vm.expectRevert(abi.encodeWithSelector(PrefixClaims.UnknownClaim.selector, 6901000000000, 5));
        vm.prank(MAKER_COLD);
        _registry.releasePrefix(69010, 5, NONE);
        vm.expectRevert(abi.encodeWithSelector(PrefixClaims.WrongHint.selector, 6901000000000));
        vm.prank(MAKER_COLD);
        _registry.releasePrefix(6901, 4, 6901000000000);
    }

    function test_AnUnknownHintReleasesNothingEvenAtZero() external {
        _claim(MAKER, 0, 4, NONE);
        vm.expectRevert(abi.encodeWithSelector(PrefixClaims.WrongHint.selector, 77));
        vm.prank(MAKER_COLD);
        _registry.releasePrefix(0, 4, 77);
    }

    function _claim(bytes32 party, uint64 digits, uint8 length, uint64 hint) private {
        vm.prank(CN_COLD);
        _registry.claimPrefix(party, digits, length, hint);
    }

    function _refuse(bytes memory reason, bytes32 party, uint64 digits, uint8 length, uint64 hint) private {
        vm.expectRevert(reason);
        _claim(party, digits, length, hint);
    }

    function _overlap(uint64 start, uint8 length, bytes32 party) private pure returns (bytes memory) {
        return abi.encodeWithSelector(PrefixClaims.PrefixOverlap.selector, start, length, party);
    }
}
