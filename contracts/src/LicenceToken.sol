// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ERC721Utils} from "@openzeppelin/contracts/token/ERC721/utils/ERC721Utils.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EntryPause} from "./EntryPause.sol";
import {LicenceKinds} from "./LicenceKinds.sol";
import {LicenceRecords} from "./LicenceRecords.sol";
import {IERC5643} from "./interfaces/IERC5643.sol";
import {ILicenceToken} from "./interfaces/ILicenceToken.sol";
import {IRevenueSplitter} from "./interfaces/IRevenueSplitter.sol";

/// @title Licence token
/// @notice Sells licences and keeps them as ERC-721. It never holds money: payments go to the splitter,
/// as the model's income at once or, where a kind has a refund window, as this module's deposit.
/// @dev A licence is in force up to and including the second `expires`.
contract LicenceToken is LicenceRecords, ReentrancyGuardTransient {
    /// @notice The usage channel, which alone may lock licences.
    address public immutable channel;

    // What a purchase comes to, once it is checked.
    struct Sold {
        Sale sale;
        uint128 price;
        uint64 expires;
        address payer;
    }

    /// @param registry_ models and their owners
    /// @param splitter_ takes all money
    /// @param channel_ usage channel, which locks and unlocks licences
    /// @param guardian_ who may pause purchases; the zero address for nobody
    /// @param guardianUntil_ when its office ends, in Unix seconds
    constructor(
        address registry_,
        address splitter_,
        address channel_,
        address guardian_,
        uint64 guardianUntil_
    )
        LicenceKinds(registry_, splitter_)
        ERC721("Signet licence", "SIGNET")
        EntryPause(guardian_, guardianUntil_)
    {
        channel = channel_;
    }

    // Purchases

    /// @inheritdoc ILicenceToken
    function buy(Order calldata order)
        external
        payable
        nonReentrant
        whenEntryOpen
        returns (uint256 licence)
    {
        Sold memory sold = _check(order, msg.sender);
        _requireValue(order.token, sold.price);
        licence = _issue(order, sold);
        _pull(order, sold, msg.value);
        _requireReceiver(order.to, licence);
    }

    /// @inheritdoc ILicenceToken
    function buyWithPermit(Order calldata order, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
        nonReentrant
        whenEntryOpen
        returns (uint256 licence)
    {
        if (order.token == address(0)) revert TokenNotAllowed(address(0));
        Sold memory sold = _check(order, msg.sender);
        if (sold.price != order.maxPrice) revert WrongPrice(sold.price, order.maxPrice);
        licence = _issue(order, sold);
        // Whoever saw the permit may have used it already; then the allowance stands and suffices.
        try IERC20Permit(order.token)
            .permit(msg.sender, address(splitter), sold.price, deadline, v, r, s) {}
            catch {}
        _pull(order, sold, 0);
        _requireReceiver(order.to, licence);
    }

    /// @inheritdoc ILicenceToken
    function buyWithAuthorization(
        Order calldata order,
        bytes32 salt,
        IRevenueSplitter.Authorization calldata authorization
    ) external nonReentrant whenEntryOpen returns (uint256 licence) {
        if (order.token == address(0)) revert TokenNotAllowed(address(0));
        bytes32 nonce = orderNonce(order, salt);
        if (authorization.nonce != nonce) revert NonceNotOfOrder(nonce, authorization.nonce);
        Sold memory sold = _check(order, authorization.from);
        licence = _issue(order, sold);
        // Also for a free licence, since the signature shows that the payer wanted it.
        if (sold.sale.refundWindow == 0) {
            splitter.payWithAuthorization(
                order.model, order.token, sold.price, IRevenueSplitter.Source.Licence, authorization
            );
        } else {
            splitter.depositWithAuthorization(order.token, sold.price, authorization);
        }
        _requireReceiver(order.to, licence);
    }

    /// @inheritdoc ILicenceToken
    function renew(uint256 licence, address token, uint128 maxPrice, bytes32 termsHash)
        external
        payable
        nonReentrant
    {
        _requireAuthorised(licence);
        _renew(licence, token, maxPrice, termsHash);
    }

    /// @inheritdoc IERC5643
    /// @dev For the native coin only, under the licence's own terms while they are still the ones sold, so
    /// that price and terms are guarded without further arguments.
    /// @param duration must be the duration of the licence's terms, in seconds
    function renewSubscription(uint256 licence, uint64 duration) external payable nonReentrant {
        _requireAuthorised(licence);
        Licence storage stored = _licences[licence];
        (uint64 model, uint32 kind, uint32 version) = (stored.model, stored.kind, stored.version);
        if (duration != _termsOf(model, kind, version).duration) revert NotRenewable(licence);
        if (msg.value > type(uint128).max) revert WrongPrice(type(uint128).max, msg.value);
        _renew(licence, address(0), uint128(msg.value), _hashOf(model, kind, version));
    }

    // Returns

    /// @inheritdoc ILicenceToken
    function refund(uint256 licence) external nonReentrant {
        _requireHolder(licence);
        if (block.timestamp >= _escrows[licence].until) revert RefundClosed(licence);
        _refund(licence);
    }

    /// @inheritdoc IERC5643
    /// @dev Returns the licence when its refund window is open. Otherwise it expires with the current
    /// second rather than at 0, so that calls which hosts served before stay covered. Not while a channel
    /// is open: its host must have notice.
    function cancelSubscription(uint256 licence) external payable nonReentrant {
        if (msg.value != 0) revert WrongPrice(0, msg.value);
        _requireHolder(licence);
        if (block.timestamp < _escrows[licence].until) {
            _refund(licence);
            return;
        }
        _requireInForce(licence);
        if (_uses[licence].channels != 0) revert NotTransferable(licence);
        uint64 expires = uint64(block.timestamp);
        _licences[licence].expires = expires;
        emit LicenceCancelled(licence);
        emit SubscriptionUpdate(licence, expires);
    }

    /// @inheritdoc ILicenceToken
    function releaseEscrow(uint256 licence) external nonReentrant {
        uint64 model = _requireExists(licence);
        uint64 until = _escrows[licence].until;
        if (until == 0) revert RefundClosed(licence);
        if (block.timestamp < until) revert RefundOpen(licence, until);
        _release(licence, model);
    }

    // Usage channel

    /// @inheritdoc ILicenceToken
    function lock(uint256 licence, uint64 calls) external nonReentrant {
        _requireChannel();
        uint64 model = _requireExists(licence);
        _requireInForce(licence);
        uint64 left = _licences[licence].quota;
        if (left != _ENDLESS) {
            uint64 need = calls != 0 ? calls : left != 0 ? left : 1;
            if (need > left) revert QuotaExceeded(licence, left, need);
            left -= need;
            _licences[licence].quota = left;
        }
        emit ChannelsChanged(licence, ++_uses[licence].channels, left);
        if (_escrows[licence].until != 0) _release(licence, model);
    }

    /// @inheritdoc ILicenceToken
    function unlock(uint256 licence, uint64 unusedCalls) external nonReentrant {
        _requireChannel();
        _requireExists(licence);
        uint64 left = _addCalls(_licences[licence].quota, unusedCalls);
        _licences[licence].quota = left;
        emit ChannelsChanged(licence, --_uses[licence].channels, left);
    }

    /// @inheritdoc ILicenceToken
    function orderNonce(Order calldata order, bytes32 salt) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), order, salt));
    }

    // Inside

    function _check(Order calldata order, address payer) private view returns (Sold memory sold) {
        (sold.sale, sold.price) =
            _quote(order.model, order.kind, order.token, order.maxPrice, order.termsHash);
        sold.payer = payer;
    }

    /// @dev All state of a purchase; the money follows and then the receiver is asked.
    function _issue(Order calldata order, Sold memory sold) private returns (uint256 licence) {
        Sale memory sale = sold.sale;
        sold.expires = sale.duration == 0 ? _ENDLESS : uint64(block.timestamp) + sale.duration;
        licence = ++_count;
        _licences[licence] = Licence({
            model: order.model,
            expires: sold.expires,
            quota: sale.quota == 0 ? _ENDLESS : sale.quota,
            kind: order.kind,
            version: sale.version
        });
        if (sale.refundWindow != 0) {
            _escrows[licence] = Escrow({
                token: order.token,
                until: uint64(block.timestamp) + sale.refundWindow,
                amount: sold.price
            });
        }
        _mint(order.to, licence);
        emit LicenceBought(
            order.model,
            licence,
            order.to,
            sold.payer,
            order.kind,
            sold.sale.version,
            order.token,
            sold.price,
            sold.expires
        );
        emit SubscriptionUpdate(licence, sold.expires);
    }

    function _pull(Order calldata order, Sold memory sold, uint256 value) private {
        if (sold.price == 0) return;
        if (sold.sale.refundWindow == 0) {
            splitter.pay{value: value}(
                order.model, order.token, sold.payer, sold.price, IRevenueSplitter.Source.Licence
            );
        } else {
            splitter.deposit{value: value}(order.token, sold.payer, sold.price);
        }
    }

    function _renew(uint256 licence, address token, uint128 maxPrice, bytes32 termsHash) private {
        Licence memory updated = _licences[licence];
        (Sale memory sale, uint128 price) =
            _quote(updated.model, updated.kind, token, maxPrice, termsHash);
        _requireValue(token, price);
        bool fits;
        (fits, updated.expires) = _extended(updated.expires, sale.duration);
        if (!fits) revert NotRenewable(licence);
        updated.version = sale.version;
        updated.quota = sale.quota == 0 ? _ENDLESS : _addCalls(updated.quota, sale.quota);
        _licences[licence] = updated;
        emit LicenceRenewed(licence, msg.sender, updated.version, token, price, updated.expires);
        emit SubscriptionUpdate(licence, updated.expires);
        if (_escrows[licence].until != 0) _release(licence, updated.model);
        if (price != 0) {
            splitter.pay{value: msg.value}(
                updated.model, token, msg.sender, price, IRevenueSplitter.Source.Renewal
            );
        }
    }

    function _refund(uint256 licence) private {
        Escrow memory escrow = _escrows[licence];
        delete _escrows[licence];
        delete _licences[licence];
        _burn(licence);
        emit LicenceRefunded(licence, msg.sender, escrow.token, escrow.amount);
        emit SubscriptionUpdate(licence, 0);
        if (escrow.amount != 0) splitter.credit(msg.sender, escrow.token, escrow.amount);
    }

    function _release(uint256 licence, uint64 model) private {
        Escrow memory escrow = _escrows[licence];
        delete _escrows[licence];
        emit EscrowReleased(licence, escrow.token, escrow.amount);
        if (escrow.amount != 0) {
            splitter.split(model, escrow.token, escrow.amount, IRevenueSplitter.Source.Licence);
        }
    }

    function _requireChannel() private view {
        if (msg.sender != channel) revert NotChannel(msg.sender);
    }

    /// @dev Exactly the price in coin, and no coin at all where the price is in a token.
    function _requireValue(address token, uint256 price) private view {
        uint256 due = token == address(0) ? price : 0;
        if (msg.value != due) revert WrongPrice(due, msg.value);
    }

    /// @dev What `_safeMint` asks, but after the payment.
    function _requireReceiver(address to, uint256 licence) private {
        ERC721Utils.checkOnERC721Received(msg.sender, address(0), to, licence, "");
    }

    /// @dev Adds calls and stops below 2^64 - 1, which would mean no limit; giving calls back never fails.
    function _addCalls(uint64 quota, uint64 calls) private pure returns (uint64) {
        if (quota == _ENDLESS) return quota;
        return uint64(Math.min(uint256(quota) + calls, _ENDLESS - 1));
    }
}
