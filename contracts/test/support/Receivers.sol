// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Refuses the native coin with as much data as there is gas for.
contract RefusingReceiver {
    receive() external payable {
        assembly ("memory-safe") {
            revert(0, 100000)
        }
    }
}

/// @notice Makes one call when it is paid and keeps what came of it.
contract CallingReceiver {
    address public target;
    bytes public data;
    bool public ok;
    bytes public result;

    function prepare(address target_, bytes calldata data_) external {
        (target, data) = (target_, data_);
    }

    /// @notice Makes a call in this contract's name.
    function act(address to, bytes calldata call_) external returns (bytes memory) {
        (bool done, bytes memory returned) = to.call(call_);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(returned, 0x20), mload(returned))
            }
        }
        return returned;
    }

    receive() external payable {
        if (target == address(0)) return;
        (ok, result) = target.call(data);
    }
}

/// @notice Forces its coin on an account that cannot refuse.
contract Forcer {
    constructor(address payable to) payable {
        selfdestruct(to);
    }
}
