// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC4907} from "../src/interfaces/IERC4907.sol";
import {IERC5643} from "../src/interfaces/IERC5643.sol";
import {ILicenceToken} from "../src/interfaces/ILicenceToken.sol";
import {IRevenueSplitter} from "../src/interfaces/IRevenueSplitter.sol";
import {LicenceSteps} from "./support/LicenceSteps.sol";

/// @notice Refunds, the release of escrows, and giving a licence up.
contract LicenceReturnTest is LicenceSteps {
    uint64 private constant UNTIL = START_TIME + WINDOW;

    function setUp() public {
        deployWithModel();
        sellForBoth(returnableKind());
    }

    // Refund

    function test_ARefundBurnsTheLicenceAndCreditsWhatWasPaid() public {
        uint256 licence = bought(NATIVE);
        vm.warp(UNTIL - 1);
        expectLicenceEvent();
        emit IERC721.Transfer(buyer, address(0), licence);
        expectLicenceEvent();
        emit ILicenceToken.LicenceRefunded(licence, buyer, NATIVE, PRICE);
        expectLicenceEvent();
        emit IERC5643.SubscriptionUpdate(licence, 0);
        vm.expectEmit(true, true, true, true, address(splitter));
        emit IRevenueSplitter.Credited(buyer, NATIVE, PRICE);
        _refund(licence);
        eq(splitter.creditOf(buyer, NATIVE), PRICE, "credit");
        eq(escrowed(NATIVE), 0, "nothing waits");
        eq(gross(NATIVE), 0, "no income");
        eq(nft().balanceOf(buyer), 0, "burnt");
        isFalse(licences.isValidAt(licence, START_TIME), "not valid");
        uint256 before = buyer.balance;
        splitter.withdraw(buyer, NATIVE);
        eq(buyer.balance - before, PRICE, "back");
    }

    function test_DollarsComeBackAsDollars() public {
        uint256 licence = bought(address(dollar));
        _refund(licence);
        eq(splitter.creditOf(buyer, address(dollar)), DOLLARS, "credit");
        splitter.withdraw(buyer, address(dollar));
        eq(dollar.balanceOf(buyer), 1_000_000e6, "back");
    }

    function test_WhatWasPaidComesBackAfterThePriceRose() public {
        uint256 licence = bought(NATIVE);
        changePrice(NATIVE, 100 ether);
        _refund(licence);
        eq(splitter.creditOf(buyer, NATIVE), PRICE, "credit");
    }

    function test_TheWindowBoughtHoldsAfterTermsChanged() public {
        uint256 licence = bought(NATIVE);
        changeKind(plainKind());
        vm.warp(UNTIL - 1);
        _refund(licence);
        eq(splitter.creditOf(buyer, NATIVE), PRICE, "credit");
    }

    function test_ARefundWorksOnce() public {
        uint256 licence = bought(NATIVE);
        bought(NATIVE);
        _refund(licence);
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(ILicenceToken.UnknownLicence.selector, licence));
        licences.refund(licence);
        eq(splitter.creditOf(buyer, NATIVE), PRICE, "credited once");
        eq(escrowed(NATIVE), PRICE, "the other purchase's money stays");
    }

    function test_NoRefundFromTheEndOfTheWindowOn() public {
        uint256 licence = bought(NATIVE);
        vm.warp(UNTIL);
        _refundClosed(licence);
        vm.warp(UNTIL + 1);
        _refundClosed(licence);
    }

    function test_NoRefundWithoutAWindow() public {
        changeKind(plainKind());
        _refundClosed(bought(NATIVE));
    }

    function test_NoRefundOnceAChannelWasOpen() public {
        uint256 licence = bought(NATIVE);
        vm.startPrank(address(channel));
        licences.lock(licence, 0);
        licences.unlock(licence, 0);
        vm.stopPrank();
        _refundClosed(licence);
        eq(gross(NATIVE), PRICE, "income");
    }

    function test_OnlyTheHolderReturnsALicence() public {
        uint256 licence = bought(NATIVE);
        vm.prank(buyer);
        nft().approve(stranger, licence);
        bytes memory refused =
            abi.encodeWithSelector(ILicenceToken.NotLicenceHolder.selector, licence, stranger);
        vm.startPrank(stranger);
        vm.expectRevert(refused);
        licences.refund(licence);
        vm.expectRevert(refused);
        subscription().cancelSubscription(licence);
    }

    function test_TheRightToReturnFollowsTheLicence() public {
        uint256 licence = bought(NATIVE);
        vm.prank(buyer);
        nft().transferFrom(buyer, stranger, licence);
        vm.prank(buyer);
        vm.expectRevert(
            abi.encodeWithSelector(ILicenceToken.NotLicenceHolder.selector, licence, buyer)
        );
        licences.refund(licence);
        vm.prank(stranger);
        licences.refund(licence);
        eq(splitter.creditOf(stranger, NATIVE), PRICE, "the holder's");
        eq(splitter.creditOf(buyer, NATIVE), 0, "not the buyer's");
    }

    function test_ALicenceThatMayNotChangeHandsCanBeReturned() public {
        ILicenceToken.Kind memory kind = returnableKind();
        kind.transferable = false;
        changeKind(kind);
        _refund(bought(NATIVE));
        eq(splitter.creditOf(buyer, NATIVE), PRICE, "credit");
    }

    function test_ARefundEndsTheUsersTerm() public {
        uint256 licence = bought(NATIVE);
        vm.prank(buyer);
        rental().setUser(licence, stranger, START_TIME + YEAR);
        expectLicenceEvent();
        emit IERC4907.UpdateUser(licence, address(0), 0);
        _refund(licence);
        eq(rental().userOf(licence), address(0), "user");
        eq(rental().userExpires(licence), 0, "term");
    }

    function test_APauseBlocksNoExit() public {
        uint256 first = bought(NATIVE);
        uint256 second = bought(NATIVE);
        uint256 third = bought(NATIVE);
        vm.warp(UNTIL - 1 days);
        pauseEntry();
        _refund(first);
        splitter.withdraw(buyer, NATIVE);
        vm.prank(buyer);
        nft().transferFrom(buyer, stranger, second);
        vm.prank(buyer);
        subscription().cancelSubscription(third);
        vm.warp(UNTIL);
        licences.releaseEscrow(second);
        eq(gross(NATIVE), PRICE, "income");
        eq(splitter.creditOf(buyer, NATIVE), PRICE, "of the third");
    }

    // Release

    function test_AnyoneReleasesWhenTheWindowIsOver() public {
        uint256 licence = bought(NATIVE);
        vm.warp(UNTIL);
        expectLicenceEvent();
        emit ILicenceToken.EscrowReleased(licence, NATIVE, PRICE);
        vm.expectEmit(true, true, true, true, address(splitter));
        emit IRevenueSplitter.Revenue(model, NATIVE, IRevenueSplitter.Source.Licence, PRICE, 0);
        vm.prank(stranger);
        licences.releaseEscrow(licence);
        eq(gross(NATIVE), PRICE, "income");
        eq(escrowed(NATIVE), 0, "nothing waits");
        eq(licences.escrowOf(licence).amount, 0, "no escrow");
        isTrue(licences.isValidAt(licence, UNTIL), "still in force");
    }

    function test_NobodyReleasesWithinTheWindow() public {
        uint256 licence = bought(NATIVE);
        vm.warp(UNTIL - 1);
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(ILicenceToken.RefundOpen.selector, licence, UNTIL));
        licences.releaseEscrow(licence);
    }

    function test_MoneyIsReleasedOnce() public {
        uint256 licence = bought(NATIVE);
        bought(NATIVE);
        vm.warp(UNTIL);
        licences.releaseEscrow(licence);
        vm.expectRevert(abi.encodeWithSelector(ILicenceToken.RefundClosed.selector, licence));
        licences.releaseEscrow(licence);
        eq(gross(NATIVE), PRICE, "once");
    }

    function test_ThereIsNothingToReleaseWithoutAWindowOrALicence() public {
        changeKind(plainKind());
        uint256 licence = bought(NATIVE);
        vm.expectRevert(abi.encodeWithSelector(ILicenceToken.RefundClosed.selector, licence));
        licences.releaseEscrow(licence);
        vm.expectRevert(abi.encodeWithSelector(ILicenceToken.UnknownLicence.selector, 9));
        licences.releaseEscrow(9);
    }

    function test_AFreePurchaseIsReleasedWithoutIncome() public {
        changePrice(NATIVE, 0);
        uint256 licence = bought(NATIVE);
        vm.warp(UNTIL);
        expectLicenceEvent();
        emit ILicenceToken.EscrowReleased(licence, NATIVE, 0);
        licences.releaseEscrow(licence);
        eq(gross(NATIVE), 0, "income");
    }

    function test_MoneyIsReleasedAfterTheLicenceExpired() public {
        uint256 licence = bought(NATIVE);
        vm.warp(START_TIME + 2 * YEAR);
        licences.releaseEscrow(licence);
        eq(gross(NATIVE), PRICE, "income");
    }

    // Cancel (ERC-5643)

    function test_CancellingWithinTheWindowIsARefund() public {
        uint256 licence = bought(NATIVE);
        vm.prank(buyer);
        subscription().cancelSubscription(licence);
        eq(splitter.creditOf(buyer, NATIVE), PRICE, "credit");
        vm.expectRevert(
            abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, licence)
        );
        nft().ownerOf(licence);
    }

    function test_CancellingLaterEndsTheLicenceWithThisSecond() public {
        uint256 licence = bought(NATIVE);
        vm.warp(UNTIL);
        expectLicenceEvent();
        emit ILicenceToken.LicenceCancelled(licence);
        expectLicenceEvent();
        emit IERC5643.SubscriptionUpdate(licence, UNTIL);
        vm.prank(buyer);
        subscription().cancelSubscription(licence);
        eq(nft().ownerOf(licence), buyer, "not burnt");
        isTrue(licences.isValidAt(licence, UNTIL), "what was served before stays covered");
        isFalse(licences.isValidAt(licence, UNTIL + 1), "over");
        eq(splitter.creditOf(buyer, NATIVE), 0, "no money back");
        licences.releaseEscrow(licence);
        eq(gross(NATIVE), PRICE, "income");
    }

    function test_ACancelledLicenceCanBeRenewed() public {
        uint256 licence = bought(NATIVE);
        vm.warp(UNTIL + 5);
        vm.prank(buyer);
        subscription().cancelSubscription(licence);
        vm.warp(UNTIL + 100);
        vm.prank(buyer);
        subscription().renewSubscription{value: PRICE}(licence, YEAR);
        eq(subscription().expiresAt(licence), UNTIL + 100 + YEAR, "expires");
    }

    function test_AnEndlessLicenceCanBeCancelled() public {
        ILicenceToken.Kind memory kind = plainKind();
        kind.duration = 0;
        changeKind(kind);
        uint256 licence = bought(NATIVE);
        vm.prank(buyer);
        subscription().cancelSubscription(licence);
        eq(subscription().expiresAt(licence), START_TIME, "expires");
    }

    function test_WhatHasExpiredIsNotCancelled() public {
        uint256 licence = bought(NATIVE);
        vm.warp(START_TIME + YEAR + 1);
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(ILicenceToken.LicenceExpired.selector, licence));
        subscription().cancelSubscription(licence);
    }

    function test_NothingIsCancelledUnderAnOpenChannel() public {
        uint256 licence = bought(NATIVE);
        vm.prank(address(channel));
        licences.lock(licence, 0);
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(ILicenceToken.NotTransferable.selector, licence));
        subscription().cancelSubscription(licence);
        vm.prank(address(channel));
        licences.unlock(licence, 0);
        vm.prank(buyer);
        subscription().cancelSubscription(licence);
        eq(subscription().expiresAt(licence), START_TIME, "expires");
    }

    function test_CancellingTakesNoCoin() public {
        uint256 licence = bought(NATIVE);
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(ILicenceToken.WrongPrice.selector, 0, 1));
        subscription().cancelSubscription{value: 1}(licence);
    }

    // Any numbers

    function testFuzz_ARefundIsWhatWasPaidWithinTheWindowAndNothingAfter(
        uint128 price,
        uint32 window,
        uint64 wait,
        bool inToken
    ) public {
        window = uint32(bound(window, 1, 30 days));
        wait = uint64(bound(wait, 0, 60 days));
        address token = inToken ? address(dollar) : NATIVE;
        ILicenceToken.Kind memory kind = returnableKind();
        kind.refundWindow = window;
        changeKind(kind);
        changePrice(token, price);
        vm.deal(buyer, price);
        dollar.mint(buyer, price);
        uint256 licence = bought(token);
        changePrice(token, price / 3);
        vm.warp(START_TIME + wait);
        bool open = wait < window;
        if (open) _refund(licence);
        else licences.releaseEscrow(licence);
        eq(splitter.creditOf(buyer, token), open ? price : 0, "credit");
        eq(gross(token), open ? 0 : price, "income");
        eq(escrowed(token), 0, "nothing waits");
        eq(splitter.held(token), price, "all is owed to somebody");
    }

    function _refund(uint256 licence) private {
        vm.prank(buyer);
        licences.refund(licence);
    }

    function _refundClosed(uint256 licence) private {
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(ILicenceToken.RefundClosed.selector, licence));
        licences.refund(licence);
    }
}
