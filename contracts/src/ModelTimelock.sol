// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    TimelockControllerUpgradeable
} from "@openzeppelin/contracts-upgradeable/governance/TimelockControllerUpgradeable.sol";
import {IModelTimelock} from "./interfaces/IModelTimelock.sol";

/// @title Model timelock
/// @notice Owner of a model with a DAO. It makes what its governor queued two days before; anyone may
/// push the button. It administers itself, but no proposal can name it, so that its roles and its
/// delay are fixed.
/// @dev Cloned by `ModelDao`, which sets each clone up in the transaction that makes it.
contract ModelTimelock is TimelockControllerUpgradeable, IModelTimelock {
    /// @notice Seconds between queueing and execution.
    uint256 public constant DELAY = 2 days;
    /// @notice Seconds after the delay in which an operation can be executed.
    uint256 public constant GRACE = 14 days;

    /// @dev The implementation itself stays empty.
    constructor() {
        _disableInitializers();
    }

    /// @notice Refuses coin.
    receive() external payable override {
        revert TakesNoMoney();
    }

    /// @notice Seconds between queueing and execution, whatever was stored.
    function getMinDelay() public pure override returns (uint256) {
        return DELAY;
    }

    /// @notice State of an operation. One that nobody executed in its time is as if it had never been, so
    /// that no old decision can be dug out when it suits somebody.
    function getOperationState(bytes32 id) public view override returns (OperationState current) {
        current = super.getOperationState(id);
        if (current == OperationState.Ready && block.timestamp > getTimestamp(id) + GRACE) {
            return OperationState.Unset;
        }
    }

    /// @notice Refuses ERC-721 tokens.
    function onERC721Received(address, address, uint256, bytes memory)
        public
        pure
        override
        returns (bytes4)
    {
        revert TakesNoMoney();
    }

    /// @notice Refuses ERC-1155 tokens.
    function onERC1155Received(address, address, uint256, uint256, bytes memory)
        public
        pure
        override
        returns (bytes4)
    {
        revert TakesNoMoney();
    }

    /// @notice Refuses batches of ERC-1155 tokens.
    function onERC1155BatchReceived(
        address,
        address,
        uint256[] memory,
        uint256[] memory,
        bytes memory
    ) public pure override returns (bytes4) {
        revert TakesNoMoney();
    }

    /// @dev Execution is payable in OpenZeppelin's timelock; no allowed call takes coin, so that what is
    /// sent along would stay here for ever.
    function _execute(address target, uint256 value, bytes calldata data) internal override {
        if (msg.value != 0) revert TakesNoMoney();
        super._execute(target, value, data);
    }
}
