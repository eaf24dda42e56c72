// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IArbitrator} from "./IArbitrator.sol";

/// @title Prover jury
/// @notice Staked provers who are no party to a case rule on it by a vote that stays secret until all
/// have voted. A vote weighs what its juror had at stake; who voted with the outcome shares the fee.
interface IProverJury is IArbitrator {
    /// @notice A dispute.
    /// @param created Unix seconds; stake must be older than that to vote
    /// @param commitUntil Unix seconds until which votes are committed; then they are revealed
    /// @param revealUntil Unix seconds until which votes are revealed
    /// @param ruling 0 nobody or a tie, 1 the provers are right, 2 the contester is
    /// @param executed whether the ruling was made and told
    /// @param forProvers weight revealed for 1, in wei of stake
    /// @param forContester weight revealed for 2, in wei of stake
    /// @param feeLeft wei of the fee not yet given to jurors
    /// @param weightLeft weight of jurors who voted with the outcome and were not paid yet
    struct Dispute {
        uint64 created;
        uint64 commitUntil;
        uint64 revealUntil;
        uint8 ruling;
        bool executed;
        uint256 caseId;
        uint128 forProvers;
        uint128 forContester;
        uint128 feeLeft;
        uint128 weightLeft;
    }

    /// @notice A juror's vote.
    /// @param voteHash what was committed
    /// @param weight stake held by it, in wei; 0 when there is no vote
    /// @param choice 0 until revealed
    /// @param settled whether the stake was let go and the share of the fee credited
    struct Vote {
        bytes32 voteHash;
        uint128 weight;
        uint8 choice;
        bool settled;
    }

    /// @notice A dispute began.
    event DisputeOpened(
        uint256 indexed dispute, uint256 indexed caseId, uint64 commitUntil, uint64 revealUntil
    );
    /// @notice A juror committed a vote with `weight` wei of stake.
    event VoteCommitted(uint256 indexed dispute, address indexed juror, uint256 weight);
    /// @notice A juror showed its vote.
    event VoteRevealed(
        uint256 indexed dispute, address indexed juror, uint8 choice, uint256 weight
    );
    /// @notice A dispute was decided; weights in wei of stake.
    event Ruled(uint256 indexed dispute, uint8 ruling, uint256 forProvers, uint256 forContester);
    /// @notice A juror's stake was let go, less a fine, and its share of the fee was credited; in wei.
    event JurorSettled(
        uint256 indexed dispute, address indexed juror, uint256 reward, uint256 fine
    );
    /// @notice An account may withdraw `amount` wei more.
    event Credited(address indexed account, uint256 amount);
    /// @notice Credit was paid out.
    event Withdrawn(address indexed account, address to, uint256 amount);

    /// @notice Thrown when the caller is not the prover network.
    error NotProvers(address caller);
    /// @notice Thrown when a dispute is not about two choices.
    error BadChoices(uint256 choices);
    /// @notice Thrown when the coin sent is not the fee, in wei.
    error WrongFee(uint256 expected, uint256 sent);
    /// @notice Thrown when there is no such dispute.
    error UnknownDispute(uint256 dispute);
    /// @notice Thrown when the account is a party to the case.
    error PartyToCase(address account);
    /// @notice Thrown when a juror has voted on this dispute before.
    error AlreadyVoted(uint256 dispute, address juror);
    /// @notice Thrown when a vote hash is zero.
    error ZeroVoteHash();
    /// @notice Thrown when the time for this ended at `deadline` (Unix seconds).
    error WindowClosed(uint64 deadline);
    /// @notice Thrown before `opensAt` (Unix seconds).
    error WindowNotOpen(uint64 opensAt);
    /// @notice Thrown when a choice is neither 1 nor 2.
    error BadChoice(uint8 choice);
    /// @notice Thrown when choice and salt are not those committed, or nothing was.
    error VoteMismatch(bytes32 committed, bytes32 shown);
    /// @notice Thrown when the vote was revealed before.
    error AlreadyRevealed(uint256 dispute, address juror);
    /// @notice Thrown when the dispute was decided before.
    error AlreadyExecuted(uint256 dispute);
    /// @notice Thrown when the dispute is not decided yet.
    error NotExecuted(uint256 dispute);
    /// @notice Thrown when there is no vote to settle, or it was settled before.
    error NothingToSettle(uint256 dispute, address juror);
    /// @notice Thrown when there is nothing to take.
    error NothingToWithdraw();
    /// @notice Thrown when the receiver refused the coin.
    error PaymentRefused(address to);

    /// @notice Commits a vote, `voteHashOf(juror, dispute, choice, salt)`, and holds the juror's stake.
    /// Any prover with the least stake, all of it older than the dispute, that is no party to the case.
    function vote(uint256 dispute, bytes32 voteHash) external;

    /// @notice Shows a vote after all were committed.
    /// @param choice 1 the provers are right, 2 the contester is
    function revealVote(uint256 dispute, uint8 choice, bytes32 salt) external;

    /// @notice Decides a dispute after all votes were revealed and tells the prover network. Anyone.
    function execute(uint256 dispute) external;

    /// @notice Lets a juror's stake go after the decision. Who voted with the outcome is credited its
    /// share of the fee by weight; who did not reveal loses 5 % of the stake it voted with to the model's
    /// bounty, so that no juror gains by keeping another from revealing. Anyone.
    function settle(uint256 dispute, address juror) external;

    /// @notice Pays out the caller's credit to `to`.
    function withdraw(address to) external returns (uint256 amount);

    /// @notice keccak256(abi.encode(juror, dispute, choice, salt)).
    function voteHashOf(address juror, uint256 dispute, uint8 choice, bytes32 salt)
        external
        pure
        returns (bytes32);

    /// @notice Number of disputes; they count from 1.
    function disputeCount() external view returns (uint256);

    /// @notice A dispute.
    function disputeOf(uint256 dispute) external view returns (Dispute memory);

    /// @notice A juror's vote.
    function voteOf(uint256 dispute, address juror) external view returns (Vote memory);

    /// @notice What an account may withdraw, in wei.
    function creditOf(address account) external view returns (uint256);

    /// @notice All wei that is owed to somebody. The balance is never below it.
    function held() external view returns (uint256);
}
