// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {
    TimelockControllerUpgradeable
} from "@openzeppelin/contracts-upgradeable/governance/TimelockControllerUpgradeable.sol";

/// @title Model governor
/// @notice What a model's governor adds to OpenZeppelin's: the bounds on what may be proposed, and two
/// thirds where shares are issued. Its settings are constants that no proposal can reach.
interface IModelGovernor {
    /// @notice Thrown when a call is not on `IModelDao.isAllowedCall`'s list.
    /// @param selector first four bytes of the call, padded with zeros where it has fewer
    error ProposalNotAllowed(address target, bytes4 selector);
    /// @notice Thrown by the functions with which OpenZeppelin's governor changes itself or makes calls.
    error SettingsAreFixed();

    /// @notice Sets a clone up, once; the caller is the factory that it asks from then on.
    /// @param model_ model whose calls it may propose
    /// @param shares votes that are counted
    /// @param timelock_ queue through which proposals act
    function initialize(uint64 model_, IVotes shares, TimelockControllerUpgradeable timelock_)
        external;

    /// @notice Factory that lists the calls which may be proposed.
    function dao() external view returns (address);

    /// @notice The model that is governed.
    function model() external view returns (uint64);

    /// @notice Whether two thirds of the votes for and against must be for a proposal. False where
    /// there is no such proposal.
    function needsSupermajority(uint256 proposalId) external view returns (bool);
}
