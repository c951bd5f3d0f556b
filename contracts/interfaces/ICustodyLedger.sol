// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {ICheckpointRegistry} from "./ICheckpointRegistry.sol";
import {IPartyRegistry} from "./IPartyRegistry.sol";
import {Custody, Status} from "../types/Consignment.sol";
import {Accept, Goods, Inputs, Offer} from "../types/CustodyTerms.sol";
import {Role} from "../types/Roles.sol";
import {SignedStatement} from "../types/SignedStatement.sol";

/// @title ICustodyLedger
/// @notice Consignments: who holds what since when, moved only by statements that the parties entitled to them signed.
/// @dev Anybody may submit a statement: parties need neither gas nor an account. A statement counts when its signer is
/// entitled and the act lawful in the state that its `previous` left; any other reverts and changes nothing, so that it
/// blocks nobody. Of two statements with one `previous` the first that is submitted here counts; the other reverts
/// `TooLate`. A consignment has one holder at every moment. While an offer is open its taker may accept or refuse and the
/// holder may withdraw it, at any time: a silent taker binds nobody.
///
/// A key is judged now or, where the statement comes with its inclusion proof, at the time of the head that shows it.
/// Terms are the EIP-712 struct hashes of `CustodyTerms`. Quantities are in thousandths of their unit.
/// @dev Warning: subjects, parties, quantities and the times of blocks are public here. No other value of an event is.
interface ICustodyLedger {
    /// @notice A consignment began: `holder` holds `quantity` of `unit`, by its statement.
    event ConsignmentOpened(
        bytes32 indexed subject,
        bytes32 indexed holder,
        bytes32 indexed contents,
        uint64 quantity,
        bytes3 unit,
        bytes32 statement
    );

    /// @notice `quantity` of `parent` went into `child`, by the statement that opened the child; `left` is what remains.
    event InputTaken(bytes32 indexed parent, bytes32 indexed child, uint64 quantity, uint64 left, bytes32 statement);

    /// @notice The holder offered the consignment to `taker`, with commitments to seals and condition (zero: none).
    event HandoverOffered(
        bytes32 indexed subject,
        bytes32 indexed holder,
        bytes32 indexed taker,
        bytes32 seals,
        bytes32 condition,
        bytes32 statement
    );

    /// @notice `taker` accepted and holds the consignment from this block on, with its own commitments.
    event HandoverAccepted(
        bytes32 indexed subject,
        bytes32 indexed taker,
        bytes32 seals,
        bytes32 condition,
        bytes32 statement
    );

    /// @notice `taker` refused; the holder goes on.
    event HandoverRefused(bytes32 indexed subject, bytes32 indexed taker, bytes32 statement);

    /// @notice The holder withdrew its offer.
    event OfferWithdrawn(bytes32 indexed subject, bytes32 indexed holder, bytes32 statement);

    /// @notice The consignment is over, for ever: lost, destroyed or ended.
    event ConsignmentEnded(bytes32 indexed subject, bytes32 indexed holder, Status status, bytes32 statement);

    /// @notice The role does not take part in custody.
    error NotACustodyRole(Role role);

    /// @notice The consignment was opened before.
    error SubjectOpened(bytes32 subject);

    /// @notice The statement follows `given`, but another counted before it: the consignment's state follows `held`.
    error TooLate(bytes32 subject, bytes32 held, bytes32 given);

    /// @notice The consignment is in another state: never opened, offered, not offered, or over.
    error WrongStatus(bytes32 subject, Status status);

    /// @notice Only the holder may do this.
    error NotHolder(bytes32 subject, bytes32 holder, bytes32 party);

    /// @notice Only the named taker may do this.
    error NotTaker(bytes32 subject, bytes32 taker, bytes32 party);

    /// @notice The holder cannot hand over to itself.
    error SelfHandover(bytes32 subject, bytes32 holder);

    /// @notice A quantity or a yield of zero, or one beyond 2^53 - 1.
    error QuantityOutOfRange(uint64 quantity);

