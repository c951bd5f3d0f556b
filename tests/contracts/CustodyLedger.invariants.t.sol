// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {CustodyLedger} from "../../contracts/CustodyLedger.sol";
import {Custody, Status} from "../../contracts/types/Consignment.sol";
import {Accept, Goods, Inputs, Offer} from "../../contracts/types/CustodyTerms.sol";
import {CustodyFixture} from "./helpers/CustodyFixture.sol";
import {Suite} from "./helpers/Vm.sol";

/// What holds after any statements of anybody, in any order:
///  1. A consignment has one holder at a time: whoever opened it, or the last who accepted it.
///  2. Nobody but the named taker can accept, and nobody but the holder does anything else.
///  3. What comes out never exceeds what went in, times the stated yield: over all of a unit, no more is held than opened.
///  4. A consumed input is never consumed again: what is taken of a consignment adds up to no more than it held.
///  5. An ended consignment never moves.
///  6. Of two statements with one `previous` the first lawful one counts, and no other.
///  7. No stranger's statement blocks anybody: what the holder may do, it may do after it.
///  8. A silent taker never binds the holder: an open offer can be withdrawn at any time.

/// @notice Three parties that state anything about anything, lawful or not, and a ghost that knows what may be.
contract CustodyActors is CustodyFixture {
    /// @dev What must be true of a consignment, by what was done, not by what the ledger keeps.
    struct Ghost {
        bytes32 holder;
        bytes32 taker;
        bytes32 head;
        uint64 opened;
        uint64 taken;
        bytes3 unit;
        bool isOver;
    }

    bytes32[3] public parties = [MAKER, PLATFORM, CARRIER];
    bytes32[] public subjects;
    mapping(bytes32 subject => Ghost) public ghosts;
    mapping(bytes32 subject => mapping(bytes32 previous => uint256)) private _counted;
    mapping(bytes3 unit => uint256) public allowed;
    bool public obeyedAStranger;
    bool public blockedAHolder;
    bool public countedTwice;
    bool public tookTooMuch;

    constructor() {
        super.setUp();
    }

    /// @dev Built once, in the constructor; a caller cannot start over.
    function setUp() public override {}

    function ledger() external view returns (CustodyLedger) {
        return _ledger;
    }

    function count() external view returns (uint256) {
        return subjects.length;
    }

    function begin(uint256 who, uint64 quantity) external {
        if (subjects.length > 12) return;
        bytes32 party = parties[who % 3];
        quantity = 1 + (quantity % 1_000);
        bytes3 unit = who % 2 == 0 ? KGM : bytes3("LTR");
        allowed[unit] += quantity;
        _keep(_open(party, quantity, unit), party, quantity, unit);
    }

    function offerIt(uint256 which, uint256 who, uint256 to, uint256 stale) external {
        if (subjects.length == 0) return;
        (bytes32 subject, bytes32 party) = (_pick(which), parties[who % 3]);
        Offer memory terms = _offerTo(parties[to % 3]);
        bytes32 previous = _previous(subject, stale);
        Said memory said = _say(party, "offer handover", subject, previous, _offerTerms(terms));
        Ghost memory ghost = ghosts[subject];
        bool mayBe = _isHeldBy(ghost, party) && previous == ghost.head && terms.to != party;
        try _ledger.offer(subject, previous, said.signed, terms) {
            _count(subject, previous, said.head, mayBe);
            ghosts[subject].taker = terms.to;
        } catch {
            if (mayBe) blockedAHolder = true;
        }
    }

    function answer(uint256 which, uint256 who, uint256 how, uint256 stale) external {
        if (subjects.length == 0) return;
        (bytes32 subject, bytes32 party) = (_pick(which), parties[who % 3]);
        Ghost memory ghost = ghosts[subject];
        if (how % 4 != 0 && ghost.taker != 0) party = how % 4 == 2 ? ghost.holder : ghost.taker; // mostly whoever may
        bytes32 previous = _previous(subject, stale);
        bool isOpen = ghost.taker != 0 && !ghost.isOver && previous == ghost.head;
        if (how % 4 == 2) _withdraw(subject, previous, party, isOpen && party == ghost.holder);
        else if (how % 4 == 3) _refuse(subject, previous, party, isOpen && party == ghost.taker);
        else _acceptIt(subject, previous, party, isOpen && party == ghost.taker);
    }

    function finish(uint256 which, uint256 who, uint256 how, uint256 stale) external {
        if (subjects.length == 0 || how % 4 != 0) return;
        (bytes32 subject, bytes32 party) = (_pick(which), parties[who % 3]);
        bytes32 previous = _previous(subject, stale);
        bool mayBe = _isHeldBy(ghosts[subject], party) && previous == ghosts[subject].head;
        Said memory said = _say(party, "end consignment", subject, previous, 0);
        try _ledger.end(subject, previous, said.signed) {
            _count(subject, previous, said.head, mayBe);
            ghosts[subject].isOver = true;
        } catch {
            if (mayBe) blockedAHolder = true;
        }
    }

    function divide(uint256 which, uint256 who, uint64 taken, uint64 quantity, uint256 stale) external {
        if (subjects.length == 0 || subjects.length > 40) return;
        (bytes32 subject, bytes32 party) = (_pick(which), parties[who % 3]);
        Ghost memory ghost = ghosts[subject];
        if (stale % 3 != 0) party = ghost.holder;
        (taken, quantity) = (1 + (taken % 600), 1 + (quantity % 600));
        if (stale % 3 == 1 && ghost.taken < ghost.opened) taken = ghost.opened - ghost.taken; // all that is left
        Inputs memory inputs = _inputs(subject, _previous(subject, stale), taken);
        Goods memory goods = _goods(quantity, ghost.unit);
        Said memory said = _say(party, "split consignment", 0, 0, _inputTerms("Split", goods, inputs, ""));
        bool mayBe = _mayTake(ghost, party, inputs.heads[0], taken) && quantity <= taken;
        try _ledger.split(said.signed, goods, inputs, "salt") {
            _take(subject, inputs.heads[0], said.head, taken, mayBe);
            _keep(said, party, quantity, ghost.unit);
        } catch {
            if (mayBe) blockedAHolder = true;
        }
    }

    function make(uint256 one, uint256 other, uint64 taken, uint64 quantity, uint256 yields) external {
        if (subjects.length < 2 || subjects.length > 40) return;
        (Said memory first, Said memory second) = (_last(_pick(one)), _last(_pick(other)));
        taken = 1 + (taken % 600);
        quantity = 1 + (quantity % 1_200);
        Inputs memory inputs = _inputs(first, taken, second, taken);
        bytes32 party = ghosts[first.subject].holder;
        bytes3 unit = ghosts[inputs.parents[0]].unit;
        uint256 input = taken + (ghosts[inputs.parents[1]].unit == unit ? taken : 0);
        uint256 output = 1 + (yields % 3);
        bool mayBe = inputs.parents[0] != inputs.parents[1] && quantity * 2 <= output * input;
        for (uint256 i = 0; i < 2; ++i) {
            mayBe = mayBe && _mayTake(ghosts[inputs.parents[i]], party, inputs.heads[i], taken);
        }
        _transform(party, inputs, _goods(quantity, unit), output, mayBe);
    }

    function _transform(bytes32 party, Inputs memory inputs, Goods memory goods, uint256 output, bool mayBe) private {
        bytes memory yields = abi.encode(output, uint256(2));
        Said memory said = _say(party, "transform goods", 0, 0, _inputTerms("Transform", goods, inputs, yields));
        try _ledger.transform(said.signed, goods, inputs, uint64(output), 2, "salt") {
            for (uint256 i = 0; i < 2; ++i) {
                _take(inputs.parents[i], inputs.heads[i], said.head, inputs.quantities[i], mayBe);
            }
            allowed[goods.unit] += goods.quantity; // no more than the stated yield allows, else it was not lawful
            _keep(said, party, goods.quantity, goods.unit);
        } catch {
            if (mayBe) blockedAHolder = true;
        }
    }

    function _acceptIt(bytes32 subject, bytes32 previous, bytes32 party, bool mayBe) private {
        Accept memory terms = _acceptance();
        Said memory said = _say(party, "accept handover", subject, previous, _acceptTerms(terms));
        try _ledger.accept(subject, previous, said.signed, terms) {
            _count(subject, previous, said.head, mayBe);
            (ghosts[subject].holder, ghosts[subject].taker) = (party, 0);
        } catch {
            if (mayBe) blockedAHolder = true;
        }
    }

    function _refuse(bytes32 subject, bytes32 previous, bytes32 party, bool mayBe) private {
        Said memory said = _say(party, "refuse handover", subject, previous, 0);
        try _ledger.refuse(subject, previous, said.signed) {
            _count(subject, previous, said.head, mayBe);
            ghosts[subject].taker = 0;
        } catch {
            if (mayBe) blockedAHolder = true;
        }
    }

    function _withdraw(bytes32 subject, bytes32 previous, bytes32 party, bool mayBe) private {
        Said memory said = _say(party, "withdraw offer", subject, previous, 0);
        try _ledger.withdraw(subject, previous, said.signed) {
            _count(subject, previous, said.head, mayBe);
            ghosts[subject].taker = 0;
        } catch {
            if (mayBe) blockedAHolder = true;
        }
    }

    function _take(bytes32 subject, bytes32 previous, bytes32 head, uint64 taken, bool mayBe) private {
        _count(subject, previous, head, mayBe);
        Ghost storage ghost = ghosts[subject];
        ghost.taken += taken;
        if (ghost.taken > ghost.opened) tookTooMuch = true;
        if (ghost.taken == ghost.opened) ghost.isOver = true;
    }

    function _count(bytes32 subject, bytes32 previous, bytes32 head, bool mayBe) private {
        if (!mayBe) obeyedAStranger = true;
        if (++_counted[subject][previous] > 1) countedTwice = true;
        ghosts[subject].head = head;
    }

    function _keep(Said memory said, bytes32 party, uint64 quantity, bytes3 unit) private {
        subjects.push(said.subject);
        ghosts[said.subject] = Ghost(party, 0, said.head, quantity, 0, unit, false);
    }

    function _pick(uint256 which) private view returns (bytes32) {
        return subjects[which % subjects.length];
    }

    function _last(bytes32 subject) private view returns (Said memory said) {
        (said.subject, said.head) = (subject, ghosts[subject].head);
    }

    /// @dev Mostly the last statement that counted, sometimes one that another subject follows.
    function _previous(bytes32 subject, uint256 stale) private view returns (bytes32) {
        return ghosts[stale % 8 == 0 ? _pick(stale / 8) : subject].head;
    }

    function _isHeldBy(Ghost memory ghost, bytes32 party) private pure returns (bool) {
        return ghost.holder == party && ghost.taker == 0 && !ghost.isOver;
    }

    function _mayTake(Ghost memory ghost, bytes32 party, bytes32 head, uint64 taken) private pure returns (bool) {
        return _isHeldBy(ghost, party) && head == ghost.head && ghost.taken + taken <= ghost.opened;
    }
}

