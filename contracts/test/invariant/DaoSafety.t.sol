// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DaoHandler} from "../support/DaoHandler.sol";
import {Test} from "../support/Test.sol";

/// @notice I11: whatever a DAO executes, nobody's income, credit, stake or licence changes by it.
contract DaoSafetyTest is Test {
    DaoHandler private _handler;

    function setUp() public {
        _handler = new DaoHandler();
        target(address(_handler));
    }

    /// @dev The handler compares around each execution and reverts where anything differs, which fails
    /// the run; this adds what must hold at rest.
    function invariant_I11_NoVoteTakesAnything() public view {
        _handler.check();
    }

    function test_EveryCallOfTheListIsEnacted() public {
        _handler.give(0, false, false, 1e12);
        _handler.give(1, true, true, 999_999);
        _handler.buy(2, 1, false);
        uint256 calls = _handler.CALLS();
        for (uint256 i; i < calls; ++i) {
            _handler.govern(i, 12_345);
            eq(_handler.enacted(i), 1, string.concat("call ", vm.toString(i)));
        }
    }
}
