// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IEntryPause} from "../src/interfaces/IEntryPause.sol";
import {ILicenceToken} from "../src/interfaces/ILicenceToken.sol";
import {IRevenueSplitter} from "../src/interfaces/IRevenueSplitter.sol";
import {IUsageChannel} from "../src/interfaces/IUsageChannel.sol";
import {ChannelSteps} from "./support/ChannelSteps.sol";

contract UsageChannelOpenTest is ChannelSteps {
    uint128 private constant MANY = type(uint128).max;

    function setUp() public {
        deployChannelMarket();
    }

    // Opening

    function test_OpenRecordsLocksAndDeposits() public {
        vm.expectEmit(true, true, true, true, address(channel));
        emit IUsageChannel.ChannelOpened(licence, host, holder, model, NATIVE, QUOTA, DELAY);
        vm.expectEmit(true, true, true, true, address(channel));
        emit IUsageChannel.ToppedUp(licence, host, DEPOSIT, DEPOSIT);
        openChannel();

        IUsageChannel.Channel memory opened = state();
        eq(opened.holder, holder, "holder");
        eq(opened.model, model, "model");
        eq(opened.hostPpm, HOST_PPM, "host's share");
        eq(opened.token, NATIVE, "token");
        eq(opened.maxCalls, QUOTA, "most calls");
        eq(opened.withdrawDelay, DELAY, "delay");
        eq(opened.deposit, DEPOSIT, "deposit");
        eq(opened.openedAt, START_TIME, "opening time");
        eq(opened.settled, 0, "settled");
        eq(opened.settledCalls, 0, "settled calls");
        eq(opened.sessionKey, address(0), "session key");
        eq(opened.sessionMaxAmount, 0, "session's amount");
        eq(opened.sessionMaxCalls, 0, "session's calls");
        eq(opened.sessionExpires, 0, "session's end");
        eq(opened.closesAt, 0, "close");
        eq(channelBalance(), DEPOSIT, "channel's balance in the splitter");
        eq(address(channel).balance, 0, "coin in the channel");
        eq(licences.licenceOf(licence).quota, 0, "quota left");
        eq(licences.channelsOf(licence), 1, "channels");
    }

    function test_OpenReservesOnlyTheCallsAskedFor() public {
        vm.prank(holder);
        channel.open{value: 1}(licence, host, NATIVE, 1, 400, DELAY);
        eq(state().maxCalls, 400, "most calls");
        eq(licences.licenceOf(licence).quota, 600, "quota left");
    }

    function test_OpenWithoutQuotaHasNoLimitUnlessAsked() public {
        sell(model, 2, plainKind(), NATIVE, 0);
        ILicenceToken.Order memory order = orderFor(model, 2, holder, NATIVE);
        vm.startPrank(holder);
        licence = licences.buy(order);
        channel.open{value: 1}(licence, host, NATIVE, 1, 0, DELAY);
        channel.open{value: 1}(licence, publisher, NATIVE, 1, 5, DELAY);
        vm.stopPrank();
        eq(state().maxCalls, type(uint64).max, "no limit");
        eq(channel.channelOf(licence, publisher).maxCalls, 5, "limit asked for");
        eq(state().hostPpm, 500_000, "share of the other kind");
    }

    function test_OpenInDollarsPullsFromTheCaller() public {
        uint256 before = dollar.balanceOf(holder);
        vm.prank(holder);
        channel.open(licence, host, address(dollar), 250e6, 0, DELAY);
        eq(before - dollar.balanceOf(holder), 250e6, "paid");
        eq(
            splitter.moduleBalanceOf(address(channel), address(dollar)),
            250e6,
            "channel's balance in the splitter"
        );
    }

    function test_OneLicenceOpensToSeveralHosts() public {
        vm.startPrank(holder);
        channel.open{value: 1}(licence, host, NATIVE, 1, 400, DELAY);
        channel.open{value: 2}(licence, publisher, NATIVE, 2, 0, DELAY);
        vm.stopPrank();
        eq(channel.channelOf(licence, publisher).maxCalls, 600, "the rest of the quota");
        eq(licences.channelsOf(licence), 2, "channels");
    }

    function test_OperatorsOpenForTheHolderWithTheirOwnMoney() public {
        address operator = funded("operator");
        vm.prank(holder);
        licenceNft().approve(operator, licence);
        openChannel(licence, operator, 3 ether);
        eq(state().holder, holder, "holder");
        eq(operator.balance, 1_000_000 ether - 3 ether, "operator paid");
    }

    function test_OperatorsForAllOpenToo() public {
        address operator = funded("operator");
        vm.prank(holder);
        licenceNft().setApprovalForAll(operator, true);
        openChannel(licence, operator, 3 ether);
        eq(state().holder, holder, "holder");
    }

    function test_DelaysAtTheirLimits() public {
        vm.startPrank(holder);
        channel.open{value: 1}(licence, host, NATIVE, 1, 1, 15 minutes);
        channel.open{value: 1}(licence, publisher, NATIVE, 1, 1, 30 days);
        vm.stopPrank();
        eq(state().withdrawDelay, 15 minutes, "shortest");
        eq(channel.channelOf(licence, publisher).withdrawDelay, 30 days, "longest");
    }

    function test_OpenIsRefusedOutsideTheDelays() public {
        _openFails(host, 1, 15 minutes - 1, _badDelay(15 minutes - 1));
        _openFails(host, 1, 30 days + 1, _badDelay(30 days + 1));
    }

    function test_OpenIsRefusedTwice() public {
        openChannel();
        _openFails(
            host,
            1,
            DELAY,
            abi.encodeWithSelector(IUsageChannel.ChannelExists.selector, licence, host)
        );
    }

    function test_OpenIsRefusedToStrangers() public {
        vm.expectRevert(
            abi.encodeWithSelector(IUsageChannel.NotHolder.selector, licence, publisher),
            address(channel)
        );
        vm.prank(publisher);
        channel.open{value: 1}(licence, host, NATIVE, 1, 0, DELAY);
    }

    function test_OpenIsRefusedForNoHostAndForTheHolderItself() public {
        _openFails(address(0), 1, DELAY, _badHost(address(0)));
        _openFails(holder, 1, DELAY, _badHost(holder));
    }

    function test_OpenIsRefusedToTheHolderBehindAnOperator() public {
        address operator = funded("operator");
        vm.prank(holder);
        licenceNft().approve(operator, licence);
        vm.expectRevert(_badHost(holder), address(channel));
        vm.prank(operator);
        channel.open{value: 1}(licence, holder, NATIVE, 1, 0, DELAY);
    }

    function test_OpenIsRefusedWithoutMoney() public {
        _openFails(host, 0, DELAY, _badAmount(0));
    }

    function test_OpenIsRefusedForAnUnknownLicence() public {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 99));
        vm.prank(holder);
        channel.open{value: 1}(99, host, NATIVE, 1, 0, DELAY);
    }

    function test_OpenIsRefusedOnceTheLicenceExpired() public {
        uint64 expires = licences.licenceOf(licence).expires;
        vm.warp(expires + 1);
        _openFails(
            host, 1, DELAY, abi.encodeWithSelector(IUsageChannel.LicenceExpired.selector, licence)
        );
        vm.warp(expires);
        openChannel();
        eq(state().openedAt, expires, "opened in the last second");
    }

    function test_OpenIsRefusedBeyondTheQuota() public {
        vm.expectRevert(_quotaExceeded(QUOTA, QUOTA + 1), address(licences));
        vm.prank(holder);
        channel.open{value: 1}(licence, host, NATIVE, 1, QUOTA + 1, DELAY);
    }

    function test_OpenIsRefusedOnAnEmptyQuota() public {
        openChannel();
        vm.expectRevert(_quotaExceeded(0, 1), address(licences));
        vm.prank(holder);
        channel.open{value: 1}(licence, publisher, NATIVE, 1, 0, DELAY);
    }

    function test_OpenIsRefusedWithTheWrongCoin() public {
        vm.expectRevert(_wrongValue(5, 4));
        vm.prank(holder);
        channel.open{value: 4}(licence, host, NATIVE, 5, 0, DELAY);
        vm.expectRevert(_wrongValue(0, 1));
        vm.prank(holder);
        channel.open{value: 1}(licence, host, address(dollar), 5, 0, DELAY);
    }

    function test_OpenIsRefusedInATokenThatIsNotOnTheList() public {
        vm.expectRevert(
            abi.encodeWithSelector(IRevenueSplitter.TokenNotAllowed.selector, address(1)),
            address(splitter)
        );
        vm.prank(holder);
        channel.open(licence, host, address(1), 5, 0, DELAY);
    }

    function test_OpenIsRefusedWhilePaused() public {
        bytes memory paused = _pause();
        _openFails(host, 1, DELAY, paused);
    }

    function test_AnOpenChannelBarsTransfers() public {
        openChannel();
        vm.expectRevert(
            abi.encodeWithSelector(ILicenceToken.NotTransferable.selector, licence),
            address(licences)
        );
        vm.prank(holder);
        licenceNft().transferFrom(holder, publisher, licence);
    }

    // Adding

    function test_AnyoneTopsUp() public {
        openChannel();
        vm.expectEmit(true, true, true, true, address(channel));
        emit IUsageChannel.ToppedUp(licence, host, 2 ether, DEPOSIT + 2 ether);
        vm.prank(publisher);
        channel.topUp{value: 2 ether}(licence, host, 2 ether);
        eq(state().deposit, DEPOSIT + 2 ether, "deposit");
        eq(channelBalance(), DEPOSIT + 2 ether, "channel's balance in the splitter");
    }

    function test_TopUpIsRefusedWithoutAChannel() public {
        vm.expectRevert(
            abi.encodeWithSelector(IUsageChannel.UnknownChannel.selector, licence, host),
            address(channel)
        );
        channel.topUp{value: 1}(licence, host, 1);
    }

    function test_TopUpIsRefusedOfNothingAndOfTooMuch() public {
        openChannel();
        vm.expectRevert(_badAmount(0), address(channel));
        channel.topUp(licence, host, 0);
        uint128 tooMuch = MANY - DEPOSIT + 1;
        vm.expectRevert(_badAmount(tooMuch), address(channel));
        channel.topUp(licence, host, tooMuch);
        vm.deal(holder, tooMuch);
        vm.prank(holder);
        channel.topUp{value: tooMuch - 1}(licence, host, tooMuch - 1);
        eq(state().deposit, MANY, "deposit at its limit");
    }

    function test_TopUpIsRefusedWithTheWrongCoin() public {
        openChannel();
        vm.expectRevert(_wrongValue(5, 6));
        vm.prank(holder);
        channel.topUp{value: 6}(licence, host, 5);
    }

    function test_TopUpIsRefusedWhileClosing() public {
        openChannel();
        requestClose();
        vm.expectRevert(
            abi.encodeWithSelector(IUsageChannel.Closing.selector, licence, host), address(channel)
        );
        vm.prank(holder);
        channel.topUp{value: 1}(licence, host, 1);
    }

    function test_TopUpIsRefusedWhilePaused() public {
        openChannel();
        bytes memory paused = _pause();
        vm.expectRevert(paused, address(channel));
        vm.prank(holder);
        channel.topUp{value: 1}(licence, host, 1);
    }

    function test_APauseHoldsUpNothingButEntry() public {
        startSession();
        _pause();
        settle(1, 1 ether);
        IUsageChannel.Permission memory wider = permissionNow();
        activate(wider);
        requestClose();
        settle(2, 2 ether);
        vm.warp(block.timestamp + DELAY);
        channel.finalizeClose(licence, host);
        eq(credit(holder), 8 ether, "returned");
    }

    // Parts

    function _openFails(address host_, uint128 amount, uint32 delay, bytes memory revertData)
        private
    {
        vm.expectRevert(revertData, address(channel));
        vm.prank(holder);
        channel.open{value: amount}(licence, host_, NATIVE, amount, 0, delay);
    }

    function _pause() private returns (bytes memory revertData) {
        vm.prank(guardian);
        IEntryPause(address(channel)).pauseEntry(1 days);
        uint64 until = uint64(block.timestamp) + 1 days;
        return abi.encodeWithSelector(IEntryPause.EntryIsPaused.selector, until);
    }

    function _badDelay(uint32 delay) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IUsageChannel.BadDelay.selector, delay);
    }

    function _badHost(address host_) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IUsageChannel.BadHost.selector, host_);
    }

    function _badAmount(uint256 amount) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IUsageChannel.BadAmount.selector, amount);
    }

    function _wrongValue(uint256 expected, uint256 sent) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IUsageChannel.WrongValue.selector, expected, sent);
    }

    function _quotaExceeded(uint64 have, uint64 need) private view returns (bytes memory) {
        return abi.encodeWithSelector(ILicenceToken.QuotaExceeded.selector, licence, have, need);
    }
}
