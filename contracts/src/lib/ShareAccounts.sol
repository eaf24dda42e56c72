// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title Share accounts
/// @notice What holders of a model's shares may claim, to the last whole unit, whatever moves between
/// their claims.
/// @dev Within a share epoch the supply is fixed, and a holder with balance b may claim
/// ((own − start)·b − scaled) / supply, where `own` is the model's income, `start` what it was when the
/// epoch began, and `scaled` the holder's debt times the supply. Keeping the debt undivided loses no
/// fraction. When an epoch ends, whole units move into the next as a negative debt; a fraction of a unit
/// for each holder stays behind.
library ShareAccounts {
    using SafeCast for int256;

    /// @notice The shares of a model, in one slot.
    /// @param token the ERC-20; zero before the shares are opened
    /// @param epoch number of share epochs that ended
    /// @param supply shares there are in this epoch
    struct Shares {
        address token;
        uint32 epoch;
        uint64 supply;
    }

    /// @notice Debt of a holder in one token, in the token's smallest unit times the supply.
    /// @param epoch share epoch whose supply it was multiplied with
    struct Debt {
        int224 scaled;
        uint32 epoch;
    }

    /// @notice Where an epoch began for one token. All zero when the model had no income before.
    /// @param own income of the model until then, in the token's smallest unit
    /// @param supplyBefore shares there were in the epoch that ended then
    struct Mark {
        uint128 own;
        uint64 supplyBefore;
    }

    /// @notice A transfer of shares before it happens.
    /// @param from zero when shares are issued
    /// @param fromBalance shares of `from`; likewise `toBalance`
    struct Transfer {
        address from;
        address to;
        uint256 fromBalance;
        uint256 toBalance;
        uint256 amount;
    }

    /// @notice Whole units that a holder may claim, and its debt restated for this epoch.
    /// @param own income of the model in the token, in its smallest unit
    /// @param balance shares of the holder, unchanged since its debt was stored
    function claimable(
        Shares memory shares,
        mapping(uint32 epoch => Mark) storage marks,
        Debt memory debt,
        uint256 own,
        uint256 balance
    ) internal view returns (uint256 amount, int256 scaled) {
        uint256 start;
        (scaled, start) = restated(shares, marks, debt, balance);
        amount = uint256(int256((own - start) * balance) - scaled) / shares.supply;
    }

    /// @notice A holder's debt restated for this epoch, and where the epoch began.
    /// @return scaled debt times this epoch's supply; negative for income of earlier epochs
    /// @return start income of the model when this epoch began
    function restated(
        Shares memory shares,
        mapping(uint32 epoch => Mark) storage marks,
        Debt memory debt,
        uint256 balance
    ) internal view returns (int256 scaled, uint256 start) {
        scaled = debt.scaled;
        uint32 epoch = debt.epoch;
        if (epoch == shares.epoch) return (scaled, _startOf(marks, epoch));
        uint256 income;
        if (balance != 0 || scaled != 0) {
            start = _startOf(marks, epoch);
            while (epoch != shares.epoch) {
                Mark memory end = marks[++epoch];
                // Without income until its end an epoch left no mark and nobody a debt.
                if (end.own != 0) {
                    int256 owed = int256((end.own - start) * balance) - scaled;
                    income += uint256(owed) / end.supplyBefore;
                    scaled = 0;
                }
                start = end.own;
            }
        } else {
            start = _startOf(marks, shares.epoch);
        }
        scaled = -int256(income * shares.supply);
    }

    /// @notice Stores a debt of this epoch.
    function store(Debt storage debt, int256 scaled, uint32 epoch) internal {
        debt.scaled = scaled.toInt224();
        debt.epoch = epoch;
    }

    /// @notice Moves the debt that goes with shares, so that nobody's income does.
    /// @param own income of the model in the token, in its smallest unit
    function move(
        Shares memory shares,
        mapping(uint32 epoch => Mark) storage marks,
        mapping(address holder => Debt) storage debts,
        uint256 own,
        Transfer memory transfer
    ) internal {
        int256 moved;
        // The first shares share all income there was before them; later ones begin an epoch, which has
        // none yet.
        if (transfer.from != address(0)) {
            moved = int256((own - _startOf(marks, shares.epoch)) * transfer.amount);
            _touch(shares, marks, debts[transfer.from], transfer.fromBalance, -moved);
        }
        _touch(shares, marks, debts[transfer.to], transfer.toBalance, moved);
    }

    function _touch(
        Shares memory shares,
        mapping(uint32 epoch => Mark) storage marks,
        Debt storage debt,
        uint256 balance,
        int256 added
    ) private {
        Debt memory old = debt;
        if (added == 0 && old.epoch == shares.epoch) return;
        (int256 scaled,) = restated(shares, marks, old, balance);
        store(debt, scaled + added, shares.epoch);
    }

    function _startOf(mapping(uint32 epoch => Mark) storage marks, uint32 epoch)
        private
        view
        returns (uint256)
    {
        return epoch == 0 ? 0 : marks[epoch].own;
    }
}
