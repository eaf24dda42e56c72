// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRevenueSplitter} from "../src/interfaces/IRevenueSplitter.sol";
import {IUsageChannel} from "../src/interfaces/IUsageChannel.sol";
import {ChannelSteps, SmartWallet} from "./support/ChannelSteps.sol";

contract UsageChannelSettleTest is ChannelSteps {
    // Order of the group of secp256k1.
    uint256 private constant CURVE_ORDER =
        0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    function setUp() public {
        deployChannelMarket();
        startSession();
    }

    // What settling does

    function test_SettlePaysHostAndModel() public {
        uint256 gross = splitter.potOf(model, NATIVE).gross;
        vm.expectEmit(true, true, true, true, address(channel));
        emit IUsageChannel.Settled(licence, host, 7, 2 ether, INPUT);
        settle(7, 2 ether);
        eq(credit(host), 0.6 ether, "30 % to the host");
        eq(splitter.potOf(model, NATIVE).gross - gross, 1.4 ether, "the rest to the model");
        eq(channelBalance(), 8 ether, "channel's balance in the splitter");
        eq(state().settled, 2 ether, "settled");
        eq(state().settledCalls, 7, "settled calls");
        eq(state().deposit, DEPOSIT, "deposit");
    }

    function test_SettlePaysOnlyWhatIsNew() public {
        settle(7, 2 ether);
        vm.expectEmit(true, true, true, true, address(channel));
        emit IUsageChannel.Settled(licence, host, 3, 1 ether, INPUT);
        settle(10, 3 ether);
        eq(credit(host), 0.9 ether, "host");
    }

    function test_RoundingIsCarriedOverFromVoucherToVoucher() public {
        // 30 % of 1, 2, 3 and 4 wei are 0, 0, 0 and 1.
        settle(1, 1);
        settle(2, 2);
        settle(3, 3);
        eq(credit(host), 0, "30 % of 3 wei");
        settle(4, 4);
        eq(credit(host), 1, "30 % of 4 wei");
    }

    function test_FreeCallsAndFreeMoneyCountAlone() public {
        settle(5, 0);
        eq(state().settledCalls, 5, "calls without money");
        eq(credit(host), 0, "no money");
        settle(5, 1 ether);
        eq(state().settled, 1 ether, "money without calls");
    }

    function test_SettleInDollars() public {
        licence = buyLicence(holder, model, NATIVE);
        vm.prank(holder);
        channel.open(licence, host, address(dollar), 100e6, 0, DELAY);
        newSession("dollar session");
        activate(permissionNow());
        settle(1, 10e6);
        eq(splitter.creditOf(host, address(dollar)), 3e6, "host");
        eq(splitter.potOf(model, address(dollar)).gross, 7e6, "model");
    }

    function test_AnyoneSettles() public {
        IUsageChannel.Voucher memory voucher = voucherOf(1, 1 ether);
        bytes memory signature = signedVoucher(voucher);
        vm.prank(publisher);
        channel.settle(voucher, signature);
        eq(credit(host), 0.3 ether, "host");
        eq(credit(publisher), 0, "not to the sender");
    }

    function test_SettleStaysPossibleAfterTheLicenceExpired() public {
        uint64 expires = licences.licenceOf(licence).expires;
        vm.warp(expires - 1 days);
        activate(permissionNow());
        vm.warp(expires + 1);
        settle(1, 1 ether);
        eq(credit(host), 0.3 ether, "host");
    }

    // Sums

    function test_TheSameVoucherTwiceIsStale() public {
        settle(7, 2 ether);
        settleFails(7, 2 ether, _stale(7, 2 ether));
    }

    function test_LowerSumsAreStale() public {
        settle(7, 2 ether);
        settleFails(6, 2 ether, _stale(6, 2 ether));
        settleFails(6, 3 ether, _stale(6, 3 ether));
        settleFails(7, 2 ether - 1, _stale(7, 2 ether - 1));
        settleFails(8, 2 ether - 1, _stale(8, 2 ether - 1));
        settleFails(0, 0, _stale(0, 0));
    }

    function test_AnEmptyVoucherIsStale() public {
        settleFails(0, 0, _stale(0, 0));
    }

    function test_TheDepositIsTheLimit() public {
        settleFails(
            1,
            DEPOSIT + 1,
            abi.encodeWithSelector(IUsageChannel.OverDeposit.selector, DEPOSIT + 1, DEPOSIT)
        );
        settle(1, DEPOSIT);
        eq(channelBalance(), 0, "all of it");
    }

    function test_ATopUpRaisesTheLimit() public {
        settle(1, DEPOSIT);
        channel.topUp{value: 1 ether}(licence, host, 1 ether);
        settle(2, DEPOSIT + 1 ether);
        eq(credit(host), 3.3 ether, "host");
    }

    function test_TheQuotaIsTheLimit() public {
        settleFails(QUOTA + 1, 1, _overCap());
        settle(QUOTA, 1);
        eq(state().settledCalls, QUOTA, "all of it");
    }

    function test_ThePermissionsCapsAreTheLimit() public {
        closeChannel();
        openChannel();
        newSession("capped");
        IUsageChannel.Permission memory capped = permissionNow();
        capped.maxCalls = 10;
        capped.maxAmount = 1 ether;
        activate(capped);
        settleFails(11, 1 ether, _overCap());
        settleFails(10, 1 ether + 1, _overCap());
        settle(10, 1 ether);
    }

    // Times

    function test_SettlingEndsTheDelayAfterThePermission() public {
        uint64 expires = uint64(block.timestamp) + SESSION_TIME;
        vm.warp(expires + DELAY - 1);
        settle(1, 1 ether);
        vm.warp(expires + DELAY);
        settleFails(
            2,
            2 ether,
            abi.encodeWithSelector(IUsageChannel.PermissionNotInForce.selector, 0, expires)
        );
    }

    function test_SettlingEndsWithTheClose() public {
        requestClose();
        uint256 closesAt = block.timestamp + DELAY;
        vm.warp(closesAt - 1);
        settle(1, 1 ether);
        bytes memory closing = abi.encodeWithSelector(IUsageChannel.Closing.selector, licence, host);
        vm.warp(closesAt);
        settleFails(2, 2 ether, closing);
        vm.warp(closesAt + 100 days);
        settleFails(2, 2 ether, closing);
        channel.finalizeClose(licence, host);
        eq(credit(holder), 9 ether, "returned");
    }

    function test_ACloseDoesNotStretchASession() public {
        uint64 expires = uint64(block.timestamp) + SESSION_TIME;
        vm.warp(expires + DELAY - 1);
        requestClose();
        vm.warp(expires + DELAY);
        settleFails(
            1,
            1 ether,
            abi.encodeWithSelector(IUsageChannel.PermissionNotInForce.selector, 0, expires)
        );
    }

    function test_AnEndlessSessionSettlesUntilTheClose() public {
        IUsageChannel.Permission memory endless = permissionNow();
        endless.expires = type(uint64).max;
        activate(endless);
        eq(state().sessionExpires, type(uint64).max, "session's end");
        vm.warp(block.timestamp + 3650 days);
        settle(1, 1 ether);
        requestClose();
        settle(2, 2 ether);
        vm.warp(block.timestamp + DELAY);
        settleFails(
            3, 3 ether, abi.encodeWithSelector(IUsageChannel.Closing.selector, licence, host)
        );
    }

    // Who signed

    function test_NoChannelNoSession() public {
        IUsageChannel.Voucher memory voucher = voucherOf(1, 1);
        voucher.host = publisher;
        bytes memory signature = signedVoucher(voucher);
        vm.expectRevert(
            abi.encodeWithSelector(IUsageChannel.UnknownChannel.selector, licence, publisher),
            address(channel)
        );
        channel.settle(voucher, signature);
    }

    function test_AChannelWithoutSessionSettlesNothing() public {
        closeChannel();
        openChannel();
        settleFails(1, 1, abi.encodeWithSelector(IUsageChannel.NoSession.selector, licence, host));
    }

    function test_OnlyTheSessionKeySigns() public {
        IUsageChannel.Voucher memory voucher = voucherOf(1, 1 ether);
        bytes32 digest = channel.voucherDigest(voucher);
        _refused(voucher, signed(holderKey, digest));
        _refused(voucher, signed(hostKey, digest));
    }

    function test_AVoucherHoldsOnOneChainAndContractOnly() public {
        IUsageChannel.Voucher memory voucher = voucherOf(1, 1 ether);
        bytes memory signature = signedVoucher(voucher);
        uint256 here = block.chainid;
        vm.chainId(here + 1);
        _refused(voucher, signature);
        vm.chainId(here);
        address other =
            deployBuilt("UsageChannel", abi.encode(licences, splitter, guardian, guardianUntil));
        _refused(voucher, signed(sessionKey, IUsageChannel(other).voucherDigest(voucher)));
        channel.settle(voucher, signature);
    }

    function test_AVoucherHoldsForOneLicenceAndHostOnly() public {
        // The same session key at another licence and at another host.
        uint256 first = licence;
        address firstHost = host;
        IUsageChannel.Voucher memory voucher = voucherOf(1, 1 ether);
        bytes memory signature = signedVoucher(voucher);
        licence = buyLicence(holder, model, NATIVE);
        vm.prank(holder);
        channel.open{value: DEPOSIT}(licence, host, NATIVE, DEPOSIT, 500, DELAY);
        activate(permissionNow());
        voucher.licence = licence;
        _refused(voucher, signature);
        host = publisher;
        openChannel();
        activate(permissionNow());
        voucher.host = host;
        _refused(voucher, signature);
        voucher.licence = first;
        voucher.host = firstHost;
        channel.settle(voucher, signature);
    }

    function testFuzz_EveryMemberOfAVoucherIsSigned(uint8 which, uint256 other) public {
        IUsageChannel.Voucher memory voucher = voucherOf(1, 1 ether);
        bytes memory signature = signedVoucher(voucher);
        if (which % 3 == 0) {
            voucher.cumulativeCalls = uint64(bound(other, 2, QUOTA));
        } else if (which % 3 == 1) {
            voucher.cumulativeAmount = uint128(bound(other, 1 ether + 1, DEPOSIT));
        } else {
            vm.assume(bytes32(other) != INPUT);
            voucher.lastInputHash = bytes32(other);
        }
        _refused(voucher, signature);
    }

    function test_HighSIsRefused() public {
        IUsageChannel.Voucher memory voucher = voucherOf(1, 1 ether);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(sessionKey, channel.voucherDigest(voucher));
        bytes32 highS = bytes32(CURVE_ORDER - uint256(s));
        _refused(voucher, abi.encodePacked(r, highS, uint8(55 - v)));
    }

    function test_OtherLengthsAreRefused() public {
        IUsageChannel.Voucher memory voucher = voucherOf(1, 1 ether);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(sessionKey, channel.voucherDigest(voucher));
        bytes32 vs = bytes32(uint256(s) | (uint256(v - 27) << 255));
        _refused(voucher, abi.encodePacked(r, vs));
        _refused(voucher, abi.encodePacked(r, s, v, uint8(0)));
        _refused(voucher, "");
    }

    function test_ABrokenSignatureIsRefused() public {
        IUsageChannel.Voucher memory voucher = voucherOf(1, 1 ether);
        // Recovers to the zero address.
        _refused(voucher, abi.encodePacked(bytes32(0), bytes32(0), uint8(27)));
        _refused(voucher, abi.encodePacked(bytes32(uint256(1)), bytes32(uint256(1)), uint8(29)));
    }

    function test_ASessionKeyWithCodeStillSignsByItself() public {
        // ERC-1271 is for holders and hosts; a session key is a bare key.
        vm.etch(session, address(new SmartWallet(session, SmartWallet.Mode.Reverts)).code);
        settle(1, 1 ether);
        eq(credit(host), 0.3 ether, "host");
    }

    // Any order

    function testFuzz_TheWayToTheLastVoucherChangesNobodysSum(
        uint128[8] calldata amounts,
        uint64[8] calldata calls
    ) public {
        uint256 gross = splitter.potOf(model, NATIVE).gross;
        uint64 mostCalls;
        uint128 mostAmount;
        for (uint256 i; i < 8; ++i) {
            uint64 someCalls = uint64(bound(calls[i], 0, QUOTA));
            uint128 someAmount = uint128(bound(amounts[i], 0, DEPOSIT));
            bool stale = someCalls < mostCalls || someAmount < mostAmount
                || (someCalls == mostCalls && someAmount == mostAmount);
            if (stale) {
                settleFails(someCalls, someAmount, _stale(someCalls, someAmount));
            } else {
                settle(someCalls, someAmount);
                (mostCalls, mostAmount) = (someCalls, someAmount);
            }
        }
        eq(state().settled, mostAmount, "settled");
        eq(state().settledCalls, mostCalls, "settled calls");
        uint256 toHost = uint256(mostAmount) * HOST_PPM / 1_000_000;
        eq(credit(host), toHost, "host, as by the last voucher alone");
        eq(splitter.potOf(model, NATIVE).gross - gross, mostAmount - toHost, "model");
        eq(channelBalance(), DEPOSIT - mostAmount, "channel's balance in the splitter");
    }

    // The splitter's part

    function test_OnlyModulesCreditAndSplit() public {
        vm.expectRevert(
            abi.encodeWithSelector(IRevenueSplitter.NotModule.selector, address(this)),
            address(splitter)
        );
        splitter.creditAndSplit(host, 1, model, NATIVE, 1, IRevenueSplitter.Source.Usage);
    }

    function test_CreditAndSplitSpendsTheModulesOwnMoneyOnly() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                IRevenueSplitter.ModuleBalanceTooLow.selector,
                address(channel),
                DEPOSIT,
                DEPOSIT + 1
            ),
            address(splitter)
        );
        vm.prank(address(channel));
        splitter.creditAndSplit(host, 1, model, NATIVE, DEPOSIT, IRevenueSplitter.Source.Usage);
        vm.expectRevert(
            abi.encodeWithSelector(IRevenueSplitter.ZeroReceiver.selector), address(splitter)
        );
        vm.prank(address(channel));
        splitter.creditAndSplit(address(0), 1, model, NATIVE, 1, IRevenueSplitter.Source.Usage);
    }

    function test_CreditAndSplitTellsBoth() public {
        uint256 gross = splitter.potOf(model, NATIVE).gross;
        vm.expectEmit(true, true, true, true, address(splitter));
        emit IRevenueSplitter.Credited(host, NATIVE, 0.3 ether);
        vm.expectEmit(true, true, true, true, address(splitter));
        emit IRevenueSplitter.Revenue(
            model, NATIVE, IRevenueSplitter.Source.Usage, 0.7 ether, gross
        );
        settle(1, 1 ether);
    }

    // Parts

    function _refused(IUsageChannel.Voucher memory voucher, bytes memory signature) private {
        vm.expectRevert(abi.encodePacked(IUsageChannel.BadSignature.selector), address(channel));
        channel.settle(voucher, signature);
    }

    function _stale(uint64 calls, uint128 amount) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IUsageChannel.VoucherStale.selector, calls, amount);
    }

    function _overCap() private pure returns (bytes memory) {
        return abi.encodeWithSelector(IUsageChannel.OverCap.selector);
    }
}
