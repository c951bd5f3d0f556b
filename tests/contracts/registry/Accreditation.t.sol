// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IAccreditation} from "../../../contracts/interfaces/IAccreditation.sol";
import {PartyRegistry} from "../../../contracts/PartyRegistry.sol";
import {Jurisdictions} from "../../../contracts/types/Jurisdictions.sol";
import {Party} from "../../../contracts/types/Party.sol";
import {PartyRegistryFixture} from "../helpers/PartyRegistryFixture.sol";

contract AccreditationTest is PartyRegistryFixture {
    function test_ARegistryNeedsARootAuthority() external {
        vm.expectRevert(abi.encodeWithSelector(IAccreditation.ZeroValue.selector));
        new PartyRegistry(address(0), OVERLAP);
    }

    function test_TheRootAuthorityIsHandedOverInTwoSteps() external {
        vm.expectEmit();
        emit IAccreditation.RootAuthorityProposed(STRANGER);
        vm.prank(ROOT);
        _registry.proposeRootAuthority(STRANGER);
        vm.assertEq(_registry.rootAuthority(), ROOT, "not before it accepts");
        vm.expectEmit();
        emit IAccreditation.RootAuthorityChanged(ROOT, STRANGER);
        vm.prank(STRANGER);
        _registry.acceptRootAuthority();
        vm.assertEq(_registry.rootAuthority(), STRANGER, "accepted");
        vm.assertEq(_registry.proposedRootAuthority(), address(0), "used once");
    }

    function test_OnlyTheProposedAccountTakesOver() external {
        vm.prank(ROOT);
        _registry.proposeRootAuthority(CN_COLD);
        vm.expectRevert(abi.encodeWithSelector(IAccreditation.NotProposed.selector, STRANGER));
        vm.prank(STRANGER);
        _registry.acceptRootAuthority();
        vm.expectRevert(abi.encodeWithSelector(IAccreditation.NotProposed.selector, STRANGER));
        vm.prank(STRANGER);
        _registry.acceptColdKey(MAKER);
    }

    function test_OnlyTheRootAuthorityGovernsAuthorities() external {
        bytes memory refusal = abi.encodeWithSelector(IAccreditation.NotRootAuthority.selector, CN_COLD);
        vm.expectRevert(refusal);
        vm.prank(CN_COLD);
        _registry.proposeRootAuthority(CN_COLD);
        vm.expectRevert(refusal);
        vm.prank(CN_COLD);
        _registry.accreditAuthority(NOBODY, "DE", CN_COLD, "x");
        vm.expectRevert(refusal);
        vm.prank(CN_COLD);
        _registry.endAccreditation(NL_AUTHORITY);
    }

    function test_AnAccreditationSaysAllThatAReplayNeeds() external {
        vm.expectEmit();
        emit IAccreditation.AuthorityAccredited("authority of DE", "DE", STRANGER, "Zoll");
        vm.prank(ROOT);
        _registry.accreditAuthority("authority of DE", "DE", STRANGER, "Zoll");
        vm.expectEmit();
        emit IAccreditation.PartyAccredited("importer", "DE", "authority of DE", MAKER_COLD, "Import GmbH");
        vm.prank(STRANGER);
        _registry.accreditParty("importer", "DE", MAKER_COLD, "Import GmbH");

        Party memory importer = _registry.getParty("importer");
        vm.assertEq(importer.coldKey, MAKER_COLD, "cold key");
        vm.assertEq(importer.accreditor, "authority of DE", "accreditor");
        vm.assertEq(importer.accreditedAt, START, "time");
    }

    function test_AJurisdictionHasOneStandingAuthority() external {
        vm.expectRevert(abi.encodeWithSelector(IAccreditation.JurisdictionTaken.selector, CN, CN_AUTHORITY));
        vm.prank(ROOT);
        _registry.accreditAuthority(NOBODY, CN, STRANGER, "x");

        vm.prank(ROOT);
        _registry.endAccreditation(CN_AUTHORITY);
        vm.prank(ROOT);
        _registry.accreditAuthority("next authority of CN", CN, STRANGER, "x");
        vm.assertEq(_registry.authorityOf(CN), "next authority of CN", "replaced once it ended");
    }

    function test_AnAuthorityAccreditsInItsOwnJurisdictionOnly() external {
        vm.expectRevert(abi.encodeWithSelector(IAccreditation.NotAuthority.selector, CN_COLD, NL_AUTHORITY));
        vm.prank(CN_COLD);
        _registry.accreditParty(NOBODY, NL, STRANGER, "x");
    }

    function test_AnAuthorityActsThroughAGoodKeyOfItsOwn() external {
        _addKey(CN_AUTHORITY, CN_COLD, FIRST, 0);
        vm.prank(_key(FIRST));
        _registry.accreditParty("one", CN, STRANGER, "x");

        vm.prank(CN_COLD);
        _registry.revokeKey(_key(FIRST));
        vm.expectRevert(abi.encodeWithSelector(IAccreditation.NotAuthority.selector, _key(FIRST), CN_AUTHORITY));
        vm.prank(_key(FIRST));
        _registry.accreditParty("two", CN, STRANGER, "x");
    }

    function test_AnIdIsUsedOnce() external {
        vm.prank(CN_COLD);
        _registry.endAccreditation(MAKER);
        vm.expectRevert(abi.encodeWithSelector(IAccreditation.PartyExists.selector, MAKER));
        vm.prank(CN_COLD);
        _registry.accreditParty(MAKER, CN, MAKER_COLD, "x");
    }

    function test_AnAccreditationIsWellFormed() external {
        vm.expectRevert(abi.encodeWithSelector(IAccreditation.ZeroValue.selector));
        _registry.accreditParty(0, CN, MAKER_COLD, "x");
        vm.expectRevert(abi.encodeWithSelector(IAccreditation.ZeroValue.selector));
        _registry.accreditParty(NOBODY, CN, address(0), "x");
        vm.expectRevert(abi.encodeWithSelector(Jurisdictions.NotAJurisdiction.selector, bytes("cn")));
        _registry.accreditParty(NOBODY, "cn", MAKER_COLD, "x");
        vm.expectRevert(abi.encodeWithSelector(IAccreditation.NameLength.selector, 256, 0));
        _registry.accreditParty(NOBODY, CN, MAKER_COLD, "");
        vm.expectRevert(abi.encodeWithSelector(IAccreditation.NameLength.selector, 256, 257));
        _registry.accreditParty(NOBODY, CN, MAKER_COLD, string(new bytes(257)));
    }

    function test_AnEndReachesEveryoneBelowFromItsOwnBlockOn() external {
        vm.warp(START + 10);
        vm.expectEmit();
        emit IAccreditation.AccreditationEnded(CN_AUTHORITY);
        vm.prank(ROOT);
        _registry.endAccreditation(CN_AUTHORITY);
        vm.assertFalse(_isStanding(CN_AUTHORITY), "the authority");
        vm.assertFalse(_isStanding(MAKER), "its party");
        vm.assertTrue(_isStanding(NL_AUTHORITY), "not another");
        vm.assertTrue(_registry.isStanding(MAKER, START + 9), "nothing before its block");
        vm.assertFalse(_registry.isStanding(MAKER, START - 1), "nor before it began");

        vm.expectRevert(abi.encodeWithSelector(IAccreditation.NotStanding.selector, CN_AUTHORITY));
        vm.prank(CN_COLD);
        _registry.accreditParty(NOBODY, CN, STRANGER, "x");
    }

    function test_OnlyTheAccreditorEndsAnAccreditationAndOnce() external {
        vm.expectRevert(abi.encodeWithSelector(IAccreditation.NotAuthority.selector, NL_COLD, CN_AUTHORITY));
        vm.prank(NL_COLD);
        _registry.endAccreditation(MAKER);
        vm.expectRevert(abi.encodeWithSelector(IAccreditation.UnknownParty.selector, NOBODY));
        _registry.endAccreditation(NOBODY);
        vm.prank(CN_COLD);
        _registry.endAccreditation(MAKER);
        vm.expectRevert(abi.encodeWithSelector(IAccreditation.AlreadyEnded.selector, MAKER, START));
        vm.prank(CN_COLD);
        _registry.endAccreditation(MAKER);
    }

    function test_AColdKeyIsHandedOverInTwoSteps() external {
        vm.expectRevert(abi.encodeWithSelector(IAccreditation.NotColdKey.selector, STRANGER, MAKER));
        vm.prank(STRANGER);
        _registry.proposeColdKey(MAKER, STRANGER);

        vm.expectEmit();
        emit IAccreditation.ColdKeyProposed(MAKER, STRANGER);
        vm.prank(MAKER_COLD);
        _registry.proposeColdKey(MAKER, STRANGER);
        vm.assertEq(_registry.getParty(MAKER).coldKey, MAKER_COLD, "not before it accepts");
        vm.expectEmit();
        emit IAccreditation.ColdKeyChanged(MAKER, STRANGER);
        vm.prank(STRANGER);
        _registry.acceptColdKey(MAKER);
        vm.assertEq(_registry.getParty(MAKER).coldKey, STRANGER, "accepted");
    }
}
