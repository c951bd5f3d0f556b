// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IAccreditation} from "../../contracts/interfaces/IAccreditation.sol";
import {IPartyKeys} from "../../contracts/interfaces/IPartyKeys.sol";
import {IPartyRegistry} from "../../contracts/interfaces/IPartyRegistry.sol";
import {IRoleGrants} from "../../contracts/interfaces/IRoleGrants.sol";
import {Signatures} from "../../contracts/libraries/Signatures.sol";
import {Statements} from "../../contracts/libraries/Statements.sol";
import {Jurisdictions} from "../../contracts/types/Jurisdictions.sol";
import {Roles} from "../../contracts/types/Roles.sol";
import {Statement} from "../../contracts/types/Statement.sol";
import {PartyRegistryFixture} from "./helpers/PartyRegistryFixture.sol";
import {StatementsHarness} from "./helpers/StatementsHarness.sol";

contract PartyRegistryTest is PartyRegistryFixture {
    StatementsHarness private _statements = new StatementsHarness();

    function setUp() public override {
        super.setUp();
        _addKey(MAKER, MAKER_COLD, FIRST, 0);
        _grant(MAKER, "seller");
        vm.warp(START + 10);
    }

    function test_AStatementOfAnEntitledSignerGivesItsEip712Hash() external view {
        Statement memory statement = _statement();
        vm.assertEq(_registry.checkStatement(statement, _signed(statement, FIRST)), _digest(statement), "EIP-712 hash");
    }

    function test_ARoleOutsideTheTableIsRefused() external {
        Statement memory statement = _statement();
        statement.role = "authority";
        _refuse(abi.encodeWithSelector(Roles.UnknownRole.selector, "authority"), statement, FIRST);
        vm.expectRevert(abi.encodeWithSelector(Roles.UnknownRole.selector, "authority"));
        _registry.isEntitled(_key(FIRST), MAKER, "authority", CN);
    }

    function test_AJurisdictionIsTwoCapitalLetters() external {
        string[5] memory wrong = ["", "C", "CHN", "cn", "C1"];
        for (uint256 i = 0; i < wrong.length; ++i) {
            Statement memory statement = _statement();
            statement.jurisdiction = wrong[i];
            bytes memory reason = abi.encodeWithSelector(Jurisdictions.NotAJurisdiction.selector, bytes(wrong[i]));
            _refuse(reason, statement, FIRST);
        }
    }

    function test_ASignatureOfTheWrongFormIsRefused() external {
        vm.expectRevert(abi.encodeWithSelector(Signatures.SignatureLength.selector, 0));
        _registry.checkStatement(_statement(), "");
    }

    function test_AKeyNobodyBoundIsRefused() external {
        _refuse(abi.encodeWithSelector(IPartyKeys.UnknownKey.selector, _key(SECOND)), _statement(), SECOND);
    }

    function test_AKeyOfAnotherPartyIsRefused() external {
        _addKey(PLATFORM, PLATFORM_COLD, SECOND, 0);
        _refuse(abi.encodeWithSelector(IPartyRegistry.NotKeyOf.selector, _key(SECOND), MAKER), _statement(), SECOND);
    }

    function test_AStatementForAnotherRegistryIsRefused() external {
        Statement memory statement = _statement();
        bytes32 elsewhere = Statements.digest(
            Statements.domainSeparator(block.chainid + 1, address(_registry)),
            _statements.hash(statement)
        );
        bytes memory signature = _sign(FIRST, elsewhere);
        address seeming = _statements.recover(_digest(statement), signature);
        vm.expectRevert(abi.encodeWithSelector(IPartyKeys.UnknownKey.selector, seeming));
        _registry.checkStatement(statement, signature);
    }

    function test_AKeyThatHasEndedIsRefused() external {
        vm.prank(MAKER_COLD);
        _registry.revokeKey(_key(FIRST));
        _refuse(abi.encodeWithSelector(IPartyKeys.KeyNotActive.selector, _key(FIRST), START + 10), _statement(), FIRST);
    }

    function test_APartyThatDoesNotStandIsRefused() external {
        vm.prank(ROOT);
        _registry.endAccreditation(CN_AUTHORITY);
        _refuse(abi.encodeWithSelector(IAccreditation.NotStanding.selector, MAKER), _statement(), FIRST);
    }

    function test_ARoleThatIsNotHeldIsRefused() external {
        Statement memory statement = _statement();
        statement.role = "buyer";
        _refuse(
            abi.encodeWithSelector(IRoleGrants.RoleNotHeld.selector, MAKER, "buyer", CN, START + 10),
            statement,
            FIRST
        );
        statement = _statement();
        statement.jurisdiction = "NL";
        _refuse(
            abi.encodeWithSelector(IRoleGrants.RoleNotHeld.selector, MAKER, "seller", NL, START + 10),
            statement,
            FIRST
        );
    }

    function test_AStatementIsJudgedAtTheHeadThatFirstShowsIt() external {
        vm.prank(MAKER_COLD);
        _registry.declareCompromise(_key(FIRST), START);
        Statement memory statement = _statement();
        bytes memory signature = _signed(statement, FIRST);
        _registry.checkStatementAt(statement, signature, START + 9);
        vm.expectRevert(abi.encodeWithSelector(IPartyKeys.KeyNotActive.selector, _key(FIRST), START + 10));
        _registry.checkStatementAt(statement, signature, START + 10);
        vm.expectRevert(abi.encodeWithSelector(IPartyKeys.KeyNotActive.selector, _key(FIRST), START - 1));
        _registry.checkStatementAt(statement, signature, START - 1);
        vm.expectRevert(abi.encodeWithSelector(IPartyKeys.TimeInFuture.selector, START + 10, START + 11));
        _registry.checkStatementAt(statement, signature, START + 11);
    }

    function test_EveryLinkOfTheChainEntitles() external {
        vm.assertTrue(_registry.isEntitled(_key(FIRST), MAKER, "seller", CN), "entitled");
        vm.assertFalse(_registry.isEntitled(_key(FIRST), PLATFORM, "seller", CN), "another party");
        vm.assertFalse(_registry.isEntitled(_key(SECOND), 0, "seller", CN), "an unknown key");
        vm.prank(CN_COLD);
        _registry.endAccreditation(MAKER);
        vm.assertFalse(_registry.isEntitled(_key(FIRST), MAKER, "seller", CN), "party ended");
    }

    function _statement() private pure returns (Statement memory) {
        return
            Statement({
                act: "record event",
                party: MAKER,
                role: "seller",
                jurisdiction: "CN",
                eventDigest: keccak256("event"),
                logId: keccak256("log"),
                subject: 0,
                previous: 0,
                terms: 0,
                signedAt: START
            });
    }

    function _digest(Statement memory statement) private view returns (bytes32) {
        return Statements.digest(_registry.domainSeparator(), _statements.hash(statement));
    }

    function _signed(Statement memory statement, uint256 privateKey) private view returns (bytes memory) {
        return _sign(privateKey, _digest(statement));
    }

    function _refuse(bytes memory reason, Statement memory statement, uint256 privateKey) private {
        bytes memory signature = _signed(statement, privateKey);
        vm.expectRevert(reason);
        _registry.checkStatement(statement, signature);
    }
}