/// hardhat-config: invariant.runs = 16
/// hardhat-config: invariant.depth = 150
contract CustodyLedgerInvariants is Suite {
    CustodyActors private _actors;
    CustodyLedger private _ledger;

    function setUp() external {
        _actors = new CustodyActors();
        _ledger = _actors.ledger();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_actors);
    }

    function invariant_TheCustodyLedgerKeepsItsPromises() external view {
        vm.assertFalse(_actors.obeyedAStranger(), "somebody was obeyed who may not"); // 2
        vm.assertFalse(_actors.tookTooMuch(), "an input was consumed again"); // 4
        vm.assertFalse(_actors.countedTwice(), "two statements with one previous counted"); // 6
        vm.assertFalse(_actors.blockedAHolder(), "a lawful statement was refused"); // 7, 8
        uint256[2] memory held;
        for (uint256 i = 0; i < _actors.count(); ++i) {
            bytes32 subject = _actors.subjects(i);
            Custody memory custody = _ledger.getCustody(subject);
            _isAsTheGhostSays(subject, custody); // 1, 5
            if (custody.status == Status.Held || custody.status == Status.Offered) {
                held[custody.unit == "KGM" ? 0 : 1] += custody.quantity;
            }
        }
        vm.assertTrue(held[0] <= _actors.allowed("KGM"), "more is held than came in"); // 3
        vm.assertTrue(held[1] <= _actors.allowed("LTR"), "more is held than came in"); // 3
    }

    function _isAsTheGhostSays(bytes32 subject, Custody memory custody) private view {
        (bytes32 holder, bytes32 taker, bytes32 head, uint64 opened, uint64 taken, , bool isOver) = _actors.ghosts(
            subject
        );
        vm.assertEq(custody.holder, holder, "holder");
        vm.assertEq(custody.taker, taker, "taker");
        vm.assertEq(custody.head, head, "head");
        vm.assertEq(custody.quantity, opened - taken, "quantity");
        bool moves = custody.status == Status.Held || custody.status == Status.Offered;
        vm.assertTrue(moves == !isOver, "over or not");
    }
}
