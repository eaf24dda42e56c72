// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SimpleToken} from "./SimpleToken.sol";

/// @notice An account's balance can shrink without a transfer.
contract RebasingToken is SimpleToken(18) {
    function shrink(address account, uint256 divisor) external {
        balanceOf[account] /= divisor;
    }
}
