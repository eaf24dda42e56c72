// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title ERC-5643 subscription
/// @notice Renewal and expiry of a token. Interface id 0x8c65f84d.
interface IERC5643 {
    /// @notice The expiry of a token changed to `expiration` (Unix seconds); 0 when it was returned.
    event SubscriptionUpdate(uint256 indexed tokenId, uint64 expiration);

    /// @notice Extends a token by `duration` seconds against the coin sent.
    function renewSubscription(uint256 tokenId, uint64 duration) external payable;

    /// @notice Gives a token up.
    function cancelSubscription(uint256 tokenId) external payable;

    /// @notice Expiry of a token in Unix seconds.
    function expiresAt(uint256 tokenId) external view returns (uint64);

    /// @notice Whether `renewSubscription` is open for a token now.
    function isRenewable(uint256 tokenId) external view returns (bool);
}
