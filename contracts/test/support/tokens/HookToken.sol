// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SimpleToken} from "./SimpleToken.sol";

/// @notice Calls a contract in the middle of every transfer, as ERC-777 does.
contract HookToken is SimpleToken(18) {
    address public target;
    bytes public data;

    function hook(address target_, bytes calldata data_) external {
        (target, data) = (target_, data_);
    }

    function _move(address from, address to, uint256 amount) internal override {
        balanceOf[from] -= amount;
        if (target != address(0)) {
            (bool ok, bytes memory result) = target.call(data);
            if (!ok) {
                assembly ("memory-safe") {
                    revert(add(result, 0x20), mload(result))
                }
            }
        }
        balanceOf[to] += amount;
    }
}
