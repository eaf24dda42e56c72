// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {IRevenueSplitter} from "../../src/interfaces/IRevenueSplitter.sol";
import {Money} from "../support/Money.sol";

/// @notice What holds for a single unit, a single share, the last second and the largest amount.
contract RevenueSplitterUnitsTest is Money {
    uint256 private constant MOST = type(uint128).max;

    uint64 private model;

    function setUp() public {
        setUpMoney();
        model = registerModel(owner, noParents());
        address[] memory holders = new address[](1);
        uint256[] memory amounts = new uint256[](1);
        (holders[0], amounts[0]) = (ada, SHARES);
        openShares(owner, model, holders, amounts);
    }

    // One unit

    function test_OneUnitIsHeldAndClaimed() public {
        pay(model, 1);
        eq(splitter.held(NATIVE), 1, "held");
        eq(claimable(model, NATIVE, ada), 1, "claimable");
        eq(splitter.claim(model, NATIVE, ada), 1, "claimed");
        eq(ada.balance, 1, "ada");
        eq(claimable(model, NATIVE, ada), 0, "claimed once");
    }

    function test_OneDollarUnitIsClaimedElsewhere() public {
        payDollars(model, 1);
        vm.prank(ada);
        eq(splitter.claimTo(model, address(dollar), cyd), 1, "claimed");
        eq(dollar.balanceOf(cyd), 1, "cyd");
    }

    function test_OneUnitOfCreditIsWithdrawn() public {
        deposit(1);
        vm.prank(address(channel));
        splitter.credit(ben, NATIVE, 1);
        eq(splitter.creditOf(ben, NATIVE), 1, "credit");
        eq(splitter.withdraw(ben, NATIVE), 1, "withdrawn");
        eq(ben.balance, 1, "ben");
    }

    function test_OneUnitReachesAnAncestor() public {
        (uint64 child, uint64[] memory parents) = childOf(1, 100_000);
        pay(child, 10);
        eq(own(parents[0], NATIVE), 1, "a tenth");
        eq(own(child, NATIVE), 9, "the rest");
    }

    function test_OneUnitStaysWithWhoEarnedIt() public {
        pay(model, 1);
        move(model, ada, ben, SHARES);
        eq(claimable(model, NATIVE, ada), 1, "ada");
        eq(claimable(model, NATIVE, ben), 0, "ben");
    }

    function test_OneUnitStaysWithWhoEarnedItThroughAnIssue() public {
        pay(model, 1);
        issue(model, cyd, 200_000);
        eq(claimable(model, NATIVE, ada), 1, "ada");
        eq(claimable(model, NATIVE, cyd), 0, "cyd");
        pay(model, 12);
        eq(claimable(model, NATIVE, ada), 11, "ada's ten of twelve too");
        eq(claimable(model, NATIVE, cyd), 2, "cyd's two of twelve");
    }

    // One share

    function test_OneShareComesWithoutEarlierIncome() public {
        pay(model, 1_000_000);
        move(model, ada, ben, 1);
        eq(claimable(model, NATIVE, ada), 1_000_000, "ada");
        eq(claimable(model, NATIVE, ben), 0, "ben");
        pay(model, 1_000_000);
        eq(claimable(model, NATIVE, ada), 1_999_999, "ada's of both");
        eq(claimable(model, NATIVE, ben), 1, "ben's of the second");
    }

    /// @dev Ben's share was there for 999,999 of the million: a millionth of a unit short of one.
    function test_AMillionthOfAUnitIsNotForgotten() public {
        pay(model, 1);
        move(model, ada, ben, 1);
        pay(model, 999_999);
        eq(claimable(model, NATIVE, ben), 0, "ben");
        eq(claimable(model, NATIVE, ada), 999_999, "ada");
        pay(model, 1);
        eq(claimable(model, NATIVE, ben), 1, "ben, one payment later");
    }

    function test_OneShareEarnsThroughAnIssue() public {
        move(model, ada, ben, 1);
        pay(model, 2_000_000);
        issue(model, cyd, 200_000);
        eq(claimable(model, NATIVE, ben), 2, "ben");
        eq(claimable(model, NATIVE, ada), 1_999_998, "ada");
    }

    // Issues

    function test_SoldSharesIncomeOutlivesAnIssue() public {
        pay(model, 100);
        move(model, ada, ben, SHARES);
        issue(model, cyd, 200_000);
        eq(claimable(model, NATIVE, ada), 100, "ada, who holds nothing");
        eq(claimable(model, NATIVE, ben), 0, "ben");
        eq(splitter.claim(model, NATIVE, ada), 100, "claimed");
    }

    function test_ADebtCountsOnceThroughTwoIssues() public {
        pay(model, 10);
        splitter.claim(model, NATIVE, ada);
        pay(model, 5);
        issue(model, cyd, 200_000);
        pay(model, 12);
        vm.warp(block.timestamp + 365 days);
        issue(model, cyd, 240_000);
        pay(model, 144);
        // Of a million in 1.2 and then 1.44 million shares.
        eq(claimable(model, NATIVE, ada), 5 + 10 + 100, "ada");
        eq(claimable(model, NATIVE, cyd), 2 + 44, "cyd");
    }

    function test_AHolderThatIsIssuedMoreKeepsWhatItEarned() public {
        move(model, ada, ben, 500_000);
        pay(model, 100);
        issue(model, ben, 200_000);
        eq(claimable(model, NATIVE, ada), 50, "ada");
        eq(claimable(model, NATIVE, ben), 50, "ben");
        pay(model, 120);
        eq(claimable(model, NATIVE, ada), 100, "ada's five of twelve");
        eq(claimable(model, NATIVE, ben), 120, "ben's seven of twelve");
    }

    function test_AHundredthIsRoundedUp() public {
        issue(model, cyd, 10_001);
        vm.expectRevert(
            abi.encodeWithSelector(IRevenueSplitter.IssueTooSmall.selector, 10_101, 10_100)
        );
        vm.prank(timelock);
        splitter.issueShares(model, cyd, 10_100);
        issue(model, cyd, 10_101);
    }

    function test_AllIssuesOfAYearCount() public {
        issue(model, cyd, 100_000);
        vm.warp(block.timestamp + 1 days);
        issue(model, cyd, 50_000);
        vm.warp(block.timestamp + 1 days);
        _issueTooLarge(50_000, 50_001);
        issue(model, cyd, 50_000);
        // A year after the first the fifth is of what there was before the second.
        vm.warp(START_TIME + 365 days - 1);
        _issueTooLarge(0, 12_000);
        vm.warp(START_TIME + 365 days);
        _issueTooLarge(120_000, 120_001);
        issue(model, cyd, 120_000);
    }

    // The largest amounts

    function test_ATotalNeverPassesItsLimitThoughAncestorsTakeAPart() public {
        (uint64 child, uint64[] memory parents) = childOf(1, 400_000);
        pay(child, MOST);
        eq(own(parents[0], NATIVE), MOST * 400_000 / 1_000_000, "the ancestor's");
        vm.deal(address(licences), 1);
        vm.expectRevert(abi.encodeWithSelector(IRevenueSplitter.AmountTooLarge.selector, 1));
        vm.prank(address(licences));
        splitter.pay{value: 1}(child, NATIVE, owner, 1, IRevenueSplitter.Source.Licence);
        eq(gross(child, NATIVE), MOST, "total");
    }

    function test_NoAuthorisationIsAskedForMoreThanCanBeCounted() public {
        IRevenueSplitter.Authorization memory unsigned;
        vm.expectRevert(abi.encodeWithSelector(IRevenueSplitter.AmountTooLarge.selector, MOST + 1));
        vm.prank(address(licences));
        splitter.depositWithAuthorization(address(dollar), MOST + 1, unsigned);
    }

    // Models that are not

    function test_NothingIsSweptToNoModelThoughThereIsNothing() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.UnknownModel.selector, 99));
        splitter.sweepDonation(99, NATIVE);
    }

    // Parts

    function _issueTooLarge(uint256 allowed, uint256 amount) private {
        mockDao(model);
        vm.expectRevert(
            abi.encodeWithSelector(IRevenueSplitter.IssueTooLarge.selector, allowed, amount)
        );
        vm.prank(timelock);
        splitter.issueShares(model, cyd, amount);
    }
}
