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
}
