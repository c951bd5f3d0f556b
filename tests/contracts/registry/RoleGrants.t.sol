// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IAccreditation} from "../../../contracts/interfaces/IAccreditation.sol";
import {IRoleGrants} from "../../../contracts/interfaces/IRoleGrants.sol";
import {RoleGrant, Roles} from "../../../contracts/types/Roles.sol";
import {PartyRegistryFixture} from "../helpers/PartyRegistryFixture.sol";

contract RoleGrantsTest is PartyRegistryFixture {
    string[13] private _words = [
        "manufacturer",
        "seller",
        "buyer",
        "platform",
        "psp",
        "carrier",
        "declarant",
        "warehouse",
        "assessor",
        "customs",
        "tax",
        "arbiter",
        "auditor"
    ];

    function setUp() public override {
        super.setUp();
        _addKey(MAKER, MAKER_COLD, FIRST, 0);
    }

    function test_EveryWordOfTheTableIsARoleAndNoOther() external {
        for (uint256 i = 0; i < _words.length; ++i) {
            vm.assertFalse(_entitled(_words[i]), "not before");
            _grant(MAKER, _words[i]);
            vm.assertTrue(_entitled(_words[i]), _words[i]);
        }
        vm.expectRevert(abi.encodeWithSelector(Roles.UnknownRole.selector, "authority"));
        vm.prank(CN_COLD);
        _registry.grantRole(MAKER, "authority", CN, 0, FOREVER);
        vm.expectRevert(abi.encodeWithSelector(Roles.UnknownRole.selector, "Seller"));
        vm.prank(CN_COLD);
        _registry.revokeRole(MAKER, "Seller", CN);
    }

    function test_AnyAuthorityGrantsForItsOwnJurisdiction() external {
        vm.prank(NL_COLD);
        _registry.grantRole(MAKER, "seller", NL, 0, FOREVER);
        vm.assertTrue(_registry.isEntitled(_key(FIRST), MAKER, "seller", NL), "granted by NL");
        vm.assertFalse(_entitled("seller"), "not in CN");
        vm.expectRevert(abi.encodeWithSelector(IAccreditation.NotAuthority.selector, NL_COLD, CN_AUTHORITY));
        vm.prank(NL_COLD);
        _registry.grantRole(MAKER, "seller", CN, 0, FOREVER);
        vm.expectRevert(abi.encodeWithSelector(IAccreditation.NotAuthority.selector, CN_COLD, NL_AUTHORITY));
        vm.prank(CN_COLD);
        _registry.revokeRole(MAKER, "seller", NL);
    }

    function test_AGrantNeverActsBeforeItsOwnBlock() external {
        vm.expectEmit();
        emit IRoleGrants.RoleGranted(MAKER, "seller", CN, START, START + 10);
        vm.prank(CN_COLD);
        _registry.grantRole(MAKER, "seller", CN, START - 5, START + 10);
        RoleGrant memory grant = _registry.getRoleGrant(MAKER, "seller", CN);
        vm.assertEq(grant.validFrom, START, "lifted");
    }

    function test_AGrantHoldsWithinItsWindow() external {
        vm.prank(CN_COLD);
        _registry.grantRole(MAKER, "seller", CN, START + 5, START + 10);
        vm.assertFalse(_entitled("seller"), "before");
        vm.warp(START + 5);
        vm.assertTrue(_entitled("seller"), "from");
        vm.warp(START + 9);
        vm.assertTrue(_entitled("seller"), "last second");
        vm.warp(START + 10);
        vm.assertFalse(_entitled("seller"), "until");
    }

    function test_AnEmptyWindowIsRefused() external {
        vm.expectRevert(abi.encodeWithSelector(IRoleGrants.EmptyWindow.selector, START, START));
        vm.prank(CN_COLD);
        _registry.grantRole(MAKER, "seller", CN, 0, START);
    }

    function test_APartyThatDoesNotStandGetsNoRole() external {
        vm.expectRevert(abi.encodeWithSelector(IAccreditation.NotStanding.selector, NOBODY));
        vm.prank(CN_COLD);
        _registry.grantRole(NOBODY, "seller", CN, 0, FOREVER);
    }

    function test_AGrantIsRevokedBeforeItIsGrantedAgain() external {
        _grant(MAKER, "seller");
        vm.expectRevert(abi.encodeWithSelector(IRoleGrants.RoleAlreadyGranted.selector, MAKER, "seller", CN, FOREVER));
        vm.prank(CN_COLD);
        _registry.grantRole(MAKER, "seller", CN, 0, FOREVER);

        vm.warp(START + 1);
        vm.expectEmit();
        emit IRoleGrants.RoleRevoked(MAKER, "seller", CN);
        vm.prank(CN_COLD);
        _registry.revokeRole(MAKER, "seller", CN);
        vm.assertFalse(_entitled("seller"), "revoked from its own block on");
        _grant(MAKER, "seller");
        vm.assertTrue(_entitled("seller"), "granted again");
    }

    function test_OnlyAGrantThatStandsIsRevoked() external {
        vm.expectRevert(abi.encodeWithSelector(IRoleGrants.RoleNotHeld.selector, MAKER, "seller", CN, START));
        vm.prank(CN_COLD);
        _registry.revokeRole(MAKER, "seller", CN);
        _grant(MAKER, "seller");
        vm.prank(CN_COLD);
        _registry.revokeRole(MAKER, "seller", CN);
        vm.expectRevert(abi.encodeWithSelector(IRoleGrants.RoleNotHeld.selector, MAKER, "seller", CN, START));
        vm.prank(CN_COLD);
        _registry.revokeRole(MAKER, "seller", CN);
    }

    function test_PublicRolesAreCountedOnce() external {
        vm.prank(CN_COLD);
        _registry.grantRole(MAKER, "tax", CN, 0, START + 1);
        vm.warp(START + 2); // it ran out and is granted again without being revoked
        _grant(MAKER, "tax");
        vm.assertEq(_registry.getParty(MAKER).publicRoles, 1, "one grant");
        vm.prank(CN_COLD);
        _registry.revokeRole(MAKER, "tax", CN);
        vm.assertEq(_registry.getParty(MAKER).publicRoles, 0, "none");
    }

    function test_ARevokedGrantThatHadNotBegunNeverBegins() external {
        vm.prank(CN_COLD);
        _registry.grantRole(MAKER, "seller", CN, START + 100, FOREVER);
        vm.prank(CN_COLD);
        _registry.revokeRole(MAKER, "seller", CN);
        vm.warp(START + 200);
        vm.assertFalse(_entitled("seller"), "never");
    }

    function _entitled(string memory role) private view returns (bool) {
        return _registry.isEntitled(_key(FIRST), MAKER, role, CN);
    }
}
