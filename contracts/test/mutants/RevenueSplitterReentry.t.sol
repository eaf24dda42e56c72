// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IRevenueSplitter} from "../../src/interfaces/IRevenueSplitter.sol";
import {Money} from "../support/Money.sol";
import {CallingReceiver} from "../support/Receivers.sol";

/// @notice A module that is paid a claim cannot spend or pay in the middle of it.
contract RevenueSplitterReentryTest is Money {
    IRevenueSplitter.Source private constant _USAGE = IRevenueSplitter.Source.Usage;

    function test_NoModuleMovesMoneyInTheMiddleOfAClaim() public {
        setUpMoney();
        uint64 model = modelOfTwo(750_000, 250_000);
        deposit(100);
        vm.etch(address(channel), type(CallingReceiver).runtimeCode);
        CallingReceiver module = CallingReceiver(payable(address(channel)));
        move(model, ada, address(module), 750_000);
        bytes[] memory calls = _calls(model);
        for (uint256 i; i < calls.length; ++i) {
            pay(model, 100);
            module.prepare(address(splitter), calls[i]);
            splitter.claim(model, NATIVE, address(module));
            isFalse(module.ok(), "the call inside failed");
            eq(
                bytes32(module.result()),
                bytes32(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector),
                "by the guard"
            );
        }
        eq(splitter.moduleBalanceOf(address(module), NATIVE), 100, "the deposit stays");
    }

    function _calls(uint64 model) private view returns (bytes[] memory calls) {
        IRevenueSplitter.Authorization memory none;
        address token = address(dollar);
        calls = new bytes[](7);
        calls[0] = abi.encodeCall(IRevenueSplitter.pay, (model, NATIVE, owner, 0, _USAGE));
        calls[1] =
            abi.encodeCall(IRevenueSplitter.payWithAuthorization, (model, token, 1, _USAGE, none));
        calls[2] = abi.encodeCall(IRevenueSplitter.deposit, (NATIVE, owner, 0));
        calls[3] = abi.encodeCall(IRevenueSplitter.depositWithAuthorization, (token, 1, none));
        calls[4] = abi.encodeCall(IRevenueSplitter.split, (model, NATIVE, 1, _USAGE));
        calls[5] = abi.encodeCall(IRevenueSplitter.credit, (owner, NATIVE, 1));
        calls[6] =
            abi.encodeCall(IRevenueSplitter.creditAndSplit, (owner, 1, model, NATIVE, 1, _USAGE));
    }
}
