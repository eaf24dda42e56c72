// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ChannelHandler} from "../support/ChannelHandler.sol";
import {Test} from "../support/Test.sol";

/// @notice I7 and the solvency of channels, whatever is done in whatever order, pauses included (I10).
contract ChannelInvariantTest is Test {
    ChannelHandler private _handler;

    function setUp() public {
        _handler = new ChannelHandler();
        target(address(_handler));
    }

    /// @dev One invariant for all, since forge plays every one on its own: sums within deposit and calls,
    /// the channel's money is what open channels have left, calls are left, reserved or used.
    function invariant_I7_SumsMoneyAndCallsAgree() public view {
        for (uint256 i; i < _handler.PAIRS(); ++i) {
            _handler.checkSums(i);
        }
        _handler.checkSolvency(address(0));
        _handler.checkSolvency(_handler.dollarAddress());
        _handler.checkQuota();
    }

    /// @dev The handler really does what it is called for.
    function test_EveryActIsTaken() public {
        _handler.open(0, false, 900, 400, 0);
        _handler.open(1, true, 800, 400, 0);
        _handler.open(2, true, 700, 400, 0);
        _handler.open(3, false, 600, 400, 0);
        _handler.settleAll(20, 50);
        eq(_handler.settlements(), 4, "a batch over licences, hosts and tokens");
        _handler.settle(0, 30, 60);
        eq(_handler.settlements(), 5, "one more");
        _handler.topUp(0, 100);
        _handler.pauseEntry();
        _handler.replaceSession(1, 100, 100, 1 days);
        _handler.settle(1, 40, 70);
        eq(_handler.settlements(), 6, "under the next session");
        _handler.startClose(1, true);
        _handler.startClose(2, false);
        _handler.finalize(1);
        _handler.finalize(2);
        _handler.coopClose(0, 31, 61);
        eq(_handler.settlements(), 7, "with the close");
        _handler.withdraw(0, false);
        _handler.wait(30 days);
        invariant_I7_SumsMoneyAndCallsAgree();
    }
}
