// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IUsageChannel} from "../../src/interfaces/IUsageChannel.sol";
import {ChannelSteps} from "../support/ChannelSteps.sol";

/// @notice What holds for a single unit of money, for the whole deposit and after a close.
contract UsageChannelUnitsTest is ChannelSteps {
    uint256 private before;

    function setUp() public {
        deployChannelMarket();
        before = splitter.potOf(model, NATIVE).gross;
    }

    function test_OneUnitOfTheDepositIsReturned() public {
        startSession();
        settle(1, DEPOSIT - 1);
        closeChannel();
        eq(credit(holder), 1, "returned");
    }

    function test_OneUnitIsTheHosts() public {
        startSession();
        settle(1, 4);
        eq(credit(host), 1, "1.2 of 4");
        eq(splitter.potOf(model, NATIVE).gross - before, 3, "the rest");
    }

    function test_OneUnitIsTheModels() public {
        startSession();
        settle(1, 1);
        eq(credit(host), 0, "0.3 of 1");
        eq(splitter.potOf(model, NATIVE).gross - before, 1, "the rest");
    }

    function test_ACooperativeCloseMayAddOneUnit() public {
        startSession();
        settle(10, 4 ether);
        IUsageChannel.CoopClose memory close = coopCloseOf(10, 4 ether + 1);
        bytes memory signature = signedClose(close);
        vm.expectEmit(true, true, true, true, address(channel));
        emit IUsageChannel.Settled(licence, host, 0, 1, 0);
        vm.prank(holder);
        channel.coopClose(close, signature);
        eq(credit(holder), 6 ether - 1, "returned");
    }

    function test_ACapIsNamedWhereTheDepositWouldDo() public {
        openChannel();
        IUsageChannel.Permission memory capped = permissionNow();
        capped.maxCalls = 5;
        capped.maxAmount = DEPOSIT - 1;
        activate(capped);
        bytes memory overCap = abi.encodeWithSelector(IUsageChannel.OverCap.selector);
        settleFails(1, DEPOSIT, overCap);
        settleFails(
            1,
            DEPOSIT + 1,
            abi.encodeWithSelector(IUsageChannel.OverDeposit.selector, DEPOSIT + 1, DEPOSIT)
        );
        settleFails(6, DEPOSIT - 1, overCap);
        settle(5, DEPOSIT - 1);
    }

    /// @dev The session that a cooperative close ends had days to run.
    function test_NothingIsSettledOnceClosedBeforeItsTime() public {
        startSession();
        IUsageChannel.CoopClose memory close = coopCloseOf(3, 1 ether);
        bytes memory signature = signedClose(close);
        vm.prank(holder);
        channel.coopClose(close, signature);
        settleFails(
            4, 2 ether, abi.encodeWithSelector(IUsageChannel.UnknownChannel.selector, licence, host)
        );
        openChannel();
        settleFails(
            4, 2 ether, abi.encodeWithSelector(IUsageChannel.NoSession.selector, licence, host)
        );
    }

    function test_AChannelNamesItsToken() public {
        vm.prank(holder);
        channel.open(licence, host, address(dollar), 100, 0, DELAY);
        eq(state().token, address(dollar), "token");
    }

    /// @dev Three of seven words are given back, and the next opening inherits nothing.
    function test_ACloseLeavesOnlyWhatOutlivesIt() public {
        startSession();
        settle(3, 1 ether);
        closeChannel();
        bytes32 first = _firstWord();
        eq(_word(first, 0), uint256(3) << 128, "calls settled");
        eq(_word(first, 1), uint256(model) << 192, "model");
        // The nonce counts the activation and the close.
        eq(_word(first, 2), uint256(2) << 168 | uint256(START_TIME) << 216, "nonce, first opening");
        eq(_word(first, 3), 0, "token and calls");
        eq(_word(first, 4), 0, "holder and times");
        eq(_word(first, 5), 0, "deposit and cap");
        eq(_word(first, 6), uint256(START_TIME + 365 days) << 64, "the licence's expiry");
    }

    /// @dev Where the pair is stored: the one mapping of the channel that knows its model.
    function _firstWord() private view returns (bytes32 first) {
        for (uint256 slot; slot < 8; ++slot) {
            first = keccak256(abi.encode(host, keccak256(abi.encode(licence, slot))));
            if (_word(first, 1) != 0) return first;
        }
        isTrue(false, "the pair is found");
    }

    function _word(bytes32 first, uint256 i) private view returns (uint256) {
        return uint256(vm.load(address(channel), bytes32(uint256(first) + i)));
    }
}
