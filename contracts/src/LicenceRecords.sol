// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {EntryPause} from "./EntryPause.sol";
import {LicenceKinds} from "./LicenceKinds.sol";
import {IERC4907} from "./interfaces/IERC4907.sol";
import {IERC5643} from "./interfaces/IERC5643.sol";
import {ILicenceToken} from "./interfaces/ILicenceToken.sol";
import {LicenceMetadata} from "./lib/LicenceMetadata.sol";

/// @title Licence records
/// @notice Licences in force as ERC-721: who holds and uses them, when they may change hands, and what
/// they show to others.
abstract contract LicenceRecords is LicenceKinds, ERC721, IERC4907, IERC5643, IERC2981, EntryPause {
    /// @notice One million, the whole in millionths.
    uint256 private constant _MILLION = 1_000_000;

    // Stands first, and EntryPause last among the bases, so that both share the word that every purchase
    // reads and writes.
    uint64 internal _count;

    // Who uses a licence besides its holder, and how many channels are open on it, in one word.
    struct Use {
        address user;
        uint64 userExpires;
        uint32 channels;
    }

    mapping(uint256 licence => Licence) internal _licences;
    mapping(uint256 licence => Escrow) internal _escrows;
    mapping(uint256 licence => Use) internal _uses;

    /// @inheritdoc IERC4907
    function setUser(uint256 licence, address user, uint64 expires) external {
        _requireAuthorised(licence);
        Use storage use = _uses[licence];
        use.user = user;
        use.userExpires = expires;
        emit UpdateUser(licence, user, expires);
    }

    /// @inheritdoc IERC4907
    /// @dev Also zero when the licence itself has expired.
    function userOf(uint256 licence) external view returns (address) {
        Use storage use = _uses[licence];
        if (block.timestamp > use.userExpires) return address(0);
        return block.timestamp > _licences[licence].expires ? address(0) : use.user;
    }

    /// @inheritdoc IERC4907
    function userExpires(uint256 licence) external view returns (uint256) {
        return _uses[licence].userExpires;
    }

    /// @inheritdoc ILicenceToken
    function licenceOf(uint256 licence) external view returns (Licence memory) {
        _requireExists(licence);
        return _licences[licence];
    }

    /// @inheritdoc ILicenceToken
    function escrowOf(uint256 licence) external view returns (Escrow memory) {
        return _escrows[licence];
    }

    /// @inheritdoc ILicenceToken
    function channelsOf(uint256 licence) external view returns (uint32) {
        return _uses[licence].channels;
    }

    /// @inheritdoc ILicenceToken
    function licenceCount() external view returns (uint256) {
        return _count;
    }

    /// @inheritdoc ILicenceToken
    function isValidAt(uint256 licence, uint64 time) external view returns (bool) {
        Licence storage stored = _licences[licence];
        return stored.model != 0 && time <= stored.expires;
    }

    /// @inheritdoc IERC5643
    function expiresAt(uint256 licence) external view returns (uint64) {
        _requireExists(licence);
        return _licences[licence].expires;
    }

    /// @inheritdoc IERC5643
    /// @dev `renew` may be open when this is false: in a token, or under newer terms.
    function isRenewable(uint256 licence) external view returns (bool) {
        uint64 model = _requireExists(licence);
        Licence storage stored = _licences[licence];
        (uint32 version, bool open) = saleOf(model, stored.kind);
        if (!open || version != stored.version) return false;
        (, bool listed) = priceOf(model, stored.kind, address(0));
        if (!listed) return false;
        (bool fits,) = _extended(stored.expires, _termsOf(model, stored.kind, version).duration);
        return fits;
    }

    /// @inheritdoc IERC2981
    /// @dev The receiver is the model's share token, whose receipts are the model's income.
    function royaltyInfo(uint256 licence, uint256 salePrice)
        external
        view
        returns (address receiver, uint256 amount)
    {
        uint64 model = _requireExists(licence);
        Licence storage stored = _licences[licence];
        uint32 ppm = _termsOf(model, stored.kind, stored.version).resalePpm;
        return (splitter.sharesOf(model), Math.mulDiv(salePrice, ppm, _MILLION));
    }

    /// @notice Metadata as a data URI that is written here.
    function tokenURI(uint256 licence) public view override returns (string memory) {
        _requireOwned(licence);
        Licence storage stored = _licences[licence];
        (uint64 model, uint32 version) = (stored.model, stored.version);
        bytes32 label = _termsOf(model, stored.kind, version).label;
        return LicenceMetadata.uri(licence, model, label, version, stored.expires);
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 id) public view override(ERC721, IERC165) returns (bool) {
        return id == type(IERC4907).interfaceId || id == type(IERC5643).interfaceId
            || id == type(IERC2981).interfaceId || super.supportsInterface(id);
    }

    /// @dev Bars transfers of what has expired, may not change hands or is in use, and ends the user's
    /// term. Burning comes only from a refund, which has its own conditions.
    function _update(address to, uint256 licence, address auth)
        internal
        override
        returns (address)
    {
        if (_ownerOf(licence) != address(0)) {
            if (to != address(0)) _requireTransferable(licence);
            Use storage use = _uses[licence];
            if (use.user != address(0) || use.userExpires != 0) {
                (use.user, use.userExpires) = (address(0), 0);
                emit UpdateUser(licence, address(0), 0);
            }
        }
        return super._update(to, licence, auth);
    }

    /// @notice Expiry after one more duration, from the later of now and `expires`, in Unix seconds.
    /// @return fits false when the licence never expires, or the end is beyond 2^64 - 2
    function _extended(uint64 expires, uint64 duration)
        internal
        view
        returns (bool fits, uint64 extended)
    {
        if (expires == _ENDLESS) return (false, 0);
        if (duration == 0) return (true, _ENDLESS);
        uint256 end = Math.max(block.timestamp, expires) + duration;
        return (end < _ENDLESS, uint64(end));
    }

    /// @notice Reverts unless there is such a licence.
    function _requireExists(uint256 licence) internal view returns (uint64 model) {
        model = _licences[licence].model;
        if (model == 0) revert UnknownLicence(licence);
    }

    /// @notice Reverts unless the licence has not expired.
    function _requireInForce(uint256 licence) internal view {
        if (block.timestamp > _licences[licence].expires) revert LicenceExpired(licence);
    }

    /// @notice Reverts unless the caller holds the licence or is approved for it.
    function _requireAuthorised(uint256 licence) internal view {
        _requireExists(licence);
        if (!_isAuthorized(_ownerOf(licence), msg.sender, licence)) {
            revert NotLicenceHolder(licence, msg.sender);
        }
    }

    /// @notice Reverts unless the caller holds the licence itself.
    function _requireHolder(uint256 licence) internal view {
        _requireExists(licence);
        if (_ownerOf(licence) != msg.sender) revert NotLicenceHolder(licence, msg.sender);
    }

    function _requireTransferable(uint256 licence) private view {
        _requireInForce(licence);
        Licence storage stored = _licences[licence];
        bool transferable = _termsOf(stored.model, stored.kind, stored.version).transferable;
        if (!transferable || _uses[licence].channels != 0) revert NotTransferable(licence);
    }
}
