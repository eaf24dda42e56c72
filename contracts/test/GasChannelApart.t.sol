// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IUsageChannel} from "../src/interfaces/IUsageChannel.sol";
import {ChannelSteps} from "./support/ChannelSteps.sol";

/// @notice What the dearer settlements cost: in a token, and of ten models with ancestors of their own,
/// which share nothing but the host. All of them have had income before.
contract GasChannelApartTest is ChannelSteps {
    uint256 private constant _TEN = 10;
    uint32 private constant _EDGE_PPM = 200_000;

    uint64 private _calls;
    uint256[] private _licences;

    function setUp() public {
        deployChannelMarket();
    }

    function test_SettleOneInDollars() public {
        _openAll(1, address(dollar));
        _settleAll();
        IUsageChannel.Voucher memory voucher = _next(0);
        channel.settle(voucher, signedVoucher(voucher));
        vm.snapshotGasLastCall("channel", "settle one voucher in a token, 2 ancestors");
    }

    function test_SettleTenOfTenModels() public {
        _openAll(_TEN, NATIVE);
        _settleAll();
        _settleAll();
        vm.snapshotGasLastCall("channel", "settle ten vouchers of ten models, 2 ancestors each");
    }

    // Parts

    /// @dev Channels of as many licences, each of a model of its own with two ancestors.
    function _openAll(uint256 count, address token) private {
        for (uint256 i; i < count; ++i) {
            model = readyChain(publisher, 2, _EDGE_PPM);
            sell(model, KIND, meteredKind(), NATIVE, PRICE);
            licence = buyLicence(holder, model, NATIVE);
            _licences.push(licence);
            vm.prank(holder);
            channel.open{value: token == NATIVE ? 1e6 : 0}(licence, host, token, 1e6, 0, DELAY);
            activate(permissionNow());
        }
    }

    function _next(uint256 i) private view returns (IUsageChannel.Voucher memory) {
        return IUsageChannel.Voucher(_licences[i], host, _calls + 1, (_calls + 1) * 1_000, INPUT);
    }

    function _settleAll() private {
        uint256 count = _licences.length;
        IUsageChannel.Voucher[] memory vouchers = new IUsageChannel.Voucher[](count);
        bytes[] memory signatures = new bytes[](count);
        for (uint256 i; i < count; ++i) {
            vouchers[i] = _next(i);
            signatures[i] = signedVoucher(vouchers[i]);
        }
        ++_calls;
        channel.settleBatch(vouchers, signatures);
    }
}
