// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IAccreditation} from "../../contracts/interfaces/IAccreditation.sol";
import {ICheckpointRegistry} from "../../contracts/interfaces/ICheckpointRegistry.sol";
import {ICustodyLedger} from "../../contracts/interfaces/ICustodyLedger.sol";
import {IPartyKeys} from "../../contracts/interfaces/IPartyKeys.sol";
import {IPartyRegistry} from "../../contracts/interfaces/IPartyRegistry.sol";
import {CustodyTerms} from "../../contracts/libraries/CustodyTerms.sol";
import {RFC9162} from "../../contracts/libraries/RFC9162.sol";
import {Statements} from "../../contracts/libraries/Statements.sol";
import {Custody, Status} from "../../contracts/types/Consignment.sol";
import {Accept, Goods, Inputs, Offer} from "../../contracts/types/CustodyTerms.sol";
import {Head} from "../../contracts/types/Head.sol";
import {Role} from "../../contracts/types/Roles.sol";
import {Inclusion} from "../../contracts/types/SignedStatement.sol";
import {CustodyFixture} from "./helpers/CustodyFixture.sol";

contract CustodyLedgerTest is CustodyFixture {
    /* OPENING */

    function test_AConsignmentIsOpenedByItsConsignor() external {
        Goods memory goods = _goods(5_000, KGM);
        Said memory said = _say(MAKER, "open consignment", 0, 0, _openTerms(goods));
        vm.expectEmit();
        emit ICustodyLedger.ConsignmentOpened(said.subject, MAKER, goods.contents, 5_000, KGM, said.head);
        vm.prank(STRANGER); // anybody submits
        vm.assertEq(_ledger.open(said.signed, goods, "salt"), said.subject, "subject");
        _requireHeld(said.subject, MAKER, 5_000, said.head);
        vm.assertEq(_ledger.getCustody(said.subject).since, block.timestamp, "since");
        vm.assertEq(_ledger.subjectOf(MAKER, said.signed.eventDigest), said.subject, "the view");
    }

    function test_ASubjectIsOpenedOnce() external {
        Goods memory goods = _goods(1, KGM);
        Said memory said = _say(MAKER, "open consignment", 0, 0, _openTerms(goods));
        _ledger.open(said.signed, goods, "salt");
        vm.expectRevert(abi.encodeWithSelector(ICustodyLedger.SubjectOpened.selector, said.subject));
        _ledger.open(said.signed, goods, "salt");
    }

    function test_TermsThatWereNotSignedAreRefused() external {
        Said memory said = _say(MAKER, "open consignment", 0, 0, _openTerms(_goods(1, KGM)));
        _refuseAnySigner();
        _ledger.open(said.signed, _goods(2, KGM), "salt");
        _refuseAnySigner();
        _ledger.open(said.signed, _goods(1, "LTR"), "salt");
        _refuseAnySigner();
        _ledger.open(said.signed, _goods(1, KGM), "pepper");
    }

    function test_AnotherActOfTheSameTermsIsRefused() external {
        Goods memory goods = _goods(1, KGM);
        Said memory said = _say(MAKER, "transform goods", 0, 0, _openTerms(goods));
        _refuseAnySigner();
        _ledger.open(said.signed, goods, "salt");
    }

    function test_AQuantityIsOneTo2To53() external {
        uint64[2] memory bad = [uint64(0), uint64(2) ** 53];
        for (uint256 i = 0; i < 2; ++i) {
            Said memory said = _say(MAKER, "open consignment", 0, 0, _openTerms(_goods(bad[i], KGM)));
            vm.expectRevert(abi.encodeWithSelector(ICustodyLedger.QuantityOutOfRange.selector, bad[i]));
            _ledger.open(said.signed, _goods(bad[i], KGM), "salt");
        }
        _open(MAKER, 2 ** 53 - 1, KGM);
    }

    function test_AUnitIsACodeOfRecommendation20() external {
        bytes3[5] memory bad = [bytes3(0), "K", "kgm", bytes3(0x4b004d), "K M"];
        for (uint256 i = 0; i < bad.length; ++i) {
            Said memory said = _say(MAKER, "open consignment", 0, 0, _openTerms(_goods(1, bad[i])));
            vm.expectRevert(abi.encodeWithSelector(CustodyTerms.NotAUnit.selector, bad[i]));
            _ledger.open(said.signed, _goods(1, bad[i]), "salt");
        }
        _open(MAKER, 1, "EA");
        _open(MAKER, 1, "H87");
    }

    /* SIGNERS */

    function test_ARoleOutsideCustodyIsRefused() external {
        _grant(MAKER, "assessor");
        bytes32 terms = _openTerms(_goods(1, KGM));
        Said memory said = _sayAs(MAKER, "assessor", FIRST, "open consignment", 0, 0, terms);
        Role role = Role.wrap(keccak256("assessor"));
        vm.expectRevert(abi.encodeWithSelector(ICustodyLedger.NotACustodyRole.selector, role));
        _ledger.open(said.signed, _goods(1, KGM), "salt");
    }

    function test_ARoleThatIsNotHeldIsRefused() external {
        bytes32 terms = _openTerms(_goods(1, KGM));
        Said memory said = _sayAs(MAKER, "seller", FIRST, "open consignment", 0, 0, terms);
        Role role = Role.wrap(keccak256("seller"));
        bytes4 selector = IPartyRegistry.NotEntitled.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, MAKER, role, CN, uint64(block.timestamp)));
        _ledger.open(said.signed, _goods(1, KGM), "salt");
    }

    function test_AKeyOfAnotherPartyIsRefused() external {
        bytes32 terms = _openTerms(_goods(1, KGM));
        Said memory said = _sayAs(MAKER, "manufacturer", CARRIER_KEY, "open consignment", 0, 0, terms);
        vm.expectRevert(abi.encodeWithSelector(IPartyRegistry.NotKeyOf.selector, _key(CARRIER_KEY), MAKER));
        _ledger.open(said.signed, _goods(1, KGM), "salt");
    }

    function test_AKeyThatHasEndedIsRefused() external {
        Said memory said = _say(MAKER, "open consignment", 0, 0, _openTerms(_goods(1, KGM)));
        vm.prank(MAKER_COLD);
        _registry.revokeKey(_key(FIRST));
        uint64 now_ = uint64(block.timestamp);
        vm.expectRevert(abi.encodeWithSelector(IPartyKeys.KeyNotActive.selector, _key(FIRST), now_));
        _ledger.open(said.signed, _goods(1, KGM), "salt");
    }

    function test_AKeyOfAnEpochThatARecoveryEndedIsRefused() external {
        Said memory said = _say(MAKER, "open consignment", 0, 0, _openTerms(_goods(1, KGM)));
        vm.prank(MAKER_COLD);
        _registry.beginRecovery(MAKER, _key(SECOND));
        uint64 now_ = uint64(block.timestamp);
        vm.expectRevert(abi.encodeWithSelector(IPartyKeys.KeyNotActive.selector, _key(FIRST), now_));
        _ledger.open(said.signed, _goods(1, KGM), "salt");
    }

    function test_APartyThatNoLongerStandsIsRefused() external {
        Said memory said = _say(MAKER, "open consignment", 0, 0, _openTerms(_goods(1, KGM)));
        vm.prank(CN_COLD);
        _registry.endAccreditation(MAKER);
        vm.expectPartialRevert(IAccreditation.NotStanding.selector);
        _ledger.open(said.signed, _goods(1, KGM), "salt");
    }

    /* INCLUSION */

    function test_AStatementInTheLogIsJudgedAtTheHeadThatShowsIt() external {
        (Said memory said, Goods memory goods) = _logged();
        vm.warp(block.timestamp + 1 hours);
        vm.prank(MAKER_COLD);
        _registry.revokeKey(_key(FIRST));
        bytes memory inclusion = said.signed.inclusion;
        said.signed.inclusion = "";
        vm.expectRevert(abi.encodeWithSelector(IPartyKeys.KeyNotActive.selector, _key(FIRST), uint64(block.timestamp)));
        _ledger.open(said.signed, goods, "salt");
        said.signed.inclusion = inclusion;
        _ledger.open(said.signed, goods, "salt");
        _requireHeld(said.subject, MAKER, 7, said.head);
        vm.assertEq(_ledger.getCustody(said.subject).since, block.timestamp, "held since it counted here");
    }

    function test_AProofOfAnotherRecordIsRefused() external {
        (Said memory said, Goods memory goods) = _logged();
        Inclusion memory shown = abi.decode(said.signed.inclusion, (Inclusion));
        shown.proof[0] = keccak256("another sibling");
        said.signed.inclusion = abi.encode(shown);
        bytes32 record = _recordOf(said);
        vm.expectRevert(abi.encodeWithSelector(ICustodyLedger.NotIncluded.selector, record));
        _ledger.open(said.signed, goods, "salt");
    }

    function test_AHeadThatWasNeverAnchoredIsRefused() external {
        (Said memory said, Goods memory goods) = _logged();
        Inclusion memory shown = abi.decode(said.signed.inclusion, (Inclusion));
        shown.head.blockNumber -= 1;
        said.signed.inclusion = abi.encode(shown);
        vm.expectPartialRevert(ICheckpointRegistry.HeadNotKept.selector);
        _ledger.open(said.signed, goods, "salt");
    }

    function test_AHeadOfAnotherLogIsRefused() external {
        (Said memory said, Goods memory goods) = _logged();
        bytes memory inclusion = said.signed.inclusion;
        said = _say(MAKER, "open consignment", 0, 0, _openTerms(goods)); // names LOG_ID, which nobody opened
        said.signed.inclusion = inclusion;
        vm.expectPartialRevert(ICheckpointRegistry.HeadNotKept.selector);
        _ledger.open(said.signed, goods, "salt");
    }

    /* HANDOVER */

    function test_TheNamedTakerAccepts() external {
        Said memory opened = _open(MAKER, 10, KGM);
        Offer memory terms = _offerTo(CARRIER);
        Said memory said = _say(MAKER, "offer handover", opened.subject, opened.head, _offerTerms(terms));
        vm.expectEmit();
        emit ICustodyLedger.HandoverOffered(opened.subject, MAKER, CARRIER, terms.seals, terms.condition, said.head);
        _ledger.offer(opened.subject, opened.head, said.signed, terms);
        Custody memory custody = _ledger.getCustody(opened.subject);
        vm.assertEq(uint256(custody.status), uint256(Status.Offered), "offered");
        vm.assertEq(custody.holder, MAKER, "still held");
        vm.assertEq(custody.taker, CARRIER, "pending");
        vm.warp(block.timestamp + 1 days);
        Said memory accepted = _accept(CARRIER, said);
        _requireHeld(opened.subject, CARRIER, 10, accepted.head);
        vm.assertEq(_ledger.getCustody(opened.subject).since, block.timestamp, "since the acceptance");
        vm.assertEq(_ledger.getCustody(opened.subject).taker, bytes32(0), "nothing pending");
    }

    function test_BothSignaturesInOneTransaction() external {
        Said memory opened = _open(MAKER, 10, KGM);
        (Said memory offered, Said memory accepted) = _bothSaid(opened);
        _ledger.handOver(
            opened.subject,
            opened.head,
            offered.signed,
            _offerTo(CARRIER),
            accepted.signed,
            _acceptance()
        );
        _requireHeld(opened.subject, CARRIER, 10, accepted.head);
    }

    function test_AHandoverWithOneBadSignatureChangesNothing() external {
        Said memory opened = _open(MAKER, 10, KGM);
        (Said memory offered, Said memory accepted) = _bothSaid(opened);
        accepted.signed.signature = offered.signed.signature;
        _refuseAnySigner();
        _ledger.handOver(
            opened.subject,
            opened.head,
            offered.signed,
            _offerTo(CARRIER),
            accepted.signed,
            _acceptance()
        );
        _requireHeld(opened.subject, MAKER, 10, opened.head);
    }

    function test_AnotherThanTheNamedTakerCannotAccept() external {
        Said memory opened = _open(MAKER, 10, KGM);
        Said memory offered = _offer(MAKER, opened, CARRIER);
        bytes32 terms = _acceptTerms(_acceptance());
        Said memory said = _say(PLATFORM, "accept handover", opened.subject, offered.head, terms);
        bytes4 selector = ICustodyLedger.NotTaker.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, opened.subject, CARRIER, PLATFORM));
        _ledger.accept(opened.subject, offered.head, said.signed, _acceptance());
    }

    function test_AnotherThanTheHolderCannotOffer() external {
        Said memory opened = _open(MAKER, 10, KGM);
        bytes32 terms = _offerTerms(_offerTo(PLATFORM));
        Said memory said = _say(CARRIER, "offer handover", opened.subject, opened.head, terms);
        bytes4 selector = ICustodyLedger.NotHolder.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, opened.subject, MAKER, CARRIER));
        _ledger.offer(opened.subject, opened.head, said.signed, _offerTo(PLATFORM));
    }

    function test_AnOfferToOneselfIsRefused() external {
        Said memory opened = _open(MAKER, 10, KGM);
        bytes32 terms = _offerTerms(_offerTo(MAKER));
        Said memory said = _say(MAKER, "offer handover", opened.subject, opened.head, terms);
        vm.expectRevert(abi.encodeWithSelector(ICustodyLedger.SelfHandover.selector, opened.subject, MAKER));
        _ledger.offer(opened.subject, opened.head, said.signed, _offerTo(MAKER));
    }

    function test_AnOfferToNobodyIsRefused() external {
        Said memory opened = _open(MAKER, 10, KGM);
        bytes32 terms = _offerTerms(_offerTo(NOBODY));
        Said memory said = _say(MAKER, "offer handover", opened.subject, opened.head, terms);
        vm.expectPartialRevert(IAccreditation.UnknownParty.selector);
        _ledger.offer(opened.subject, opened.head, said.signed, _offerTo(NOBODY));
    }

    function test_TheSecondStatementWithOnePreviousIsTooLate() external {
        Said memory opened = _open(MAKER, 10, KGM);
        Said memory offered = _offer(MAKER, opened, CARRIER);
        bytes32 terms = _offerTerms(_offerTo(PLATFORM));
        Said memory fork = _say(MAKER, "offer handover", opened.subject, opened.head, terms);
        bytes4 selector = ICustodyLedger.TooLate.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, opened.subject, offered.head, opened.head));
        _ledger.offer(opened.subject, opened.head, fork.signed, _offerTo(PLATFORM));
    }

    function test_AStatementCountsOnce() external {
        Said memory opened = _open(MAKER, 10, KGM);
        Said memory offered = _offer(MAKER, opened, CARRIER);
        Said memory refused = _say(CARRIER, "refuse handover", opened.subject, offered.head, 0);
        _ledger.refuse(opened.subject, offered.head, refused.signed);
        bytes4 selector = ICustodyLedger.TooLate.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, opened.subject, refused.head, offered.head));
        _ledger.refuse(opened.subject, offered.head, refused.signed);
    }

    function test_TheTakerRefusesAndTheHolderGoesOn() external {
        Said memory opened = _open(MAKER, 10, KGM);
        Said memory offered = _offer(MAKER, opened, CARRIER);
        Said memory refused = _say(CARRIER, "refuse handover", opened.subject, offered.head, 0);
        vm.expectEmit();
        emit ICustodyLedger.HandoverRefused(opened.subject, CARRIER, refused.head);
        _ledger.refuse(opened.subject, offered.head, refused.signed);
        _requireHeld(opened.subject, MAKER, 10, refused.head);
        _offer(MAKER, refused, PLATFORM);
    }

    function test_ASilentTakerNeverBindsTheHolder() external {
        Said memory opened = _open(MAKER, 10, KGM);
        Said memory offered = _offer(MAKER, opened, CARRIER);
        vm.warp(block.timestamp + 3_650 days);
        Said memory withdrawn = _say(MAKER, "withdraw offer", opened.subject, offered.head, 0);
        vm.expectEmit();
        emit ICustodyLedger.OfferWithdrawn(opened.subject, MAKER, withdrawn.head);
        _ledger.withdraw(opened.subject, offered.head, withdrawn.signed);
        _requireHeld(opened.subject, MAKER, 10, withdrawn.head);
    }

    function test_OnlyTheHolderWithdraws() external {
        Said memory opened = _open(MAKER, 10, KGM);
        Said memory offered = _offer(MAKER, opened, CARRIER);
        Said memory said = _say(CARRIER, "withdraw offer", opened.subject, offered.head, 0);
        bytes4 selector = ICustodyLedger.NotHolder.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, opened.subject, MAKER, CARRIER));
        _ledger.withdraw(opened.subject, offered.head, said.signed);
    }

    function test_WithoutAnOfferNothingIsAcceptedRefusedOrWithdrawn() external {
        Said memory opened = _open(MAKER, 10, KGM);
        bytes memory wrong = abi.encodeWithSelector(ICustodyLedger.WrongStatus.selector, opened.subject, Status.Held);
        Said memory said = _say(CARRIER, "accept handover", opened.subject, opened.head, _acceptTerms(_acceptance()));
        vm.expectRevert(wrong);
        _ledger.accept(opened.subject, opened.head, said.signed, _acceptance());
        said = _say(CARRIER, "refuse handover", opened.subject, opened.head, 0);
        vm.expectRevert(wrong);
        _ledger.refuse(opened.subject, opened.head, said.signed);
        said = _say(MAKER, "withdraw offer", opened.subject, opened.head, 0);
        vm.expectRevert(wrong);
        _ledger.withdraw(opened.subject, opened.head, said.signed);
    }

    function test_WhileAnOfferIsOpenTheHolderCanOnlyWithdraw() external {
        Said memory opened = _open(MAKER, 10, KGM);
        Said memory offered = _offer(MAKER, opened, CARRIER);
        Said memory said = _say(MAKER, "end consignment", opened.subject, offered.head, 0);
        bytes4 selector = ICustodyLedger.WrongStatus.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, opened.subject, Status.Offered));
        _ledger.end(opened.subject, offered.head, said.signed);
        Inputs memory inputs = _inputs(opened.subject, offered.head, 1);
        said = _say(MAKER, "split consignment", 0, 0, _inputTerms("Split", _goods(1, KGM), inputs, ""));
        vm.expectRevert(abi.encodeWithSelector(selector, opened.subject, Status.Offered));
        _ledger.split(said.signed, _goods(1, KGM), inputs, "salt");
    }

    /* END */

    function test_AnEndedConsignmentNeverMoves() external {
        string[3] memory acts = ["report loss", "report destruction", "end consignment"];
        for (uint256 i = 0; i < 3; ++i) {
            Said memory opened = _open(MAKER, 10, KGM);
            Said memory said = _say(MAKER, acts[i], opened.subject, opened.head, 0);
            Status status = Status(uint8(Status.Lost) + uint8(i));
            vm.expectEmit();
            emit ICustodyLedger.ConsignmentEnded(opened.subject, MAKER, status, said.head);
            _end(i, opened, said);
            Said memory next = _say(MAKER, "offer handover", opened.subject, said.head, _offerTerms(_offerTo(CARRIER)));
            vm.expectRevert(abi.encodeWithSelector(ICustodyLedger.WrongStatus.selector, opened.subject, status));
            _ledger.offer(opened.subject, said.head, next.signed, _offerTo(CARRIER));
        }
    }

    function test_OnlyTheHolderEnds() external {
        string[3] memory acts = ["report loss", "report destruction", "end consignment"];
        for (uint256 i = 0; i < 3; ++i) {
            Said memory opened = _open(MAKER, 10, KGM);
            Said memory said = _say(CARRIER, acts[i], opened.subject, opened.head, 0);
            bytes4 selector = ICustodyLedger.NotHolder.selector;
            vm.expectRevert(abi.encodeWithSelector(selector, opened.subject, MAKER, CARRIER));
            _end(i, opened, said);
        }
    }

    function test_WhatWasNeverOpenedIsNobodys() external {
        Custody memory custody = _ledger.getCustody("unknown");
        vm.assertEq(custody.holder, bytes32(0), "no holder");
        vm.assertEq(uint256(custody.status), uint256(Status.None), "no status");
        Said memory said = _say(MAKER, "end consignment", "unknown", 0, 0);
        vm.expectRevert(abi.encodeWithSelector(ICustodyLedger.WrongStatus.selector, bytes32("unknown"), Status.None));
        _ledger.end("unknown", 0, said.signed);
    }

    /* DERIVATION */

    function test_ASplitTakesAPartAndLeavesTheRest() external {
        Said memory opened = _open(MAKER, 10, KGM);
        (Said memory part, Inputs memory inputs) = _splitSaid(opened, 4, 4);
        vm.expectEmit();
        emit ICustodyLedger.InputTaken(opened.subject, part.subject, 4, 6, part.head);
        _ledger.split(part.signed, _goods(4, KGM), inputs, "salt");
        _requireHeld(part.subject, MAKER, 4, part.head);
        _requireHeld(opened.subject, MAKER, 6, part.head);
    }

    function test_ASplitOfAllConsumesTheParent() external {
        Said memory opened = _open(MAKER, 10, KGM);
        (Said memory part, Inputs memory inputs) = _splitSaid(opened, 10, 9); // one thousandth is lost
        _ledger.split(part.signed, _goods(9, KGM), inputs, "salt");
        vm.assertEq(uint256(_ledger.getCustody(opened.subject).status), uint256(Status.Consumed), "consumed");
        opened.head = part.head;
        (Said memory again, Inputs memory more) = _splitSaid(opened, 1, 1);
        bytes4 selector = ICustodyLedger.WrongStatus.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, opened.subject, Status.Consumed));
        _ledger.split(again.signed, _goods(1, KGM), more, "salt");
    }

    function test_MoreThanIsLeftCannotBeTaken() external {
        Said memory opened = _open(MAKER, 10, KGM);
        (Said memory part, Inputs memory inputs) = _splitSaid(opened, 11, 10);
        bytes4 selector = ICustodyLedger.NotEnoughLeft.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, opened.subject, 10, 11));
        _ledger.split(part.signed, _goods(10, KGM), inputs, "salt");
    }

    function test_MoreCannotComeOutOfASplitThanWentIn() external {
        Said memory opened = _open(MAKER, 10, KGM);
        (Said memory part, Inputs memory inputs) = _splitSaid(opened, 4, 5);
        vm.expectRevert(abi.encodeWithSelector(ICustodyLedger.OutputExceedsInput.selector, 4, 5));
        _ledger.split(part.signed, _goods(5, KGM), inputs, "salt");
    }

    function test_NothingCannotBeTaken() external {
        Said memory opened = _open(MAKER, 10, KGM);
        (Said memory part, Inputs memory inputs) = _splitSaid(opened, 0, 1);
        vm.expectRevert(abi.encodeWithSelector(ICustodyLedger.QuantityOutOfRange.selector, 0));
        _ledger.split(part.signed, _goods(1, KGM), inputs, "salt");
    }

    function test_ASplitHasOneParentAndAMergeTwoOrMore() external {
        Said memory one = _open(MAKER, 10, KGM);
        Said memory other = _open(MAKER, 10, KGM);
        Inputs memory two = _inputs(one, 1, other, 1);
        Said memory said = _say(MAKER, "split consignment", 0, 0, _inputTerms("Split", _goods(1, KGM), two, ""));
        vm.expectRevert(abi.encodeWithSelector(ICustodyLedger.InputCount.selector, 1, 1, 2));
        _ledger.split(said.signed, _goods(1, KGM), two, "salt");
        Inputs memory single = _inputs(one.subject, one.head, 1);
        said = _say(MAKER, "merge consignments", 0, 0, _inputTerms("Merge", _goods(1, KGM), single, ""));
        vm.expectRevert(abi.encodeWithSelector(ICustodyLedger.InputCount.selector, 2, 16, 1));
        _ledger.merge(said.signed, _goods(1, KGM), single, "salt");
        two.heads = new bytes32[](1);
        said = _say(MAKER, "merge consignments", 0, 0, _inputTerms("Merge", _goods(1, KGM), two, ""));
        vm.expectRevert(abi.encodeWithSelector(ICustodyLedger.InputCount.selector, 2, 2, 1));
        _ledger.merge(said.signed, _goods(1, KGM), two, "salt");
        two.heads = new bytes32[](2);
        two.quantities = new uint64[](3);
        said = _say(MAKER, "merge consignments", 0, 0, _inputTerms("Merge", _goods(1, KGM), two, ""));
        vm.expectRevert(abi.encodeWithSelector(ICustodyLedger.InputCount.selector, 2, 2, 3));
        _ledger.merge(said.signed, _goods(1, KGM), two, "salt");
    }

    function test_OneInputCannotCountTwice() external {
        Said memory one = _open(MAKER, 10, KGM);
        Inputs memory twice = _inputs(one, 5, one, 5);
        Said memory said = _say(MAKER, "merge consignments", 0, 0, _inputTerms("Merge", _goods(10, KGM), twice, ""));
        bytes4 selector = ICustodyLedger.ParentsNotAscending.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, one.subject, one.subject));
        _ledger.merge(said.signed, _goods(10, KGM), twice, "salt");
    }

    function test_AMergeAddsUp() external {
        Said memory one = _open(MAKER, 10, KGM);
        Said memory other = _open(MAKER, 5, KGM);
        Inputs memory inputs = _inputs(one, 10, other, 3);
        Said memory said = _say(MAKER, "merge consignments", 0, 0, _inputTerms("Merge", _goods(13, KGM), inputs, ""));
        _ledger.merge(said.signed, _goods(13, KGM), inputs, "salt");
        _requireHeld(said.subject, MAKER, 13, said.head);
        _requireHeld(other.subject, MAKER, 2, said.head);
        vm.assertEq(uint256(_ledger.getCustody(one.subject).status), uint256(Status.Consumed), "consumed");
    }

    function test_AMergeOfOtherUnitsIsRefused() external {
        Said memory one = _open(MAKER, 10, KGM);
        Said memory other = _open(MAKER, 5, "LTR");
        Inputs memory inputs = _inputs(one, 10, other, 3);
        Said memory said = _say(MAKER, "merge consignments", 0, 0, _inputTerms("Merge", _goods(10, KGM), inputs, ""));
        bytes4 selector = ICustodyLedger.UnitDiffers.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, other.subject, bytes3("LTR"), KGM));
        _ledger.merge(said.signed, _goods(10, KGM), inputs, "salt");
    }

    function test_GoodsOfAnotherHolderDoNotGoIn() external {
        Said memory one = _open(MAKER, 10, KGM);
        Said memory other = _open(CARRIER, 5, KGM);
        Inputs memory inputs = _inputs(one, 10, other, 3);
        Said memory said = _say(MAKER, "merge consignments", 0, 0, _inputTerms("Merge", _goods(10, KGM), inputs, ""));
        bytes4 selector = ICustodyLedger.NotHolder.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, other.subject, CARRIER, MAKER));
        _ledger.merge(said.signed, _goods(10, KGM), inputs, "salt");
    }

    function test_ATransformationYieldsAtMostWhatIsStated() external {
        Said memory opened = _open(MAKER, 100, KGM);
        _transform(opened, 100, 50, 51, ICustodyLedger.OutputExceedsInput.selector);
        _transform(opened, 100, 50, 50, 0);
    }

    function test_InputsOfOtherUnitsAllowForNoMore() external {
        Said memory one = _open(MAKER, 10, KGM);
        Said memory other = _open(MAKER, 10, "LTR");
        Inputs memory inputs = _inputs(one, 10, other, 10);
        bytes memory yields = abi.encode(uint256(1), uint256(1));
        Said memory said = _say(
            MAKER,
            "transform goods",
            0,
            0,
            _inputTerms("Transform", _goods(11, "EA"), inputs, yields)
        );
        vm.expectRevert(abi.encodeWithSelector(ICustodyLedger.OutputExceedsInput.selector, 10, 11));
        _ledger.transform(said.signed, _goods(11, "EA"), inputs, 1, 1, "salt");
    }

    function test_AYieldOfZeroIsRefused() external {
        Said memory opened = _open(MAKER, 100, KGM);
        Inputs memory inputs = _inputs(opened.subject, opened.head, 1);
        bytes memory yields = abi.encode(uint256(1), uint256(0));
        Said memory said = _say(
            MAKER,
            "transform goods",
            0,
            0,
            _inputTerms("Transform", _goods(1, "EA"), inputs, yields)
        );
        vm.expectRevert(abi.encodeWithSelector(ICustodyLedger.QuantityOutOfRange.selector, 0));
        _ledger.transform(said.signed, _goods(1, "EA"), inputs, 1, 0, "salt");
    }

    /* HELPERS */

    function _transform(Said memory parent, uint64 input, uint64 yieldOutput, uint64 output, bytes4 refusal) private {
        Inputs memory inputs = _inputs(parent.subject, parent.head, input);
        bytes memory yields = abi.encode(uint256(yieldOutput), uint256(100));
        Goods memory goods = _goods(output, "EA");
        Said memory said = _say(MAKER, "transform goods", 0, 0, _inputTerms("Transform", goods, inputs, yields));
        if (refusal != 0) vm.expectRevert(abi.encodeWithSelector(refusal, uint256(yieldOutput), uint256(output)));
        _ledger.transform(said.signed, goods, inputs, yieldOutput, 100, "salt");
        if (refusal == 0) _requireHeld(said.subject, MAKER, output, said.head);
    }

    function _splitSaid(
        Said memory parent,
        uint64 taken,
        uint64 quantity
    ) private returns (Said memory said, Inputs memory inputs) {
        inputs = _inputs(parent.subject, parent.head, taken);
        said = _say(MAKER, "split consignment", 0, 0, _inputTerms("Split", _goods(quantity, KGM), inputs, ""));
    }

    function _bothSaid(Said memory opened) private returns (Said memory offered, Said memory accepted) {
        bytes32 terms = _offerTerms(_offerTo(CARRIER));
        offered = _say(MAKER, "offer handover", opened.subject, opened.head, terms);
        accepted = _say(CARRIER, "accept handover", opened.subject, offered.head, _acceptTerms(_acceptance()));
    }

    function _end(uint256 how, Said memory last, Said memory said) private {
        if (how == 0) _ledger.reportLoss(last.subject, last.head, said.signed);
        else if (how == 1) _ledger.reportDestruction(last.subject, last.head, said.signed);
        else _ledger.end(last.subject, last.head, said.signed);
    }

    /// @dev A statement that stands at index 1 of 2 in a log that is really open and anchored.
    function _logged() private returns (Said memory said, Goods memory goods) {
        goods = _goods(7, KGM);
        bytes32 logId = _checkpoints.openLog("example.org/log", keccak256("log key"), address(this));
        said = _sayInLog(logId, goods);
        bytes32 sibling = RFC9162.leafHash("first");
        bytes32 root = RFC9162.nodeHash(sibling, RFC9162.leafHash(_recordOf(said)));
        _checkpoints.anchor(logId, Head(0, 0, 0, 0), 2, root, new bytes32[](0));
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = sibling;
        Head memory head = Head(2, root, uint64(block.number), uint64(block.timestamp));
        said.signed.inclusion = abi.encode(Inclusion(head, 1, proof));
    }

    function _sayInLog(bytes32 logId, Goods memory goods) private returns (Said memory said) {
        said = _say(MAKER, "open consignment", 0, 0, _openTerms(goods));
        said.signed.logId = logId;
        bytes32 structHash = this.hashOf(said, keccak256("open consignment"), _openTerms(goods));
        said.head = Statements.digest(_registry.domainSeparator(), structHash);
        said.signed.signature = _sign(FIRST, said.head);
    }

    function hashOf(Said calldata said, bytes32 act, bytes32 terms) external pure returns (bytes32) {
        return Statements.hashOf(said.signed, act, said.subject, 0, terms);
    }

    function _recordOf(Said memory said) private view returns (bytes32) {
        return this.recordOf(said.head, said.signed.signature);
    }

    function recordOf(bytes32 head, bytes calldata signature) external pure returns (bytes32) {
        return Statements.record(head, signature);
    }

    function _requireHeld(bytes32 subject, bytes32 holder, uint64 quantity, bytes32 head) private view {
        Custody memory custody = _ledger.getCustody(subject);
        vm.assertEq(uint256(custody.status), uint256(Status.Held), "held");
        vm.assertEq(custody.holder, holder, "holder");
        vm.assertEq(custody.quantity, quantity, "quantity");
        vm.assertEq(custody.head, head, "head");
    }

    /// @dev Whatever was not signed recovers to some key that nobody bound, or to none.
    function _refuseAnySigner() private {
        vm.expectPartialRevert(IPartyKeys.UnknownKey.selector);
    }
}
