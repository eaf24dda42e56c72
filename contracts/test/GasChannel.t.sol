// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IUsageChannel} from "../src/interfaces/IUsageChannel.sol";
import {Lineages} from "./support/Lineages.sol";

/// @notice What a host pays to settle calls of a model with two ancestors, when it has settled before.
/// The number of calls that a voucher stands for does not matter.
contract GasChannelTest is Lineages {
    uint256 private constant _CHANNELS = 10;
    uint128 private constant _DEPOSIT = 1 ether;

    address private _holder;
    uint256 private _holderKey;
    address private _host;
    address private _session;
    uint256 private _sessionKey;
    uint64 private _model;
    uint256[] private _licences;

    function setUp() public {
        deployMarket();
        (_holder, _holderKey) = person("holder");
        _host = funded("host");
        (_session, _sessionKey) = person("session");
        _model = modelWithAncestors(funded("owner"), 2);
        sell(_model, NATIVE, 1 ether);
        for (uint256 i; i < _CHANNELS; ++i) {
            _open(buyLicence(_holder, _model, NATIVE));
        }
        _settleAll(100, 0.1 ether);
    }

    function test_Open() public {
        uint256 licence = buyLicence(_holder, _model, NATIVE);
        vm.prank(_holder);
        channel.open{value: _DEPOSIT}(licence, _host, NATIVE, _DEPOSIT, 0, 1 days);
        vm.snapshotGasLastCall("channel", "open");
        IUsageChannel.Permission memory permission = _permission(licence);
        bytes memory signature = signed(_holderKey, channel.permissionDigest(permission));
        channel.activate(permission, signature);
        vm.snapshotGasLastCall("channel", "activate a permission");
    }

    function test_SettleOne() public {
        IUsageChannel.Voucher memory voucher = _voucher(_licences[0], 200, 0.2 ether);
        bytes memory signature = signed(_sessionKey, channel.voucherDigest(voucher));
        channel.settle(voucher, signature);
        vm.snapshotGasLastCall("channel", "settle one voucher, 2 ancestors");
    }

    function test_SettleTen() public {
        _settleAll(200, 0.2 ether);
        vm.snapshotGasLastCall("channel", "settle ten vouchers, 2 ancestors");
    }

    function test_Close() public {
        vm.prank(_holder);
        channel.requestClose(_licences[0], _host);
        vm.snapshotGasLastCall("channel", "ask for the close");
        vm.warp(block.timestamp + 1 days);
        channel.finalizeClose(_licences[0], _host);
        vm.snapshotGasLastCall("channel", "close");
    }

    function _open(uint256 licence) private {
        _licences.push(licence);
        vm.prank(_holder);
        channel.open{value: _DEPOSIT}(licence, _host, NATIVE, _DEPOSIT, 0, 1 days);
        IUsageChannel.Permission memory permission = _permission(licence);
        channel.activate(permission, signed(_holderKey, channel.permissionDigest(permission)));
    }

    function _settleAll(uint64 calls, uint128 amount) private {
        IUsageChannel.Voucher[] memory vouchers = new IUsageChannel.Voucher[](_CHANNELS);
        bytes[] memory signatures = new bytes[](_CHANNELS);
        for (uint256 i; i < _CHANNELS; ++i) {
            vouchers[i] = _voucher(_licences[i], calls, amount);
            signatures[i] = signed(_sessionKey, channel.voucherDigest(vouchers[i]));
        }
        channel.settleBatch(vouchers, signatures);
    }

    function _permission(uint256 licence) private view returns (IUsageChannel.Permission memory) {
        return IUsageChannel.Permission({
            licence: licence,
            holder: _holder,
            sessionKey: _session,
            host: _host,
            notBefore: 0,
            expires: uint64(block.timestamp) + 30 days,
            maxCalls: 1_000_000,
            maxAmount: _DEPOSIT,
            termsHash: licences.termsHashOf(_model, KIND),
            policyHash: keccak256("policy"),
            nonce: channel.nonceOf(licence, _host)
        });
    }

    function _voucher(uint256 licence, uint64 calls, uint128 amount)
        private
        view
        returns (IUsageChannel.Voucher memory)
    {
        return IUsageChannel.Voucher(licence, _host, calls, amount, keccak256("input"));
    }
}
