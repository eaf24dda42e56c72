// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRevenueSplitter} from "../interfaces/IRevenueSplitter.sol";

/// @title Share rules
/// @notice How many shares a model's contributors may open, and how many more its DAO may issue.
library ShareRules {
    /// @notice Shares that contributors divide among themselves when they open them.
    uint64 internal constant FIRST_SHARES = 1_000_000;

    uint256 private constant MAX_HOLDERS = 64;
    /// @dev An issue is at least a hundredth of the supply; those of a window at most a fifth.
    uint256 private constant LEAST_DIVISOR = 100;
    uint256 private constant MOST_DIVISOR = 5;
    uint256 private constant WINDOW = 365 days;

    /// @notice An issue of shares, which began a share epoch.
    /// @param time Unix seconds
    /// @param supplyBefore shares there were before
    struct Issue {
        uint64 time;
        uint64 supplyBefore;
    }

    /// @notice Reverts unless holders are distinct and divide the first shares among them.
    function checkHolders(address[] calldata holders, uint256[] calldata amounts) internal pure {
        uint256 count = holders.length;
        if (count == 0 || count > MAX_HOLDERS || count != amounts.length) {
            revert IRevenueSplitter.BadHolders();
        }
        uint256 sum;
        for (uint256 i; i < count; ++i) {
            uint256 amount = amounts[i];
            if (holders[i] == address(0) || amount == 0 || amount > FIRST_SHARES) {
                revert IRevenueSplitter.BadHolders();
            }
            for (uint256 j; j < i; ++j) {
                if (holders[j] == holders[i]) revert IRevenueSplitter.BadHolders();
            }
            sum += amount;
        }
        if (sum != FIRST_SHARES) revert IRevenueSplitter.BadHolders();
    }

    /// @notice Reverts unless `amount` more shares may be issued now.
    /// @param issues earlier issues by the epoch that each began
    /// @param epochs number of earlier issues
    /// @param supply shares there are
    function checkIssue(
        mapping(uint32 epoch => Issue) storage issues,
        uint32 epochs,
        uint256 supply,
        uint256 amount
    ) internal view {
        uint256 start = supply;
        // Each issue was a hundredth at least, so that a window holds some twenty.
        for (uint32 epoch = epochs; epoch != 0; --epoch) {
            Issue memory issue = issues[epoch];
            if (issue.time + WINDOW <= block.timestamp) break;
            start = issue.supplyBefore;
        }
        uint256 allowed = start / MOST_DIVISOR - (supply - start);
        if (amount > allowed) revert IRevenueSplitter.IssueTooLarge(allowed, amount);
        uint256 least = (supply + LEAST_DIVISOR - 1) / LEAST_DIVISOR;
        if (amount < least) revert IRevenueSplitter.IssueTooSmall(least, amount);
    }
}
