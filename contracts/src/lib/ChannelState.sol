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
    /// @param sessionMaxCalls the permission's cap or `maxCalls`, whichever is less
    /// @param holder zero while the channel is not open
    /// @param metered whether calls were reserved from a quota
    /// @param licenceExpires expiry of the licence at the last close
    struct Pair {
        // Written by each settlement.
        uint128 settled;
        uint64 settledCalls;
        uint40 settleBy;
        uint24 hostPpm;
        // Read by each settlement.
        uint128 deposit;
        uint128 sessionMaxAmount;
        address sessionKey;
        uint64 sessionMaxCalls;
        uint32 withdrawDelay;
        address token;
        uint64 model;
        uint32 nonce;
        // Neither.
        address holder;
        uint40 closesAt;
        uint40 openedAt;
        bool metered;
        uint64 maxCalls;
        uint64 sessionExpires;
        uint64 licenceExpires;
        uint40 firstOpenedAt;
    }

    /// @notice Raises the settled sums to `calls` and `amount`, within the deposit.
    /// @return newCalls calls that were not settled before
    /// @return newAmount amount that was not settled before
    /// @return hostPart what of it is the host's: by the difference of sums, so that how a total is cut
    /// into vouchers changes nobody's part
    function advance(Pair storage pair, uint64 calls, uint128 amount)
        internal
        returns (uint64 newCalls, uint256 newAmount, uint256 hostPart)
    {
        uint128 before = pair.settled;
        newCalls = calls - pair.settledCalls;
        newAmount = amount - before;
        uint256 hostPpm = pair.hostPpm;
        hostPart = uint256(amount) * hostPpm / _PPM - uint256(before) * hostPpm / _PPM;
        pair.settled = amount;
        pair.settledCalls = calls;
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
    }

    /// @notice Forgets the opening and keeps what outlives it: calls, nonce, model, first opening.
    function forget(Pair storage pair) internal {
        pair.settled = 0;
        pair.settleBy = 0;
        pair.hostPpm = 0;
        pair.deposit = 0;
        pair.sessionMaxAmount = 0;
        pair.sessionKey = address(0);
        pair.sessionMaxCalls = 0;
        pair.withdrawDelay = 0;
        pair.token = address(0);
        pair.holder = address(0);
        pair.closesAt = 0;
        pair.openedAt = 0;
        pair.metered = false;
        pair.maxCalls = 0;
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
}
