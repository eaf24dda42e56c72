// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {DaoSteps} from "./support/DaoSteps.sol";

/// @notice Whose votes count, how many it takes, and how long.
contract ModelGovernorVotesTest is DaoSteps {
    event ProposalExtended(uint256 indexed proposalId, uint64 extendedDeadline);

    function setUp() public {
        deployDao();
    }

    // Settings

    function test_SettingsAreThoseOfTheDesign() public view {
        eq(governor.votingDelay(), 86_400, "delay");
        eq(governor.votingPeriod(), 432_000, "period");
        eq(governor.proposalThreshold(), 10_000, "threshold");
        eq(governor.lateQuorumVoteExtension(), 86_400, "extension");
        eq(governor.quorum(block.timestamp - 1), 100_000, "quorum");
        eq(timelock.getMinDelay(), 172_800, "timelock");
        eq(governor.clock(), block.timestamp, "clock");
        eq(keccak256(bytes(governor.CLOCK_MODE())), keccak256("mode=timestamp"), "clock mode");
        eq(
            keccak256(bytes(governor.COUNTING_MODE())),
            keccak256("support=bravo&quorum=for,abstain"),
            "counting"
        );
    }

    function test_ATimelineRunsToTheSecond() public {
        uint256 start = block.timestamp;
        Proposal memory made = _plain();
        eq(governor.proposalSnapshot(made.id), start + 86_400, "snapshot");
        eq(governor.proposalDeadline(made.id), start + 86_400 + 432_000, "deadline");
        isTrue(governor.proposalNeedsQueuing(made.id), "needs queueing");
        vm.warp(start + 86_400);
        isState(made, IGovernor.ProposalState.Pending, "pending");
        vm.expectRevert(
            unexpectedState(
                made, IGovernor.ProposalState.Pending, bit(IGovernor.ProposalState.Active)
            )
        );
        vm.prank(alice);
        governor.castVote(made.id, FOR);
        vm.warp(start + 86_401);
        isState(made, IGovernor.ProposalState.Active, "active");
        vote(alice, made, FOR);
        vm.warp(start + 518_400);
        vote(bob, made, FOR);
        vm.warp(start + 518_401);
        isState(made, IGovernor.ProposalState.Succeeded, "succeeded");
        vm.expectRevert(
            unexpectedState(
                made, IGovernor.ProposalState.Succeeded, bit(IGovernor.ProposalState.Active)
            )
        );
        vm.prank(carol);
        governor.castVote(made.id, FOR);
        queue(made);
        isState(made, IGovernor.ProposalState.Queued, "queued");
        eq(governor.proposalEta(made.id), start + 518_401 + 172_800, "eta");
    }

    // Proposing

    function test_ProposingTakesTenThousandShares() public {
        address dave = account("dave");
        vm.prank(carol);
        shares.transfer(dave, 9_999);
        pass(1);
        Proposal memory made = _draft();
        vm.expectRevert(
            abi.encodeWithSelector(
                IGovernor.GovernorInsufficientProposerVotes.selector, dave, 9_999, 10_000
            )
        );
        vm.prank(dave);
        governor.propose(made.targets, made.values, made.calldatas, made.description);

        vm.prank(carol);
        shares.transfer(dave, 1);
        // What was received in this very second does not count yet.
        vm.expectRevert(
            abi.encodeWithSelector(
                IGovernor.GovernorInsufficientProposerVotes.selector, dave, 9_999, 10_000
            )
        );
        vm.prank(dave);
        governor.propose(made.targets, made.values, made.calldatas, made.description);
        pass(1);
        submit(dave, made);
        eq(governor.proposalProposer(made.id), dave, "proposer");
    }

    function test_AStrangerCannotPropose() public {
        Proposal memory made = _draft();
        address stranger = account("stranger");
        vm.expectRevert(
            abi.encodeWithSelector(
                IGovernor.GovernorInsufficientProposerVotes.selector, stranger, 0, 10_000
            )
        );
        vm.prank(stranger);
        governor.propose(made.targets, made.values, made.calldatas, made.description);
    }

    // Weight

    function test_HoldersVoteWithoutDelegating() public {
        eq(shares.getVotes(alice), ALICE_SHARES, "alice");
        eq(shares.delegates(alice), alice, "delegate of alice");
        address dave = account("dave");
        vm.prank(alice);
        shares.transfer(dave, 5);
        eq(shares.getVotes(dave), 5, "dave");
        Proposal memory made = _voting();
        vm.prank(dave);
        eq(governor.castVote(made.id, FOR), 5, "weight");
    }

    function test_SharesBoughtAfterTheSnapshotHaveNoVote() public {
        Proposal memory made = _plain();
        openVote();
        address lender = account("borrower");
        vm.prank(alice);
        shares.transfer(lender, ALICE_SHARES);
        vm.prank(lender);
        eq(governor.castVote(made.id, AGAINST), 0, "borrowed votes");
        // And the vote stays with who held at the snapshot.
        vm.prank(alice);
        eq(governor.castVote(made.id, FOR), ALICE_SHARES, "votes at the snapshot");
    }

    function test_SharesLentAndReturnedInOneSecondHaveNoVote() public {
        Proposal memory made = _plain();
        vm.warp(governor.proposalSnapshot(made.id));
        address borrower = account("borrower");
        vm.prank(alice);
        shares.transfer(borrower, ALICE_SHARES);
        vm.prank(borrower);
        shares.transfer(alice, ALICE_SHARES);
        pass(1);
        vm.prank(borrower);
        eq(governor.castVote(made.id, FOR), 0, "borrower");
        vm.prank(alice);
        eq(governor.castVote(made.id, FOR), ALICE_SHARES, "alice");
    }

    function test_SharesDoNotVoteTwice() public {
        Proposal memory made = _voting();
        vote(alice, made, FOR);
        vm.prank(alice);
        shares.transfer(carol, ALICE_SHARES);
        vote(carol, made, FOR);
        (uint256 against, uint256 inFavour, uint256 abstained) = governor.proposalVotes(made.id);
        eq(against, 0, "against");
        eq(inFavour, ALICE_SHARES + CAROL_SHARES, "for");
        eq(abstained, 0, "abstained");
        isTrue(governor.hasVoted(made.id, alice), "has voted");
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorAlreadyCastVote.selector, alice));
        vm.prank(alice);
        governor.castVote(made.id, FOR);
    }

    function test_DelegatedVotesDoNotVoteTwice() public {
        vm.prank(carol);
        shares.delegate(bob);
        Proposal memory made = _plain();
        openVote();
        vm.prank(carol);
        eq(governor.castVote(made.id, AGAINST), 0, "carol");
        vm.prank(bob);
        eq(governor.castVote(made.id, FOR), BOB_SHARES + CAROL_SHARES, "bob");
    }

    function test_AVoteHasThreeKinds() public {
        Proposal memory made = _voting();
        vm.expectRevert(IGovernor.GovernorInvalidVoteType.selector);
        vm.prank(alice);
        governor.castVote(made.id, 3);
    }

    // Quorum

    function test_QuorumIsATenthOfAllShares() public {
        _carolKeeps(99_999);
        Proposal memory made = _voting();
        vote(carol, made, FOR);
        closeVote(made);
        isState(made, IGovernor.ProposalState.Defeated, "one share short");

        _carolKeeps(100_000);
        made = _voting();
        vote(carol, made, FOR);
        closeVote(made);
        isState(made, IGovernor.ProposalState.Succeeded, "enough");
    }

    function test_AbstainingCountsForTheQuorumAlone() public {
        Proposal memory made = _voting();
        vote(alice, made, ABSTAIN);
        closeVote(made);
        isState(made, IGovernor.ProposalState.Defeated, "nobody for it");

        vm.prank(carol);
        shares.transfer(account("dave"), 1);
        made = _voting();
        vote(bob, made, ABSTAIN);
        vm.prank(account("dave"));
        governor.castVote(made.id, FOR);
        closeVote(made);
        isState(made, IGovernor.ProposalState.Succeeded, "one for, none against");
    }

    function test_VotesAgainstDoNotMakeAQuorum() public {
        _carolKeeps(99_999);
        Proposal memory made = _voting();
        vote(bob, made, AGAINST);
        closeVote(made);
        isState(made, IGovernor.ProposalState.Defeated, "defeated");
    }

    function test_DelegatedDustMakesNoQuorum() public {
        // Three hundred accounts with a share each delegate to one that holds none.
        address collector = account("collector");
        for (uint256 i; i < 300; ++i) {
            address dust = address(uint160(0xd057000 + i));
            vm.prank(carol);
            shares.transfer(dust, 1);
            vm.prank(dust);
            shares.delegate(collector);
        }
        pass(1);
        eq(shares.getVotes(collector), 300, "collected votes");
        eq(shares.getVotes(carol), CAROL_SHARES - 300, "carol's votes");
        Proposal memory made = _voting();
        vm.prank(collector);
        governor.castVote(made.id, FOR);
        vote(carol, made, FOR);
        (, uint256 inFavour,) = governor.proposalVotes(made.id);
        eq(inFavour, CAROL_SHARES, "no vote is made by splitting");
        closeVote(made);
        isState(made, IGovernor.ProposalState.Succeeded, "exactly the quorum");

        made = _voting();
        vm.prank(collector);
        governor.castVote(made.id, FOR);
        closeVote(made);
        isState(made, IGovernor.ProposalState.Defeated, "dust alone");
    }

    function test_ATieIsLost() public {
        vm.prank(alice);
        shares.transfer(bob, 100_000);
        vm.prank(alice);
        shares.transfer(account("dave"), 100_000);
        Proposal memory made = _voting();
        vote(alice, made, FOR);
        vote(bob, made, AGAINST);
        closeVote(made);
        isState(made, IGovernor.ProposalState.Defeated, "400,000 each");
    }

    // Late quorum

    function test_ALateQuorumLeavesADayToAnswer() public {
        _carolKeeps(50_000);
        Proposal memory made = _voting();
        uint256 deadline = governor.proposalDeadline(made.id);
        vote(carol, made, FOR);
        eq(governor.proposalDeadline(made.id), deadline, "no quorum yet");
        vm.warp(deadline);
        vm.expectEmit(true, true, true, true, address(governor));
        emit ProposalExtended(made.id, uint64(deadline + 86_400));
        vote(bob, made, FOR);
        eq(governor.proposalDeadline(made.id), deadline + 86_400, "extended");
        vm.warp(deadline + 86_400);
        vote(alice, made, AGAINST);
        eq(governor.proposalDeadline(made.id), deadline + 86_400, "once only");
        pass(1);
        isState(made, IGovernor.ProposalState.Defeated, "the answer counts");
    }

    function test_AnEarlyQuorumExtendsNothing() public {
        Proposal memory made = _voting();
        uint256 deadline = governor.proposalDeadline(made.id);
        vm.warp(deadline - 86_400);
        vote(alice, made, FOR);
        eq(governor.proposalDeadline(made.id), deadline, "deadline");
        vm.warp(deadline);
        vote(bob, made, FOR);
        eq(governor.proposalDeadline(made.id), deadline, "deadline after a late vote");
    }

    function _draft() private returns (Proposal memory) {
        return
            draft(address(registry), abi.encodeCall(IModelRegistry.setUri, (model, "ipfs://new")));
    }

    function _plain() private returns (Proposal memory made) {
        made = _draft();
        submit(alice, made);
    }

    function _voting() private returns (Proposal memory made) {
        pass(1);
        made = _plain();
        openVote();
    }

    /// @dev Leaves carol `amount` shares, the rest with alice.
    function _carolKeeps(uint256 amount) private {
        uint256 has = shares.balanceOf(carol);
        if (has > amount) {
            vm.prank(carol);
            shares.transfer(alice, has - amount);
        } else {
            vm.prank(alice);
            shares.transfer(carol, amount - has);
        }
    }
}
