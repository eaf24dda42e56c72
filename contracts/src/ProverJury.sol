// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IArbitrable} from "./interfaces/IArbitrable.sol";
import {IArbitrator} from "./interfaces/IArbitrator.sol";
import {IProverJury} from "./interfaces/IProverJury.sol";
import {IProverNetwork} from "./interfaces/IProverNetwork.sol";

/// @title Prover jury
/// @notice The arbitrator that needs nothing outside of this set of contracts. Stakes stay in the prover
/// network, which holds them while their owner sits; only fees lie here.
contract ProverJury is IProverJury, ReentrancyGuardTransient {
    /// @notice Price of a dispute, in wei.
    uint128 public constant FEE = 0.05 ether;
    /// @notice Time to commit votes, in seconds.
    uint64 public constant COMMIT_TIME = 2 days;
    /// @notice Time to reveal them, in seconds.
    uint64 public constant REVEAL_TIME = 2 days;
    /// @notice Share of the stake it voted with that a silent juror loses, in millionths.
    uint256 public constant SILENCE_PPM = 50_000;
    /// @notice Ruling that the provers are right.
    uint8 public constant FOR_PROVERS = 1;
    /// @notice Ruling that the contester is right.
    uint8 public constant FOR_CONTESTER = 2;

    /// @notice The network whose cases are ruled on and whose provers rule.
    IProverNetwork public immutable provers;

    /// @inheritdoc IProverJury
    uint256 public disputeCount;
    /// @inheritdoc IProverJury
    uint256 public held;
    mapping(uint256 dispute => Dispute) private _disputes;
    mapping(uint256 dispute => mapping(address juror => Vote)) private _votes;
    mapping(address account => uint256) private _credits;

    constructor(IProverNetwork provers_) {
        provers = provers_;
    }

    /// @inheritdoc IArbitrator
    function createDispute(uint256 choices, bytes calldata extraData)
        external
        payable
        returns (uint256 dispute)
    {
        if (msg.sender != address(provers)) revert NotProvers(msg.sender);
        if (choices != 2) revert BadChoices(choices);
        if (msg.value != FEE) revert WrongFee(FEE, msg.value);
        dispute = ++disputeCount;
        Dispute storage d = _disputes[dispute];
        uint256 caseId = abi.decode(extraData, (uint256));
        uint64 created = uint64(block.timestamp);
        d.created = created;
        d.commitUntil = created + COMMIT_TIME;
        d.revealUntil = created + COMMIT_TIME + REVEAL_TIME;
        d.caseId = caseId;
        d.feeLeft = FEE;
        held += FEE;
        emit DisputeOpened(dispute, caseId, created + COMMIT_TIME, d.revealUntil);
    }

    /// @inheritdoc IProverJury
    function vote(uint256 dispute, bytes32 voteHash) external nonReentrant {
        Dispute storage d = _known(dispute);
        if (block.timestamp >= d.commitUntil) revert WindowClosed(d.commitUntil);
        if (voteHash == 0) revert ZeroVoteHash();
        Vote storage v = _votes[dispute][msg.sender];
        if (v.voteHash != 0) revert AlreadyVoted(dispute, msg.sender);
        if (provers.isParty(d.caseId, msg.sender)) revert PartyToCase(msg.sender);
        v.voteHash = voteHash;
        uint128 weight = provers.holdStake(msg.sender, d.created);
        v.weight = weight;
        emit VoteCommitted(dispute, msg.sender, weight);
    }

    /// @inheritdoc IProverJury
    function revealVote(uint256 dispute, uint8 choice, bytes32 salt) external {
        Dispute storage d = _known(dispute);
        if (block.timestamp < d.commitUntil) revert WindowNotOpen(d.commitUntil);
        if (block.timestamp >= d.revealUntil) revert WindowClosed(d.revealUntil);
        if (choice != FOR_PROVERS && choice != FOR_CONTESTER) revert BadChoice(choice);
        Vote storage v = _votes[dispute][msg.sender];
        bytes32 shown = voteHashOf(msg.sender, dispute, choice, salt);
        if (v.voteHash != shown) revert VoteMismatch(v.voteHash, shown);
        if (v.choice != 0) revert AlreadyRevealed(dispute, msg.sender);
        uint128 weight = v.weight;
        v.choice = choice;
        if (choice == FOR_PROVERS) d.forProvers += weight;
        else d.forContester += weight;
        emit VoteRevealed(dispute, msg.sender, choice, weight);
    }

    /// @inheritdoc IProverJury
    /// @dev The network takes no ruling on a case that it closed for want of one. Jurors are let go all
    /// the same, so the ruling is then kept here and not told.
    function execute(uint256 dispute) external nonReentrant {
        Dispute storage d = _known(dispute);
        if (block.timestamp < d.revealUntil) revert WindowNotOpen(d.revealUntil);
        if (d.executed) revert AlreadyExecuted(dispute);
        d.executed = true;
        (uint128 forProvers, uint128 forContester) = (d.forProvers, d.forContester);
        uint8 ruling = 0;
        if (forProvers > forContester) ruling = FOR_PROVERS;
        else if (forContester > forProvers) ruling = FOR_CONTESTER;
        d.ruling = ruling;
        d.weightLeft = ruling == FOR_PROVERS ? forProvers : forContester;
        emit Ruled(dispute, ruling, forProvers, forContester);

        IProverNetwork.Case memory ruled = provers.caseOf(d.caseId);
        if (ruling == 0) {
            // Nobody earned the fee: it goes back to who paid it.
            d.feeLeft = 0;
            d.weightLeft = 0;
            _credit(ruled.escalator, FEE);
        }
        if (ruled.state == IProverNetwork.CaseState.Escalated) {
            IArbitrable(address(provers)).rule(dispute, ruling);
        }
    }

    /// @inheritdoc IProverJury
    function settle(uint256 dispute, address juror) external nonReentrant {
        Dispute storage d = _known(dispute);
        if (!d.executed) revert NotExecuted(dispute);
        Vote storage v = _votes[dispute][juror];
        if (v.voteHash == 0 || v.settled) revert NothingToSettle(dispute, juror);
        v.settled = true;
        uint128 weight = v.weight;
        uint128 reward = 0;
        uint128 fine = 0;
        if (v.choice == 0) {
            fine = uint128((uint256(weight) * SILENCE_PPM) / 1_000_000);
        } else if (v.choice == d.ruling) {
            // What is left over what is left: the last of them gets all of the rest, to the wei.
            uint128 weightLeft = d.weightLeft;
            reward = uint128((uint256(d.feeLeft) * weight) / weightLeft);
            d.feeLeft -= reward;
            d.weightLeft = weightLeft - weight;
            _credit(juror, reward);
        }
        uint64 model = provers.caseOf(d.caseId).model;
        fine = provers.freeStake(juror, fine, model);
        emit JurorSettled(dispute, juror, reward, fine);
    }

    /// @inheritdoc IProverJury
    function withdraw(address to) external nonReentrant returns (uint256 amount) {
        amount = _credits[msg.sender];
        if (amount == 0) revert NothingToWithdraw();
        if (to == address(0)) revert PaymentRefused(to);
        _credits[msg.sender] = 0;
        held -= amount;
        emit Withdrawn(msg.sender, to, amount);
        (bool done,) = to.call{value: amount}("");
        if (!done) revert PaymentRefused(to);
    }

    /// @inheritdoc IArbitrator
    function arbitrationCost(bytes calldata) external pure returns (uint256) {
        return FEE;
    }

    /// @inheritdoc IProverJury
    function disputeOf(uint256 dispute) external view returns (Dispute memory) {
        return _disputes[dispute];
    }

    /// @inheritdoc IProverJury
    function voteOf(uint256 dispute, address juror) external view returns (Vote memory) {
        return _votes[dispute][juror];
    }

    /// @inheritdoc IProverJury
    function creditOf(address account) external view returns (uint256) {
        return _credits[account];
    }

    /// @inheritdoc IProverJury
    function voteHashOf(address juror, uint256 dispute, uint8 choice, bytes32 salt)
        public
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(juror, dispute, choice, salt));
    }

    function _credit(address account, uint256 amount) private {
        _credits[account] += amount;
        emit Credited(account, amount);
    }

    function _known(uint256 dispute) private view returns (Dispute storage d) {
        d = _disputes[dispute];
        if (d.created == 0) revert UnknownDispute(dispute);
    }
}
