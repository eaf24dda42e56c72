// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRevenueSplitter} from "../interfaces/IRevenueSplitter.sol";
import {ShareAccounts} from "./ShareAccounts.sol";

/// @title Lineage pots
/// @notice Splits a payment over a model and its ancestors by cumulative difference: a part depends on
/// the model's total before and after alone, not on the payments that made it up.
library LineagePots {
    /// @notice Shares of revenue are given in millionths.
    uint256 internal constant MILLION = 1_000_000;

    uint256 private constant MAX = type(uint128).max;

    /// @notice Part of what raises a total from `before` to `afterwards`.
    /// @param before total in the token's smallest unit, at most 2^128 - 1; likewise `afterwards`
    /// @param ppm share in millionths
    function part(uint256 before, uint256 afterwards, uint256 ppm) internal pure returns (uint256) {
        unchecked {
            // At most 2^128 * 10^6 before the division.
            return afterwards * ppm / MILLION - before * ppm / MILLION;
        }
    }

    /// @notice Books a payment in the pots of one token.
    /// @param incomes of all models in that token
    /// @param words lineage of the model as `IModelRegistry.packedAncestorsOf` packs it
    /// @param amount in the token's smallest unit, above 0
    /// @return before the model's total before this payment
    function book(
        mapping(uint64 model => ShareAccounts.Income) storage incomes,
        uint64 model,
        uint256[] memory words,
        uint256 amount
    ) internal returns (uint256 before) {
        IRevenueSplitter.Pot memory pot = incomes[model].pot;
        before = pot.gross;
        if (amount > MAX - before) revert IRevenueSplitter.AmountTooLarge(amount);
        unchecked {
            // All sums stay below 2^129, and a lineage gets half of the payment at most.
            uint256 afterwards = before + amount;
            uint256 total;
            for (uint256 i; i < words.length; ++i) {
                uint256 word = words[i];
                total += _bookAncestor(incomes, word, before, afterwards);
                total += _bookAncestor(incomes, word >> 128, before, afterwards);
            }
            uint256 own = pot.own + (amount - part(before, afterwards, total));
            if (own > MAX) revert IRevenueSplitter.AmountTooLarge(amount);
            incomes[model].pot = IRevenueSplitter.Pot(uint128(afterwards), uint128(own));
        }
    }

    /// @dev `half` holds the ancestor in bits 0–63 and its millionths in bits 64–95; 0 when there is none.
    function _bookAncestor(
        mapping(uint64 model => ShareAccounts.Income) storage incomes,
        uint256 half,
        uint256 before,
        uint256 afterwards
    ) private returns (uint256 ppm) {
        ppm = uint32(half >> 64);
        uint256 cut = part(before, afterwards, ppm);
        // A payment too small to give this ancestor a whole unit writes nothing.
        if (cut == 0) return ppm;
        IRevenueSplitter.Pot storage pot = incomes[uint64(half)].pot;
        unchecked {
            uint256 own = uint256(pot.own) + cut;
            if (own > MAX) revert IRevenueSplitter.AmountTooLarge(cut);
            pot.own = uint128(own);
        }
    }
}
