// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {IRevenueSplitter} from "../src/interfaces/IRevenueSplitter.sol";
import {DaoSteps} from "./support/DaoSteps.sol";

/// @notice Admission of improvers: two thirds, at most a fifth in a year, and earlier income untouched.
contract ModelGovernorSharesTest is DaoSteps {
    address private _improver;

    function setUp() public {
        deployDao();
        _improver = account("improver");
    }

    function test_AnImproverIsAdmittedByTwoThirds() public {
        Proposal memory made = propose(address(splitter), _issue(100_000));
        isTrue(governor.needsSupermajority(made.id), "needs two thirds");
        openVote();
        vote(alice, made, FOR);
        vote(bob, made, AGAINST);
        // 600,000 against 300,000: exactly two thirds.
        closeVote(made);
        queue(made);
        pass(2 days);
        vm.expectEmit(true, true, true, true, address(splitter));
        emit IRevenueSplitter.SharesIssued(model, _improver, 100_000, 1);
        execute(made);
        eq(shares.balanceOf(_improver), 100_000, "shares");
        eq(shares.getVotes(_improver), 100_000, "votes");
        eq(shares.totalSupply(), 1_100_000, "supply");
        eq(splitter.shareEpochOf(model), 1, "share epoch");
        pass(1);
        eq(governor.quorum(block.timestamp - 1), 110_000, "quorum follows");
    }

    function test_OneShareLessThanTwoThirdsIsNotEnough() public {
        vm.prank(alice);
        shares.transfer(bob, 1);
        Proposal memory made = _voting(_issue(100_000));
        vote(alice, made, FOR);
        vote(bob, made, AGAINST);
        closeVote(made);
        isState(made, IGovernor.ProposalState.Defeated, "599,999 against 300,001");
    }

    function test_SixtyPerCentAreNotEnough() public {
        Proposal memory made = _voting(_issue(100_000));
        vote(alice, made, FOR);
        vote(bob, made, AGAINST);
        vote(carol, made, AGAINST);
        closeVote(made);
        isState(made, IGovernor.ProposalState.Defeated, "defeated");
        vm.expectRevert(
            unexpectedState(
                made, IGovernor.ProposalState.Defeated, bit(IGovernor.ProposalState.Succeeded)
            )
        );
        queue(made);
    }

    function test_SixtyPerCentAreEnoughForTheRest() public {
        Proposal memory made = propose(
            address(registry), abi.encodeCall(IModelRegistry.setUri, (model, "ipfs://new"))
        );
        isFalse(governor.needsSupermajority(made.id), "plain majority");
        openVote();
        vote(alice, made, FOR);
        vote(bob, made, AGAINST);
        vote(carol, made, AGAINST);
        closeVote(made);
        isState(made, IGovernor.ProposalState.Succeeded, "succeeded");
    }

    function test_SharesBesideAnotherCallNeedTwoThirdsToo() public {
        for (uint256 order; order < 2; ++order) {
            Proposal memory made = draft(address(0), "");
            made.targets = new address[](2);
            made.values = new uint256[](2);
            made.calldatas = new bytes[](2);
            made.targets[order] = address(splitter);
            made.calldatas[order] = _issue(1);
            made.targets[1 - order] = address(registry);
            made.calldatas[1 - order] = abi.encodeCall(IModelRegistry.setUri, (model, "ipfs://new"));
            made.id = idOf(made);
            submit(alice, made);
            isTrue(governor.needsSupermajority(made.id), "needs two thirds");
            openVote();
            vote(alice, made, FOR);
            vote(bob, made, AGAINST);
            vote(carol, made, AGAINST);
            closeVote(made);
            isState(made, IGovernor.ProposalState.Defeated, "60 %");
        }
    }

    function test_AbstainingDoesNotStandInForTwoThirds() public {
        Proposal memory made = _voting(_issue(1));
        vote(alice, made, ABSTAIN);
        vote(bob, made, FOR);
        vote(carol, made, FOR);
        closeVote(made);
        isState(made, IGovernor.ProposalState.Succeeded, "all who decided are for it");

        made = _voting(_issue(2));
        vote(alice, made, ABSTAIN);
        closeVote(made);
        isState(made, IGovernor.ProposalState.Defeated, "nobody decided");
    }

    function testFuzz_TheLineIsAtTwoThirds(uint256 inFavour, uint256 against) public {
        inFavour = bound(inFavour, 1, 1_000_000);
        against = bound(against, 0, 1_000_000 - inFavour);
        address pro = account("pro");
        address contra = account("contra");
        vm.prank(bob);
        shares.transfer(alice, BOB_SHARES);
        vm.prank(carol);
        shares.transfer(alice, CAROL_SHARES);
        pass(1);
        Proposal memory made = propose(address(splitter), _issue(1));
        vm.prank(alice);
        shares.transfer(pro, inFavour);
        vm.prank(alice);
        shares.transfer(contra, against);
        openVote();
        vm.prank(pro);
        governor.castVote(made.id, FOR);
        vm.prank(contra);
        governor.castVote(made.id, AGAINST);
        closeVote(made);
        bool passes = inFavour >= 100_000 && inFavour * 3 >= (inFavour + against) * 2;
        isState(
            made,
            passes ? IGovernor.ProposalState.Succeeded : IGovernor.ProposalState.Defeated,
            "state"
        );
    }

    function test_EarlierIncomeStaysWithEarlierHolders() public {
        address buyer = funded("buyer");
        buyLicence(buyer, model, NATIVE);
        enact(address(splitter), _issue(200_000));
        buyLicence(buyer, model, NATIVE);

        // The first coin is split over 1,000,000 shares, the second over 1,200,000.
        eq(_paidOut(alice), 0.6 ether + 0.5 ether, "alice");
        eq(_paidOut(bob), 0.3 ether + 0.25 ether, "bob");
        eq(_paidOut(carol), 0.1 ether + uint256(1 ether) / 12, "carol");
        eq(_paidOut(_improver), uint256(1 ether) / 6, "improver");
    }

    function test_AFifthAYearIsTheMost() public {
        Proposal memory made = carry(address(splitter), _issue(200_001));
        vm.expectRevert(
            abi.encodeWithSelector(IRevenueSplitter.IssueTooLarge.selector, 200_000, 200_001)
        );
        execute(made);
        enact(address(splitter), _issue(200_000));
        eq(shares.totalSupply(), 1_200_000, "supply");
    }

    function test_OnlyTheTimelockIssues() public {
        vm.expectRevert(abi.encodeWithSelector(IRevenueSplitter.NotModelDao.selector, model, alice));
        vm.prank(alice);
        splitter.issueShares(model, alice, 1);
        vm.expectRevert(
            abi.encodeWithSelector(IRevenueSplitter.NotModelDao.selector, model, address(governor))
        );
        vm.prank(address(governor));
        splitter.issueShares(model, alice, 1);
    }

    function _issue(uint256 amount) private view returns (bytes memory) {
        return abi.encodeCall(IRevenueSplitter.issueShares, (model, _improver, amount));
    }

    function _voting(bytes memory data) private returns (Proposal memory made) {
        pass(1);
        made = propose(address(splitter), data);
        openVote();
    }

    /// @dev What an account gets by claiming and withdrawing.
    function _paidOut(address holder) private returns (uint256) {
        uint256 before = holder.balance;
        splitter.claim(model, NATIVE, holder);
        if (splitter.creditOf(holder, NATIVE) != 0) splitter.withdraw(holder, NATIVE);
        return holder.balance - before;
    }
}
