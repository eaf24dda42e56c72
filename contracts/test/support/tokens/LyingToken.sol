// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SimpleToken} from "./SimpleToken.sol";

/// @notice Says that it was moved and is not.
contract LyingToken is SimpleToken(18) {
    function transferFrom(address, address, uint256) external pure override returns (bool) {
        return true;
    }
}
