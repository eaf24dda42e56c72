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

    /// @notice Sums that adjacent vouchers of a batch have in common, paid out once.
    struct Batch {
        address host;
        address hostToken;
        uint256 hostAmount;
        uint64 model;
        address modelToken;
        uint256 modelAmount;
    }

    /// @inheritdoc IUsageChannel
    function settle(Voucher calldata voucher, bytes calldata signature) external nonReentrant {
        Batch memory batch;
        _settle(batch, voucher, signature);
        _payOut(batch);
    }

    /// @inheritdoc IUsageChannel
    /// @dev Adjacent vouchers of one host, or of one model, in the same token are paid out together, so
    /// vouchers sorted by token and model cost least.
    function settleBatch(Voucher[] calldata vouchers, bytes[] calldata signatures)
        external
        nonReentrant
    {
        if (vouchers.length == 0 || vouchers.length != signatures.length) {
            revert BadBatch();
        }
        Batch memory batch;
        for (uint256 i; i < vouchers.length; ++i) {
            _settle(batch, vouchers[i], signatures[i]);
        }
        _payOut(batch);
    }

    function _settle(Batch memory batch, Voucher calldata voucher, bytes calldata signature)
        private
    {
        (uint256 licence, address host) = (voucher.licence, voucher.host);
        ChannelState.Pair storage pair = _pairs[licence][host];
        address key = pair.sessionKey;
        if (key == address(0)) {
            _openPair(licence, host);
            revert NoSession(licence, host);
        }
        _requireInTime(pair, licence, host);
        (uint64 calls, uint128 amount) = (voucher.cumulativeCalls, voucher.cumulativeAmount);
        if (calls == pair.settledCalls && amount == pair.settled) {
            revert VoucherStale(calls, amount);
        }
        _requireWithin(pair, calls, amount);
        if (amount > pair.sessionMaxAmount || calls > pair.sessionMaxCalls) revert OverCap();
        (address signer,,) = ECDSA.tryRecoverCalldata(voucherDigest(voucher), signature);
        // A failed recovery gives the zero address, which is no session key.
        if (signer != key) revert BadSignature();
        _advance(batch, pair, voucher);
    }

    function _requireInTime(ChannelState.Pair storage pair, uint256 licence, address host)
        private
        view
    {
        if (block.timestamp < pair.settleBy) return;
        uint40 closesAt = pair.closesAt;
        if (closesAt != 0 && block.timestamp >= closesAt) revert Closing(licence, host);
        revert PermissionNotInForce(0, pair.sessionExpires);
    }

    /// @dev Sums never fall and never exceed the deposit.
    function _requireWithin(ChannelState.Pair storage pair, uint64 calls, uint128 amount)
        internal
        view
    {
        if (calls < pair.settledCalls || amount < pair.settled) {
            revert VoucherStale(calls, amount);
        }
        uint128 deposit = pair.deposit;
        if (amount > deposit) revert OverDeposit(amount, deposit);
    }

    /// @dev Raises the sums and adds what that moves to the batch.
    function _advance(Batch memory batch, ChannelState.Pair storage pair, Voucher memory voucher)
        internal
    {
        (uint64 newCalls, uint256 newAmount, uint256 hostPart) =
            pair.advance(voucher.cumulativeCalls, voucher.cumulativeAmount);
        if (newCalls == 0 && newAmount == 0) return;
        address host = voucher.host;
        emit Settled(voucher.licence, host, newCalls, newAmount, voucher.lastInputHash);
        address token = pair.token;
        uint64 model = pair.model;
        if (batch.host != host || batch.hostToken != token) {
            _payHost(batch);
            (batch.host, batch.hostToken, batch.hostAmount) = (host, token, 0);
        }
        if (batch.model != model || batch.modelToken != token) {
            _payModel(batch);
            (batch.model, batch.modelToken, batch.modelAmount) = (model, token, 0);
        }
        batch.hostAmount += hostPart;
        batch.modelAmount += newAmount - hostPart;
    }

    function _payOut(Batch memory batch) internal {
        _payHost(batch);
        _payModel(batch);
    }

    function _payHost(Batch memory batch) private {
        if (batch.hostAmount == 0) return;
        _splitter.credit(batch.host, batch.hostToken, batch.hostAmount);
    }

    function _payModel(Batch memory batch) private {
        if (batch.modelAmount == 0) return;
        _splitter.split(
            batch.model, batch.modelToken, batch.modelAmount, IRevenueSplitter.Source.Usage
        );
    }
}
