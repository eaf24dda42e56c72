// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Arbitrator
/// @notice The two calls of Kleros v2's IArbitratorV2 that a case needs. A jury, Kleros itself, or an
/// adapter around UMA's optimistic oracle stands behind it.
interface IArbitrator {
    /// @notice Asks for a ruling; the caller is called back by `IArbitrable.rule`.
    /// @param choices number of rulings besides 0, which is a refusal to rule
    /// @param extraData meaning up to the arbitrator; here abi.encode(case id)
    /// @return disputeId number of the dispute at this arbitrator
    function createDispute(uint256 choices, bytes calldata extraData)
        external
        payable
        returns (uint256 disputeId);

    /// @notice What `createDispute` costs, in wei.
    function arbitrationCost(bytes calldata extraData) external view returns (uint256);
}
