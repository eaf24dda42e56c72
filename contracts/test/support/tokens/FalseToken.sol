// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SimpleToken} from "./SimpleToken.sol";

/// @notice Says false instead of reverting, once told to, and moves nothing.
contract FalseToken is SimpleToken(18) {
    bool public refusing;

    function refuse(bool on) external {
        refusing = on;
    }

    function transfer(address to, uint256 amount) external override returns (bool) {
        if (refusing) return false;
        _move(msg.sender, to, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount)
        external
        override
        returns (bool)
    {
        if (refusing) return false;
        _move(from, to, amount);
        return true;
    }
}
