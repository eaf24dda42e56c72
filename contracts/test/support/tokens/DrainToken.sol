// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SimpleToken} from "./SimpleToken.sol";

/// @notice Takes everything the receiver had when something is sent to it.
contract DrainToken is SimpleToken(18) {
    bool public draining;

    function drain() external {
        draining = true;
    }

    function _move(address from, address to, uint256 amount) internal override {
        super._move(from, to, amount);
        if (draining) balanceOf[to] = 0;
    }
}
