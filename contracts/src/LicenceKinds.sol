// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILicenceToken} from "./interfaces/ILicenceToken.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {IRevenueSplitter} from "./interfaces/IRevenueSplitter.sol";

/// @title Licence kinds
/// @notice What a model's owner sells: kinds of licence in versions that never change, their prices and
/// whether they are on sale.
abstract contract LicenceKinds is ILicenceToken {
    /// @notice Longest refund window, in seconds.
    uint32 private constant _LONGEST_REFUND_WINDOW = 30 days;
    /// @notice Largest part of usage payments for the host, in millionths.
    uint32 private constant _MOST_HOST_PPM = 900_000;
    /// @notice Largest part of a resale for the model, in millionths.
    uint32 private constant _MOST_RESALE_PPM = 100_000;
    /// @notice Longest duration in seconds, so that no first expiry can overflow.
    uint64 private constant _LONGEST_DURATION = 2 ** 63 - 1;
    /// @notice Stands for "without limit" and "for ever".
    uint64 internal constant _ENDLESS = type(uint64).max;

    /// @notice Models and their owners.
    IModelRegistry public immutable registry;
    /// @notice Takes all money.
    IRevenueSplitter public immutable splitter;

    // What is sold now, with a copy of the numbers that a purchase needs, so that it reads one word.
    struct Sale {
        uint32 version;
        bool open;
        uint64 duration;
        uint64 quota;
        uint32 refundWindow;
    }

    struct Price {
        uint128 amount;
        bool listed;
    }

    // The hash is kept beside the terms because every purchase compares it.
    struct Version {
        Kind terms;
        bytes32 hash;
    }

    mapping(uint256 kindKey => Sale) private _sales;
    mapping(uint256 versionKey => Version) private _versions;
    mapping(uint256 kindKey => mapping(address token => Price)) private _prices;

    constructor(address registry_, address splitter_) {
        registry = IModelRegistry(registry_);
        splitter = IRevenueSplitter(splitter_);
    }

    /// @inheritdoc ILicenceToken
    function setKind(uint64 model, uint32 kind, Kind calldata terms) external {
        _requireModelOwner(model);
        if (!registry.isReleased(model)) revert ModelNotReleased(model);
        _requireSound(terms);
        Sale storage sale = _sales[_kindKey(model, kind)];
        uint32 version = sale.version + 1;
        sale.version = version;
        sale.duration = terms.duration;
        sale.quota = terms.quota;
        sale.refundWindow = terms.refundWindow;
        bytes32 hash = keccak256(abi.encode(terms));
        Version storage stored = _versions[_versionKey(model, kind, version)];
        stored.terms = terms;
        stored.hash = hash;
        emit KindSet(model, kind, version, hash, terms);
        // Nothing can be bought before a price is listed, so a new kind needs no third call.
        if (version == 1) {
            sale.open = true;
            emit SaleSet(model, kind, true);
        }
    }

    /// @inheritdoc ILicenceToken
    function setPrice(uint64 model, uint32 kind, address token, uint128 price, bool listed)
        external
    {
        _requireModelOwner(model);
        uint256 key = _kindKey(model, kind);
        if (_sales[key].version == 0) revert UnknownKind(model, kind);
        if (!splitter.isAllowed(token)) revert TokenNotAllowed(token);
        _prices[key][token] = Price(price, listed);
        emit PriceSet(model, kind, token, price, listed);
    }

    /// @inheritdoc ILicenceToken
    function setSale(uint64 model, uint32 kind, bool open) external {
        _requireModelOwner(model);
        Sale storage sale = _sales[_kindKey(model, kind)];
        if (sale.version == 0) revert UnknownKind(model, kind);
        sale.open = open;
        emit SaleSet(model, kind, open);
    }

    /// @inheritdoc ILicenceToken
    function kindOf(uint64 model, uint32 kind, uint32 version) external view returns (Kind memory) {
        Version storage stored = _versions[_versionKey(model, kind, version)];
        if (stored.hash == 0) revert UnknownKind(model, kind);
        return stored.terms;
    }

    /// @inheritdoc ILicenceToken
    function saleOf(uint64 model, uint32 kind) public view returns (uint32 version, bool open) {
        Sale storage sale = _sales[_kindKey(model, kind)];
        return (sale.version, sale.open);
    }

    /// @inheritdoc ILicenceToken
    function termsHashOf(uint64 model, uint32 kind) external view returns (bytes32) {
        return _hashOf(model, kind, _sales[_kindKey(model, kind)].version);
    }

    /// @inheritdoc ILicenceToken
    function priceOf(uint64 model, uint32 kind, address token)
        public
        view
        returns (uint128 price, bool listed)
    {
        Price storage stored = _prices[_kindKey(model, kind)][token];
        return (stored.amount, stored.listed);
    }

    /// @notice What is sold now, checked against what the buyer agreed to.
    /// @param maxPrice in the token's smallest unit
    /// @return sale the version that is sold
    /// @return price in the token's smallest unit
    function _quote(
        uint64 model,
        uint32 kind,
        address token,
        uint128 maxPrice,
        bytes32 expectedHash
    ) internal view returns (Sale memory sale, uint128 price) {
        sale = _sales[_kindKey(model, kind)];
        if (sale.version == 0) revert UnknownKind(model, kind);
        if (!sale.open) revert SalesPaused(model, kind);
        bytes32 actual = _hashOf(model, kind, sale.version);
        if (actual != expectedHash) revert TermsMismatch(expectedHash, actual);
        bool listed;
        (price, listed) = priceOf(model, kind, token);
        if (!listed) revert NotSoldInToken(token);
        if (price > maxPrice) revert PriceAboveMax(price, maxPrice);
    }

    /// @notice Terms of a version that exists.
    function _termsOf(uint64 model, uint32 kind, uint32 version)
        internal
        view
        returns (Kind storage)
    {
        return _versions[_versionKey(model, kind, version)].terms;
    }

    /// @notice Hash of a version's terms; zero when there is no such version.
    function _hashOf(uint64 model, uint32 kind, uint32 version) internal view returns (bytes32) {
        return _versions[_versionKey(model, kind, version)].hash;
    }

    function _requireModelOwner(uint64 model) private view {
        if (registry.ownerOf(model) != msg.sender) revert NotModelOwner(model, msg.sender);
    }

    // A window longer than the licence would let it be used up and returned. 2^64 - 1 calls would read as
    // no limit, which is written 0.
    function _requireSound(Kind calldata terms) private pure {
        if (
            terms.refundWindow > _LONGEST_REFUND_WINDOW || terms.hostPpm > _MOST_HOST_PPM
                || terms.resalePpm > _MOST_RESALE_PPM || terms.duration > _LONGEST_DURATION
                || terms.quota == _ENDLESS
                || (terms.duration != 0 && terms.refundWindow > terms.duration)
        ) revert BadKind();
    }

    function _kindKey(uint64 model, uint32 kind) private pure returns (uint256) {
        return (uint256(model) << 32) | kind;
    }

    function _versionKey(uint64 model, uint32 kind, uint32 version) private pure returns (uint256) {
        return (_kindKey(model, kind) << 32) | version;
    }
}
