// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Steps} from "./support/Steps.sol";

/// @notice The test bench itself.
contract MarketTest is Steps {
    function setUp() public {
        deployMarket();
    }

    function test_PeopleHaveMoney() public {
        (address ada, uint256 key) = person("Ada");
        eq(vm.addr(key), ada, "key");
        eq(ada.balance, 1_000_000 ether, "coins");
        eq(dollar.balanceOf(ada), 1_000_000e6, "dollars");
        eq(dollar.allowance(ada, address(splitter)), type(uint256).max, "allowance");
    }
}
