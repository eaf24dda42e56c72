// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRevenueSplitter} from "./IRevenueSplitter.sol";

/// @title Licence token
/// @notice Licences as ERC-721, with a user (ERC-4907), an expiry (ERC-5643) and a resale share
/// (ERC-2981). The terms of a licence are those of its version of its kind and never change.
interface ILicenceToken {
    /// @notice What a kind of licence gives.
    /// @param label short name such as "evaluation", left-aligned ASCII
    /// @param textHash hash of the licence text people read
    /// @param duration seconds that a purchase or renewal lasts, at most 2^63 - 1; 0 for ever
    /// @param quota calls that a purchase or renewal includes, at most 2^64 - 2; 0 without limit
    /// @param refundWindow seconds in which an unused purchase can be returned; 30 days at most, and not
    /// more than a duration
    /// @param hostPpm share of usage payments that goes to the host, in millionths, at most 900,000
    /// @param resalePpm share of a resale that goes to the model, in millionths, at most 100,000
    /// @param transferable whether the licence may change hands
    struct Kind {
        bytes32 label;
        bytes32 textHash;
        uint64 duration;
        uint64 quota;
        uint32 refundWindow;
        uint32 hostPpm;
        uint32 resalePpm;
        bool transferable;
    }

    /// @notice A licence in force.
    /// @param expires last Unix second in which it is in force; 2^64 - 1 for ever
    /// @param quota calls left that no channel has reserved; 2^64 - 1 without limit
    /// @param version version of the kind whose terms hold
    struct Licence {
        uint64 model;
        uint64 expires;
        uint64 quota;
        uint32 kind;
        uint32 version;
    }

    /// @notice What to buy, and the most that the buyer agreed to.
    /// @param to holder of the new licence
    /// @param token the zero address for the native coin
    /// @param maxPrice most that may be charged, in the token's smallest unit
    /// @param termsHash `termsHashOf(model, kind)` that the buyer read
    struct Order {
        uint64 model;
        uint32 kind;
        address to;
        address token;
        uint128 maxPrice;
        bytes32 termsHash;
    }

    /// @notice Money of a purchase that can still be returned.
    /// @param until Unix seconds from which it belongs to the model
    struct Escrow {
        address token;
        uint64 until;
        uint128 amount;
    }

    /// @notice A kind was defined or changed; `version` counts from 1.
    event KindSet(
        uint64 indexed model, uint32 indexed kind, uint32 version, bytes32 termsHash, Kind terms
    );
    /// @notice A kind's price in a token was set, or the token was unlisted.
    event PriceSet(
        uint64 indexed model, uint32 indexed kind, address indexed token, uint128 price, bool listed
    );
    /// @notice Sales of a kind were opened or paused.
    event SaleSet(uint64 indexed model, uint32 indexed kind, bool open);
    /// @notice A licence was bought.
    event LicenceBought(
        uint64 indexed model,
        uint256 indexed licence,
        address indexed to,
        address payer,
        uint32 kind,
        uint32 version,
        address token,
        uint256 price,
        uint64 expires
    );
    /// @notice A licence was renewed.
    event LicenceRenewed(
        uint256 indexed licence,
        address indexed payer,
        uint32 version,
        address token,
        uint256 price,
        uint64 expires
    );
    /// @notice A licence was returned and burnt; its holder was credited.
    event LicenceRefunded(
        uint256 indexed licence, address indexed holder, address token, uint256 amount
    );
    /// @notice The money of a purchase became the model's income.
    event EscrowReleased(uint256 indexed licence, address token, uint256 amount);
    /// @notice The holder gave the licence up.
    event LicenceCancelled(uint256 indexed licence);
    /// @notice A usage channel opened or closed on the licence; `channels` are open now.
    event ChannelsChanged(uint256 indexed licence, uint32 channels, uint64 quotaLeft);

    /// @notice Thrown when there is no such licence.
    error UnknownLicence(uint256 licence);
    /// @notice Thrown when the model has no such kind.
    error UnknownKind(uint64 model, uint32 kind);
    /// @notice Thrown when the caller does not own the model.
    error NotModelOwner(uint64 model, address caller);
    /// @notice Thrown when the caller neither holds the licence nor is approved for it.
    error NotLicenceHolder(uint256 licence, address caller);
    /// @notice Thrown when the caller is not the usage channel.
    error NotChannel(address caller);
    /// @notice Thrown when a kind's numbers are out of range.
    error BadKind();
    /// @notice Thrown when the model was not released, so that nothing can be sold.
    error ModelNotReleased(uint64 model);
    /// @notice Thrown when the splitter does not take a token.
    error TokenNotAllowed(address token);
    /// @notice Thrown when a kind is not on sale.
    error SalesPaused(uint64 model, uint32 kind);
    /// @notice Thrown when a kind is not sold in a token.
    error NotSoldInToken(address token);
    /// @notice Thrown when the price is above what the buyer agreed to.
    error PriceAboveMax(uint256 price, uint256 maxPrice);
    /// @notice Thrown when the coin sent, or the amount of a permit, is not the price.
    error WrongPrice(uint256 price, uint256 sent);
    /// @notice Thrown when the terms are not those the buyer read.
    error TermsMismatch(bytes32 expected, bytes32 actual);
    /// @notice Thrown when an authorisation's nonce does not bind this order; see `orderNonce`.
    error NonceNotOfOrder(bytes32 expected, bytes32 actual);
    /// @notice Thrown when a licence has expired.
    error LicenceExpired(uint256 licence);
    /// @notice Thrown when a licence may not change hands, or a channel is open on it.
    error NotTransferable(uint256 licence);
    /// @notice Thrown when an expiry would not fit, the licence never expires, or a duration is not that
    /// of its terms.
    error NotRenewable(uint256 licence);
    /// @notice Thrown when there is nothing to return: window over, used, or sold without one.
    error RefundClosed(uint256 licence);
    /// @notice Thrown when the money is still in its refund window.
    error RefundOpen(uint256 licence, uint64 until);
    /// @notice Thrown when the licence includes fewer calls than asked for.
    error QuotaExceeded(uint256 licence, uint64 have, uint64 need);

