// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {ChannelRecords} from "./ChannelRecords.sol";
import {IRevenueSplitter} from "./interfaces/IRevenueSplitter.sol";
import {IUsageChannel} from "./interfaces/IUsageChannel.sol";
import {ChannelState} from "./lib/ChannelState.sol";

/// @title Settlement of usage channels
/// @notice Checks vouchers and pays hosts and models through the splitter.
abstract contract ChannelSettlement is ChannelRecords, ReentrancyGuardTransient {
    using ChannelState for ChannelState.Pair;

    /// @notice What one voucher moves.
    struct Move {
        address token;
        uint64 model;
        uint256 toHost;
        uint256 toModel;
    }

    /// @inheritdoc IUsageChannel
    function settle(Voucher calldata voucher, bytes calldata signature) external nonReentrant {
        Move memory move = _settle(voucher, signature);
        _payBoth(voucher.host, move);
    }

    /// @inheritdoc IUsageChannel
    /// @dev What adjacent vouchers of one host and token bring the host is paid out together, and what
    /// they bring one model too, which changes nobody's sum: a split depends on totals alone. So vouchers
    /// sorted by token and model cost least.
    function settleBatch(Voucher[] calldata vouchers, bytes[] calldata signatures)
        external
        nonReentrant
    {
        uint256 count = vouchers.length;
        if (count == 0 || count != signatures.length) revert BadBatch();
        address host = vouchers[0].host;
        Move memory sum = _settle(vouchers[0], signatures[0]);
        for (uint256 i = 1; i < count; ++i) {
            Move memory move = _settle(vouchers[i], signatures[i]);
            if (host != vouchers[i].host || sum.token != move.token) {
                _payBoth(host, sum);
                (host, sum) = (vouchers[i].host, move);
                continue;
            }
            if (sum.model != move.model) {
                _payModel(sum);
                (sum.model, sum.toModel) = (move.model, 0);
            }
            sum.toHost += move.toHost;
            sum.toModel += move.toModel;
        }
        _payBoth(host, sum);
    }

    /// @dev Checks a voucher and raises the sums; the money is left to the caller.
    function _settle(Voucher calldata voucher, bytes calldata signature)
        private
        returns (Move memory move)
    {
        ChannelState.Pair storage pair = _pairs[voucher.licence][voucher.host];
        if (block.timestamp >= pair.settleBy) _refuseLate(pair, voucher.licence, voucher.host);
        uint64 calls = voucher.cumulativeCalls;
        uint128 amount = voucher.cumulativeAmount;
        (uint64 settledCalls, uint128 settled) = (pair.settledCalls, pair.settled);
        if (
            calls < settledCalls || amount < settled || (calls == settledCalls && amount == settled)
        ) revert VoucherStale(calls, amount);
        if (amount > pair.ceiling || calls > pair.sessionMaxCalls) {
            if (amount > pair.deposit) revert OverDeposit(amount, pair.deposit);
            revert OverCap();
        }
        (address signer,,) = ECDSA.tryRecoverCalldata(voucherDigest(voucher), signature);
        // A failed recovery gives the zero address, which is no session key.
        if (signer != pair.sessionKey) revert BadSignature();
        (move.toHost, move.toModel) = pair.raise(calls, amount);
        (move.token, move.model) = (pair.native ? address(0) : pair.token, pair.model);
        unchecked {
            emit Settled(
                voucher.licence,
                voucher.host,
                calls - settledCalls,
                amount - settled,
                voucher.lastInputHash
            );
        }
    }

    /// @dev Says why nothing can be settled now.
    function _refuseLate(ChannelState.Pair storage pair, uint256 licence, address host)
        private
        view
    {
        _openPair(licence, host);
        uint40 closesAt = pair.closesAt;
        if (pair.sessionKey == address(0)) revert NoSession(licence, host);
        if (closesAt != 0 && block.timestamp >= closesAt) revert Closing(licence, host);
        revert PermissionNotInForce(0, pair.sessionExpires);
    }

    function _payBoth(address host, Move memory move) internal {
        if (move.toHost == 0) return _payModel(move);
        _splitter.creditAndSplit(
            host, move.toHost, move.model, move.token, move.toModel, IRevenueSplitter.Source.Usage
        );
    }

    function _payModel(Move memory move) private {
        if (move.toModel == 0) return;
        _splitter.split(move.model, move.token, move.toModel, IRevenueSplitter.Source.Usage);
    }
}
