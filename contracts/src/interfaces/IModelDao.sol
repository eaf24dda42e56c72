// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Model DAO factory
/// @notice Clones a governor and a timelock for a model whose shares several hold, and hands the model to
/// them. A proposal may call only what `isAllowedCall` lists, for this model.
interface IModelDao {
    /// @notice A model's DAO was activated.
    event DaoActivated(uint64 indexed model, address governor, address timelock);

    /// @notice Thrown when the caller does not own the model.
    error NotModelOwner(uint64 model, address caller);
    /// @notice Thrown when the model has a DAO.
    error AlreadyActive(uint64 model);
    /// @notice Thrown when the two named are not two holders of shares.
    error NeedsTwoHolders();
    /// @notice Thrown when the model's shares are not open.
    error SharesNotOpen(uint64 model);

    /// @notice Clones the DAO and makes its timelock the model's owner. Model owner.
    /// @param holderA one of two holders of shares, which show that there are two; likewise `holderB`
    function activate(uint64 model, address holderA, address holderB)
        external
        returns (address governor, address timelock);

    /// @notice Governor of a model; zero when it has none.
    function governorOf(uint64 model) external view returns (address);

    /// @notice Timelock of a model, which executes and owns it; zero when it has none.
    function timelockOf(uint64 model) external view returns (address);

    /// @notice Whether a model's DAO may make a call, and whether two thirds must agree to it. New shares
    /// may go to anyone but the DAO's own contracts, which could never spend what they earn.
    /// @param data calldata, whose first argument must be the model
    function isAllowedCall(uint64 model, address target, uint256 value, bytes calldata data)
        external
        view
        returns (bool allowed, bool supermajority);
}
