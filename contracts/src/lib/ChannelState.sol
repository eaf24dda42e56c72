// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IUsageChannel} from "../interfaces/IUsageChannel.sol";

/// @title State of a usage channel
/// @notice What is stored of a pair of licence and host, packed so that settling reads four words and
/// writes one. Amounts are in the token's smallest unit, times in Unix seconds, shares in millionths.
library ChannelState {
    uint64 internal constant UNLIMITED = type(uint64).max;
    uint256 private constant _PPM = 1_000_000;

    /// @param settledCalls calls settled since the pair was first opened
    /// @param settleBy from when on vouchers are refused: the close, or the session's end and the delay
    /// @param ceiling what a voucher may reach: the deposit or the permission's cap, whichever is less
    /// @param sessionMaxCalls the permission's cap or `maxCalls`, whichever is less
    /// @param native whether `token` is the coin, which saves reading it
    /// @param holder zero while the channel is not open
    /// @param licenceExpires expiry of the licence at the last close
    struct Pair {
        // Written by each settlement.
        uint128 settled;
        uint64 settledCalls;
        uint40 settleBy;
        uint24 hostPpm;
        // Read by each settlement.
        uint128 ceiling;
        uint64 sessionMaxCalls;
        uint64 model;
        address sessionKey;
        bool native;
        uint24 nonce;
        uint24 withdrawDelay;
        uint40 firstOpenedAt;
        // Read by settlements in ERC-20s.
        address token;
        uint64 maxCalls;
        // Not read by settlements.
        address holder;
        uint40 closesAt;
        uint40 openedAt;
        uint128 deposit;
        uint128 sessionMaxAmount;
        uint64 sessionExpires;
        uint64 licenceExpires;
    }

    /// @notice Sets the deposit and what follows from it.
    function setDeposit(Pair storage pair, uint128 deposit) internal {
        pair.deposit = deposit;
        _setCeiling(pair);
    }

    /// @notice Raises the settled sums to `calls` and `amount`, which are no less than before.
    /// @return toHost what is the host's of the amount that is new: by the difference of sums, so that how
    /// a total is cut into vouchers changes nobody's part
    /// @return toModel the rest of it
    function raise(Pair storage pair, uint64 calls, uint128 amount)
        internal
        returns (uint256 toHost, uint256 toModel)
    {
        (uint256 before, uint256 hostPpm) = (pair.settled, pair.hostPpm);
        unchecked {
            // Products of 128 and 24 bits, and sums that do not fall.
            toHost = uint256(amount) * hostPpm / _PPM - before * hostPpm / _PPM;
            toModel = amount - before - toHost;
        }
        (pair.settled, pair.settledCalls) = (amount, calls);
    }

    /// @notice Ends what vouchers can be settled for at `time`, unless it ends before.
    function endBy(Pair storage pair, uint256 time) internal {
        if (time < pair.settleBy) pair.settleBy = uint40(time);
    }

    /// @notice Begins a session whose vouchers can be settled until `withdrawDelay` after `expires`.
    function beginSession(
        Pair storage pair,
        address sessionKey,
        uint64 maxCalls,
        uint128 maxAmount,
        uint64 expires
    ) internal {
        uint256 settleBy = uint256(expires) + pair.withdrawDelay;
        // A time beyond 40 bits is 34,000 years away.
        pair.settleBy = settleBy > type(uint40).max ? type(uint40).max : uint40(settleBy);
        pair.sessionKey = sessionKey;
        pair.sessionMaxCalls = maxCalls < pair.maxCalls ? maxCalls : pair.maxCalls;
        pair.sessionMaxAmount = maxAmount;
        pair.sessionExpires = expires;
        _setCeiling(pair);
    }

    /// @notice Forgets the opening and keeps what outlives it: calls, nonce, model, first opening.
    function forget(Pair storage pair) internal {
        pair.settled = 0;
        pair.settleBy = 0;
        pair.hostPpm = 0;
        pair.ceiling = 0;
        pair.sessionMaxCalls = 0;
        pair.sessionKey = address(0);
        pair.native = false;
        pair.withdrawDelay = 0;
        pair.token = address(0);
        pair.maxCalls = 0;
        pair.holder = address(0);
        pair.closesAt = 0;
        pair.openedAt = 0;
        pair.deposit = 0;
        pair.sessionMaxAmount = 0;
        pair.sessionExpires = 0;
    }

    /// @notice The channel as others see it; all zero while it is not open.
    function view_(Pair storage pair) internal view returns (IUsageChannel.Channel memory shown) {
        if (pair.holder == address(0)) return shown;
        shown.holder = pair.holder;
        shown.model = pair.model;
        shown.hostPpm = pair.hostPpm;
        shown.token = pair.token;
        shown.maxCalls = pair.maxCalls;
        shown.withdrawDelay = pair.withdrawDelay;
        shown.deposit = pair.deposit;
        shown.settled = pair.settled;
        shown.sessionKey = pair.sessionKey;
        shown.settledCalls = pair.settledCalls;
        shown.sessionMaxAmount = pair.sessionMaxAmount;
        shown.sessionMaxCalls = pair.sessionMaxCalls;
        shown.closesAt = pair.closesAt;
        shown.openedAt = pair.openedAt;
        shown.sessionExpires = pair.sessionExpires;
    }

    function _setCeiling(Pair storage pair) private {
        uint128 deposit = pair.deposit;
        uint128 cap = pair.sessionMaxAmount;
        pair.ceiling = cap < deposit ? cap : deposit;
    }
}
