// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProverJury} from "../src/interfaces/IProverJury.sol";
import {IProverNetwork} from "../src/interfaces/IProverNetwork.sol";
import {JurySteps} from "./support/JurySteps.sol";

/// @notice Who may vote, when and how.
contract ProverJuryVoteTest is JurySteps {
    address private _eve;
    address private _fay;

    function setUp() public {
        setUpDispute();
        _eve = prover("eve", 2 ether);
        _fay = prover("fay", LEAST);
    }

    function test_OnlyTheNetworkOpensDisputes() public {
        courtRefuses(abi.encodeWithSelector(IProverJury.NotProvers.selector, dan));
        vm.prank(dan);
        court.createDispute{value: JURY_FEE}(2, abi.encode(caseId));
        vm.deal(address(provers), 100 ether);
        vm.startPrank(address(provers));
        courtRefuses(abi.encodeWithSelector(IProverJury.BadChoices.selector, 3));
        court.createDispute{value: JURY_FEE}(3, abi.encode(caseId));
        courtRefuses(abi.encodeWithSelector(IProverJury.WrongFee.selector, JURY_FEE, JURY_FEE - 1));
        court.createDispute{value: JURY_FEE - 1}(2, abi.encode(caseId));
        courtRefuses(abi.encodeWithSelector(IProverJury.WrongFee.selector, JURY_FEE, JURY_FEE + 1));
        court.createDispute{value: JURY_FEE + 1}(2, abi.encode(caseId));
        vm.stopPrank();
        eq(court.arbitrationCost(""), JURY_FEE, "cost");
    }

    function test_ADisputeHasTwoTimesOfTwoDays() public {
        wait(1);
        uint64 now_ = uint64(block.timestamp);
        expectCourtEvent();
        emit IProverJury.DisputeOpened(1, caseId, now_ + 2 days, now_ + 4 days);
        dispute = escalateBy(ann, caseId);
        eq(dispute, 1, "counts from 1");
        eq(court.disputeCount(), 1, "count");
        IProverJury.Dispute memory d = court.disputeOf(dispute);
        eq(d.created, now_, "created");
        eq(d.commitUntil, now_ + 2 days, "commit until");
        eq(d.revealUntil, now_ + 4 days, "reveal until");
        eq(d.caseId, caseId, "case");
        eq(d.feeLeft, JURY_FEE, "fee");
        eq(court.held(), JURY_FEE, "held");
        eq(address(court).balance, JURY_FEE, "balance");
    }

    function test_AVoteHoldsItsStakeAndStaysSecret() public {
        openDispute();
        bytes32 voteHash = keccak256(abi.encode(_eve, dispute, uint8(2), SALT));
        eq(court.voteHashOf(_eve, dispute, 2, SALT), voteHash, "as documented");
        expectCourtEvent();
        emit IProverJury.VoteCommitted(dispute, _eve, 2 ether);
        vm.prank(_eve);
        court.vote(dispute, voteHash);
        IProverJury.Vote memory v = court.voteOf(dispute, _eve);
        eq(v.voteHash, voteHash, "hash");
        eq(v.weight, 2 ether, "weight");
        eq(v.choice, 0, "secret");
        eq(provers.stakeOf(_eve).openCases, 1, "held");
        vm.prank(_eve);
        provers.requestUnstake(2 ether);
        wait(7 days);
        refuses(abi.encodeWithSelector(IProverNetwork.HeldByCase.selector));
        vm.prank(_eve);
        provers.unstake();
    }

    function test_LeavingStakeDoesNotVote() public {
        vm.prank(_eve);
        provers.requestUnstake(1.5 ether);
        vm.prank(_fay);
        provers.requestUnstake(1);
        openDispute();
        voteBy(_eve, 1);
        eq(court.voteOf(dispute, _eve).weight, 0.5 ether, "weight");
        refuses(abi.encodeWithSelector(IProverNetwork.StakeTooLow.selector, LEAST - 1, LEAST));
        voteBy(_fay, 1);
        refuses(abi.encodeWithSelector(IProverNetwork.StakeTooLow.selector, 0, LEAST));
        voteBy(modelOwner, 1);
    }

    function test_StakeAddedForADisputeDoesNotVote() public {
        openDispute();
        uint64 created = court.disputeOf(dispute).created;
        // In the block of the dispute, after it, and by topping up old stake.
        address late = prover("late", 50 ether);
        refuses(abi.encodeWithSelector(IProverNetwork.StakeTooYoung.selector, created, created));
        voteBy(late, 2);
        wait(5);
        vm.prank(_eve);
        provers.stake{value: 50 ether}();
        refuses(abi.encodeWithSelector(IProverNetwork.StakeTooYoung.selector, created + 5, created));
        voteBy(_eve, 2);
        voteBy(_fay, 2);
    }

    function test_PartiesDoNotVote() public {
        vm.prank(dan);
        provers.stake{value: 1 ether}();
        (address host,) = hostWith("host", HOST, 1 ether);
        vm.prank(host);
        provers.stake{value: 1 ether}();
        openDispute();
        address[4] memory parties = [ann, bob, dan, host];
        for (uint256 i = 0; i < parties.length; ++i) {
            courtRefuses(abi.encodeWithSelector(IProverJury.PartyToCase.selector, parties[i]));
            voteBy(parties[i], 1);
        }
        voteBy(_eve, 1);
    }

    function test_AJurorVotesOnce() public {
        openDispute();
        voteBy(_eve, 1);
        courtRefuses(abi.encodeWithSelector(IProverJury.AlreadyVoted.selector, dispute, _eve));
        voteBy(_eve, 2);
        eq(provers.stakeOf(_eve).openCases, 1, "held once");
        courtRefuses(abi.encodeWithSelector(IProverJury.ZeroVoteHash.selector));
        vm.prank(_fay);
        court.vote(dispute, 0);
    }

    function test_VotesAreCommittedInTime() public {
        openDispute();
        uint64 until = court.disputeOf(dispute).commitUntil;
        vm.warp(until - 1);
        voteBy(_eve, 1);
        vm.warp(until);
        courtRefuses(abi.encodeWithSelector(IProverJury.WindowClosed.selector, until));
        voteBy(_fay, 1);
    }

    function test_VotesAreRevealedInTheirTime() public {
        openDispute();
        voteBy(_eve, 1);
        voteBy(_fay, 2);
        uint64 opens = court.disputeOf(dispute).commitUntil;
        uint64 closes = court.disputeOf(dispute).revealUntil;
        vm.warp(opens - 1);
        courtRefuses(abi.encodeWithSelector(IProverJury.WindowNotOpen.selector, opens));
        revealBy(_eve, 1);
        vm.warp(opens);
        expectCourtEvent();
        emit IProverJury.VoteRevealed(dispute, _eve, 1, 2 ether);
        revealBy(_eve, 1);
        vm.warp(closes - 1);
        revealBy(_fay, 2);
        IProverJury.Dispute memory d = court.disputeOf(dispute);
        eq(d.forProvers, 2 ether, "for the provers");
        eq(d.forContester, LEAST, "for the contester");
        vm.warp(closes);
        courtRefuses(abi.encodeWithSelector(IProverJury.WindowClosed.selector, closes));
        revealBy(_fay, 2);
    }

    function test_ARevealMustBeWhatWasCommitted() public {
        openDispute();
        voteBy(_eve, 1);
        toReveals();
        bytes32 committed = court.voteHashOf(_eve, dispute, 1, SALT);
        courtRefuses(
            abi.encodeWithSelector(
                IProverJury.VoteMismatch.selector,
                committed,
                court.voteHashOf(_eve, dispute, 2, SALT)
            )
        );
        revealBy(_eve, 2);
        courtRefuses(
            abi.encodeWithSelector(
                IProverJury.VoteMismatch.selector,
                committed,
                court.voteHashOf(_eve, dispute, 1, "other")
            )
        );
        vm.prank(_eve);
        court.revealVote(dispute, 1, "other");
        courtRefuses(
            abi.encodeWithSelector(
                IProverJury.VoteMismatch.selector,
                bytes32(0),
                court.voteHashOf(_fay, dispute, 1, SALT)
            )
        );
        revealBy(_fay, 1);
        revealBy(_eve, 1);
        courtRefuses(abi.encodeWithSelector(IProverJury.AlreadyRevealed.selector, dispute, _eve));
        revealBy(_eve, 1);
    }

    function test_ACopiedVoteCannotBeRevealed() public {
        openDispute();
        voteBy(_eve, 1);
        bytes32 copied = court.voteOf(dispute, _eve).voteHash;
        vm.prank(_fay);
        court.vote(dispute, copied);
        toReveals();
        revealBy(_eve, 1);
        courtRefuses(
            abi.encodeWithSelector(
                IProverJury.VoteMismatch.selector, copied, court.voteHashOf(_fay, dispute, 1, SALT)
            )
        );
        revealBy(_fay, 1);
    }

    function test_ThereAreTwoChoices() public {
        openDispute();
        bytes32 zero = court.voteHashOf(_eve, dispute, 0, SALT);
        vm.prank(_eve);
        court.vote(dispute, zero);
        toReveals();
        courtRefuses(abi.encodeWithSelector(IProverJury.BadChoice.selector, 0));
        revealBy(_eve, 0);
        courtRefuses(abi.encodeWithSelector(IProverJury.BadChoice.selector, 3));
        revealBy(_eve, 3);
    }

    function test_UnknownDisputesAreRefused() public {
        bytes memory unknown = abi.encodeWithSelector(IProverJury.UnknownDispute.selector, 9);
        vm.startPrank(_eve);
        courtRefuses(unknown);
        court.vote(9, "hash");
        courtRefuses(unknown);
        court.revealVote(9, 1, SALT);
        courtRefuses(unknown);
        court.execute(9);
        courtRefuses(unknown);
        court.settle(9, _eve);
        vm.stopPrank();
    }
}
