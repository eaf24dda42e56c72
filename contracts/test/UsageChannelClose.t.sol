// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILicenceToken} from "../src/interfaces/ILicenceToken.sol";
import {IUsageChannel} from "../src/interfaces/IUsageChannel.sol";
import {ChannelSteps, SmartWallet} from "./support/ChannelSteps.sol";

contract UsageChannelCloseTest is ChannelSteps {
    function setUp() public {
        deployChannelMarket();
        startSession();
    }

    // Timed close

    function test_ACloseRunsForTheDelay() public {
        settle(10, 4 ether);
        uint64 closesAt = START_TIME + DELAY;
        vm.expectEmit(true, true, true, true, address(channel));
        emit IUsageChannel.CloseRequested(licence, host, closesAt);
        requestClose();
        eq(state().closesAt, closesAt, "close");

        vm.warp(closesAt - 1);
        _finalizeFails(closesAt);
        vm.warp(closesAt);
        vm.expectEmit(true, true, true, true, address(channel));
        emit IUsageChannel.ChannelClosed(licence, host, 6 ether);
        vm.prank(publisher);
        channel.finalizeClose(licence, host);

        eq(credit(holder), 6 ether, "returned");
        eq(channelBalance(), 0, "channel's balance in the splitter");
        eq(licences.licenceOf(licence).quota, QUOTA - 10, "quota left");
        eq(licences.channelsOf(licence), 0, "channels");
        eq(channel.nonceOf(licence, host), 2, "nonce");
        eq(keccak256(abi.encode(state())), keccak256(new bytes(15 * 32)), "all zero once closed");
    }

    function test_TheHolderTakesTheRestOut() public {
        closeChannel();
        uint256 before = holder.balance;
        splitter.withdraw(holder, NATIVE);
        eq(holder.balance - before, DEPOSIT, "all of it");
    }

    function test_NothingIsReturnedOfASpentDeposit() public {
        settle(10, DEPOSIT);
        closeChannel();
        eq(credit(holder), 0, "returned");
    }

    function test_ACloseNeedsTheHolder() public {
        bytes memory notHolder =
            abi.encodeWithSelector(IUsageChannel.NotHolder.selector, licence, host);
        vm.expectRevert(notHolder, address(channel));
        vm.prank(host);
        channel.requestClose(licence, host);
        vm.expectRevert(notHolder, address(channel));
        vm.prank(host);
        channel.revoke(licence, host);
    }

    function test_ACloseNeedsAChannel() public {
        bytes memory unknown =
            abi.encodeWithSelector(IUsageChannel.UnknownChannel.selector, licence, publisher);
        vm.expectRevert(unknown, address(channel));
        channel.requestClose(licence, publisher);
        vm.expectRevert(unknown, address(channel));
        channel.revoke(licence, publisher);
        vm.expectRevert(unknown, address(channel));
        channel.finalizeClose(licence, publisher);
        IUsageChannel.CoopClose memory close = coopCloseOf(0, 0);
        close.host = publisher;
        vm.expectRevert(unknown, address(channel));
        channel.coopClose(close, "");
    }

    function test_ACloseIsAskedForOnce() public {
        requestClose();
        vm.warp(block.timestamp + 1 hours);
        vm.expectRevert(
            abi.encodeWithSelector(IUsageChannel.Closing.selector, licence, host), address(channel)
        );
        vm.prank(holder);
        channel.requestClose(licence, host);
        eq(state().closesAt, START_TIME + DELAY, "its time stays");
    }

    function test_NothingIsFinalisedThatNobodyAskedFor() public {
        _finalizeFails(0);
    }

    function test_ALateVoucherBeforeTheCloseIsPaid() public {
        requestClose();
        vm.warp(START_TIME + DELAY - 1);
        settle(3, 9 ether);
        vm.warp(START_TIME + DELAY);
        channel.finalizeClose(licence, host);
        eq(credit(host), 2.7 ether, "host");
        eq(credit(holder), 1 ether, "returned");
    }

    // Revocation

    function test_ARevocationVoidsPermissionsAndBeginsTheClose() public {
        IUsageChannel.Permission memory unused = permissionNow();
        vm.expectEmit(true, true, true, true, address(channel));
        emit IUsageChannel.Revoked(licence, host, 2);
        vm.expectEmit(true, true, true, true, address(channel));
        emit IUsageChannel.CloseRequested(licence, host, START_TIME + DELAY);
        vm.prank(holder);
        channel.revoke(licence, host);
        eq(channel.nonceOf(licence, host), 2, "nonce");
        activateFails(unused, abi.encodeWithSelector(IUsageChannel.Closing.selector, licence, host));
        settle(1, 1 ether);
        eq(credit(host), 0.3 ether, "what was signed before is paid");
    }

    function test_ARevocationLeavesARunningCloseItsTime() public {
        requestClose();
        vm.warp(START_TIME + 1 hours);
        vm.prank(holder);
        channel.revoke(licence, host);
        eq(state().closesAt, START_TIME + DELAY, "close");
        eq(channel.nonceOf(licence, host), 2, "nonce");
    }

    // Cooperative close

    function test_ACooperativeCloseSettlesAndCloses() public {
        settle(10, 4 ether);
        IUsageChannel.CoopClose memory close = coopCloseOf(12, 5 ether);
        bytes memory signature = signedClose(close);
        vm.expectEmit(true, true, true, true, address(channel));
        emit IUsageChannel.Settled(licence, host, 2, 1 ether, 0);
        vm.expectEmit(true, true, true, true, address(channel));
        emit IUsageChannel.ChannelClosed(licence, host, 5 ether);
        vm.prank(holder);
        channel.coopClose(close, signature);
        eq(credit(host), 1.5 ether, "host");
        eq(credit(holder), 5 ether, "returned");
        eq(state().holder, address(0), "closed");
        eq(licences.licenceOf(licence).quota, QUOTA - 12, "quota left");
    }

    function test_ACooperativeCloseMayAddNothing() public {
        settle(10, 4 ether);
        vm.recordLogs();
        _coopClose(coopCloseOf(10, 4 ether));
        // ChannelClosed, ChannelsChanged, Credited: no settlement of nothing.
        eq(vm.getRecordedLogs().length, 3, "events");
        eq(credit(holder), 6 ether, "returned");
    }

    function test_ACooperativeCloseMayAddCallsAlone() public {
        settle(10, 4 ether);
        IUsageChannel.CoopClose memory close = coopCloseOf(11, 4 ether);
        bytes memory signature = signedClose(close);
        vm.expectEmit(true, true, true, true, address(channel));
        emit IUsageChannel.Settled(licence, host, 1, 0, 0);
        vm.prank(holder);
        channel.coopClose(close, signature);
    }

    function test_ACooperativeCloseMayAddMoneyAlone() public {
        settle(10, 4 ether);
        IUsageChannel.CoopClose memory close = coopCloseOf(10, 5 ether);
        bytes memory signature = signedClose(close);
        vm.expectEmit(true, true, true, true, address(channel));
        emit IUsageChannel.Settled(licence, host, 0, 1 ether, 0);
        vm.prank(holder);
        channel.coopClose(close, signature);
    }

    function test_ACooperativeCloseNeedsNoSession() public {
        closeChannel();
        openChannel();
        _coopClose(coopCloseOf(3, 2 ether));
        eq(credit(host), 0.6 ether, "host");
    }

    function test_ACooperativeCloseCutsADelayShort() public {
        requestClose();
        _coopClose(coopCloseOf(0, 0));
        eq(credit(holder), DEPOSIT, "returned");
    }

    function test_ACooperativeCloseIsNotBoundByThePermission() public {
        closeChannel();
        openChannel();
        newSession("capped");
        IUsageChannel.Permission memory capped = permissionNow();
        capped.maxCalls = 1;
        capped.maxAmount = 1;
        activate(capped);
        _coopClose(coopCloseOf(QUOTA, DEPOSIT));
        eq(credit(host), 3 ether, "host");
    }

    function test_ACooperativeCloseIsBoundBySettledSumsDepositAndQuota() public {
        settle(10, 4 ether);
        _coopFails(coopCloseOf(9, 4 ether), _stale(9, 4 ether));
        _coopFails(coopCloseOf(10, 4 ether - 1), _stale(10, 4 ether - 1));
        _coopFails(
            coopCloseOf(10, DEPOSIT + 1),
            abi.encodeWithSelector(IUsageChannel.OverDeposit.selector, DEPOSIT + 1, DEPOSIT)
        );
        _coopFails(
            coopCloseOf(QUOTA + 1, DEPOSIT), abi.encodeWithSelector(IUsageChannel.OverCap.selector)
        );
    }

    function test_ACooperativeCloseNeedsTheHolder() public {
        IUsageChannel.CoopClose memory close = coopCloseOf(1, 1);
        bytes memory signature = signedClose(close);
        vm.expectRevert(
            abi.encodeWithSelector(IUsageChannel.NotHolder.selector, licence, host),
            address(channel)
        );
        vm.prank(host);
        channel.coopClose(close, signature);
    }

    function test_ACooperativeCloseNeedsTheHostsSignature() public {
        IUsageChannel.CoopClose memory close = coopCloseOf(1, 1);
        bytes memory signature = signed(sessionKey, channel.coopCloseDigest(close));
        vm.expectRevert(
            abi.encodeWithSelector(IUsageChannel.BadSignature.selector), address(channel)
        );
        vm.prank(holder);
        channel.coopClose(close, signature);
    }

    function test_AnOldCooperativeCloseDoesNotReturn() public {
        // Closing again on the sums of the first opening would take back what the host earned since.
        IUsageChannel.CoopClose memory first = coopCloseOf(5, 1 ether);
        _coopClose(first);
        openChannel();
        newSession("second");
        activate(permissionNow());
        _coopFails(first, abi.encodeWithSelector(IUsageChannel.WrongNonce.selector, 3, 1));
    }

    function test_AHostThatIsAContractSignsACooperativeClose() public {
        SmartWallet wallet = new SmartWallet(host, SmartWallet.Mode.Owner);
        SmartWallet broken = new SmartWallet(host, SmartWallet.Mode.Reverts);
        licence = buyLicence(holder, model, NATIVE);
        vm.startPrank(holder);
        channel.open{value: 1 ether}(licence, address(wallet), NATIVE, 1 ether, 500, DELAY);
        channel.open{value: 1 ether}(licence, address(broken), NATIVE, 1 ether, 500, DELAY);
        vm.stopPrank();
        host = address(wallet);
        _coopClose(coopCloseOf(1, 0.5 ether));
        eq(credit(address(wallet)), 0.15 ether, "host");
        host = address(broken);
        _coopFails(
            coopCloseOf(1, 0.5 ether), abi.encodeWithSelector(IUsageChannel.BadSignature.selector)
        );
    }

    // Opening again

    function test_APairOpensAgainCountingCallsOn() public {
        settle(10, 4 ether);
        closeChannel();
        openChannel();
        eq(state().settled, 0, "amounts begin anew");
        eq(state().settledCalls, 10, "calls are counted on");
        eq(state().maxCalls, QUOTA, "calls of both openings");
        eq(channel.nonceOf(licence, host), 2, "nonce is kept");
        eq(state().sessionKey, address(0), "no session key");
        eq(state().sessionMaxAmount, 0, "no session's amount");
        eq(state().sessionMaxCalls, 0, "no session's calls");
        eq(state().sessionExpires, 0, "no session's end");
        eq(state().closesAt, 0, "no close");
        newSession("second");
        activate(permissionNow());
        settleFails(10, 0, _stale(10, 0));
        settle(11, 1 ether);
        eq(credit(host), 1.5 ether, "host of both openings");
        closeChannel();
        eq(licences.licenceOf(licence).quota, QUOTA - 11, "quota left");
    }

    function test_APairOpensAgainInAnotherToken() public {
        settle(10, 4 ether);
        closeChannel();
        vm.prank(holder);
        channel.open(licence, host, address(dollar), 100e6, 0, DELAY);
        newSession("second");
        activate(permissionNow());
        settle(11, 1e6);
        eq(splitter.creditOf(host, address(dollar)), 0.3e6, "host");
    }

    function test_VouchersOfAnEarlierOpeningDoNotReturn() public {
        IUsageChannel.Voucher memory late = voucherOf(20, 9 ether);
        bytes memory signature = signedVoucher(late);
        settle(10, 4 ether);
        closeChannel();
        openChannel();
        newSession("second");
        activate(permissionNow());
        vm.expectRevert(
            abi.encodeWithSelector(IUsageChannel.BadSignature.selector), address(channel)
        );
        channel.settle(late, signature);
    }

    function test_TheLicenceIsSoldOnceClosedAndItsNextHolderOpens() public {
        closeChannel();
        vm.prank(holder);
        licenceNft().transferFrom(holder, publisher, licence);
        openChannel(licence, publisher, 1 ether);
        eq(state().holder, publisher, "holder");
        activateFails(permissionNow(), abi.encodeWithSelector(IUsageChannel.BadPermission.selector));
    }

    function test_CountsWithoutLimitDoNotOverflow() public {
        sell(model, 2, plainKind(), NATIVE, 0);
        ILicenceToken.Order memory order = orderFor(model, 2, holder, NATIVE);
        vm.prank(holder);
        licence = licences.buy(order);
        openChannel();
        newSession("endless");
        IUsageChannel.Permission memory endless = permissionNow();
        endless.termsHash = licences.termsHashOf(model, 2);
        activate(endless);
        settle(type(uint64).max - 1, 1 ether);
        closeChannel();
        vm.prank(holder);
        channel.open{value: 1}(licence, host, NATIVE, 1, 5, DELAY);
        eq(state().maxCalls, type(uint64).max, "as many as can be counted");
    }

    // Parts

    function _finalizeFails(uint64 closesAt) private {
        vm.expectRevert(
            abi.encodeWithSelector(IUsageChannel.CloseTooEarly.selector, closesAt), address(channel)
        );
        channel.finalizeClose(licence, host);
    }

    function _coopClose(IUsageChannel.CoopClose memory close) private {
        bytes memory signature = signedClose(close);
        vm.prank(holder);
        channel.coopClose(close, signature);
    }

    function _coopFails(IUsageChannel.CoopClose memory close, bytes memory revertData) private {
        bytes memory signature = signedClose(close);
        // Without the reverter: forge would name the wallet when it reverts first.
        vm.expectRevert(revertData);
        vm.prank(holder);
        channel.coopClose(close, signature);
    }

    function _stale(uint64 calls, uint128 amount) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IUsageChannel.VoucherStale.selector, calls, amount);
    }
}
