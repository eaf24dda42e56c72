// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Model timelock
/// @notice What a model's timelock adds to OpenZeppelin's: it takes no money, because no proposal could
/// ever send it on.
interface IModelTimelock {
    /// @notice Thrown when coin or a token is sent to the timelock.
    error TakesNoMoney();
}
