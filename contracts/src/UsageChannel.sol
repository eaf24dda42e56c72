// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {ChannelRecords} from "./ChannelRecords.sol";
import {ChannelSettlement} from "./ChannelSettlement.sol";
import {EntryPause} from "./EntryPause.sol";
import {ILicenceToken} from "./interfaces/ILicenceToken.sol";
import {IUsageChannel} from "./interfaces/IUsageChannel.sol";
import {ChannelState} from "./lib/ChannelState.sol";

/// @title Usage channel
/// @notice Deposits lie in the revenue splitter as this contract's balance; nothing is held here.
/// @dev What keeps each side honest:
/// - A host serves under a permission that is active here, takes a voucher before each call, and settles
///   before the session's or the channel's end. Both ends are known `withdrawDelay` ahead: an expiry by
///   its date, a close or revocation by its event. Nobody else can shorten that time, since replacing or
///   narrowing a session is the host's alone.
/// - A holder's loss is bounded by deposit and caps, and its exit is certain: at `closesAt` vouchers are
///   refused and the rest can be taken, whatever the host does.
/// - A thief of a session key can pay only the host that the key was made for, until caps, expiry or a
///   revocation stop it.
contract UsageChannel is ChannelSettlement, EntryPause {
    using ChannelState for ChannelState.Pair;

    uint32 private constant _SHORTEST_DELAY = 15 minutes;
    uint32 private constant _LONGEST_DELAY = 30 days;

    // Keys that a session of the pair ever had.
    mapping(uint256 licence => mapping(address host => mapping(address key => bool))) private
        _keyUsed;

    /// @param licences the licence token, which lets this contract lock licences
    /// @param splitter the revenue splitter, of which this contract is a module
    /// @param guardian_ who may pause openings and top-ups
    /// @param guardianUntil_ when that office ends, in Unix seconds
    constructor(address licences, address splitter, address guardian_, uint64 guardianUntil_)
        ChannelRecords(licences, splitter)
        EntryPause(guardian_, guardianUntil_)
    {}

    // Opening

    /// @inheritdoc IUsageChannel
    /// @dev The host's share and the model are those of the licence now and hold until the close.
    function open(
        uint256 licence,
        address host,
        address token,
        uint128 amount,
        uint64 calls,
        uint32 withdrawDelay
    ) external payable nonReentrant whenEntryOpen {
        ChannelState.Pair storage pair = _pairs[licence][host];
        if (pair.holder != address(0)) revert ChannelExists(licence, host);
        address holder = IERC721(address(_licences)).ownerOf(licence);
        if (!_mayActFor(holder, licence)) revert NotHolder(licence, msg.sender);
        if (host == address(0) || host == holder) revert BadHost(host);
        if (withdrawDelay < _SHORTEST_DELAY || withdrawDelay > _LONGEST_DELAY) {
            revert BadDelay(withdrawDelay);
        }
        if (amount == 0) revert BadAmount(amount);

        pair.holder = holder;
        pair.token = token;
        pair.native = token == address(0);
        pair.deposit = amount;
        // At most 30 days, which fit.
        pair.withdrawDelay = uint24(withdrawDelay);
        pair.openedAt = uint40(block.timestamp);
        if (pair.firstOpenedAt == 0) pair.firstOpenedAt = uint40(block.timestamp);
        uint64 reserved = _adoptLicence(pair, licence, calls);

        emit ChannelOpened(licence, host, holder, pair.model, token, pair.maxCalls, withdrawDelay);
        emit ToppedUp(licence, host, amount, amount);
        _licences.lock(licence, reserved);
        _splitter.deposit{value: msg.value}(token, msg.sender, amount);
    }

    /// @inheritdoc IUsageChannel
    function topUp(uint256 licence, address host, uint128 amount)
        external
        payable
        nonReentrant
        whenEntryOpen
    {
        ChannelState.Pair storage pair = _openPair(licence, host);
        if (pair.closesAt != 0) revert Closing(licence, host);
        uint256 total = uint256(pair.deposit) + amount;
        if (amount == 0 || total > type(uint128).max) revert BadAmount(amount);
        pair.setDeposit(uint128(total));
        emit ToppedUp(licence, host, amount, total);
        _splitter.deposit{value: msg.value}(pair.token, msg.sender, amount);
    }

    /// @inheritdoc IUsageChannel
    function activate(Permission calldata permission, bytes calldata signature)
        external
        nonReentrant
    {
        uint256 licence = permission.licence;
        address host = permission.host;
        ChannelState.Pair storage pair = _openPair(licence, host);
        if (pair.closesAt != 0) revert Closing(licence, host);
        _checkPermission(pair, permission);
        if (!_isWider(pair, permission) && msg.sender != host) {
            revert SessionInForce(licence, host);
        }
        if (!SignatureChecker.isValidSignatureNowCalldata(
                permission.holder, permissionDigest(permission), signature
            )) revert BadSignature();

        ++pair.nonce;
        _bindKey(pair, permission);
        pair.beginSession(
            permission.sessionKey, permission.maxCalls, permission.maxAmount, permission.expires
        );
        emit SessionActivated(
            licence,
            host,
            permission.sessionKey,
            permission.expires,
            permission.maxCalls,
            permission.maxAmount
        );
    }

    // Closing

    /// @inheritdoc IUsageChannel
    function requestClose(uint256 licence, address host) external {
        ChannelState.Pair storage pair = _heldPair(licence, host);
        if (pair.closesAt != 0) revert Closing(licence, host);
        _beginClose(pair, licence, host);
    }

    /// @inheritdoc IUsageChannel
    /// @dev While a close runs already, its time stays.
    function revoke(uint256 licence, address host) external {
        ChannelState.Pair storage pair = _heldPair(licence, host);
        emit Revoked(licence, host, ++pair.nonce);
        if (pair.closesAt == 0) _beginClose(pair, licence, host);
    }

    /// @inheritdoc IUsageChannel
    function finalizeClose(uint256 licence, address host) external nonReentrant {
        ChannelState.Pair storage pair = _openPair(licence, host);
        uint40 closesAt = pair.closesAt;
        if (closesAt == 0 || block.timestamp < closesAt) revert CloseTooEarly(closesAt);
        _close(pair, licence, host);
    }

    /// @inheritdoc IUsageChannel
    /// @dev Holder and host agree, so the permission's caps do not bind: deposit and quota do.
    function coopClose(CoopClose calldata close, bytes calldata hostSignature)
        external
        nonReentrant
    {
        ChannelState.Pair storage pair = _heldPair(close.licence, close.host);
        if (close.nonce != pair.nonce) revert WrongNonce(pair.nonce, close.nonce);
        (uint64 calls, uint128 amount) = (close.cumulativeCalls, close.cumulativeAmount);
        if (calls < pair.settledCalls || amount < pair.settled) revert VoucherStale(calls, amount);
        if (amount > pair.deposit) revert OverDeposit(amount, pair.deposit);
        if (calls > pair.maxCalls) revert OverCap();
        if (!SignatureChecker.isValidSignatureNowCalldata(
                close.host, coopCloseDigest(close), hostSignature
            )) revert BadSignature();

        (uint64 newCalls, uint128 newAmount) = (calls - pair.settledCalls, amount - pair.settled);
        Move memory move;
        (move.toHost, move.toModel) = pair.raise(calls, amount);
        (move.token, move.model) = (pair.token, pair.model);
        if (newCalls != 0 || newAmount != 0) {
            emit Settled(close.licence, close.host, newCalls, newAmount, bytes32(0));
        }
        _payBoth(close.host, move);
        _close(pair, close.licence, close.host);
    }

    // Parts of opening

    /// @notice Copies the licence's model and host's share and counts the calls that it lets.
    /// @return reserved calls to take from the licence's quota; the licence token ignores them where there
    /// is no limit, and refuses 0 of an empty quota
    function _adoptLicence(ChannelState.Pair storage pair, uint256 licence, uint64 calls)
        private
        returns (uint64 reserved)
    {
        ILicenceToken.Licence memory held = _licenceInForce(licence);
        pair.model = held.model;
        // At most 900,000 millionths, as the licence token sees to.
        pair.hostPpm = uint24(_licences.kindOf(held.model, held.kind, held.version).hostPpm);
        reserved = calls == 0 ? held.quota : calls;
        uint64 counted = pair.settledCalls;
        pair.maxCalls = reserved > ChannelState.UNLIMITED - counted
            ? ChannelState.UNLIMITED
            : counted + reserved;
    }

    function _licenceInForce(uint256 licence)
        private
        view
        returns (ILicenceToken.Licence memory held)
    {
        held = _licences.licenceOf(licence);
        if (block.timestamp > held.expires) revert LicenceExpired(licence);
    }

    function _mayActFor(address holder, uint256 licence) private view returns (bool) {
        if (msg.sender == holder) return true;
        IERC721 token = IERC721(address(_licences));
        return
            token.getApproved(licence) == msg.sender || token.isApprovedForAll(holder, msg.sender);
    }

    // Parts of activating

    function _checkPermission(ChannelState.Pair storage pair, Permission calldata permission)
        private
        view
    {
        address holder = pair.holder;
        if (permission.holder != holder || permission.sessionKey == address(0)) {
            revert BadPermission();
        }
        if (permission.nonce != pair.nonce) revert WrongNonce(pair.nonce, permission.nonce);
        if (block.timestamp < permission.notBefore || block.timestamp >= permission.expires) {
            revert PermissionNotInForce(permission.notBefore, permission.expires);
        }
        uint256 licence = permission.licence;
        ILicenceToken.Licence memory held = _licenceInForce(licence);
        // The lock bars transfers; this does not rest on it.
        if (IERC721(address(_licences)).ownerOf(licence) != holder) {
            revert NotHolder(licence, holder);
        }
        ILicenceToken.Kind memory terms = _licences.kindOf(held.model, held.kind, held.version);
        if (permission.termsHash != keccak256(abi.encode(terms))) revert BadPermission();
    }

    /// @dev Whether all vouchers that can be settled now can be settled under `permission` too.
    function _isWider(ChannelState.Pair storage pair, Permission calldata permission)
        private
        view
        returns (bool)
    {
        if (block.timestamp >= pair.settleBy) return true;
        return permission.sessionKey == pair.sessionKey
            && permission.maxCalls >= pair.sessionMaxCalls
            && permission.maxAmount >= pair.sessionMaxAmount
            && permission.expires >= pair.sessionExpires;
    }

    /// @dev A key may be named again only while it is the session's.
    function _bindKey(ChannelState.Pair storage pair, Permission calldata permission) private {
        address key = permission.sessionKey;
        if (key == pair.sessionKey) return;
        mapping(address key => bool) storage used = _keyUsed[permission.licence][permission.host];
        if (used[key]) revert SessionKeyUsed(key);
        used[key] = true;
    }

    // Parts of closing

    function _beginClose(ChannelState.Pair storage pair, uint256 licence, address host) private {
        uint40 closesAt = uint40(block.timestamp + pair.withdrawDelay);
        pair.closesAt = closesAt;
        pair.endBy(closesAt);
        emit CloseRequested(licence, host, closesAt);
    }

    /// @dev The licence's expiry is kept, since the licence may be burnt once it is free.
    function _close(ChannelState.Pair storage pair, uint256 licence, address host) private {
        address holder = pair.holder;
        address token = pair.token;
        uint256 rest = pair.deposit - pair.settled;
        uint64 unused = pair.maxCalls - pair.settledCalls;
        ++pair.nonce;
        pair.forget();
        pair.licenceExpires = _licences.licenceOf(licence).expires;
        emit ChannelClosed(licence, host, rest);
        _licences.unlock(licence, unused);
        if (rest != 0) _splitter.credit(holder, token, rest);
    }

    function _heldPair(uint256 licence, address host)
        private
        view
        returns (ChannelState.Pair storage pair)
    {
        pair = _openPair(licence, host);
        if (msg.sender != pair.holder) revert NotHolder(licence, msg.sender);
    }
}
