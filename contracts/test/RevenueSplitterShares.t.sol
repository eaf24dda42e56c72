// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {IRevenueSplitter} from "../src/interfaces/IRevenueSplitter.sol";
import {ModelShares} from "../src/ModelShares.sol";
import {Money} from "./support/Money.sol";

/// @notice Who may open a model's shares and issue more of them, and how many.
contract RevenueSplitterSharesTest is Money {
    uint64 private model;

    event SharesOpened(uint64 indexed model, address indexed shares);
    event SharesIssued(uint64 indexed model, address indexed to, uint256 amount, uint32 shareEpoch);

    function setUp() public {
        setUpMoney();
        model = registerModel(owner, noParents());
    }

    // Opening

    function test_OpensSharesAsGiven() public {
        // The clone's address follows from implementation and model alone (EIP-1167, CREATE2).
        bytes memory code = abi.encodePacked(
            hex"3d602d80600a3d3981f3363d3d373d3d3d363d73",
            sharesImplementation,
            hex"5af43d82803e903d91602b57fd5bf3"
        );
        bytes32 hash = keccak256(
            abi.encodePacked(hex"ff", splitter, bytes32(uint256(model)), keccak256(code))
        );
        address expected = address(uint160(uint256(hash)));
        vm.expectEmit(true, true, true, true, address(splitter));
        emit SharesOpened(model, expected);
        ModelShares shares = openFor(model, ada, 750_000, ben, 250_000);
        eq(address(shares), expected, "clone");
        eq(splitter.sharesOf(model), expected, "sharesOf");
        eq(shares.balanceOf(ada), 750_000, "ada");
        eq(shares.balanceOf(ben), 250_000, "ben");
        eq(shares.totalSupply(), 1_000_000, "supply");
        eq(splitter.shareEpochOf(model), 0, "no epoch ended");
    }

    function test_OnlyTheOwnerOpensShares() public {
        (address[] memory holders, uint256[] memory amounts) = _holders(2);
        vm.expectRevert(abi.encodeWithSelector(IRevenueSplitter.NotModelOwner.selector, model, ada));
        vm.prank(ada);
        splitter.openShares(model, holders, amounts);
    }

    function test_NobodyOpensSharesOfNoModel() public {
        (address[] memory holders, uint256[] memory amounts) = _holders(2);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.UnknownModel.selector, 99));
        splitter.openShares(99, holders, amounts);
    }

    function test_SharesOpenOnce() public {
        openShares(owner, model);
        vm.expectRevert(abi.encodeWithSelector(IRevenueSplitter.SharesAlreadyOpen.selector, model));
        openShares(owner, model);
    }

    function test_SixtyFourHoldersAreTaken() public {
        (address[] memory holders, uint256[] memory amounts) = _holders(64);
        openShares(owner, model, holders, amounts);
        eq(sharesOf(model).balanceOf(holders[63]), amounts[63], "the last");
    }

    function test_SixtyFiveHoldersAreTooMany() public {
        (address[] memory holders, uint256[] memory amounts) = _holders(65);
        _expectBad(holders, amounts);
    }

    function test_NoHoldersAreTooFew() public {
        _expectBad(new address[](0), new uint256[](0));
    }

    function test_EveryHolderHasOneAmount() public {
        (address[] memory holders,) = _holders(2);
        (, uint256[] memory amounts) = _holders(1);
        _expectBad(holders, amounts);
    }

    function test_NoHolderIsZeroOrDoubledOrWithoutShares() public {
        (address[] memory holders, uint256[] memory amounts) = _holders(3);
        address second = holders[1];
        holders[1] = address(0);
        _expectBad(holders, amounts);
        holders[1] = holders[2];
        _expectBad(holders, amounts);
        holders[1] = second;
        amounts[0] += amounts[1];
        amounts[1] = 0;
        _expectBad(holders, amounts);
    }

    function test_SharesAreAMillion() public {
        (address[] memory holders, uint256[] memory amounts) = _holders(3);
        ++amounts[2];
        _expectBad(holders, amounts);
        amounts[2] -= 2;
        _expectBad(holders, amounts);
        // A sum that would wrap around to a million.
        amounts[0] = type(uint256).max;
        _expectBad(holders, amounts);
    }

    // Issuing

    function test_DaoIssuesToAnImprover() public {
        openFor(model, ada, 750_000, ben, 250_000);
        mockDao(model);
        vm.expectEmit(true, true, true, true, address(splitter));
        emit SharesIssued(model, cyd, 200_000, 1);
        vm.prank(timelock);
        splitter.issueShares(model, cyd, 200_000);
        eq(sharesOf(model).balanceOf(cyd), 200_000, "cyd");
        eq(sharesOf(model).totalSupply(), 1_200_000, "supply");
        eq(splitter.shareEpochOf(model), 1, "epoch");
    }

    function test_OnlyTheModelsDaoIssues() public {
        openFor(model, ada, 750_000, ben, 250_000);
        vm.expectRevert(abi.encodeWithSelector(IRevenueSplitter.NotModelDao.selector, model, owner));
        vm.prank(owner);
        splitter.issueShares(model, cyd, 100_000);
        // Another model's DAO is none of this one's.
        uint64 other = registerModel(owner, noParents());
        mockDao(other);
        vm.expectRevert(
            abi.encodeWithSelector(IRevenueSplitter.NotModelDao.selector, model, timelock)
        );
        vm.prank(timelock);
        splitter.issueShares(model, cyd, 100_000);
    }

    function test_NobodyIsTheDaoOfAModelWithoutOne() public {
        openFor(model, ada, 750_000, ben, 250_000);
        vm.expectRevert(
            abi.encodeWithSelector(IRevenueSplitter.NotModelDao.selector, model, address(0))
        );
        vm.prank(address(0));
        splitter.issueShares(model, cyd, 100_000);
    }

    function test_IssuesNothingBeforeTheOpening() public {
        mockDao(model);
        vm.expectRevert(abi.encodeWithSelector(IRevenueSplitter.SharesNotOpen.selector, model));
        vm.prank(timelock);
        splitter.issueShares(model, cyd, 100_000);
    }

    function test_IssuesToSomebody() public {
        openShares(owner, model);
        mockDao(model);
        vm.expectRevert(IRevenueSplitter.ZeroReceiver.selector);
        vm.prank(timelock);
        splitter.issueShares(model, address(0), 100_000);
    }

    function test_IssuesAFifthInAYearAtMost() public {
        openShares(owner, model);
        _expectTooLarge(200_000, 200_001);
        issue(model, cyd, 150_000);
        _expectTooLarge(50_000, 50_001);
        issue(model, cyd, 50_000);
        vm.warp(START_TIME + 365 days - 1);
        _expectTooLarge(0, 12_000);
        vm.warp(START_TIME + 365 days);
        _expectTooLarge(240_000, 240_001);
        issue(model, cyd, 240_000);
        eq(sharesOf(model).totalSupply(), 1_440_000, "supply");
    }

    /// @dev Two years meet in every window: what was issued late in one counts early in the next.
    function test_TheYearRollsOn() public {
        openShares(owner, model);
        issue(model, cyd, 100_000);
        vm.warp(START_TIME + 300 days);
        issue(model, cyd, 100_000);
        vm.warp(START_TIME + 365 days);
        // The first is a year old. The second began at 1,100,000, of which a fifth is 220,000.
        _expectTooLarge(120_000, 120_001);
        issue(model, cyd, 120_000);
        vm.warp(START_TIME + 665 days);
        // The third alone is left. It began at 1,200,000, of which a fifth is 240,000.
        _expectTooLarge(120_000, 120_001);
        vm.warp(START_TIME + 730 days);
        _expectTooLarge(264_000, 264_001);
    }

    function test_IssuesAHundredthAtLeast() public {
        openShares(owner, model);
        _expectTooSmall(10_000, 9_999);
        _expectTooSmall(10_000, 0);
        issue(model, cyd, 10_000);
        // 1 % of 1,010,000 is 10,100; of 1,020,101 it is 10,201.01 and rounds up.
        issue(model, cyd, 10_101);
        _expectTooSmall(10_202, 10_201);
    }

    // Callbacks

    function test_OnlyTheShareTokenTellsOfTransfers() public {
        openShares(owner, model);
        uint64 other = registerModel(owner, noParents());
        address otherShares = openShares(owner, other);
        _expectNotShares(owner);
        splitter.onShareTransfer(model, ada, ben, 0, 0, 1);
        _expectNotShares(otherShares);
        splitter.onShareTransfer(model, ada, ben, 0, 0, 1);
        // Nor is the zero address the token of a model without one.
        vm.expectRevert(abi.encodeWithSelector(IRevenueSplitter.NotShares.selector, owner));
        vm.prank(owner);
        splitter.onShareTransfer(99, ada, ben, 0, 0, 1);
    }

    // Helpers

    function _holders(uint256 count)
        private
        pure
        returns (address[] memory holders, uint256[] memory amounts)
    {
        holders = new address[](count);
        amounts = new uint256[](count);
        uint256 left = 1_000_000;
        for (uint256 i; i < count; ++i) {
            holders[i] = address(uint160(0x1000 + i));
            amounts[i] = i + 1 == count ? left : 1_000_000 / count;
            left -= amounts[i];
        }
    }

    function _expectBad(address[] memory holders, uint256[] memory amounts) private {
        vm.expectRevert(IRevenueSplitter.BadHolders.selector);
        openShares(owner, model, holders, amounts);
    }

    function _expectTooLarge(uint256 allowed, uint256 asked) private {
        _expectRefusal(
            abi.encodeWithSelector(IRevenueSplitter.IssueTooLarge.selector, allowed, asked), asked
        );
    }

    function _expectTooSmall(uint256 least, uint256 asked) private {
        _expectRefusal(
            abi.encodeWithSelector(IRevenueSplitter.IssueTooSmall.selector, least, asked), asked
        );
    }

    function _expectRefusal(bytes memory refusal, uint256 asked) private {
        mockDao(model);
        vm.expectRevert(refusal);
        vm.prank(timelock);
        splitter.issueShares(model, cyd, asked);
    }

    function _expectNotShares(address caller) private {
        vm.expectRevert(abi.encodeWithSelector(IRevenueSplitter.NotShares.selector, caller));
        vm.prank(caller);
    }
}
