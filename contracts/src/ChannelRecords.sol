// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {ILicenceToken} from "./interfaces/ILicenceToken.sol";
import {IRevenueSplitter} from "./interfaces/IRevenueSplitter.sol";
import {IUsageChannel} from "./interfaces/IUsageChannel.sol";
import {ChannelState} from "./lib/ChannelState.sol";
import {ChannelTypes} from "./lib/ChannelTypes.sol";

/// @title Records of usage channels
/// @notice What is stored of each pair of licence and host, and what others may read of it.
abstract contract ChannelRecords is IUsageChannel, EIP712 {
    using ChannelState for ChannelState.Pair;

    /// @notice How far a host's clock may be from the chain's, in seconds, when a receipt's time is held
    /// against the opening and the licence's expiry.
    uint256 private constant _CLOCK_GRACE = 5 minutes;

    ILicenceToken internal immutable _licences;
    IRevenueSplitter internal immutable _splitter;

    mapping(uint256 licence => mapping(address host => ChannelState.Pair)) internal _pairs;

    constructor(address licences, address splitter) EIP712("OML", "1") {
        _licences = ILicenceToken(licences);
        _splitter = IRevenueSplitter(splitter);
    }

    /// @inheritdoc IUsageChannel
    function channelOf(uint256 licence, address host) external view returns (Channel memory) {
        return _pairs[licence][host].view_();
    }

    /// @inheritdoc IUsageChannel
    function nonceOf(uint256 licence, address host) external view returns (uint256) {
        return _pairs[licence][host].nonce;
    }

    /// @inheritdoc IUsageChannel
    /// @dev Made so that neither side can turn it on the other:
    /// - A user that closes without paying cannot show the receipt: what the host settles within the
    ///   delay stays covered, also when the licence expires, is sold or given up later.
    /// - A host cannot cover a call that it served before it had the channel by opening one afterwards.
    /// - Amounts are not looked at: price is between holder and host, the count of calls is what a
    ///   licence sells.
    /// A host that lets a session or close run out without settling served for nothing and is not
    /// covered. The chain counts calls and cannot see which they were: that a host signed one number
    /// under two inputs shows in the two receipts, not here. Times are taken with five minutes' grace,
    /// since a host's clock is not the chain's.
    function isCovered(Receipt calldata receipt, address host) external view returns (bool) {
        ChannelState.Pair storage pair = _pairs[receipt.licence][host];
        uint256 latest = uint256(receipt.time) + _CLOCK_GRACE;
        if (pair.model != receipt.model || receipt.callIndex == 0) return false;
        if (pair.firstOpenedAt == 0 || latest < pair.firstOpenedAt) return false;
        if (
            receipt.callIndex > pair.settledCalls
                && (latest < pair.openedAt
                    || block.timestamp >= pair.settleBy
                    || receipt.callIndex > pair.sessionMaxCalls)
        ) return false;
        uint64 earliest = receipt.time > _CLOCK_GRACE ? receipt.time - uint64(_CLOCK_GRACE) : 0;
        // While it is open the licence is locked and only its expiry can move; afterwards it may be gone.
        if (pair.holder == address(0)) return earliest <= pair.licenceExpires;
        return _licences.isValidAt(receipt.licence, earliest);
    }

    /// @inheritdoc IUsageChannel
    function permissionDigest(Permission calldata permission) public view returns (bytes32) {
        return _hashTypedDataV4(ChannelTypes.hash(permission));
    }

    /// @inheritdoc IUsageChannel
    function voucherDigest(Voucher calldata voucher) public view returns (bytes32) {
        return _hashTypedDataV4(ChannelTypes.hash(voucher));
    }

    /// @inheritdoc IUsageChannel
    function receiptDigest(Receipt calldata receipt) external view returns (bytes32) {
        return _hashTypedDataV4(ChannelTypes.hash(receipt));
    }

    /// @inheritdoc IUsageChannel
    function coopCloseDigest(CoopClose calldata close) public view returns (bytes32) {
        return _hashTypedDataV4(ChannelTypes.hash(close));
    }

    function _openPair(uint256 licence, address host)
        internal
        view
        returns (ChannelState.Pair storage pair)
    {
        pair = _pairs[licence][host];
        if (pair.holder == address(0)) revert UnknownChannel(licence, host);
    }
}
