// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Arbitrable
/// @notice Kleros v2's IArbitrableV2: takes the ruling of a dispute it asked for.
interface IArbitrable {
    /// @notice Takes a ruling. Only the arbitrator that was asked.
    /// @param disputeId number that `createDispute` returned
    /// @param ruling 0 refused to rule, 1 the first choice, 2 the second
    function rule(uint256 disputeId, uint256 ruling) external;
}