    // Kinds

    /// @notice Defines a kind, or changes it for purchases from now on. Model owner. A new kind is on sale
    /// as soon as it has a price; a changed one keeps prices and whether it is on sale.
    function setKind(uint64 model, uint32 kind, Kind calldata terms) external;

    /// @notice Sets the price of a kind in a token, or unlists the token. Model owner.
    /// @param price in the token's smallest unit; 0 is a free licence
    function setPrice(uint64 model, uint32 kind, address token, uint128 price, bool listed) external;

    /// @notice Opens or pauses sales and renewals of a kind. Model owner. Licences in force are not
    /// touched.
    function setSale(uint64 model, uint32 kind, bool open) external;

    // Purchases

    /// @notice Buys with the native coin, or with an ERC-20 that the caller approved to the splitter.
    /// The coin sent must be exactly the price.
    function buy(Order calldata order) external payable returns (uint256 licence);

    /// @notice Buys by an ERC-2612 permit of the caller to the splitter over exactly `maxPrice`, which
    /// must be the price, so that no allowance is left over. A permit that somebody else has used before
    /// does no harm.
    function buyWithPermit(Order calldata order, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
        returns (uint256 licence);

    /// @notice Buys by an ERC-3009 authorisation to the splitter over exactly the price; anyone may
    /// send it, since its nonce must be `orderNonce(order, salt)`. The authorisation's `from` pays.
    function buyWithAuthorization(
        Order calldata order,
        bytes32 salt,
        IRevenueSplitter.Authorization calldata authorization
    ) external returns (uint256 licence);

    /// @notice keccak256(abi.encode(chain id, this contract, order, salt)).
    function orderNonce(Order calldata order, bytes32 salt) external view returns (bytes32);

    /// @notice Extends a licence by its kind's duration from the later of now and its expiry, under the
    /// terms that are sold now, and adds their calls. Holder or approved, which pays like a buyer. Final:
    /// a renewal has no refund window, and it releases the escrow of the purchase. Open while the kind is
    /// on sale, whether or not entry is paused.
    function renew(uint256 licence, address token, uint128 maxPrice, bytes32 termsHash)
        external
        payable;

    /// @notice Returns a licence within its window if no channel was ever opened on it: burns it and
    /// credits the holder what was paid. The holder alone.
    function refund(uint256 licence) external;

    /// @notice Makes the money of a purchase the model's income once its window is over. Anyone.
    function releaseEscrow(uint256 licence) external;

    // Usage channel

    /// @notice Reserves calls for a channel, ends the refund window and bars transfers. Channel only.
    /// @param calls 0 for all that are left, of which there must be one; nothing is taken from a licence
    /// without limit
    function lock(uint256 licence, uint64 calls) external;

    /// @notice Gives reserved calls back and lifts the bar when no channel is left. Channel only.
    function unlock(uint256 licence, uint64 unusedCalls) external;

    // Views

    /// @notice The terms of a version of a kind, for ever.
    function kindOf(uint64 model, uint32 kind, uint32 version) external view returns (Kind memory);

    /// @notice Version of a kind that is sold now, 0 when there is none, and whether it is on sale.
    function saleOf(uint64 model, uint32 kind) external view returns (uint32 version, bool open);

    /// @notice keccak256(abi.encode(terms)) of the version that is sold now.
    function termsHashOf(uint64 model, uint32 kind) external view returns (bytes32);

    /// @notice Price of a kind in a token.
    function priceOf(uint64 model, uint32 kind, address token)
        external
        view
        returns (uint128 price, bool listed);

    /// @notice A licence. Reverts when there is none.
    function licenceOf(uint256 licence) external view returns (Licence memory);

    /// @notice Money of a purchase that can still be returned; zero when none.
    function escrowOf(uint256 licence) external view returns (Escrow memory);

    /// @notice Channels that are open on a licence.
    function channelsOf(uint256 licence) external view returns (uint32);

    /// @notice Whether a licence exists and `time` (Unix seconds) is not after its expiry. Only the last
    /// expiry is kept: a late renewal also covers the gap before it, and the time before the purchase
    /// counts as covered.
    function isValidAt(uint256 licence, uint64 time) external view returns (bool);

    /// @notice Number of licences ever bought; ids run from 1 to it.
    function licenceCount() external view returns (uint256);
}
