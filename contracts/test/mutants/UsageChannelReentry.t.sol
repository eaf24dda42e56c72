// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IUsageChannel} from "../../src/interfaces/IUsageChannel.sol";
import {Steps} from "../support/Steps.sol";
import {HookToken} from "../support/tokens/HookToken.sol";

/// @notice A token that calls back in the middle of a transfer changes no channel.
contract UsageChannelReentryTest is Steps {
    function test_NothingIsReenteredFromAHook() public {
        HookToken token = new HookToken();
        address[] memory tokens = new address[](1);
        tokens[0] = address(token);
        deployMarket(tokens);
        address host = account("host");
        (address holder,) = person("holder");
        uint64 model = readyModel(funded("owner"));
        sell(model, NATIVE, 1 ether);
        uint256 licence = buyLicence(holder, model, NATIVE);
        token.mint(holder, 1_000);
        vm.startPrank(holder);
        token.approve(address(splitter), type(uint256).max);
        channel.open(licence, host, address(token), 100, 0, 1 days);
        bytes[] memory calls = _calls(licence, host);
        for (uint256 i; i < calls.length; ++i) {
            token.hook(address(channel), calls[i]);
            vm.expectRevert(
                abi.encodeWithSelector(
                    ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector
                )
            );
            channel.topUp(licence, host, 10);
        }
        token.hook(address(0), "");
        channel.topUp(licence, host, 10);
        eq(channel.channelOf(licence, host).deposit, 110, "deposit");
    }

    function _calls(uint256 licence, address host) private pure returns (bytes[] memory calls) {
        IUsageChannel.Permission memory permission;
        IUsageChannel.Voucher memory voucher;
        IUsageChannel.CoopClose memory close;
        calls = new bytes[](7);
        calls[0] = abi.encodeCall(IUsageChannel.open, (licence, host, NATIVE, 1, 0, 1 days));
        calls[1] = abi.encodeCall(IUsageChannel.topUp, (licence, host, 1));
        calls[2] = abi.encodeCall(IUsageChannel.activate, (permission, ""));
        calls[3] = abi.encodeCall(IUsageChannel.finalizeClose, (licence, host));
        calls[4] = abi.encodeCall(IUsageChannel.coopClose, (close, ""));
        calls[5] = abi.encodeCall(IUsageChannel.settle, (voucher, ""));
        calls[6] = abi.encodeCall(
            IUsageChannel.settleBatch, (new IUsageChannel.Voucher[](0), new bytes[](0))
        );
    }
}
