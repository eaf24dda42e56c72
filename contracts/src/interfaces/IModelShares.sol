// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Model shares
/// @notice A model's contributor shares as ERC-20 with votes, no decimals, 1,000,000 at first. Holders
/// vote for themselves from the first receipt on. What is paid to this address, by resale royalties
/// say, is the model's income.
interface IModelShares {
    /// @notice Thrown when the caller is not the splitter.
    error NotSplitter(address caller);
    /// @notice Thrown when the clone was set up before.
    error AlreadySetUp();

    /// @notice Sets a clone up and mints the first shares. Splitter, once.
    function setUp(uint64 model, address[] calldata holders, uint256[] calldata amounts) external;

    /// @notice Mints new shares. Splitter only.
    function issue(address to, uint256 amount) external;

    /// @notice Pays what this address holds of a token to the model as resale income. Anyone.
    function forward(address token) external returns (uint256 amount);

    /// @notice The model whose shares these are.
    function model() external view returns (uint64);
}
