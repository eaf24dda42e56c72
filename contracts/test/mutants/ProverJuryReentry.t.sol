// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IProverJury} from "../../src/interfaces/IProverJury.sol";
import {JurySteps} from "../support/JurySteps.sol";
import {CallingReceiver} from "../support/Receivers.sol";

/// @notice Whoever is paid by the jury does nothing else there in the middle of it.
contract ProverJuryReentryTest is JurySteps {
    function test_NothingIsReenteredFromAWithdrawal() public {
        setUpDispute();
        openDispute();
        // Nobody votes, so that the fee goes back to Ann.
        vm.warp(block.timestamp + 60 days);
        court.execute(dispute);
        eq(court.creditOf(ann), JURY_FEE, "fee");
        vm.etch(ann, type(CallingReceiver).runtimeCode);
        bytes[] memory calls = new bytes[](4);
        calls[0] = abi.encodeCall(IProverJury.vote, (dispute, bytes32(uint256(1))));
        calls[1] = abi.encodeCall(IProverJury.execute, (dispute));
        calls[2] = abi.encodeCall(IProverJury.settle, (dispute, ann));
        calls[3] = abi.encodeCall(IProverJury.withdraw, (ann));
        for (uint256 i; i < calls.length; ++i) {
            uint256 snapshot = vm.snapshotState();
            _isRefused(calls[i]);
            vm.revertToState(snapshot);
        }
    }

    function _isRefused(bytes memory call_) private {
        CallingReceiver receiver = CallingReceiver(payable(ann));
        receiver.prepare(address(jury), call_);
        vm.prank(ann);
        court.withdraw(ann);
        isFalse(receiver.ok(), "the call inside failed");
        eq(
            bytes32(receiver.result()),
            bytes32(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector),
            "by the guard"
        );
    }
}
