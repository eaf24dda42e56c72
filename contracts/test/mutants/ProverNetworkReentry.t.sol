// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IProverNetwork} from "../../src/interfaces/IProverNetwork.sol";
import {IUsageChannel} from "../../src/interfaces/IUsageChannel.sol";
import {ProverSteps} from "../support/ProverSteps.sol";
import {CallingReceiver} from "../support/Receivers.sol";

/// @notice A prover that is paid its stake reaches no other exit in the middle of it.
contract ProverNetworkReentryTest is ProverSteps {
    function test_NoExitIsReenteredFromAnUnstake() public {
        setUpProvers();
        CallingReceiver calling = new CallingReceiver();
        vm.deal(address(calling), 2 ether);
        vm.prank(address(calling));
        provers.stake{value: 2 ether}();
        bytes[] memory calls = _calls(address(calling));
        for (uint256 i; i < calls.length; ++i) {
            vm.prank(address(calling));
            provers.requestUnstake(0.1 ether);
            vm.warp(block.timestamp + 60 days);
            calling.prepare(address(provers), calls[i]);
            vm.prank(address(calling));
            provers.unstake();
            isFalse(calling.ok(), "the call inside failed");
            eq(
                bytes32(calling.result()),
                bytes32(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector),
                "by the guard"
            );
        }
        eq(address(calling).balance, 0.1 ether * calls.length, "stake came back");
    }

    function _calls(address self) private view returns (bytes[] memory calls) {
        IUsageChannel.Receipt memory receipt;
        calls = new bytes[](5);
        calls[0] = abi.encodeCall(IProverNetwork.unstake, ());
        calls[1] = abi.encodeCall(IProverNetwork.exitHost, ());
        calls[2] = abi.encodeCall(IProverNetwork.withdraw, (self));
        calls[3] = abi.encodeCall(IProverNetwork.escalate, (1));
        calls[4] = abi.encodeCall(
            IProverNetwork.revealWithReceipt, (revealOf(model, HOST, 0), receipt, "")
        );
    }
}
