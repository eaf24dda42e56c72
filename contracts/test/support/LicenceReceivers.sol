// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC721Receiver} from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";

/// @notice A contract that knows nothing of licences.
contract DeafHolder {}

/// @notice Answers, but not what ERC-721 asks for.
contract MumblingHolder {
    function onERC721Received(address, address, uint256, bytes calldata)
        external
        pure
        returns (bytes4)
    {
        return 0xdeadbeef;
    }
}

/// @notice Refuses with its own words.
contract RefusingHolder {
    error NotThisOne(uint256 licence);

    function onERC721Received(address, address, uint256 licence, bytes calldata)
        external
        pure
        returns (bytes4)
    {
        revert NotThisOne(licence);
    }
}

/// @notice Makes one call when it receives a licence, and keeps what came of it and who sent it.
contract ActingHolder is IERC721Receiver {
    address public target;
    bytes public data;
    bool public ok;
    bytes public result;
    address public operator;
    address public from;
    uint256 public licence;

    function prepare(address target_, bytes calldata data_) external {
        (target, data) = (target_, data_);
    }

    function act(address to, uint256 value, bytes calldata call_) external payable {
        (bool done, bytes memory returned) = to.call{value: value}(call_);
        if (done) return;
        assembly ("memory-safe") {
            revert(add(returned, 0x20), mload(returned))
        }
    }

    function onERC721Received(address operator_, address from_, uint256 licence_, bytes calldata)
        external
        returns (bytes4)
    {
        (operator, from, licence) = (operator_, from_, licence_);
        if (target != address(0)) (ok, result) = target.call(data);
        return this.onERC721Received.selector;
    }
}