    /// @notice Another number of parents, heads or quantities than the act takes.
    error InputCount(uint256 least, uint256 most, uint256 given);

    /// @notice Parents stand in ascending order, each once.
    error ParentsNotAscending(bytes32 before, bytes32 next);

    /// @notice A split or a merge keeps its unit.
    error UnitDiffers(bytes32 parent, bytes3 held, bytes3 given);

    /// @notice More would come out than went in, times the stated yield.
    error OutputExceedsInput(uint256 input, uint256 output);

    /// @notice More would be taken from a parent than it has left.
    error NotEnoughLeft(bytes32 parent, uint64 left, uint64 taken);

    /// @notice The head is kept and the proof does not lead from the record to it.
    error NotIncluded(bytes32 record);

    /// @notice Opens a consignment; its subject follows from the party and the digest of its event.
    function open(
        SignedStatement calldata statement,
        Goods calldata goods,
        bytes32 salt
    ) external returns (bytes32 subject);

    /// @notice Opens a consignment from a part of one other.
    function split(
        SignedStatement calldata statement,
        Goods calldata goods,
        Inputs calldata inputs,
        bytes32 salt
    ) external returns (bytes32 subject);

    /// @notice Opens a consignment from several others of the same unit.
    function merge(
        SignedStatement calldata statement,
        Goods calldata goods,
        Inputs calldata inputs,
        bytes32 salt
    ) external returns (bytes32 subject);

    /// @notice Opens a consignment that was made out of others: of those in the unit of the first, at most `yieldOutput` for
    /// every `yieldInput`. What went in of other units is used up too and allows for no more.
    function transform(
        SignedStatement calldata statement,
        Goods calldata goods,
        Inputs calldata inputs,
        uint64 yieldOutput,
        uint64 yieldInput,
        bytes32 salt
    ) external returns (bytes32 subject);

    /// @notice Offers a consignment to another party. By its holder.
    function offer(
        bytes32 subject,
        bytes32 previous,
        SignedStatement calldata statement,
        Offer calldata terms
    ) external;

    /// @notice Takes a consignment over. By the named taker.
    function accept(
        bytes32 subject,
        bytes32 previous,
        SignedStatement calldata statement,
        Accept calldata terms
    ) external;

    /// @notice Refuses an offer. By the named taker.
    function refuse(bytes32 subject, bytes32 previous, SignedStatement calldata statement) external;

    /// @notice Withdraws an offer that nobody has taken. By the holder.
    function withdraw(bytes32 subject, bytes32 previous, SignedStatement calldata statement) external;

    /// @notice Offer and acceptance in one transaction, both signed: the acceptance follows the offer.
    function handOver(
        bytes32 subject,
        bytes32 previous,
        SignedStatement calldata offering,
        Offer calldata offerTerms,
        SignedStatement calldata accepting,
        Accept calldata acceptTerms
    ) external;

    /// @notice Says that a consignment is lost. By its holder.
    function reportLoss(bytes32 subject, bytes32 previous, SignedStatement calldata statement) external;

    /// @notice Says that a consignment is destroyed. By its holder.
    function reportDestruction(bytes32 subject, bytes32 previous, SignedStatement calldata statement) external;

    /// @notice Ends a consignment: it was delivered, sold or taken apart. By its holder.
    function end(bytes32 subject, bytes32 previous, SignedStatement calldata statement) external;

    /// @notice Returns the registry that says who may sign what.
    function PARTIES() external view returns (IPartyRegistry);

    /// @notice Returns the registry that keeps the heads of logs.
    function CHECKPOINTS() external view returns (ICheckpointRegistry);

    /// @notice Returns who holds what since when, and what is pending; all zero for a subject that was never opened.
    function getCustody(bytes32 subject) external view returns (Custody memory);

    /// @notice Returns the subject that `party` opens with a statement over this event.
    function subjectOf(bytes32 party, bytes32 eventDigest) external view returns (bytes32);
}
