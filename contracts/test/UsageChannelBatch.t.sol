// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRevenueSplitter} from "../src/interfaces/IRevenueSplitter.sol";
import {IUsageChannel} from "../src/interfaces/IUsageChannel.sol";
import {ChannelSteps} from "./support/ChannelSteps.sol";
import {Vm} from "./support/Vm.sol";

contract UsageChannelBatchTest is ChannelSteps {
    uint256 private constant _CHANNELS = 6;

    struct Place {
        uint256 licence;
        address host;
        address token;
        uint64 model;
    }

    Place[_CHANNELS] private places;
    uint256[2] private gross;

    function setUp() public {
        deployChannelMarket();
        uint64 other = readyChain(publisher, 1, 200_000);
        sell(other, KIND, meteredKind(), NATIVE, PRICE);
        address otherHost = funded("other host");
        // Neighbours share host, model and token; then the host changes, the model, the token.
        places[0] = Place(licence, host, NATIVE, model);
        places[1] = Place(buyLicence(holder, model, NATIVE), host, NATIVE, model);
        places[2] = Place(licence, otherHost, NATIVE, model);
        places[3] = Place(buyLicence(holder, other, NATIVE), otherHost, NATIVE, other);
        places[4] = Place(places[3].licence, host, NATIVE, other);
        places[5] = Place(buyLicence(holder, other, NATIVE), host, address(dollar), other);
        for (uint256 i; i < _CHANNELS; ++i) {
            Place memory place = places[i];
            (licence, host) = (place.licence, place.host);
            vm.prank(holder);
            channel.open{value: place.token == NATIVE ? 1_000 : 0}(
                licence, host, place.token, 1_000, 400, DELAY
            );
            activate(permissionNow());
        }
        gross = [splitter.potOf(model, NATIVE).gross, splitter.potOf(other, NATIVE).gross];
    }

    function test_ABatchPaysEverybodyWhatVouchersAlonePay() public {
        (IUsageChannel.Voucher[] memory vouchers, bytes[] memory signatures) = _vouchers();
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < _CHANNELS; ++i) {
            channel.settle(vouchers[i], signatures[i]);
        }
        uint256[8] memory alone = _sums();
        vm.revertToState(snapshot);
        channel.settleBatch(vouchers, signatures);
        uint256[8] memory together = _sums();
        for (uint256 i; i < alone.length; ++i) {
            eq(together[i], alone[i], string.concat("sum ", vm.toString(i)));
        }
        // 30 % of 101, 102 and 105 to the one host, of 103 and 104 to the other; the rest to the models.
        eq(together[0], 30 + 30 + 31, "coin of the host");
        eq(together[1], 30 + 31, "coin of the other host");
        eq(together[2], 31, "dollars of the host");
        eq(together[3] - gross[0], 71 + 72 + 73, "coin of the model");
        eq(together[4] - gross[1], 73 + 74, "coin of the other model");
        eq(together[5], 75, "dollars of the other model");
    }

    function test_NeighboursOfOneHostAndModelArePaidOnce() public {
        (IUsageChannel.Voucher[] memory vouchers, bytes[] memory signatures) = _vouchers();
        vm.recordLogs();
        channel.settleBatch(vouchers, signatures);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        (uint256 settled, uint256 credited, uint256 revenues) = (0, 0, 0);
        for (uint256 i; i < logs.length; ++i) {
            bytes32 topic = logs[i].topics[0];
            if (topic == IUsageChannel.Settled.selector) ++settled;
            if (topic == IRevenueSplitter.Credited.selector) ++credited;
            if (topic == IRevenueSplitter.Revenue.selector) ++revenues;
        }
        eq(settled, 6, "vouchers");
        // Hosts: 0–1, 2–3, 4 and, in dollars, 5. Models: 0–1 and 2 apart, since the host changed there.
        eq(credited, 4, "credits");
        eq(revenues, 5, "splits");
    }

    function test_OneChannelTwiceInABatch() public {
        (licence, host) = (places[0].licence, places[0].host);
        IUsageChannel.Voucher[] memory vouchers = new IUsageChannel.Voucher[](2);
        bytes[] memory signatures = new bytes[](2);
        (vouchers[0], vouchers[1]) = (voucherOf(1, 100), voucherOf(2, 250));
        (signatures[0], signatures[1]) = (signedVoucher(vouchers[0]), signedVoucher(vouchers[1]));
        channel.settleBatch(vouchers, signatures);
        eq(credit(host), 75, "host");
        eq(state().settledCalls, 2, "calls");
    }

    function test_OneBadVoucherUndoesTheBatch() public {
        (IUsageChannel.Voucher[] memory vouchers, bytes[] memory signatures) = _vouchers();
        channel.settle(vouchers[4], signatures[4]);
        vm.expectRevert(
            abi.encodeWithSelector(IUsageChannel.VoucherStale.selector, 5, 105), address(channel)
        );
        channel.settleBatch(vouchers, signatures);
        (licence, host) = (places[0].licence, places[0].host);
        eq(state().settledCalls, 0, "nothing settled of the first");
    }

    function test_ABatchOfFreeCallsPaysNobody() public {
        IUsageChannel.Voucher[] memory vouchers = new IUsageChannel.Voucher[](2);
        bytes[] memory signatures = new bytes[](2);
        for (uint256 i; i < 2; ++i) {
            (licence, host) = (places[i].licence, places[i].host);
            vouchers[i] = voucherOf(9, 0);
            signatures[i] = signedVoucher(vouchers[i]);
        }
        vm.recordLogs();
        channel.settleBatch(vouchers, signatures);
        eq(vm.getRecordedLogs().length, 2, "only the settlements are told");
    }

    function test_ABatchNeedsAVoucherAndASignatureForEach() public {
        bytes memory bad = abi.encodeWithSelector(IUsageChannel.BadBatch.selector);
        (IUsageChannel.Voucher[] memory vouchers,) = _vouchers();
        vm.expectRevert(bad, address(channel));
        channel.settleBatch(vouchers, new bytes[](_CHANNELS - 1));
        vm.expectRevert(bad, address(channel));
        channel.settleBatch(vouchers, new bytes[](_CHANNELS + 1));
        vm.expectRevert(bad, address(channel));
        channel.settleBatch(new IUsageChannel.Voucher[](0), new bytes[](0));
    }

    function testFuzz_AnyWayOfBatchingPaysTheSame(uint128[_CHANNELS] calldata amounts) public {
        IUsageChannel.Voucher[] memory vouchers = new IUsageChannel.Voucher[](_CHANNELS);
        bytes[] memory signatures = new bytes[](_CHANNELS);
        uint256 total;
        for (uint256 i; i < _CHANNELS; ++i) {
            (licence, host) = (places[i].licence, places[i].host);
            vouchers[i] = voucherOf(1, uint128(bound(amounts[i], 0, 1_000)));
            signatures[i] = signedVoucher(vouchers[i]);
            if (places[i].token == NATIVE) total += vouchers[i].cumulativeAmount;
        }
        channel.settleBatch(vouchers, signatures);
        uint256[8] memory sums = _sums();
        eq(sums[0] + sums[1] + sums[3] + sums[4] - gross[0] - gross[1], total, "all of the coin");
        eq(sums[2] + sums[5], vouchers[5].cumulativeAmount, "all of the dollars");
        eq(sums[6], 5_000 - total, "coin left");
        for (uint256 i; i < 2; ++i) {
            sums[0] -= vouchers[i].cumulativeAmount * 3 / 10;
        }
        eq(sums[0], vouchers[4].cumulativeAmount * 3 / 10, "the host by its three sums");
    }

    // Parts

    /// @dev The i-th channel owes i + 1 calls and 101 + i units.
    function _vouchers()
        private
        returns (IUsageChannel.Voucher[] memory vouchers, bytes[] memory signatures)
    {
        vouchers = new IUsageChannel.Voucher[](_CHANNELS);
        signatures = new bytes[](_CHANNELS);
        for (uint256 i; i < _CHANNELS; ++i) {
            (licence, host) = (places[i].licence, places[i].host);
            vouchers[i] = voucherOf(uint64(i + 1), uint128(101 + i));
            signatures[i] = signedVoucher(vouchers[i]);
        }
    }

    function _sums() private view returns (uint256[8] memory) {
        return [
            credit(places[0].host),
            credit(places[2].host),
            splitter.creditOf(places[0].host, address(dollar)),
            splitter.potOf(places[0].model, NATIVE).gross,
            splitter.potOf(places[3].model, NATIVE).gross,
            splitter.potOf(places[3].model, address(dollar)).gross,
            channelBalance(),
            splitter.moduleBalanceOf(address(channel), address(dollar))
        ];
    }
}
