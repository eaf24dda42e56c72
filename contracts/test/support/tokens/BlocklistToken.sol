// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SimpleToken} from "./SimpleToken.sol";

/// @notice Refuses to move from or to blocked accounts, as USDC does.
contract BlocklistToken is SimpleToken(6) {
    mapping(address account => bool) public blocked;

    error Blocked(address account);

    function setBlocked(address account, bool on) external {
        blocked[account] = on;
    }

    function _move(address from, address to, uint256 amount) internal override {
        if (blocked[from]) revert Blocked(from);
        if (blocked[to]) revert Blocked(to);
        super._move(from, to, amount);
    }
}
