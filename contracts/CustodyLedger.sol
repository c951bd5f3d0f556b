// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {ICheckpointRegistry} from "./interfaces/ICheckpointRegistry.sol";
import {ICustodyLedger} from "./interfaces/ICustodyLedger.sol";
import {IPartyRegistry} from "./interfaces/IPartyRegistry.sol";
import {CustodyTerms} from "./libraries/CustodyTerms.sol";
import {Signatures} from "./libraries/Signatures.sol";
import {Statements} from "./libraries/Statements.sol";
import {Consignment, Custody, Status} from "./types/Consignment.sol";
import {Accept, Goods, Inputs, Offer} from "./types/CustodyTerms.sol";
import {Inclusion, SignedStatement} from "./types/SignedStatement.sol";
import {Role, Roles} from "./types/Roles.sol";

/// @title CustodyLedger
/// @notice Consignments and who holds them. The promises stand in `ICustodyLedger`.
/// @dev Each act is the same paragraph: what the statement says is hashed with what the ledger knows, its signer judged,
/// the state asked, written, and told.
contract CustodyLedger is ICustodyLedger {
    using CustodyTerms for Offer;
    using CustodyTerms for Accept;

    /// @dev A statement that opens a consignment out of others, and who made it.
    struct Derivation {
        bytes32 subject;
        bytes32 head;
        bytes32 party;
        uint32 number;
    }

    uint256 private constant MAX_PARENTS = 16;

    /// @dev What every JSON reader keeps whole.
    uint64 private constant MAX_QUANTITY = 2 ** 53 - 1;

    bytes32 private constant SUBJECT_TAG = keccak256("tradeledger/subject/1");

    /// @inheritdoc ICustodyLedger
    IPartyRegistry public immutable PARTIES;

    /// @inheritdoc ICustodyLedger
    ICheckpointRegistry public immutable CHECKPOINTS;

    /// @dev That of `PARTIES`, in whose domain parties sign.
    bytes32 private immutable _DOMAIN_SEPARATOR;

    mapping(bytes32 subject => Consignment) private _consignments;

    constructor(IPartyRegistry parties, ICheckpointRegistry checkpoints) {
        PARTIES = parties;
        CHECKPOINTS = checkpoints;
        _DOMAIN_SEPARATOR = parties.domainSeparator();
    }

    /* OPENING */

    /// @inheritdoc ICustodyLedger
    function open(
        SignedStatement calldata statement,
        Goods calldata goods,
        bytes32 salt
    ) external returns (bytes32 subject) {
        subject = subjectOf(statement.party, statement.eventDigest);
        (bytes32 head, uint32 party) = _check(
            statement,
            keccak256("open consignment"),
            subject,
            0,
            CustodyTerms.hashOpen(goods, salt)
        );
        _open(subject, head, party, statement.party, goods);
    }

    /// @inheritdoc ICustodyLedger
    function split(
        SignedStatement calldata statement,
        Goods calldata goods,
        Inputs calldata inputs,
        bytes32 salt
    ) external returns (bytes32 subject) {
        bytes32 terms = CustodyTerms.hashDerivation(CustodyTerms.SPLIT_TYPEHASH, goods, inputs, salt);
        _requireCount(inputs, 1, 1);
        uint256 input;
        (subject, input) = _derive(statement, keccak256("split consignment"), goods, inputs, terms, true);
        if (goods.quantity > input) revert OutputExceedsInput(input, goods.quantity);
    }

    /// @inheritdoc ICustodyLedger
    function merge(
        SignedStatement calldata statement,
        Goods calldata goods,
        Inputs calldata inputs,
        bytes32 salt
    ) external returns (bytes32 subject) {
        bytes32 terms = CustodyTerms.hashDerivation(CustodyTerms.MERGE_TYPEHASH, goods, inputs, salt);
        _requireCount(inputs, 2, MAX_PARENTS);
        uint256 input;
        (subject, input) = _derive(statement, keccak256("merge consignments"), goods, inputs, terms, true);
        if (goods.quantity > input) revert OutputExceedsInput(input, goods.quantity);
    }

    /// @inheritdoc ICustodyLedger
    function transform(
        SignedStatement calldata statement,
        Goods calldata goods,
        Inputs calldata inputs,
        uint64 yieldOutput,
        uint64 yieldInput,
        bytes32 salt
    ) external returns (bytes32 subject) {
        bytes32 terms = CustodyTerms.hashTransform(goods, inputs, yieldOutput, yieldInput, salt);
        _requireCount(inputs, 1, MAX_PARENTS);
        _requireQuantity(yieldOutput);
        _requireQuantity(yieldInput);
        uint256 input;
        (subject, input) = _derive(statement, keccak256("transform goods"), goods, inputs, terms, false);
        // no overflow: each factor is below 2^58
        if (uint256(goods.quantity) * yieldInput > yieldOutput * input) {
            revert OutputExceedsInput((yieldOutput * input) / yieldInput, goods.quantity);
        }
    }

    /* HANDOVER */

    /// @inheritdoc ICustodyLedger
    function offer(
        bytes32 subject,
        bytes32 previous,
        SignedStatement calldata statement,
        Offer calldata terms
    ) external {
        _offer(subject, previous, statement, terms);
    }

    /// @inheritdoc ICustodyLedger
    function accept(
        bytes32 subject,
        bytes32 previous,
        SignedStatement calldata statement,
        Accept calldata terms
    ) external {
        _accept(subject, previous, statement, terms);
    }

    /// @inheritdoc ICustodyLedger
    function handOver(
        bytes32 subject,
        bytes32 previous,
        SignedStatement calldata offering,
        Offer calldata offerTerms,
        SignedStatement calldata accepting,
        Accept calldata acceptTerms
    ) external {
        _accept(subject, _offer(subject, previous, offering, offerTerms), accepting, acceptTerms);
    }

    /// @inheritdoc ICustodyLedger
    function refuse(bytes32 subject, bytes32 previous, SignedStatement calldata statement) external {
        (bytes32 head, uint32 party) = _check(statement, keccak256("refuse handover"), subject, previous, 0);
        Consignment storage consignment = _following(subject, previous, Status.Offered);
        _requireTaker(consignment, subject, party, statement.party);

        consignment.head = head;
        consignment.status = Status.Held;
        emit HandoverRefused(subject, statement.party, head);
    }

    /// @inheritdoc ICustodyLedger
    function withdraw(bytes32 subject, bytes32 previous, SignedStatement calldata statement) external {
        (bytes32 head, uint32 party) = _check(statement, keccak256("withdraw offer"), subject, previous, 0);
        Consignment storage consignment = _following(subject, previous, Status.Offered);
        _requireHolder(consignment, subject, party, statement.party);

        consignment.head = head;
        consignment.status = Status.Held;
        emit OfferWithdrawn(subject, statement.party, head);
    }

    /* END */

    /// @inheritdoc ICustodyLedger
    function reportLoss(bytes32 subject, bytes32 previous, SignedStatement calldata statement) external {
        _end(subject, previous, statement, keccak256("report loss"), Status.Lost);
    }

    /// @inheritdoc ICustodyLedger
    function reportDestruction(bytes32 subject, bytes32 previous, SignedStatement calldata statement) external {
        _end(subject, previous, statement, keccak256("report destruction"), Status.Destroyed);
    }

    /// @inheritdoc ICustodyLedger
    function end(bytes32 subject, bytes32 previous, SignedStatement calldata statement) external {
        _end(subject, previous, statement, keccak256("end consignment"), Status.Ended);
    }

    /* VIEWS */

    /// @inheritdoc ICustodyLedger
    function getCustody(bytes32 subject) external view returns (Custody memory) {
        Consignment storage consignment = _consignments[subject];
        Status status = consignment.status;
        return
            Custody({
                status: status,
                holder: PARTIES.partyByNumber(consignment.holder),
                since: consignment.since,
                taker: status == Status.Offered ? PARTIES.partyByNumber(consignment.taker) : bytes32(0),
                quantity: consignment.quantity,
                unit: consignment.unit,
                head: consignment.head
            });
    }

    /// @inheritdoc ICustodyLedger
    function subjectOf(bytes32 party, bytes32 eventDigest) public view returns (bytes32) {
        return keccak256(abi.encode(SUBJECT_TAG, address(this), party, eventDigest));
    }

    /* ACTS */

    function _open(bytes32 subject, bytes32 head, uint32 number, bytes32 party, Goods calldata goods) private {
        _requireQuantity(goods.quantity);
        Consignment storage consignment = _consignments[subject];
        if (consignment.status != Status.None) revert SubjectOpened(subject);

        consignment.head = head;
        consignment.holder = number;
        consignment.since = uint40(block.timestamp);
        consignment.status = Status.Held;
        consignment.quantity = goods.quantity;
        consignment.unit = goods.unit;
        emit ConsignmentOpened(subject, party, goods.contents, goods.quantity, goods.unit, head);
    }

    /// @dev Returns the new subject, and how much came in of the unit of the first parent.
    function _derive(
        SignedStatement calldata statement,
        bytes32 act,
        Goods calldata goods,
        Inputs calldata inputs,
        bytes32 terms,
        bool keepsUnit
    ) private returns (bytes32 subject, uint256 input) {
        subject = subjectOf(statement.party, statement.eventDigest);
        (bytes32 head, uint32 number) = _check(statement, act, subject, 0, terms);
        Derivation memory derivation = Derivation(subject, head, statement.party, number);
        bytes3 unit = keepsUnit ? goods.unit : _consignments[inputs.parents[0]].unit;
        for (uint256 i = 0; i < inputs.parents.length; ++i) {
            if (i > 0) _requireAscending(inputs.parents[i - 1], inputs.parents[i]);
            bytes3 held = _take(derivation, inputs.parents[i], inputs.heads[i], inputs.quantities[i]);
            if (held == unit) input += inputs.quantities[i];
            else if (keepsUnit) revert UnitDiffers(inputs.parents[i], held, unit);
        }
        _open(subject, head, number, statement.party, goods);
    }

    /// @dev Takes a quantity out of a parent that the signer holds; returns the parent's unit.
    function _take(
        Derivation memory derivation,
        bytes32 parent,
        bytes32 parentHead,
        uint64 quantity
    ) private returns (bytes3) {
        _requireQuantity(quantity);
        Consignment storage consignment = _following(parent, parentHead, Status.Held);
        _requireHolder(consignment, parent, derivation.number, derivation.party);
        uint64 left = consignment.quantity;
        if (quantity > left) revert NotEnoughLeft(parent, left, quantity);

        left -= quantity;
        consignment.head = derivation.head;
        consignment.quantity = left;
        if (left == 0) consignment.status = Status.Consumed;
        emit InputTaken(parent, derivation.subject, quantity, left, derivation.head);
        return consignment.unit;
    }

    function _offer(
        bytes32 subject,
        bytes32 previous,
        SignedStatement calldata statement,
        Offer calldata terms
    ) private returns (bytes32 head) {
        uint32 party;
        (head, party) = _check(statement, keccak256("offer handover"), subject, previous, terms.hash());
        Consignment storage consignment = _following(subject, previous, Status.Held);
        _requireHolder(consignment, subject, party, statement.party);
        uint32 taker = PARTIES.numberOf(terms.to);
        if (taker == party) revert SelfHandover(subject, statement.party);

        consignment.head = head;
        consignment.taker = taker;
        consignment.status = Status.Offered;
        emit HandoverOffered(subject, statement.party, terms.to, terms.seals, terms.condition, head);
    }

    function _accept(
        bytes32 subject,
        bytes32 previous,
        SignedStatement calldata statement,
        Accept calldata terms
    ) private {
        bytes32 act = keccak256("accept handover");
        (bytes32 head, uint32 party) = _check(statement, act, subject, previous, terms.hash());
        Consignment storage consignment = _following(subject, previous, Status.Offered);
        _requireTaker(consignment, subject, party, statement.party);

        consignment.head = head;
        consignment.holder = party;
        consignment.since = uint40(block.timestamp);
        consignment.status = Status.Held;
        emit HandoverAccepted(subject, statement.party, terms.seals, terms.condition, head);
    }

    function _end(
        bytes32 subject,
        bytes32 previous,
        SignedStatement calldata statement,
        bytes32 act,
        Status status
    ) private {
        (bytes32 head, uint32 party) = _check(statement, act, subject, previous, 0);
        Consignment storage consignment = _following(subject, previous, Status.Held);
        _requireHolder(consignment, subject, party, statement.party);

        consignment.head = head;
        consignment.status = status;
        emit ConsignmentEnded(subject, statement.party, status, head);
    }

    /* CHECKS */

    /// @dev Returns the EIP-712 hash of the statement and the number of its party, whose signer was entitled to it.
    function _check(
        SignedStatement calldata statement,
        bytes32 act,
        bytes32 subject,
        bytes32 previous,
        bytes32 terms
    ) private view returns (bytes32 head, uint32 party) {
        return _judge(statement, Statements.hashOf(statement, act, subject, previous, terms));
    }

    function _judge(
        SignedStatement calldata statement,
        bytes32 structHash
    ) private view returns (bytes32 head, uint32 party) {
        if (!_isCustodyRole(statement.role)) revert NotACustodyRole(statement.role);
        bool isLogged = statement.inclusion.length != 0;
        head = Statements.digest(_DOMAIN_SEPARATOR, structHash);
        party = PARTIES.checkSigner(
            Signatures.recover(head, statement.signature),
            statement.party,
            statement.role,
            statement.jurisdiction,
            isLogged ? abi.decode(statement.inclusion, (Inclusion)).head.time : uint64(block.timestamp)
        );
        if (isLogged) _requireIncluded(statement, head);
    }

    function _requireIncluded(SignedStatement calldata statement, bytes32 head) private view {
        Inclusion memory shown = abi.decode(statement.inclusion, (Inclusion));
        bytes32 record = Statements.record(head, statement.signature);
        if (!CHECKPOINTS.includes(statement.logId, shown.head, shown.leafIndex, record, shown.proof)) {
            revert NotIncluded(record);
        }
    }

    /// @dev The state first, then the order: who comes second learns which statement counted.
    function _following(
        bytes32 subject,
        bytes32 previous,
        Status status
    ) private view returns (Consignment storage consignment) {
        consignment = _consignments[subject];
        if (consignment.head != previous) revert TooLate(subject, consignment.head, previous);
        if (consignment.status != status) revert WrongStatus(subject, consignment.status);
    }

    function _requireHolder(
        Consignment storage consignment,
        bytes32 subject,
        uint32 number,
        bytes32 party
    ) private view {
        if (consignment.holder != number) {
            revert NotHolder(subject, PARTIES.partyByNumber(consignment.holder), party);
        }
    }

    function _requireTaker(
        Consignment storage consignment,
        bytes32 subject,
        uint32 number,
        bytes32 party
    ) private view {
        if (consignment.taker != number) revert NotTaker(subject, PARTIES.partyByNumber(consignment.taker), party);
    }

    function _requireCount(Inputs calldata inputs, uint256 least, uint256 most) private pure {
        uint256 count = inputs.parents.length;
        if (count < least || count > most) revert InputCount(least, most, count);
        if (inputs.heads.length != count) revert InputCount(count, count, inputs.heads.length);
        if (inputs.quantities.length != count) revert InputCount(count, count, inputs.quantities.length);
    }

    function _requireAscending(bytes32 before, bytes32 next) private pure {
        if (next <= before) revert ParentsNotAscending(before, next);
    }

    function _requireQuantity(uint64 quantity) private pure {
        if (quantity == 0 || quantity > MAX_QUANTITY) revert QuantityOutOfRange(quantity);
    }

    function _isCustodyRole(Role role) private pure returns (bool) {
        return
            role == Roles.CARRIER ||
            role == Roles.WAREHOUSE ||
            role == Roles.SELLER ||
            role == Roles.BUYER ||
            role == Roles.MANUFACTURER ||
            role == Roles.PLATFORM ||
            role == Roles.DECLARANT;
    }
}
