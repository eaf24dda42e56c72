// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IRevenueSplitter} from "../interfaces/IRevenueSplitter.sol";

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

    /// @notice All there is about a model's income in one token.
    /// @param marks where each share epoch but the first began
    struct Income {
        IRevenueSplitter.Pot pot;
        mapping(uint32 epoch => Mark) marks;
        mapping(address holder => Debt) debts;
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
    /// @param balance shares of the holder, unchanged since its debt was stored
    function claimable(
        Income storage income,
        Shares memory shares,
        Debt memory debt,
        uint256 balance
    ) internal view returns (uint256 amount, int256 scaled) {
        uint256 start;
        (scaled, start) = restated(income, shares, debt, balance);
        amount = uint256(int256((income.pot.own - start) * balance) - scaled) / shares.supply;
    }

    /// @notice A holder's debt restated for this epoch, and where the epoch began.
    /// @return scaled debt times this epoch's supply; negative for income of earlier epochs
    /// @return start income of the model when this epoch began
    function restated(
        Income storage income,
        Shares memory shares,
        Debt memory debt,
        uint256 balance
    ) internal view returns (int256 scaled, uint256 start) {
        scaled = debt.scaled;
        uint32 epoch = debt.epoch;
        if (epoch == shares.epoch) return (scaled, _startOf(income, epoch));
        uint256 earned;
        if (balance != 0 || scaled != 0) {
            start = _startOf(income, epoch);
            while (epoch != shares.epoch) {
                Mark memory end = income.marks[++epoch];
                // Without income until its end an epoch left no mark and nobody a debt.
                if (end.own != 0) {
                    int256 owed = int256((end.own - start) * balance) - scaled;
                    earned += uint256(owed) / end.supplyBefore;
                    scaled = 0;
                }
                start = end.own;
            }
        } else {
            start = _startOf(income, shares.epoch);
        }
        scaled = -int256(earned * shares.supply);
    }

    /// @notice Stores a debt of this epoch.
    function store(Debt storage debt, int256 scaled, uint32 epoch) internal {
        debt.scaled = scaled.toInt224();
        debt.epoch = epoch;
    }

    /// @notice Begins a share epoch, before which there were `supplyBefore` shares.
    function mark(Income storage income, uint32 epoch, uint64 supplyBefore) internal {
        uint128 own = income.pot.own;
        if (own != 0) income.marks[epoch] = Mark(own, supplyBefore);
    }

    /// @notice Moves the debt that goes with shares, so that nobody's income does.
    function move(Income storage income, Shares memory shares, Transfer memory transfer) internal {
        uint256 own = income.pot.own;
        // Nobody has a debt in a token that the model never earned.
        if (own == 0) return;
        int256 moved;
        // The first shares share all income there was before them; later ones begin an epoch, which has
        // none yet.
        if (transfer.from != address(0)) {
            moved = int256((own - _startOf(income, shares.epoch)) * transfer.amount);
            _touch(income, shares, transfer.from, transfer.fromBalance, -moved);
        }
        _touch(income, shares, transfer.to, transfer.toBalance, moved);
    }

    function _touch(
        Income storage income,
        Shares memory shares,
        address holder,
        uint256 balance,
        int256 added
    ) private {
        Debt storage debt = income.debts[holder];
        Debt memory old = debt;
        if (added == 0 && old.epoch == shares.epoch) return;
        (int256 scaled,) = restated(income, shares, old, balance);
        store(debt, scaled + added, shares.epoch);
    }

    function _startOf(Income storage income, uint32 epoch) private view returns (uint256) {
        return epoch == 0 ? 0 : income.marks[epoch].own;
    }
}
