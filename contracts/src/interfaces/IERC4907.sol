// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title ERC-4907 rental
/// @notice A user besides the holder, for a time. Interface id 0xad092b5c.
interface IERC4907 {
    /// @notice The user of a token, or the user's term, changed. The zero address means no user.
    /// @param expires Unix seconds
    event UpdateUser(uint256 indexed tokenId, address indexed user, uint64 expires);

    /// @notice Makes `user` the user of a token until `expires` (Unix seconds). Holder or approved.
    function setUser(uint256 tokenId, address user, uint64 expires) external;

    /// @notice The user of a token; zero when there is none or the term is over.
    function userOf(uint256 tokenId) external view returns (address);

    /// @notice End of the user's term in Unix seconds; 0 when no user was set.
    function userExpires(uint256 tokenId) external view returns (uint256);
}
